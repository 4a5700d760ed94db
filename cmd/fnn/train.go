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

	"fnn/dataset"
	"fnn/internal/experiment"
	"fnn/internal/terminal"
	"fnn/nn"
	"fnn/safetensors"
	"fnn/tensor"
	"fnn/train"
)

const trainUsage = `Usage: fnn train [flags]

Train trains a model with Adam, keeps it as it was after the epoch of the best
macro F1 on the validation samples (a fifth of the training set, drawn class by
class), and measures it on the test samples. "fnn" alone does the same.

The results go to standard output, progress to standard error, and a folder
keeps config.json, history.csv, model.safetensors, checkpoint.safetensors and
test.json. An interrupt ends the step, writes a checkpoint and tells how to go
on.

Flags:

  -model WORDS   the architecture: A, B, C, or words such as "128 relu 64 relu",
                 "256 bn relu dropout:0.3"; the output layer is implied (A)
  -lr RATE       the learning rate (0.001)
  -epochs N      how often to go through the samples (20)
  -batch N       samples a step (64)
  -seed N        what every random choice derives from (1)
  -init NAME     the first weights: normal, N(0, 0.01²), he or xavier (normal)
  -data DIR      the folder of the data set (see "fnn help data"; with -resume,
                 the one that the run has been using)
  -out DIR       the folder to write to (runs/<model>-lr<rate>-seed<seed>); one
                 that holds another run, or this one unfinished, is refused
  -resume DIR    take up the run of a folder; goes with -epochs, to lengthen it,
                 -data, -threads, -json and -quiet
  -threads N     goroutines that compute; 0 stands for one a processor (0).
                 Results do not depend on it
  -json          results as JSON, one object a line: each epoch, then the test
  -quiet         no progress

Examples:

  fnn train -model C -lr 0.005
  fnn train -model "256 bn relu dropout:0.3" -epochs 50 -out runs/wide
  fnn train -resume runs/wide -epochs 80
`

func runTrain(ctx context.Context, e *env, args []string) error {
	f, o := newFlags("model", "lr", "epochs", "batch", "seed", "data", "out", "threads", "json", "quiet")
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
	config := experiment.Config{
		Model: o.architecture.Name(), Architecture: o.architecture.String(), Initializer: initializer,
		LearningRate: o.config.LearningRate, Epochs: o.config.Epochs, Batch: o.config.Batch, Seed: o.config.Seed,
	}
	t := &training{env: e, options: o, config: config}
	if resume != "" {
		if err := t.takeUp(f, resume); err != nil {
			return err
		}
	}
	return t.run(ctx)
}

// A training is one call of "fnn train".
type training struct {
	*env
	*options
	config     experiment.Config
	folder     experiment.Folder
	checkpoint *safetensors.File // of the run to take up, or nil
	progress   *terminal.Progress
	began      time.Time
}

// takeUp reads what a folder says of its run.
func (t *training) takeUp(f *flag.FlagSet, folder experiment.Folder) error {
	var clash, epochs bool
	f.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "epochs":
			epochs = true
		case "resume", "data", "threads", "json", "quiet":
		default:
			clash = true
		}
	})
	if clash {
		return usagef("-resume takes up a run as it was: it goes with -epochs, -data, -threads, -json and -quiet alone")
	}
	config, err := folder.Config()
	if err != nil {
		return fmt.Errorf("no run to take up: %w", err)
	}
	if t.checkpoint, err = folder.Checkpoint(); err != nil {
		return fmt.Errorf("no run to take up: %w", err)
	}
	if epochs {
		if t.config.Epochs < config.Epochs {
			return usagef("-epochs %d: the run is one of %d epochs: want as many or more", t.config.Epochs, config.Epochs)
		}
		config.Epochs = t.config.Epochs
	}
	if t.data == "" {
		if dir, err := dataset.Find(config.Data.Folder); err == nil {
			t.data = dir
		}
	}
	t.config, t.folder = config, folder
	return nil
}

func (t *training) run(ctx context.Context) error {
	t.began = time.Now()
	training, validation, test, err := t.load()
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	model, err := t.model(training)
	if err != nil {
		return err
	}
	experiment.Describe(model, training)
	team := t.team()
	defer team.Close()
	r, err := train.New(model, training, validation, t.config.Training(), team)
	if errors.Is(err, nn.ErrBatchOfOne) {
		return fmt.Errorf("%w; choose another -batch", err)
	}
	if err != nil {
		return err
	}
	if t.checkpoint == nil {
		err = t.folder.Create(t.config)
	} else if err = r.Resume(t.checkpoint); err == nil {
		err = t.folder.Lengthen(t.config)
	} else {
		err = fmt.Errorf("%s: %w", filepath.Join(string(t.folder), experiment.CheckpointFile), err)
	}
	if err != nil {
		return err
	}
	if err := t.train(ctx, r, team); err != nil {
		return err
	}
	return t.test(r, test, team)
}

// model returns the model to train: a new one, or that of the checkpoint.
func (t *training) model(training *dataset.Set) (*nn.Model, error) {
	if t.checkpoint != nil {
		name := filepath.Join(string(t.folder), experiment.CheckpointFile)
		model, err := train.CheckpointModel(t.checkpoint)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if words := model.Architecture.String(); words != t.config.Architecture {
			return nil, fmt.Errorf("%s is of a model %q, but %s says %q", name, words, experiment.ConfigFile, t.config.Architecture)
		}
		return model, nil
	}
	architecture, err := nn.ParseArchitecture(t.config.Architecture)
	if err != nil {
		return nil, err
	}
	model, err := nn.New(architecture, training.Features(), training.Classes())
	if err != nil {
		return nil, err
	}
	return model, model.Initialize(t.config.Initializer, t.config.Seed)
}

