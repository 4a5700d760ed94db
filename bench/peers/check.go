package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"fnn/nn"
)

// largestDifference is the most by which a logit of another library's may differ
// from ours.
const largestDifference = 1e-4

// checkModel compares the logits of a model's file, for the test images, with
// those that other libraries compute from it.
func checkModel(w io.Writer, file string) error {
	if !filepath.IsAbs(file) {
		file = filepath.Join(root, file)
	}
	m, err := nn.LoadFile(file)
	if err != nil {
		return err
	}
	name, err := saveModel(m)
	if err != nil {
		return err
	}
	r := &record{}
	c := newContest(predictors(r), r)
	defer c.close()
	if len(c.workers) < 2 {
		return errors.New("nobody is here to compare with")
	}
	var want []float32
	var failed error
	for _, p := range c.workers {
		output := name + ".logits"
		if _, _, err := p.ask("logits " + name + " " + output); err != nil {
			return fmt.Errorf("%s: %w", p.name(), err)
		}
		logits, err := readFloats(filepath.Join(root, output))
		if err != nil {
			return err
		}
		if want == nil {
			want = logits
			continue
		}
		difference, err := maxDifference(logits, want)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name(), err)
		}
		fmt.Fprintf(w, "%s, %s: largest difference of a logit %.2g\n", p.name(), inThreads(p.threads), difference)
		if !(difference <= largestDifference) {
			failed = fmt.Errorf("%s disagrees by more than %g", p.name(), largestDifference)
		}
	}
	return failed
}

func readFloats(name string) ([]float32, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	values := make([]float32, len(data)/4)
	_, err = binary.Decode(data, binary.NativeEndian, values)
	return values, err
}

func maxDifference(a, b []float32) (float64, error) {
	if len(a) != len(b) {
		return 0, fmt.Errorf("%d values, want %d", len(a), len(b))
	}
	most := 0.0
	for i := range a {
		difference := math.Abs(float64(a[i]) - float64(b[i]))
		if math.IsNaN(difference) {
			return difference, nil
		}
		most = max(most, difference)
	}
	return most, nil
}
