package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"fnn/bench/peers/internal/turn"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/dataset"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/layers/norm"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train"
	"github.com/gomlx/gomlx/ml/train/loss"
	"github.com/gomlx/gomlx/ml/train/optimizer"
)

// A training is a model in training on the images in memory.
type training struct {
	trainer *train.Trainer
	images  *dataset.InMemoryDataset
}

// epochs measures an epoch of the model that the arguments describe, which goes on
// learning from turn to turn.
func epochs(backend compute.Backend) turn.Task {
	trainings := map[string]*training{}
	return func(arguments []string) (seconds, check float64, err error) {
		words := strings.Join(arguments, " ")
		t := trainings[words]
		if t == nil {
			if t, err = newTraining(backend, arguments); err != nil {
				return 0, 0, err
			}
			trainings[words] = t
		}
		begin := time.Now()
		check, err = t.epoch()
		return time.Since(begin).Seconds(), check, err
	}
}

func newTraining(backend compute.Backend, words []string) (*training, error) {
	set, err := turn.Fashion()
	if err != nil {
		return nil, err
	}
	pixels, labels := make([]float32, set.Len()*set.Features()), make([]int32, set.Len())
	for i := range labels {
		set.Row(i, pixels[i*set.Features():][:set.Features()])
		labels[i] = int32(set.Label(i))
	}
	images, err := dataset.InMemoryFromData(backend, "Fashion-MNIST",
		[]any{tensors.FromFlatDataAndDimensions(pixels, set.Len(), set.Features())},
		[]any{tensors.FromFlatDataAndDimensions(labels, set.Len(), 1)})
	if err != nil {
		return nil, err
	}
	network, err := network(words)
	if err != nil {
		return nil, err
	}
	adam := optimizer.Adam().LearningRate(0.001).Epsilon(1e-8).Done()
	return &training{
		trainer: train.NewTrainer(backend, model.NewStore(), network, loss.SparseCategoricalCrossEntropyLogits, adam, nil, nil),
		images:  images.BatchSize(turn.Batch, true).Shuffle(),
	}, nil
}

// epoch returns the mean loss of an epoch's batches.
func (t *training) epoch() (float64, error) {
	sum, steps := 0.0, 0
	for batch, err := range t.images.Iter() {
		if err != nil {
			return 0, err
		}
		metrics, err := t.trainer.TrainStep(batch)
		if err != nil {
			return 0, err
		}
		sum += float64(tensors.ToScalar[float32](metrics[0]))
		steps++
	}
	return sum / float64(steps), nil
}

// network returns the layers that an architecture's words describe.
func network(words []string) (func(*model.Scope, []*graph.Node) *graph.Node, error) {
	for _, word := range words {
		name, argument, _ := strings.Cut(word, ":")
		if _, err := strconv.ParseFloat(argument, 64); name == "dropout" && err != nil {
			return nil, err
		}
		if _, err := strconv.Atoi(word); name != "relu" && name != "bn" && name != "dropout" && err != nil {
			return nil, fmt.Errorf("no layer %q", word)
		}
	}
	return func(scope *model.Scope, inputs []*graph.Node) *graph.Node {
		x := inputs[0]
		for i, word := range append(words, "10") {
			layer := scope.In("layer%d", i)
			name, argument, _ := strings.Cut(word, ":")
			switch name {
			case "relu":
				x = activation.Relu(x)
			case "bn":
				// Its operation for training is not in the Go backend.
				x = norm.BatchNorm(layer, x, -1).Epsilon(1e-5).UseBackendInference(false).Done()
			case "dropout":
				rate, _ := strconv.ParseFloat(argument, 64)
				x = layers.DropoutStatic(layer, x, rate)
			default:
				width, _ := strconv.Atoi(word)
				x = layers.Dense(layer, x, true, width)
			}
		}
		return x
	}, nil
}