// load reads the data set and splits it.
func (t *training) load() (training, validation, test *dataset.Set, err error) {
	dir, err := dataset.Find(t.data)
	if err != nil {
		return nil, nil, nil, err
	}
	all, test, err := dataset.Load(dir)
	if err != nil {
		return nil, nil, nil, err
	}
	const held = 0.2 // as in the report
	training, validation, err = all.Split(held, t.config.Seed)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%s: %w", dir, err)
	}
	data := experiment.Data{
		Folder: dir, Train: training.Len(), Validation: validation.Len(), Test: test.Len(), Checksum: experiment.Checksum(all),
	}
	if t.checkpoint != nil && data.Checksum != t.config.Data.Checksum {
		return nil, nil, nil, fmt.Errorf("%s is not the data of the run: its checksum is %s, not %s; -data names another folder",
			dir, data.Checksum, t.config.Data.Checksum)
	}
	t.config.Data = data
	if t.folder == "" {
		t.folder = experiment.Folder(t.out)
	}
	if t.folder == "" {
		t.folder = experiment.Folder(filepath.Join("runs", t.config.Name()))
	}
	return training, validation, test, nil
}

// train runs the epochs that are left, and writes to the folder after each.
func (t *training) train(ctx context.Context, r *train.Run, team *tensor.Team) error {
	t.progress = terminal.NewProgress(t.screen, t.quiet)
	defer t.progress.Done()
	t.introduce(r, team)
	observer := train.Observer{
		Step: func(s train.Step) error {
			t.progress.Update(terminal.Status{
				Epoch: s.Epoch, Epochs: s.Epochs, Step: s.Step, Steps: s.Steps,
				Samples: s.Samples, Loss: s.Loss, Accuracy: s.Accuracy,
			})
			return nil
		},
		Epoch: func(e train.Epoch) error { return t.endEpoch(r, e) },
	}
	err := r.Train(ctx, observer)
	if errors.Is(err, context.Canceled) {
		t.progress.Done()
		if err := t.folder.WriteCheckpoint(r); err != nil {
			return fmt.Errorf("interrupted, and the checkpoint cannot be written: %w", err)
		}
		return fmt.Errorf("%w; to go on: fnn train -resume %s", errInterrupted, quoted(string(t.folder)))
	}
	return err
}

func (t *training) introduce(r *train.Run, team *tensor.Team) {
	name := cmp.Or(t.config.Architecture, "the output layer alone")
	if t.config.Model != "" {
		name = fmt.Sprintf("%s (%s)", printable(t.config.Model), name)
	}
	verb := "training"
	switch n := len(r.History); {
	case t.checkpoint == nil:
	case n >= t.config.Epochs:
		t.progress.Line(fmt.Sprintf("all %d epochs are done", n))
		return
	case n == 1:
		verb = "after 1 epoch, training"
	default:
		verb = fmt.Sprintf("after %d epochs, training", n)
	}
	threads := "1 thread"
	if n := team.Threads(); n > 1 {
		threads = fmt.Sprintf("%d threads", n)
	}
	t.progress.Line(fmt.Sprintf("%s %s, %d parameters, at learning rate %g on %d samples; %s, %s",
		verb, name, r.Model.Parameters(), t.config.LearningRate, t.config.Data.Train, threads, tensor.Kernel()))
}

func (t *training) endEpoch(r *train.Run, e train.Epoch) error {
	mark := ""
	if r.BestEpoch == e.Epoch {
		mark = "  best so far"
	}
	t.progress.Line(fmt.Sprintf("epoch %*d/%d  loss %.4f  accuracy %.4f  validation: loss %.4f  accuracy %.4f  F1 %.4f%s",
		len(fmt.Sprint(t.config.Epochs)), e.Epoch, t.config.Epochs, e.TrainLoss, e.TrainAccuracy,
		e.ValidationLoss, e.ValidationAccuracy, e.ValidationF1, mark))
	if err := t.folder.WriteHistory(r.History); err != nil {
		return err
	}
	if r.BestEpoch == e.Epoch {
		if err := t.folder.WriteModel(r.Best); err != nil {
			return err
		}
	}
	if err := t.folder.WriteCheckpoint(r); err != nil || !t.json {
		return err
	}
	return t.writeJSON(epochJSON(e))
}

// epochJSON is an epoch as -json prints it, with the names of history.csv. Its
// figures are finite, or the run would have ended.
type epochJSON struct {
	Epoch              int     `json:"epoch"`
	TrainLoss          float64 `json:"train_loss"`
	TrainAccuracy      float64 `json:"train_acc"`
	ValidationLoss     float64 `json:"val_loss"`
	ValidationAccuracy float64 `json:"val_acc"`
	ValidationF1       float64 `json:"val_f1"`
}

// test measures the best model, and tells and writes the results.
func (t *training) test(r *train.Run, test *dataset.Set, team *tensor.Team) error {
	result, err := experiment.Test(r.Best, test, team)
	if err != nil {
		return err
	}
	if err := t.folder.WriteResult(result); err != nil {
		return err
	}
	t.progress.Line(fmt.Sprintf("the best model, of epoch %d, is in %s; %.1f s in all\n",
		r.BestEpoch, printable(string(t.folder)), time.Since(t.began).Seconds()))
	if t.json {
		return t.writeJSON(result)
	}
	return result.WriteText(t.stdout)
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
