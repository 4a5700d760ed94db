package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fnn/internal/experiment"
	"fnn/internal/report"
	"fnn/internal/sweep"
	"fnn/internal/terminal"
	"fnn/tensor"
	"fnn/train"
)

const sweepUsage = `Usage: fnn sweep [flags]

Sweep trains every model at every learning rate with every seed, the course
report's twelve experiments if nothing else is asked for; chooses the best by
macro F1 on the validation samples, as the mean over seeds of each run's best
epoch; and measures it, once, on the test samples.

Experiments run side by side, on a thread each as long as there are enough of
them. Each has a folder within the sweep's, as "fnn train" would write it. An
interrupt ends the steps, writes checkpoints and tells how to go on. In the end
report.html in the sweep's folder shows everything; report.md does, on a code
host.

The report validated its models with dropout left on. Sweep validates both ways;
the choice is by the right one. On Fashion-MNIST, the other is compared with the
report's tables.

Flags:

  -models LIST   architectures separated by commas: A, B, C, or words such as
                 "128 relu, 256 bn relu dropout:0.3" (A,B,C)
  -lrs LIST      learning rates (0.005,0.001,0.0005,0.0001)
  -seeds LIST    what the random choices of each run derive from (1)
  -epochs N      how often to go through the samples (20)
  -batch N       samples a step (64)
  -eval-dropout  validate with dropout left on as well; -eval-dropout=false does
                 not (true)
  -schedule WORDS
  -weight-decay X
  -clip-norm X
  -label-smoothing X
  -patience N    what they are to "fnn train", for all experiments
  -shard I/N     do one part of N, for machines that share the work: experiment I,
                 from 1, and every N-th after it. Put the folders together, or
                 let them be one, and -resume it when all are done; "fnn report"
                 shows what there is before that
  -data DIR      the folder of the data set (see "fnn help data"; with -resume,
                 the one that the sweep has been using)
  -out DIR       the folder to write to (runs/sweep, followed by what is not the
                 default); one that holds another sweep, or this one unfinished,
                 or that another process writes to, is refused
  -resume DIR    take up the sweep of a folder: what is finished stays, what is not
                 goes on, what is missing begins
  -checkpoint-every N
                 write checkpoints also within epochs: every N steps, or as often
                 as a time such as 30s or 5m says
  -threads N     goroutines that compute, in all; 0 stands for one a processor (0).
                 Results do not depend on it
  -json          results as JSON, one object a line: each experiment, then the
                 choice and its test
  -quiet         no progress

Examples:

  fnn sweep
  fnn sweep -models "A, 256 relu 128 relu" -lrs 0.001,0.0005 -seeds 1,2,3
  fnn sweep -resume runs/sweep
`

func runSweep(ctx context.Context, e *env, args []string) error {
	f, o := newFlags(append([]string{"epochs", "batch", "eval-dropout", "checkpoint-every",
		"data", "out", "threads", "json", "quiet"}, recipeFlags...)...)
	o.config.EvaluateDropout = true
	s := &sweeping{env: e, options: o, grid: sweep.ReportGrid(), began: time.Now()}
	f.Func("models", "", func(text string) (err error) {
		s.grid.Models, err = parseList(text, func(word string) (string, error) {
			err := o.setArchitecture(word)
			return o.architecture.String(), err
		})
		return err
	})
	f.Func("lrs", "", func(text string) (err error) {
		s.grid.LearningRates, err = parseList(text, func(word string) (float64, error) {
			err := o.setLearningRate(word)
			return o.config.LearningRate, err
		})
		return err
	})
	f.Func("seeds", "", func(text string) (err error) {
		s.grid.Seeds, err = parseList(text, func(word string) (uint64, error) {
			err := o.setSeed(word)
			return o.config.Seed, err
		})
		return err
	})
	f.Func("shard", "", func(text string) (err error) {
		s.shard, err = sweep.ParseShard(text)
		return err
	})
	var resume string
	f.Func("resume", "", func(text string) error {
		if resume = text; resume == "" {
			return errors.New("want the folder of a sweep")
		}
		return nil
	})
	arguments, err := parse(f, args)
	if err != nil {
		return err
	}
	if err := none(arguments); err != nil {
		return err
	}
	s.grid.Epochs, s.grid.Batch, s.grid.EvaluateDropout = o.config.Epochs, o.config.Batch, o.config.EvaluateDropout
	s.grid.Recipe = o.config.Recipe
	if resume != "" {
		if err := s.takeUp(f, resume); err != nil {
			return err
		}
		defer s.Close()
		return s.run(ctx)
	}
	for _, rate := range s.grid.LearningRates {
		if err := o.checkRecipe(rate); err != nil {
			return err
		}
	}
	return s.run(ctx)
}

