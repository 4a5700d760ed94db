package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fnn/internal/experiment"
	"fnn/internal/report"
	"fnn/internal/terminal"
	"fnn/nn"
	"fnn/tensor"
	"fnn/train"
)

const trainUsage = `Usage: fnn train [flags]

Train trains a model with Adam, keeps it as it was after the epoch of the best
macro F1 on the validation samples (a fifth of the training set, drawn class by
class), and measures it on the test samples. "fnn" alone does the same.

The results go to standard output, progress to standard error, and a folder
keeps the configuration, the history, the model, a checkpoint of each epoch, the
results of the test, and report.html, which shows them all. An interrupt ends the
step, writes a checkpoint and tells how to go on.

Flags:

  -model WORDS   the architecture: A, B, C, or words such as "128 relu 64 relu",
                 "256 bn relu dropout:0.3"; the output layer is implied (A)
  -lr RATE       the learning rate (0.001)
  -epochs N      how often to go through the samples (20)
  -batch N       samples a step (64)
  -seed N        what every random choice derives from (1)
  -eval-dropout  validate a second time with dropout left on, as the report did by
                 mistake: history-dropout.csv. No other result changes
  -init NAME     the first weights: normal, N(0, 0.01²), he or xavier (normal)
  -data DIR      the folder of the data set (see "fnn help data"; with -resume,
                 the one that the run has been using)
  -out DIR       the folder to write to (runs/<model>-lr<rate>-seed<seed>, followed
                 by what else is not the default); one that holds another run, or
                 this one unfinished, or that another process writes to, is refused
  -resume DIR    take up the run of a folder; goes with -epochs, to lengthen it,
                 -data, -checkpoint-every, -threads, -json and -quiet
  -checkpoint-every N
                 write a checkpoint also within an epoch: every N steps, or as
                 often as a time such as 30s or 5m says
  -threads N     goroutines that compute; 0 stands for one a processor (0).
                 Results do not depend on it
  -json          results as JSON, one object a line: each epoch, then the test
  -quiet         no progress

What a training loop may do besides, all of it off unless asked for:

  -schedule WORDS
                 how the learning rate changes: "step:5:0.1", a tenth after every
                 5 epochs; "cosine", down to 0 at the end along half a cosine, or
                 "cosine:0.0001", down to that; "warmup:2", a rise over 2 epochs,
                 alone or before one of them, as in "warmup:2 cosine" (constant)
  -weight-decay X
                 the share that a step takes off each weight of a dense layer, times
                 the learning rate: decoupled, as in AdamW
  -clip-norm X   the largest norm of a step's gradient; larger ones are scaled down
  -label-smoothing X
                 the share of a label that goes to all classes evenly
  -patience N    stop after N epochs in a row without a higher validation F1

Examples:

  fnn train -model C -lr 0.005
  fnn train -schedule "warmup:1 cosine" -weight-decay 0.05 -epochs 100 -patience 10
  fnn train -model "256 bn relu dropout:0.3" -epochs 50 -out runs/wide
  fnn train -resume runs/wide -epochs 80
`

func runTrain(ctx context.Context, e *env, args []string) error {
	f, o := newFlags(append([]string{"model", "lr", "epochs", "batch", "seed", "eval-dropout", "checkpoint-every",
		"data", "out", "threads", "json", "quiet"}, recipeFlags...)...)
	initializer := nn.Normal
	f.Func("init", "", func(text string) error {
		if initializer = nn.Initializer(text); !slices.Contains(nn.Initializers, initializer) {
			return errors.New("want normal, he or xavier")
		}
		return nil
	})
	var resume experiment.Folder
	f.Func("resume", "", func(text string) error {
		if resume = experiment.Folder(text); resume == "" {
			return errors.New("want the folder of a run")
		}
		return nil
	})
	arguments, err := parse(f, args)
	if err != nil {
		return err
	}
	if len(arguments) > 0 {
		if _, err := nn.ParseArchitecture(arguments[0]); err == nil {
			return usagef(`unexpected argument %q: the words of an architecture go in quotes after -model, as in -model "128 relu"`, arguments[0])
		}
	}
	if err := none(arguments); err != nil {
		return err
	}
	t := &training{env: e, options: o, initializer: initializer, began: time.Now()}
	if resume != "" {
		if err := t.takeUp(f, resume); err != nil {
			return err
		}
		defer t.experiment.Close()
	} else if err := o.checkRecipe(o.config.LearningRate); err != nil {
		return err
	}
	return t.run(ctx)
}

