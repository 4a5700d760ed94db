package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"fnn/bench/peers/internal/turn"
	"fnn/dataset"
	"fnn/nn"
	"fnn/train"
)

// counts are the numbers of images predicted in one call.
var counts = []int{1, 64, 1024, 10000}

// predictionSeconds is how long a prediction is measured in a turn.
const predictionSeconds = 0.1

// predictions measures predictions with model A, after it has seen that all
// contenders compute the same. The outcomes are named by the number of images.
func predictions(rounds int, r *record) ([]outcome, error) {
	m, err := trainedModel()
	if err != nil {
		return nil, err
	}
	name, err := saveModel(m)
	if err != nil {
		return nil, err
	}
	c := newContest(predictors(r), r)
	defer c.close()
	var outcomes []outcome
	for _, count := range counts {
		task := fmt.Sprintf("predict %s %d %g", name, count, predictionSeconds)
		outcomes = append(outcomes, outcome{
			name:         fmt.Sprint(count),
			operations:   float64(count) * predictionOperations(m),
			measurements: c.run(task, rounds, func(check, first float64) bool { return math.Abs(check-first) <= 2 }),
		})
	}
	return outcomes, nil
}

// trainedModel returns model A after an epoch.
func trainedModel() (*nn.Model, error) {
	set, _, err := dataset.Load(filepath.Join(root, "data/fashion-mnist"))
	if err != nil {
		return nil, err
	}
	training, validation, err := set.Split(0.2, 1)
	if err != nil {
		return nil, err
	}
	m, err := turn.NewModel("A")
	if err != nil {
		return nil, err
	}
	config := train.DefaultConfig()
	config.Epochs = 1
	run, err := train.New(m, training, validation, config, nil)
	if err != nil {
		return nil, err
	}
	return m, run.Train(context.Background(), train.Observer{})
}

// saveModel writes a model in the formats that the workers read, and returns the
// files' name without its ending, from the root on.
func saveModel(m *nn.Model) (string, error) {
	const name = "bench/peers/" + buildDir + "/model"
	if err := os.MkdirAll(buildDir, 0o777); err != nil {
		return "", err
	}
	graph, err := onnxModel(m)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(root, name+".onnx"), graph, 0o666); err != nil {
		return "", err
	}
	return name, m.Save(filepath.Join(root, name+".safetensors"))
}

// predictionOperations returns the floating-point operations of the products in a
// prediction, for each sample.
func predictionOperations(m *nn.Model) float64 {
	operations := 0.0
	for _, layer := range m.Layers {
		if dense, ok := layer.(*nn.Dense); ok {
			operations += 2 * float64(dense.Weight.Rows) * float64(dense.Weight.Cols)
		}
	}
	return operations
}

// writePredictions writes a row for each contender, and a column for each number
// of images.
func writePredictions(w io.Writer, outcomes []outcome, peaks map[int]float64) {
	rows := contenderRows(outcomes, func(m measurement) string {
		return digits(1e6*m.seconds.median()) + " " + plusMinus(m.seconds)
	})
	rows = append(rows, limitRows(outcomes, peaks, func(seconds float64) string { return digits(1e6 * seconds) })...)
	writeTable(w, append([]string{"microseconds a call"}, names(outcomes)...), rows)
}
