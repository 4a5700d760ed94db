package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"time"

	"fnn/bench/peers/internal/turn"
	"fnn/dataset"
	"fnn/nn"
	"fnn/tensor"
)

// predict measures the prediction of the first test images: NAME COUNT SECONDS.
func (w *worker) predict(arguments []string) (seconds, check float64, err error) {
	if len(arguments) != 3 {
		return 0, 0, fmt.Errorf("predict: %d arguments, want NAME COUNT SECONDS", len(arguments))
	}
	count, err := strconv.Atoi(arguments[1])
	if err != nil {
		return 0, 0, err
	}
	limit, err := strconv.ParseFloat(arguments[2], 64)
	if err != nil {
		return 0, 0, err
	}
	m, err := w.model(arguments[0])
	if err != nil {
		return 0, 0, err
	}
	x, labels, err := images(count)
	if err != nil {
		return 0, 0, err
	}
	logits := tensor.NewMatrix(count, m.Classes())
	seconds = turn.Repeat(limit, func() { w.compute(m, logits, x) })
	for i := range count {
		if nn.Argmax(logits.Row(i)) == labels[i] {
			check++
		}
	}
	return seconds, check, nil
}

// logits writes the logits of the test images to a file, float32 as they lie in
// memory: NAME FILE.
func (w *worker) logits(arguments []string) (seconds, check float64, err error) {
	if len(arguments) != 2 {
		return 0, 0, fmt.Errorf("logits: %d arguments, want NAME FILE", len(arguments))
	}
	m, err := w.model(arguments[0])
	if err != nil {
		return 0, 0, err
	}
	x, _, err := images(10000)
	if err != nil {
		return 0, 0, err
	}
	logits := tensor.NewMatrix(x.Rows, m.Classes())
	begin := time.Now()
	w.compute(m, logits, x)
	seconds = time.Since(begin).Seconds()
	data, err := binary.Append(nil, binary.NativeEndian, logits.Data)
	if err != nil {
		return 0, 0, err
	}
	return seconds, 0, os.WriteFile(arguments[1], data, 0o666)
}

// compute computes logits on as many threads as the worker has.
func (w *worker) compute(m *nn.Model, logits, x tensor.Matrix) {
	m.LogitsShared(w.team, logits, x)
}

func (w *worker) model(name string) (*nn.Model, error) {
	if m := w.models[name]; m != nil {
		return m, nil
	}
	m, err := nn.LoadFile(name + ".safetensors")
	if err == nil {
		w.models[name] = m
	}
	return m, err
}

// images returns the first test images, (count, 784) in [0, 1], and their labels.
func images(count int) (tensor.Matrix, []int, error) {
	set, err := dataset.LoadTest("data/fashion-mnist")
	if err != nil {
		return tensor.Matrix{}, nil, err
	}
	x := tensor.NewMatrix(count, set.Features())
	for i := range count {
		set.Row(i, x.Row(i))
	}
	return x, set.Labels()[:count], nil
}