// parseList parses a list of different values, separated by commas.
func parseList[T comparable](text string, parse func(string) (T, error)) ([]T, error) {
	var values []T
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); word == "" {
			return nil, errors.New("want a list separated by commas")
		}
		value, err := parse(word)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", word, err)
		}
		if slices.Contains(values, value) {
			return nil, fmt.Errorf("%q is there twice", word)
		}
		values = append(values, value)
	}
	return values, nil
}

// A sweeping is one call of "fnn sweep".
type sweeping struct {
	*env
	*options
	*sweep.Sweep // nil until it begins
	grid         sweep.Grid
	shard        sweep.Shard
	board        *terminal.Board
	began        time.Time
}

// takeUp opens the sweep of a folder. The flags may say again what it is, but
// nothing else.
func (s *sweeping) takeUp(f *flag.FlagSet, folder string) error {
	opened, err := sweep.Open(folder, s.shard)
	if err != nil {
		return err
	}
	asked := opened.Grid
	var out bool
	f.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "models":
			asked.Models = s.grid.Models
		case "lrs":
			asked.LearningRates = s.grid.LearningRates
		case "seeds":
			asked.Seeds = s.grid.Seeds
		case "epochs":
			asked.Epochs = s.grid.Epochs
		case "batch":
			asked.Batch = s.grid.Batch
		case "schedule":
			asked.Recipe.Schedule = s.grid.Recipe.Schedule
		case "weight-decay":
			asked.Recipe.WeightDecay = s.grid.Recipe.WeightDecay
		case "clip-norm":
			asked.Recipe.ClipNorm = s.grid.Recipe.ClipNorm
		case "label-smoothing":
			asked.Recipe.LabelSmoothing = s.grid.Recipe.LabelSmoothing
		case "patience":
			asked.Recipe.Patience = s.grid.Recipe.Patience
		case "eval-dropout":
			asked.EvaluateDropout = s.grid.EvaluateDropout
		case "out":
			out = true
		}
	})
	if out {
		err = usagef("-out does not go with -resume, which writes to the folder it takes up")
	} else if difference := opened.Grid.Differs(asked); difference != "" {
		err = usagef("-resume takes up a sweep as it was: %s is one of %s", folder, difference)
	}
	if err != nil {
		opened.Close()
		return err
	}
	if s.data == "" {
		s.data = experiment.FolderOf(opened.Grid.Data)
	}
	s.Sweep = opened
	return nil
}

func (s *sweeping) run(ctx context.Context) error {
	samples, err := experiment.LoadSamples(s.data)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.Sweep != nil {
		err = samples.Fit(s.Grid.Data)
	} else if s.Sweep, err = s.create(samples); err == nil {
		defer s.Close()
	}
	if err != nil {
		return err
	}
	err = s.train(ctx, samples)
	again := "to go on: fnn sweep -resume " + quoted(s.Folder)
	if !s.shard.Whole() {
		again += fmt.Sprintf(" -shard %d/%d", s.shard.Index, s.shard.Of)
	}
	switch {
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%w; %s", errInterrupted, again)
	case err != nil:
		failures := failures(err)
		for _, err := range failures {
			s.fail(err)
		}
		s.fail(fmt.Errorf("%d of %s failed; %s", len(failures), plural(len(s.Experiments), "experiment"), again))
		return errReported
	}
	return s.conclude(samples)
}

// create begins a new sweep.
func (s *sweeping) create(samples *experiment.Samples) (*sweep.Sweep, error) {
	var err error
	if s.grid.Data, err = samples.Data(s.grid.Seeds[0]); err != nil {
		return nil, err
	}
	return sweep.Create(cmp.Or(s.out, filepath.Join("runs", s.grid.Name())), s.grid, s.shard)
}

