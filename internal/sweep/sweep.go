// Package sweep trains a grid of experiments side by side, as the course report's
// twelve, each in a folder of its own, and chooses the best of them. It can be
// stopped anywhere and taken up again, and be shared out over several machines.
//
// What comes of a sweep is a function of its grid and of the data alone. The files
// are described in docs/formats.md.
package sweep

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"fnn/internal/atomicfile"
	"fnn/internal/experiment"
	"fnn/internal/lock"
	"fnn/tensor"
	"fnn/train"
)

// GridFile is the file in a sweep's folder that holds its grid.
const GridFile = "sweep.json"

// A Sweep is a sweep at work in its folder, or a shard of one.
type Sweep struct {
	Folder      string
	Grid        Grid
	Shard       Shard
	Experiments []Experiment // of the shard, in the grid's order

	lock   *lock.Lock
	resume bool // experiments are to be taken up
}

// An Experiment is one of a sweep.
type Experiment struct {
	Name   string // of its folder, within the sweep's
	Folder experiment.Folder
	Config experiment.Config
}

// Create begins a sweep, or a shard of one, in a folder, which it makes. It is an
// error if the folder holds another sweep or this one unfinished, or if another
// process works there (experiment.ErrBusy).
func Create(folder string, g Grid, shard Shard) (*Sweep, error) {
	if err := g.Check(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return nil, err
	}
	s := newSweep(folder, shard)
	if err := s.hold(); err != nil {
		return nil, err
	}
	if err := s.create(g); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Sweep) create(g Grid) error {
	s.setGrid(g)
	old, err := ReadGrid(s.Folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return experiment.WriteJSON(s.gridFile(), g)
	case err != nil:
		return err
	}
	if difference := old.Differs(g); difference != "" {
		return fmt.Errorf("%s holds another sweep (%s): choose another folder with -out", s.Folder, difference)
	}
	var count [finished + 1]int
	for _, e := range s.Experiments {
		state, err := e.state()
		if err != nil {
			return err
		}
		count[state]++
	}
	if n := len(s.Experiments); count[missing] != n && count[finished] != n {
		return fmt.Errorf("%s holds this sweep, unfinished: take it up with -resume, choose another folder with -out, or remove this one", s.Folder)
	}
	return nil
}

// Open takes up the sweep of a folder, or a shard of it.
func Open(folder string, shard Shard) (*Sweep, error) {
	g, err := ReadGrid(folder)
	if err != nil {
		return nil, fmt.Errorf("no sweep to take up: %w", err)
	}
	s := newSweep(folder, shard)
	if err := s.hold(); err != nil {
		return nil, err
	}
	s.resume = true
	s.setGrid(g)
	return s, nil
}

func newSweep(folder string, shard Shard) *Sweep { return &Sweep{Folder: folder, Shard: shard} }

func (s *Sweep) gridFile() string { return filepath.Join(s.Folder, GridFile) }

// hold takes the lock of the sweep or of the shard: several shards may work in one
// folder that machines share.
func (s *Sweep) hold() error {
	name := ".lock"
	if !s.Shard.Whole() {
		name = fmt.Sprintf(".lock-shard%dof%d", s.Shard.Index, s.Shard.Of)
	}
	l, err := lock.Acquire(filepath.Join(s.Folder, name))
	var held *lock.HeldError
	if errors.As(err, &held) {
		return experiment.BusyError(s.Folder, held)
	}
	if err != nil {
		return err
	}
	s.lock = l
	if s.Shard.Whole() { // nobody else writes to the folder itself
		if err := atomicfile.RemoveLeftovers(s.Folder); err != nil {
			s.Close()
			return err
		}
	}
	return nil
}

// Close gives the folder back.
func (s *Sweep) Close() { s.lock.Release() }

// ReadGrid reads the grid of a sweep from its folder.
func ReadGrid(folder string) (Grid, error) {
	var g Grid
	name := filepath.Join(folder, GridFile)
	if err := experiment.ReadJSON(name, &g); err != nil {
		return g, err
	}
	if err := g.Check(); err != nil {
		return g, fmt.Errorf("%s: %w", name, err)
	}
	return g, nil
}

func (s *Sweep) setGrid(g Grid) {
	s.Grid = g
	for i, c := range g.Configs() {
		if s.Shard.has(i) {
			name := c.Name()
			s.Experiments = append(s.Experiments, Experiment{name, experiment.Folder(filepath.Join(s.Folder, name)), c})
		}
	}
}

// weight says how long an experiment takes, very roughly, compared with others: by
// the multiplications of a sample's way through the layers, where what other
// layers than dense ones do to a neuron counts as 64.
func weight(c experiment.Config, features, classes int) float64 {
	width, sum := float64(features), 0.0
	for _, word := range append(strings.Fields(c.Architecture), strconv.Itoa(classes)) {
		if outputs, err := strconv.Atoi(word); err == nil {
			sum += width * float64(outputs)
			width = float64(outputs)
		} else {
			sum += 64 * width
		}
	}
	return sum * float64(c.Epochs)
}

// Weights says how long each experiment takes, very roughly, compared with the
// others.
func (s *Sweep) Weights(samples *experiment.Samples) []float64 {
	var weights []float64
	for _, e := range s.Experiments {
		weights = append(weights, weight(e.Config, samples.Test.Features(), samples.Test.Classes()))
	}
	return weights
}

// A state is how far an experiment is.
type state int

const (
	missing state = iota
	begun
	finished
)

