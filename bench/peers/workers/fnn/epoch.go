package main

import (
	"strings"
	"time"

	"fnn/bench/peers/internal/turn"
	"fnn/dataset"
	"fnn/nn"
	"fnn/tensor"
)

// A training is a model in training on the images in memory.
type training struct {
	trainer *nn.Trainer
	batches *dataset.Batches
	epochs  int
}

// epoch measures an epoch of the model that the arguments describe, which goes on
// learning from turn to turn.
func (w *worker) epoch(arguments []string) (seconds, check float64, err error) {
	words := strings.Join(arguments, " ")
	t := w.trainings[words]
	if t == nil {
		if t, err = newTraining(words, w.team); err != nil {
			return 0, 0, err
		}
		w.trainings[words] = t
	}
	begin := time.Now()
	check, err = t.epoch()
	return time.Since(begin).Seconds(), check, err
}

func newTraining(words string, team *tensor.Team) (*training, error) {
	set, err := turn.Fashion()
	if err != nil {
		return nil, err
	}
	m, err := turn.NewModel(words)
	if err != nil {
		return nil, err
	}
	trainer, err := nn.NewTrainer(m, nn.NewAdam(0.001), turn.Batch, 1, team)
	if err != nil {
		return nil, err
	}
	return &training{trainer: trainer, batches: dataset.NewBatches(set, turn.Batch, 1)}, nil
}

// epoch returns the mean loss of an epoch.
func (t *training) epoch() (float64, error) {
	sum := 0.0
	t.epochs++
	t.batches.Start(t.epochs)
	for t.batches.Next() {
		loss, _, err := t.trainer.Step(t.batches.Row, t.batches.Labels())
		if err != nil {
			return 0, err
		}
		sum += loss
	}
	return sum / turn.Samples, nil
}