// A training is one call of "fnn train".
type training struct {
	*env
	*options
	initializer nn.Initializer
	experiment  *experiment.Run // nil until it begins
	resumed     bool
	progress    *terminal.Progress
	began       time.Time
}

// takeUp opens the run of a folder.
func (t *training) takeUp(f *flag.FlagSet, folder experiment.Folder) error {
	var clash, epochs bool
	f.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "epochs":
			epochs = true
		case "resume", "data", "checkpoint-every", "threads", "json", "quiet":
		default:
			clash = true
		}
	})
	if clash {
		return usagef("-resume takes up a run as it was: it goes with -epochs, -data, -checkpoint-every, -threads, -json and -quiet alone")
	}
	if err := checkFolder(string(folder), "\"fnn sweep -resume\" takes it up"); err != nil {
		return err
	}
	run, err := experiment.Open(folder)
	if err != nil {
		return err
	}
	if epochs {
		if t.config.Epochs < run.Config.Epochs {
			run.Close()
			return usagef("-epochs %d: the run is one of %d epochs: want as many or more", t.config.Epochs, run.Config.Epochs)
		}
		run.Config.Epochs = t.config.Epochs
	}
	if t.data == "" {
		t.data = experiment.FolderOf(run.Config.Data)
	}
	t.experiment, t.resumed = run, true
	return nil
}

func (t *training) run(ctx context.Context) error {
	samples, err := experiment.LoadSamples(t.data)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	team := t.team()
	defer team.Close()
	if t.resumed {
		err = t.experiment.Resume(samples, team)
	} else if t.experiment, err = t.start(samples, team); err == nil {
		defer t.experiment.Close()
	}
	if err != nil {
		return err
	}
	if err := t.train(ctx, team); err != nil {
		return err
	}
	result, err := t.experiment.Test(samples.Test, team)
	if err != nil {
		return err
	}
	pages := t.writePages()
	if err := t.report(result); err != nil {
		return err
	}
	return pages
}

// start begins a new run.
func (t *training) start(samples *experiment.Samples, team *tensor.Team) (*experiment.Run, error) {
	config := experiment.NewConfig(t.architecture, t.options.config)
	config.Initializer = t.initializer
	folder := experiment.Folder(t.out)
	if folder == "" {
		folder = experiment.Folder(filepath.Join("runs", config.Name()))
	}
	return experiment.Start(folder, config, samples, team)
}

// train runs the epochs that are left.
func (t *training) train(ctx context.Context, team *tensor.Team) error {
	t.progress = terminal.NewProgress(t.screen, t.quiet)
	defer t.progress.Done()
	t.introduce(team)
	t.experiment.Cadence = t.cadence
	err := t.experiment.Train(ctx, train.Observer{
		Step: func(s train.Step) error {
			t.progress.Update(terminal.Status{
				Epoch: s.Epoch, Epochs: s.Epochs, Step: s.Step, Steps: s.Steps,
				Samples: s.Samples, Loss: s.Loss, Accuracy: s.Accuracy,
			})
			return nil
		},
		Epoch: t.endEpoch,
	})
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w; to go on: fnn train -resume %s", errInterrupted, quoted(string(t.experiment.Folder)))
	}
	return err
}

func (t *training) introduce(team *tensor.Team) {
	r, config := t.experiment.Training, t.experiment.Config
	verb := "training"
	switch n := len(r.History); {
	case !t.resumed:
	case n >= config.Epochs:
		t.progress.Line(fmt.Sprintf("all %d epochs are done", n))
		return
	case r.Config.StoppedEarly(r.History):
		t.progress.Line(fmt.Sprintf("stopped early, after %s of %d", plural(n, "epoch"), config.Epochs))
		return
	case n == 1:
		verb = "after 1 epoch, training"
	default:
		verb = fmt.Sprintf("after %d epochs, training", n)
	}
	t.progress.Line(fmt.Sprintf("%s %s, %d parameters, at learning rate %g on %d samples%s; %s, %s",
		verb, named(config.Architecture, config.Model), r.Model.Parameters(), config.LearningRate, config.Data.Train,
		with(config.Recipe), plural(team.Threads(), "thread"), tensor.Kernel()))
}

