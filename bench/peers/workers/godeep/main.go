// Godeep is the worker for go-deep, which has neither dropout nor batch
// normalisation.
//
//	godeep THREADS
package main

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"time"

	"fnn/bench/peers/internal/turn"

	deep "github.com/patrikeh/go-deep"
	"github.com/patrikeh/go-deep/training"
)

// part is the part of an epoch that is measured, and taken for the whole: 24 steps
// of 750.
const part = 24 * turn.Batch

func main() {
	threads, err := strconv.Atoi(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "godeep:", err)
		os.Exit(2)
	}
	turn.Serve(turn.Version("go-deep", "github.com/patrikeh/go-deep"), map[string]turn.Task{"epoch": epochs(threads)})
}

// epochs measures an epoch of the model that the arguments describe.
func epochs(threads int) turn.Task {
	return func(arguments []string) (seconds, check float64, err error) {
		layout, err := layout(arguments)
		if err != nil {
			return 0, 0, err
		}
		examples, err := examples()
		if err != nil {
			return 0, 0, err
		}
		net := deep.NewNeural(&deep.Config{
			Inputs:     len(examples[0].Input),
			Layout:     layout,
			Activation: deep.ActivationReLU,
			Mode:       deep.ModeMultiClass,
			Weight:     deep.NewNormal(0.05, 0),
			Bias:       true,
		})
		trainer := training.NewBatchTrainer(training.NewAdam(0.001, 0.9, 0.999, 1e-8), 0, turn.Batch, threads)
		begin := time.Now()
		trainer.Train(net, examples, nil, 1)
		seconds = time.Since(begin).Seconds() * turn.Samples / part
		return seconds, loss(net, examples), nil
	}
}

// layout returns the widths of dense layers with ReLU between them, which is all
// that go-deep has.
func layout(words []string) ([]int, error) {
	var widths []int
	for _, word := range words {
		if word == "relu" {
			continue
		}
		width, err := strconv.Atoi(word)
		if err != nil {
			return nil, fmt.Errorf("go-deep has no layer %s", word)
		}
		widths = append(widths, width)
	}
	return append(widths, 10), nil
}

func examples() (training.Examples, error) {
	set, err := turn.Fashion()
	if err != nil {
		return nil, err
	}
	examples := make(training.Examples, part)
	row := make([]float32, set.Features())
	for i := range examples {
		set.Row(i, row)
		input, response := make([]float64, len(row)), make([]float64, set.Classes())
		for j, x := range row {
			input[j] = float64(x)
		}
		response[set.Label(i)] = 1
		examples[i] = training.Example{Input: input, Response: response}
	}
	return examples, nil
}

// loss returns the mean cross-entropy.
func loss(net *deep.Neural, examples training.Examples) float64 {
	sum := 0.0
	for _, e := range examples {
		for i, p := range net.Predict(e.Input) {
			if e.Response[i] == 1 {
				sum -= math.Log(max(p, 1e-12))
			}
		}
	}
	return sum / float64(len(examples))
}