// state returns how far the experiment is. It is an error if the folder holds
// another run.
func (e Experiment) state() (state, error) {
	c, err := e.Folder.Config()
	if errors.Is(err, fs.ErrNotExist) {
		return missing, nil
	}
	if err != nil {
		return missing, err
	}
	done, err := e.Folder.Finished()
	if err != nil || !done && !e.Folder.Begun() {
		return missing, err
	}
	if err := Fit(e.Folder, c, e.Config); err != nil {
		return missing, err
	}
	if done {
		return finished, nil
	}
	return begun, nil
}

// Fit returns an error, which says what to do, unless the run of a folder is the
// experiment that a sweep has there: one that was lengthened is not any more.
func Fit(f experiment.Folder, run, wanted experiment.Config) error {
	if difference := run.Differs(wanted); difference != "" {
		return fmt.Errorf("%s is not the experiment of the sweep (%s): remove it, or move it out of the sweep's folder", f, difference)
	}
	return nil
}

// An Observer is told how a sweep goes, by index of the experiment. Its functions
// are called from several goroutines, but for one experiment from one at a time.
type Observer struct {
	// Epoch and Step are called as those of a train.Observer.
	Step  func(i int, r *train.Run, s train.Step)
	Epoch func(i int, r *train.Run, e train.Epoch)

	// End is called when nothing is left to do for an experiment in this call of
	// Run, because it is finished, with its outcome, or because of an error.
	End func(i int, o *experiment.Outcome, err error)
}

// Options say how to run a sweep. They change no result.
type Options struct {
	Threads int // in all
	Cadence experiment.Cadence
}

// Run trains all experiments that are not finished, side by side, the longest
// first. An experiment that fails does not keep the others from going on; the
// error joins those of all that failed. One whose loss diverges has not failed.
//
// When ctx is cancelled, the experiments at work end their step and write a
// checkpoint, and the error is ctx's, if that went well.
func (s *Sweep) Run(ctx context.Context, samples *experiment.Samples, options Options, o Observer) error {
	failures := make([]error, len(s.Experiments))
	var queue []int
	for i, e := range s.Experiments {
		if s.resume {
			state, err := e.state()
			if err == nil && state == finished {
				err = e.Folder.Tidy()
			}
			if err != nil || state == finished {
				failures[i] = s.end(i, err, o)
				continue
			}
		}
		queue = append(queue, i)
	}
	weights := s.Weights(samples)
	slices.SortStableFunc(queue, func(a, b int) int { return cmp.Compare(weights[b], weights[a]) })
	next := make(chan int, len(queue))
	for _, i := range queue {
		next <- i
	}
	close(next)
	crew := newCrew(options.Threads, len(queue))
	var wait sync.WaitGroup
	for _, number := range slices.Clone(crew.workers) {
		wait.Add(1)
		go func() {
			defer wait.Done()
			defer crew.leave(number)
			w := &worker{crew: crew, number: number}
			defer w.release()
			for i := range next {
				if ctx.Err() != nil {
					return
				}
				failures[i] = s.end(i, s.train(ctx, w, i, samples, options.Cadence, o), o)
			}
		}()
	}
	wait.Wait()
	if err := errors.Join(failures...); err != nil {
		return err
	}
	return ctx.Err()
}

// end tells the observer of an experiment's end, and returns the error if it
// failed: neither divergence nor an interrupt is a failure.
func (s *Sweep) end(i int, err error, o Observer) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	var outcome *experiment.Outcome
	if err == nil || errors.Is(err, train.ErrDiverged) {
		outcome, err = experiment.Read(s.Experiments[i].Folder)
	}
	if o.End != nil {
		o.End(i, outcome, err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.Experiments[i].Name, err)
	}
	return nil
}

// A worker trains one experiment after the other.
type worker struct {
	crew   *crew
	number int
	team   *tensor.Team
}

// threads gives the worker's team as many threads as its share is, and reports
// whether that changed the team.
func (w *worker) threads() (changed bool) {
	n := w.crew.share(w.number)
	if n == w.team.Threads() {
		return false
	}
	w.release()
	w.team = tensor.NewTeam(n)
	return true
}

func (w *worker) release() {
	w.team.Close()
	w.team = nil
}

// train begins an experiment, or takes it up, and trains it to its end.
func (s *Sweep) train(ctx context.Context, w *worker, i int, samples *experiment.Samples, cadence experiment.Cadence, o Observer) error {
	w.threads()
	r, err := s.begin(s.Experiments[i], samples, w.team)
	if err != nil {
		return err
	}
	defer r.Close()
	r.Cadence = cadence
	return r.Train(ctx, train.Observer{
		Step: func(step train.Step) error {
			if w.threads() {
				r.SetTeam(w.team)
			}
			if o.Step != nil {
				o.Step(i, r.Training, step)
			}
			return nil
		},
		Epoch: func(e train.Epoch) error {
			if o.Epoch != nil {
				o.Epoch(i, r.Training, e)
			}
			return nil
		},
	})
}

// begin returns an experiment at work.
func (s *Sweep) begin(e Experiment, samples *experiment.Samples, team *tensor.Team) (*experiment.Run, error) {
	if !s.resume || !e.Folder.Begun() {
		return experiment.Start(e.Folder, e.Config, samples, team)
	}
	r, err := experiment.Open(e.Folder)
	if err != nil {
		return nil, err
	}
	if err := r.Resume(samples, team); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}
