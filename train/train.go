// Package train is the training loop: mini-batches through a model, an
// evaluation on held-out samples after each epoch, the history of both, the best
// model by macro F1, and checkpoints from which a run goes on as if it had never
// stopped.
//
//	run, err := train.New(model, trainSet, validationSet, config, team)
//	err = run.Train(ctx, train.Observer{})
//	best := run.Best
//
// What a run computes is a function of the data and the [Config] alone.
package train

import (
	"context"
	"errors"
	"fmt"
	"math"

	"fnn/dataset"
	"fnn/nn"
	"fnn/tensor"
)

// A Config says how to train.
type Config struct {
	LearningRate float64 // of Adam
	Epochs       int
	Batch        int    // samples a step; New lowers it to as many as there are
	Seed         uint64 // of the order of samples and of dropout
	Recipe       Recipe // what else, if anything

	// EvaluateDropout asks for a second evaluation after each epoch, with dropout
	// on, as the course report took it: see Run.DropoutHistory. New takes it as
	// false for a model without dropout.
	EvaluateDropout bool
}

// DefaultConfig is the configuration of the report's best experiment.
func DefaultConfig() Config {
	return Config{LearningRate: 0.001, Epochs: 20, Batch: 64, Seed: 1}
}

// Finished says whether a run is at its end that has come to the given history: all
// its epochs are done, or its patience is at an end.
func (c Config) Finished(h History) bool {
	return len(h) >= c.Epochs || c.StoppedEarly(h)
}

// StoppedEarly says whether a run that has come to the given history is at its end
// because of its patience.
func (c Config) StoppedEarly(h History) bool {
	return c.Recipe.Patience > 0 && len(h) > 0 && len(h)-h.Best().Epoch >= c.Recipe.Patience
}

// A Run is one training of a model, from its first step to its last.
type Run struct {
	Config    Config
	Model     *nn.Model // as trained so far
	Best      *nn.Model // as it was after the epoch of the highest validation F1
	BestEpoch int       // that epoch, from 1; 0 before the first has ended
	History   History   // a row for each epoch that has ended

	// DropoutHistory is the history with the validation figures that the model has
	// with dropout left on, if Config.EvaluateDropout asks for it. They are worse
	// than the model is, and decide nothing.
	DropoutHistory History

	validation *dataset.Set
	samples    int
	batches    *dataset.Batches
	trainer    *nn.Trainer
	team       *tensor.Team
	curve      curve // of the learning rate

	// Within the current epoch: steps taken, the sum of their losses, and how
	// many of their samples came out right.
	step    int
	loss    float64
	correct int
}

// ErrDiverged is wrapped by the error of a run whose loss is no longer a finite
// number.
var ErrDiverged = errors.New("the loss diverged")

// New prepares to train a model on one set, and to evaluate it on another, with
// the threads of a team. It gives the model the names of the set's classes and
// the scale of its samples. It is an error if a set is empty or does not have the
// model's features and classes, if the configuration makes no sense, or if there
// is batch normalisation and a batch would be one sample (nn.ErrBatchOfOne).
func New(m *nn.Model, training, validation *dataset.Set, c Config, team *tensor.Team) (*Run, error) {
	if c.Epochs < 1 {
		return nil, fmt.Errorf("train: %d epochs: want at least 1", c.Epochs)
	}
	for _, s := range []*dataset.Set{training, validation} {
		if s.Features() != m.Inputs || s.Classes() != m.Classes() {
			return nil, fmt.Errorf("train: samples of %d features in %d classes for a model of %d inputs and %d classes",
				s.Features(), s.Classes(), m.Inputs, m.Classes())
		}
		if s.Len() == 0 {
			return nil, errors.New("train: no samples")
		}
	}
	if c.Batch < 1 {
		return nil, fmt.Errorf("train: batches of %d samples: want at least 1", c.Batch)
	}
	c.Batch = min(c.Batch, training.Len())
	if last := training.Len() % c.Batch; last == 1 && m.HasBatchNorm() {
		return nil, fmt.Errorf("train: %d samples in batches of %d leave a batch of one: %w",
			training.Len(), c.Batch, nn.ErrBatchOfOne)
	}
	curve, err := c.Recipe.curve(c.LearningRate, c.Epochs)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	c.EvaluateDropout = c.EvaluateDropout && m.HasDropout()
	m.ClassNames, m.InputScale = training.ClassNames(), training.Scale()
	optimizer := nn.NewAdam(c.LearningRate)
	optimizer.WeightDecay, optimizer.ClipNorm = c.Recipe.WeightDecay, c.Recipe.ClipNorm
	trainer, err := nn.NewTrainer(m, optimizer, c.Batch, c.Seed, team)
	if err != nil {
		return nil, err
	}
	if err := trainer.SmoothLabels(c.Recipe.LabelSmoothing); err != nil {
		return nil, err
	}
	return &Run{
		Config: c, Model: m, Best: m.Clone(),
		validation: validation, samples: training.Len(),
		batches: dataset.NewBatches(training, c.Batch, c.Seed),
		trainer: trainer, team: team, curve: curve,
	}, nil
}

