package experiment

import (
	"cmp"
	"fmt"
	"slices"

	"fnn/dataset"
	"fnn/nn"
	"fnn/safetensors"
	"fnn/tensor"
)

// maxMistakes is how many of the mistakes' samples are kept.
const maxMistakes = 64

// Predictions is what a run's predictions.safetensors holds: what the model made
// of each test sample, and the samples that it was most wrong about.
type Predictions struct {
	Probabilities tensor.Matrix // (samples, classes)
	Labels        []int         // (samples), the truth

	// Mistakes are the samples that the model took for another class with the
	// highest probability, the highest first: at most 64. Of equals the first
	// sample comes first.
	Mistakes []int

	// Pictures are those of the mistakes, as they were loaded, Height x Width bytes
	// each; nil if samples are no pictures of bytes.
	Pictures      [][]byte
	Height, Width int
}

// The names of the tensors.
const (
	nameProbabilities = "probabilities" // F32 (samples, classes)
	nameLabels        = "labels"        // I64 (samples)
	nameMistakes      = "mistakes"      // I64 (mistakes)
	namePictures      = "pictures"      // U8 (mistakes, height, width)
)

// newPredictions makes the predictions of logits for the samples of a set.
func newPredictions(logits tensor.Matrix, s *dataset.Set) *Predictions {
	p := &Predictions{Probabilities: logits, Labels: s.Labels()}
	for i := range logits.Rows {
		nn.Softmax(logits.Row(i))
		if p.Predicted(i) != p.Labels[i] {
			p.Mistakes = append(p.Mistakes, i)
		}
	}
	slices.SortStableFunc(p.Mistakes, func(a, b int) int { return cmp.Compare(p.Confidence(b), p.Confidence(a)) })
	p.Mistakes = p.Mistakes[:min(len(p.Mistakes), maxMistakes)]
	if shape := s.Shape(); len(shape) == 2 && s.Bytes(0) != nil {
		p.Height, p.Width = shape[0], shape[1]
		for _, i := range p.Mistakes {
			p.Pictures = append(p.Pictures, s.Bytes(i))
		}
	}
	return p
}

// Predicted returns the class that sample i was taken for.
func (p *Predictions) Predicted(i int) int { return nn.Argmax(p.Probabilities.Row(i)) }

// Confidence returns the probability that the model gave it.
func (p *Predictions) Confidence(i int) float32 { return p.Probabilities.Row(i)[p.Predicted(i)] }

// writePredictions writes predictions.safetensors.
func (f Folder) writePredictions(p *Predictions) error {
	integers := func(name string, values []int) safetensors.Tensor {
		wide := make([]int64, len(values))
		for i, v := range values {
			wide[i] = int64(v)
		}
		return safetensors.Int64(name, []int{len(values)}, wide)
	}
	file := &safetensors.File{Tensors: []safetensors.Tensor{
		safetensors.Float32(nameProbabilities, []int{p.Probabilities.Rows, p.Probabilities.Cols}, p.Probabilities.Data),
		integers(nameLabels, p.Labels),
		integers(nameMistakes, p.Mistakes),
	}}
	if p.Height > 0 {
		file.Tensors = append(file.Tensors, safetensors.Tensor{
			Name: namePictures, Type: safetensors.U8, Shape: []int{len(p.Pictures), p.Height, p.Width}, Data: slices.Concat(p.Pictures...),
		})
	}
	return safetensors.WriteFile(f.path(PredictionsFile), file)
}

// Predictions reads predictions.safetensors, which may be a stranger's. Its errors
// name the file.
func (f Folder) Predictions() (*Predictions, error) {
	file, err := f.readTensors(PredictionsFile)
	if err != nil {
		return nil, err
	}
	p, err := readPredictions(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.path(PredictionsFile), err)
	}
	return p, nil
}

func readPredictions(file *safetensors.File) (*Predictions, error) {
	probabilities, ok := file.Lookup(nameProbabilities)
	if !ok || len(probabilities.Shape) != 2 {
		return nil, fmt.Errorf("want a tensor %s (samples, classes)", nameProbabilities)
	}
	values, err := probabilities.Float32s()
	if err != nil {
		return nil, err
	}
	samples, classes := probabilities.Shape[0], probabilities.Shape[1]
	if samples < 1 || classes < 1 {
		return nil, fmt.Errorf("%s of %d samples in %d classes: want at least 1 of each", nameProbabilities, samples, classes)
	}
	p := &Predictions{Probabilities: tensor.Matrix{Data: values, Rows: samples, Cols: classes, Stride: classes}}
	for _, v := range values {
		if !(v >= 0 && v <= 1) {
			return nil, fmt.Errorf("%s: %g is none", nameProbabilities, v)
		}
	}
	if p.Labels, err = indices(file, nameLabels, classes); err != nil {
		return nil, err
	}
	if p.Mistakes, err = indices(file, nameMistakes, samples); err != nil {
		return nil, err
	}
	if len(p.Labels) != samples || len(p.Mistakes) > samples {
		return nil, fmt.Errorf("%d labels and %d mistakes for %d samples", len(p.Labels), len(p.Mistakes), samples)
	}
	pictures, ok := file.Lookup(namePictures)
	if !ok {
		return p, nil
	}
	shape := pictures.Shape
	if pictures.Type != safetensors.U8 || len(shape) != 3 || shape[0] != len(p.Mistakes) || shape[1] < 1 || shape[2] < 1 {
		return nil, fmt.Errorf("%s of type %s and shape %v: want U8 (%d, height, width)", namePictures, pictures.Type, shape, len(p.Mistakes))
	}
	p.Height, p.Width = shape[1], shape[2]
	for picture := range slices.Chunk(pictures.Data, p.Height*p.Width) {
		p.Pictures = append(p.Pictures, picture)
	}
	return p, nil
}

// indices reads a vector of integers from 0 to below a limit.
func indices(file *safetensors.File, name string, limit int) ([]int, error) {
	t, ok := file.Lookup(name)
	if !ok || len(t.Shape) != 1 {
		return nil, fmt.Errorf("want a tensor %s of one dimension", name)
	}
	wide, err := t.Int64s()
	if err != nil {
		return nil, err
	}
	values := make([]int, len(wide))
	for i, v := range wide {
		if v < 0 || v >= int64(limit) {
			return nil, fmt.Errorf("%s: %d: want 0 to %d", name, v, limit-1)
		}
		values[i] = int(v)
	}
	return values, nil
}