// failures returns the errors that one joins.
func failures(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// train runs the experiments that are left.
func (s *sweeping) train(ctx context.Context, samples *experiment.Samples) error {
	options := sweep.Options{Threads: s.threadCount(), Cadence: s.cadence}
	var all []terminal.Work
	for i, weight := range s.Weights(samples) {
		all = append(all, terminal.Work{Name: s.Experiments[i].Name, Weight: weight})
	}
	s.board = terminal.NewBoard(s.screen, s.quiet, all)
	defer s.board.Done()
	s.introduce(options.Threads)
	return s.Run(ctx, samples, options, sweep.Observer{
		Step: func(i int, r *train.Run, step train.Step) {
			status := terminal.Status{
				Epoch: step.Epoch, Epochs: step.Epochs, Step: step.Step, Steps: step.Steps,
				Samples: step.Samples, Loss: step.Loss, Accuracy: step.Accuracy,
			}
			if n := len(r.History); n > 0 {
				status.F1 = r.History[n-1].ValidationF1
			}
			s.board.Update(i, status)
		},
		Epoch: func(i int, r *train.Run, e train.Epoch) {
			if s.screen.Width == nil {
				s.board.Line(s.Experiments[i].Name + "  " + epochLine(e, r.Config.Epochs, r.BestEpoch == e.Epoch))
			}
		},
		End: s.end,
	})
}

func (s *sweeping) introduce(threads int) {
	what := plural(len(s.Experiments), "experiment")
	if !s.shard.Whole() {
		what = fmt.Sprintf("%d of %s", len(s.Experiments), plural(len(s.Grid.Configs()), "experiment"))
	}
	grid := s.Grid
	s.board.Line(fmt.Sprintf("%s: %s, %s, %s; %s on %d samples%s; %s, %s", what,
		plural(len(grid.Models), "model"), plural(len(grid.LearningRates), "learning rate"), plural(len(grid.Seeds), "seed"),
		plural(grid.Epochs, "epoch"), grid.Data.Train, with(grid.Recipe), plural(threads, "thread"), tensor.Kernel()))
}

// end tells that nothing is left to do for an experiment.
func (s *sweeping) end(i int, o *experiment.Outcome, err error) {
	text, ok := "failed", false
	switch {
	case err != nil:
	case o.Divergence() != "":
		text = o.Divergence()
	default:
		best := o.Best()
		text, ok = fmt.Sprintf("F1 %.4f in epoch %d of %d; %.1f s", best.ValidationF1, best.Epoch, len(o.History), o.Record.Seconds()), true
	}
	s.board.Finish(i, text, ok)
	if s.screen.Width == nil {
		s.board.Line(s.Experiments[i].Name + "  " + text)
	}
}

// conclude chooses the best, tests it and tells what came out. A shard cannot
// choose.
func (s *sweeping) conclude(samples *experiment.Samples) error {
	summary, err := s.Read()
	if err != nil {
		return err
	}
	var best *sweep.Configuration
	if s.shard.Whole() {
		team := s.team()
		defer team.Close()
		if err := summary.Test(samples, team); err != nil {
			return err
		}
		best = summary.Best()
	}
	pages := s.writePages(summary)
	if err := s.report(summary, best); err != nil {
		return err
	}
	if pages != nil {
		return fmt.Errorf("the results are written, but not all their pages: %w", pages)
	}
	if s.shard.Whole() && best == nil {
		return errors.New("there is no best: runs of every configuration diverged; try lower learning rates with -lrs")
	}
	return nil
}

// writePages writes the pages of each run, and those of the sweep unless it is a
// shard, which does not know the others.
func (s *sweeping) writePages(summary *sweep.Summary) error {
	for _, c := range summary.Configurations {
		for _, o := range c.Runs {
			if err := report.WriteRun(string(o.Folder), o); err != nil {
				return err
			}
		}
	}
	if !s.shard.Whole() {
		return nil
	}
	return report.Write(s.Folder, summary)
}

// report prints what came out, with the best if it is chosen.
func (s *sweeping) report(summary *sweep.Summary, best *sweep.Configuration) error {
	seconds := time.Since(s.began).Seconds()
	if s.json {
		return s.writeSummary(summary, best, seconds)
	}
	if len(s.Experiments) == 0 {
		_, err := fmt.Fprintf(s.stdout, "shard %d/%d has none of the %s\n", s.shard.Index, s.shard.Of, plural(len(s.Grid.Configs()), "experiment"))
		return err
	}
	if err := summary.WriteText(s.stdout); err != nil {
		return err
	}
	if best != nil {
		fmt.Fprintln(s.stdout)
		if err := summary.WriteBest(s.stdout); err != nil {
			return err
		}
	}
	where := printable(s.Folder)
	if s.shard.Whole() {
		where += ", shown by " + report.HTMLFile
	}
	_, err := fmt.Fprintf(s.stdout, "\n%s in %s; %.1f s in all\n", plural(len(s.Experiments), "experiment"), where, seconds)
	return err
}