// A Step tells how far a run has come within an epoch.
type Step struct {
	Epoch, Epochs int // the epoch counts from 1
	Step, Steps   int // of the epoch
	Samples       int // of the epoch, so far
	Loss          float64
	Accuracy      float64 // both the mean of the epoch so far
}

// An Observer is told how a run goes. Either function may be nil.
type Observer struct {
	// Step is called after each step, so it should be quick. It may give the run
	// another team, or save a checkpoint. An error ends the run.
	Step func(Step) error
	// Epoch is called after each epoch, when the run's History, Best and
	// checkpoint are up to date. An error ends the run.
	Epoch func(Epoch) error
}

// SetTeam lets another team do the work that follows, which changes no result.
// While Train runs, only its observer may call this.
func (r *Run) SetTeam(team *tensor.Team) {
	r.team = team
	r.trainer.SetTeam(team)
}

// Train runs to the end of the last epoch, or of the one that Recipe.Patience makes
// the last. When ctx is cancelled it finishes the
// current step and returns ctx's error; the run can then be saved in a
// checkpoint and taken up again. A loss that is not finite ends the run with
// ErrDiverged.
func (r *Run) Train(ctx context.Context, o Observer) error {
	input := nn.Input(r.batches.Row)
	for !r.Config.Finished(r.History) {
		epoch := len(r.History) + 1
		r.batches.Start(epoch)
		r.trainer.StartEpoch(epoch)
		r.batches.Skip(r.step)
		r.trainer.Skip(r.step * r.Config.Batch)
		for r.batches.Next() {
			r.trainer.SetLearningRate(r.rate(epoch))
			loss, correct, err := r.trainer.Step(input, r.batches.Labels())
			if err != nil {
				return err
			}
			r.step++
			r.loss += loss
			r.correct += correct
			if math.IsNaN(loss) || math.IsInf(loss, 0) {
				return r.diverged(loss, fmt.Sprintf("at step %d of", r.step), epoch)
			}
			if o.Step != nil {
				if err := o.Step(r.progress(epoch)); err != nil {
					return err
				}
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if err := r.endEpoch(epoch); err != nil {
			return err
		}
		if o.Epoch != nil {
			if err := o.Epoch(r.History[len(r.History)-1]); err != nil {
				return err
			}
		}
	}
	return nil
}

// rate returns the learning rate of the next step, in the given epoch.
func (r *Run) rate(epoch int) float64 {
	steps := r.batches.Steps()
	return r.curve.rate(r.Config.LearningRate, int64(epoch-1)*int64(steps)+int64(r.step), steps, r.Config.Epochs)
}

func (r *Run) diverged(loss float64, place string, epoch int) error {
	return fmt.Errorf("train: %w: it is %g %s epoch %d; try a learning rate below %g",
		ErrDiverged, loss, place, epoch, r.Config.LearningRate)
}

func (r *Run) progress(epoch int) Step {
	samples := min(r.step*r.Config.Batch, r.samples)
	return Step{
		Epoch: epoch, Epochs: r.Config.Epochs, Step: r.step, Steps: r.batches.Steps(), Samples: samples,
		Loss: r.loss / float64(samples), Accuracy: float64(r.correct) / float64(samples),
	}
}

// endEpoch evaluates the model, adds a row to the history or to both, and keeps
// the model if it is the best so far.
func (r *Run) endEpoch(epoch int) error {
	row, err := r.row(epoch, Evaluate(r.Model, r.validation, r.team))
	if err != nil {
		return err
	}
	if r.Config.EvaluateDropout {
		row, err := r.row(epoch, EvaluateWithDropout(r.Model, r.validation, r.Config.Seed, epoch, r.team))
		if err != nil {
			return err
		}
		r.DropoutHistory = append(r.DropoutHistory, row)
	}
	r.History = append(r.History, row)
	r.step, r.loss, r.correct = 0, 0, 0
	if r.History.Best().Epoch == epoch {
		r.BestEpoch = epoch
		r.Best.CopyWeights(r.Model)
	}
	return nil
}

// row returns the history's row of the epoch that ends with an evaluation.
func (r *Run) row(epoch int, e Evaluation) (Epoch, error) {
	if math.IsNaN(e.Loss) || math.IsInf(e.Loss, 0) {
		return Epoch{}, r.diverged(e.Loss, "on the validation samples after", epoch)
	}
	return Epoch{
		Epoch:              epoch,
		TrainLoss:          r.loss / float64(r.samples),
		TrainAccuracy:      float64(r.correct) / float64(r.samples),
		ValidationLoss:     e.Loss,
		ValidationAccuracy: e.Confusion.Accuracy(),
		ValidationF1:       e.Confusion.Macro().F1,
	}, nil
}