// with tells of a recipe, unless all of it is off.
func with(r train.Recipe) string {
	if r == (train.Recipe{}) {
		return ""
	}
	return ", " + r.String()
}

// named returns an architecture's words, after its name if it has one.
func named(words, name string) string {
	words = cmp.Or(words, "the output layer alone")
	if name == "" {
		return words
	}
	return fmt.Sprintf("%s (%s)", printable(name), words)
}

// plural returns a number of things, with an s, or es, if they are not one.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	if strings.HasSuffix(thing, "s") {
		thing += "e"
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// endEpoch tells of an epoch, which the folder has by now.
func (t *training) endEpoch(e train.Epoch) error {
	r := t.experiment.Training
	t.progress.Line(epochLine(e, r.Config.Epochs, r.BestEpoch == e.Epoch))
	if r.Config.StoppedEarly(r.History) {
		t.progress.Line(fmt.Sprintf("no higher F1 in %s: stopped early", plural(r.Config.Recipe.Patience, "epoch")))
	}
	if !t.json {
		return nil
	}
	return t.writeJSON(newEpochJSON(e, r.DropoutHistory))
}

// epochLine is an epoch on a line.
func epochLine(e train.Epoch, epochs int, best bool) string {
	mark := ""
	if best {
		mark = "  best so far"
	}
	return fmt.Sprintf("epoch %*d/%d  loss %.4f  accuracy %.4f  validation: loss %.4f  accuracy %.4f  F1 %.4f%s",
		len(fmt.Sprint(epochs)), e.Epoch, epochs, e.TrainLoss, e.TrainAccuracy,
		e.ValidationLoss, e.ValidationAccuracy, e.ValidationF1, mark)
}

// epochJSON is an epoch as -json prints it, with the names of history.csv. Its
// figures are finite, or the run would have ended.
type epochJSON struct {
	Epoch              int          `json:"epoch"`
	TrainLoss          float64      `json:"train_loss"`
	TrainAccuracy      float64      `json:"train_acc"`
	ValidationLoss     float64      `json:"val_loss"`
	ValidationAccuracy float64      `json:"val_acc"`
	ValidationF1       float64      `json:"val_f1"`
	Dropout            *dropoutJSON `json:"dropout_on,omitempty"`
}

// dropoutJSON holds the validation figures with dropout on.
type dropoutJSON struct {
	ValidationLoss     float64 `json:"val_loss"`
	ValidationAccuracy float64 `json:"val_acc"`
	ValidationF1       float64 `json:"val_f1"`
}

// newEpochJSON returns an epoch with what the last row of the dropout history, if
// there is one, says of it.
func newEpochJSON(e train.Epoch, dropout train.History) epochJSON {
	j := epochJSON{
		Epoch: e.Epoch, TrainLoss: e.TrainLoss, TrainAccuracy: e.TrainAccuracy,
		ValidationLoss: e.ValidationLoss, ValidationAccuracy: e.ValidationAccuracy, ValidationF1: e.ValidationF1,
	}
	if n := len(dropout); n > 0 {
		d := dropout[n-1]
		j.Dropout = &dropoutJSON{d.ValidationLoss, d.ValidationAccuracy, d.ValidationF1}
	}
	return j
}

// report tells the results, which the folder has by now.
func (t *training) report(result *experiment.Result) error {
	t.progress.Line(fmt.Sprintf("the best model, of epoch %d, is in %s; %.1f s in all\n",
		t.experiment.Training.BestEpoch, printable(string(t.experiment.Folder)), time.Since(t.began).Seconds()))
	if t.json {
		return t.writeJSON(result)
	}
	return result.WriteText(t.stdout)
}

// writePages writes the pages of the run, which has all its results by now.
func (t *training) writePages() error {
	folder := t.experiment.Folder
	outcome, err := experiment.Read(folder)
	if err == nil {
		err = report.WriteRun(string(folder), outcome)
	}
	if err != nil {
		return fmt.Errorf("the results are written, but not their pages: %w", err)
	}
	return nil
}

// quoted returns a folder's name as a shell takes it.
func quoted(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool {
		return !strings.ContainsRune("._-+:@%/"+string(os.PathSeparator), r) && !isAlphanumeric(r)
	}) {
		return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
	}
	return name
}

func isAlphanumeric(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}
