package sweep

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"fnn/internal/experiment"
	"fnn/internal/tiny"
	"fnn/tensor"
	"fnn/train"
)

func samples(t *testing.T) *experiment.Samples {
	t.Helper()
	dir := t.TempDir()
	if err := tiny.Write(dir); err != nil {
		t.Fatal(err)
	}
	s, err := experiment.LoadSamples(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// tinyGrid is 2 models at 2 rates with 2 seeds, 2 epochs of 6 steps each.
func tinyGrid(t *testing.T, s *experiment.Samples) Grid {
	t.Helper()
	data, err := s.Data(1)
	if err != nil {
		t.Fatal(err)
	}
	return Grid{
		Models: []string{"8 relu", "40 bn relu dropout:0.25"}, LearningRates: []float64{0.01, 0.02}, Seeds: []uint64{1, 2},
		Epochs: 2, Batch: 8, EvaluateDropout: true, Data: data,
	}
}

func create(t *testing.T, folder string, g Grid, shard Shard) *Sweep {
	t.Helper()
	s, err := Create(folder, g, shard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func open(t *testing.T, folder string, shard Shard) *Sweep {
	t.Helper()
	s, err := Open(folder, shard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// contents returns the files below a folder, but for those that tell the time.
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == experiment.RecordFile {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		files[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// whole returns the files of a sweep in one piece, each experiment trained alone.
func whole(t *testing.T, s *experiment.Samples) map[string]string {
	t.Helper()
	folder := t.TempDir()
	for _, c := range tinyGrid(t, s).Configs() {
		r, err := experiment.Start(experiment.Folder(filepath.Join(folder, c.Name())), c, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Train(t.Context(), train.Observer{}); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	if err := experiment.WriteJSON(filepath.Join(folder, GridFile), tinyGrid(t, s)); err != nil {
		t.Fatal(err)
	}
	return contents(t, folder)
}

func same(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if g, w := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(g, w) {
		t.Errorf("%s: files\n%q, want\n%q", what, g, w)
		return
	}
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s: %s differs", what, name)
		}
	}
}

// A sweep writes what its experiments alone do, with however many threads, and
// tells how it goes.
func TestRun(t *testing.T) {
	s := samples(t)
	want := whole(t, s)
	for _, threads := range []int{1, 3, 20} {
		folder := filepath.Join(t.TempDir(), "a", "b")
		w := create(t, folder, tinyGrid(t, s), Shard{})
		var mu sync.Mutex
		steps, epochs, ended := make([]int, 8), make([]int, 8), make([]int, 8)
		err := w.Run(t.Context(), s, Options{Threads: threads}, Observer{
			Step: func(i int, r *train.Run, step train.Step) {
				mu.Lock()
				defer mu.Unlock()
				steps[i]++
			},
			Epoch: func(i int, r *train.Run, e train.Epoch) {
				mu.Lock()
				defer mu.Unlock()
				if epochs[i]++; e.Epoch != epochs[i] || len(r.History) != e.Epoch {
					t.Errorf("experiment %d: epoch %d, want %d", i, e.Epoch, epochs[i])
				}
			},
			End: func(i int, o *experiment.Outcome, err error) {
				mu.Lock()
				defer mu.Unlock()
				if ended[i]++; err != nil || len(o.History) != 2 || o.Folder != w.Experiments[i].Folder {
					t.Errorf("experiment %d ends with %+v, %v", i, o, err)
				}
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(steps, epochs, ended) != "[12 12 12 12 12 12 12 12] [2 2 2 2 2 2 2 2] [1 1 1 1 1 1 1 1]" {
			t.Errorf("%d threads: steps %v, epochs %v, ends %v", threads, steps, epochs, ended)
		}
		w.Close()
		same(t, fmt.Sprintf("%d threads", threads), contents(t, folder), want)

		if threads > 1 {
			continue
		}
		again := create(t, folder, tinyGrid(t, s), Shard{})
		if err := again.Run(t.Context(), s, Options{Threads: 2}, Observer{}); err != nil {
			t.Fatal(err)
		}
		again.Close()
		same(t, "again", contents(t, folder), want)
	}
}

// Those that take longest begin first, so that none of them is left alone at the
// end.
func TestLongestFirst(t *testing.T) {
	s := samples(t)
	w := create(t, t.TempDir(), tinyGrid(t, s), Shard{})
	var order []int
	err := w.Run(t.Context(), s, Options{Threads: 1}, Observer{End: func(i int, _ *experiment.Outcome, _ error) { order = append(order, i) }})
	if want := []int{4, 5, 6, 7, 0, 1, 2, 3}; err != nil || !slices.Equal(order, want) {
		t.Errorf("order %v, %v, want %v", order, err, want)
	}
	var weights []float64
	for _, c := range ReportGrid().Configs() {
		weights = append(weights, weight(c, 784, 10))
	}
	if !(weights[8] > weights[4] && weights[4] > weights[0] && weights[8] < 2*weights[0]) {
		t.Errorf("weights of A, B and C: %g, %g, %g", weights[0], weights[4], weights[8])
	}
}

// TestStopped interrupts a sweep after some steps, takes it up and interrupts it
// again, until it is done, and compares its files with those of one in one piece.
func TestStopped(t *testing.T) {
	s := samples(t)
	want := whole(t, s)
	for _, every := range []int{3, 13, 40} {
		folder := t.TempDir()
		w := create(t, folder, tinyGrid(t, s), Shard{})
		for rounds := 0; ; rounds++ {
			ctx, cancel := context.WithCancel(t.Context())
			var mu sync.Mutex
			n := 0
			err := w.Run(ctx, s, Options{Threads: 1 + rounds%3}, Observer{Step: func(int, *train.Run, train.Step) {
				mu.Lock()
				defer mu.Unlock()
				if n++; n == every {
					cancel()
				}
			}})
			cancel()
			w.Close()
			if err == nil {
				if every == 3 && rounds < 10 {
					t.Errorf("done after %d rounds of some steps", rounds)
				}
				break
			}
			if !errors.Is(err, context.Canceled) || n < every {
				t.Fatalf("every %d, round %d: %d steps, %v", every, rounds, n, err)
			}
			if _, err := Create(folder, tinyGrid(t, s), Shard{}); err == nil || !strings.Contains(err.Error(), folder+" holds this sweep, unfinished: take it up with -resume") {
				t.Fatalf("every %d: begun anew: error %v", every, err)
			}
			w = open(t, folder, Shard{})
		}
		same(t, fmt.Sprintf("stopped every %d steps", every), contents(t, folder), want)
	}
}

// Shards that work in one folder, or in folders that are put together, are the
// whole sweep.
func TestShards(t *testing.T) {
	s := samples(t)
	want := whole(t, s)
	shared, merged := t.TempDir(), t.TempDir()
	var wait sync.WaitGroup
	for index := 1; index <= 3; index++ {
		w := create(t, shared, tinyGrid(t, s), Shard{index, 3})
		if n := len(w.Experiments); n != []int{0, 3, 3, 2}[index] {
			t.Errorf("shard %d has %d experiments", index, n)
		}
		wait.Add(1)
		go func() {
			defer wait.Done()
			if err := w.Run(t.Context(), s, Options{Threads: 1}, Observer{}); err != nil {
				t.Error(err)
			}
			w.Close()
		}()

		own := t.TempDir()
		alone := create(t, own, tinyGrid(t, s), Shard{index, 3})
		if err := alone.Run(t.Context(), s, Options{Threads: 2}, Observer{}); err != nil {
			t.Fatal(err)
		}
		alone.Close()
		if err := os.RemoveAll(filepath.Join(merged, GridFile)); err != nil { // of the shard before
			t.Fatal(err)
		}
		if err := os.CopyFS(merged, os.DirFS(own)); err != nil {
			t.Fatal(err)
		}
	}
	wait.Wait()
	same(t, "in one folder", contents(t, shared), want)
	same(t, "put together", contents(t, merged), want)
	for _, folder := range []string{shared, merged} {
		w := open(t, folder, Shard{})
		err := w.Run(t.Context(), s, Options{Threads: 2}, Observer{Step: func(i int, _ *train.Run, _ train.Step) {
			t.Errorf("experiment %d is trained again", i)
		}})
		if err != nil {
			t.Error(err)
		}
		summary, err := w.Read()
		if err != nil || len(summary.Configurations) != 4 || !summary.Configurations[3].Complete() {
			t.Errorf("%+v, %v", summary, err)
		}
	}
}

func TestTest(t *testing.T) {
	s := samples(t)
	w := create(t, t.TempDir(), tinyGrid(t, s), Shard{})
	if err := w.Run(t.Context(), s, Options{Threads: 2}, Observer{}); err != nil {
		t.Fatal(err)
	}
	summary, err := w.Read()
	if err != nil {
		t.Fatal(err)
	}
	team := tensor.NewTeam(2)
	defer team.Close()
	if err := summary.Test(s, team); err != nil {
		t.Fatal(err)
	}
	best, tested := summary.Best(), 0
	again, err := w.Read()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range again.Configurations {
		for _, o := range c.Runs {
			if (o.Test != nil) != (c.Name() == best.Name()) {
				t.Errorf("%s, the best being %s, is tested: %v", c.Name(), best.Name(), o.Test != nil)
			}
			if o.Test != nil {
				tested++
			}
		}
	}
	if tested != 2 || best.Runs[0].Test == nil {
		t.Errorf("%d runs are tested, want the best's 2", tested)
	}
	if err := Summarize(nil).Test(s, nil); err != nil {
		t.Error(err)
	}
}

func TestSweepRefuses(t *testing.T) {
	s, folder := samples(t), t.TempDir()
	g := tinyGrid(t, s)
	if _, err := Open(folder, Shard{}); err == nil || !strings.HasPrefix(err.Error(), "no sweep to take up: ") {
		t.Errorf("an empty folder: %v", err)
	}
	w := create(t, folder, g, Shard{})
	busy := fmt.Sprintf("%s: another process is writing there (process %d on ", folder, os.Getpid())
	if _, err := Create(folder, g, Shard{}); !errors.Is(err, experiment.ErrBusy) || !strings.HasPrefix(err.Error(), busy) {
		t.Errorf("%v, want %s", err, busy)
	}
	if _, err := Open(folder, Shard{}); !errors.Is(err, experiment.ErrBusy) {
		t.Errorf("%v, want %s", err, busy)
	}
	w.Close()
	other := g
	other.Epochs = 3
	if _, err := Create(folder, other, Shard{}); err == nil || err.Error() != folder+" holds another sweep (-epochs 2, not 3): choose another folder with -out" {
		t.Errorf("%v", err)
	}
	other.Epochs = 0
	if _, err := Create(filepath.Join(folder, "new"), other, Shard{}); err == nil {
		t.Error("no epochs: no error")
	}
	if _, err := os.Stat(filepath.Join(folder, "new")); err == nil {
		t.Error("refused, the sweep left a folder")
	}
	if err := os.WriteFile(filepath.Join(folder, GridFile), []byte("{}"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{second(Open(folder, Shard{})), second(Create(folder, g, Shard{}))} {
		if err == nil || !strings.Contains(err.Error(), filepath.Join(folder, GridFile)+": no models") {
			t.Errorf("error %v", err)
		}
	}
}

func second(_ *Sweep, err error) error { return err }

// What goes wrong with one experiment does not keep the others.
func TestFailures(t *testing.T) {
	s, folder := samples(t), t.TempDir()
	want := whole(t, s)
	g := tinyGrid(t, s)
	w := create(t, folder, g, Shard{})
	// One is held by somebody else, one folder is a file, and in one a file cannot
	// be written.
	held := w.Experiments[0].Folder
	if err := os.MkdirAll(string(held), 0o777); err != nil {
		t.Fatal(err)
	}
	other, err := experiment.Start(held, w.Experiments[0].Config, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	file := string(w.Experiments[5].Folder)
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	blocked := filepath.Join(string(w.Experiments[6].Folder), experiment.ModelFile)
	ended := map[int]bool{}
	var mu sync.Mutex
	err = w.Run(t.Context(), s, Options{Threads: 2}, Observer{
		Step: func(i int, _ *train.Run, step train.Step) {
			if i == 6 && step.Epoch == 1 && step.Step == 1 {
				if err := os.Mkdir(blocked, 0o777); err != nil {
					t.Error(err)
				}
			}
		},
		End: func(i int, _ *experiment.Outcome, err error) {
			mu.Lock()
			defer mu.Unlock()
			ended[i] = err == nil
		},
	})
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || len(joined.Unwrap()) != 3 {
		t.Fatalf("error %v", err)
	}
	for i, want := range []string{
		w.Experiments[0].Name + ": " + string(held) + ": another process is writing there",
		w.Experiments[5].Name + ": mkdir " + file,
		w.Experiments[6].Name + ": ",
	} {
		if got := joined.Unwrap()[i].Error(); !strings.HasPrefix(got, want) || !strings.Contains(got, []string{string(held), file, blocked}[i]) {
			t.Errorf("error %s, want %s", got, want)
		}
	}
	if want := map[int]bool{0: false, 1: true, 2: true, 3: true, 4: true, 5: false, 6: false, 7: true}; !maps.Equal(ended, want) {
		t.Errorf("ends %v, want %v", ended, want)
	}
	w.Close()

	// Once that is put right, they go on.
	other.Close()
	for _, name := range []string{file, blocked} {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	w = open(t, folder, Shard{})
	if err := w.Run(t.Context(), s, Options{Threads: 2}, Observer{}); err != nil {
		t.Fatal(err)
	}
	w.Close()
	same(t, "put right", contents(t, folder), want)
}

// The folder of an experiment may turn out to hold another run.
func TestForeignRun(t *testing.T) {
	s, folder := samples(t), t.TempDir()
	g := tinyGrid(t, s)
	w := create(t, folder, g, Shard{})
	e := w.Experiments[2]
	foreign := e.Config
	foreign.Epochs = 1
	r, err := experiment.Start(e.Folder, foreign, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Train(t.Context(), train.Observer{}); err != nil {
		t.Fatal(err)
	}
	r.Close()
	w.Close()
	want := string(e.Folder) + " is not the experiment of the sweep (epochs 1, not 2): remove it, or move it out of the sweep's folder"
	if _, err := Create(folder, g, Shard{}); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	w = open(t, folder, Shard{})
	if err := w.Run(t.Context(), s, Options{Threads: 1}, Observer{}); err == nil || err.Error() != e.Name+": "+want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// A loss that diverges is what came out.
func TestDiverges(t *testing.T) {
	s, folder := samples(t), t.TempDir()
	g := tinyGrid(t, s)
	g.Models, g.LearningRates, g.Epochs = []string{"8 relu 8 relu 8 relu"}, []float64{1e30, 0.01}, 30
	w := create(t, folder, g, Shard{})
	diverged := 0
	err := w.Run(t.Context(), s, Options{Threads: 1}, Observer{End: func(i int, o *experiment.Outcome, err error) {
		if err == nil && o.Record.Diverged != "" {
			diverged++
		}
	}})
	if err != nil || diverged != 2 {
		t.Errorf("%d diverged, %v", diverged, err)
	}
	summary, err := w.Read()
	if err != nil || summary.Best() != summary.Configurations[1] || summary.Configurations[0].Diverged() == nil {
		t.Errorf("%+v, %v", summary, err)
	}
	w.Close()
	w = open(t, folder, Shard{})
	err = w.Run(t.Context(), s, Options{Threads: 1}, Observer{Step: func(i int, _ *train.Run, _ train.Step) {
		t.Errorf("experiment %d is trained again", i)
	}})
	if err != nil {
		t.Error(err)
	}
}
