// Package quantize makes networks of 8-bit integers out of those of package nn:
// a quarter of the size, and faster where the processor multiplies such integers,
// for about the same answers.
//
// A [Model] takes samples of bytes, such as pixels, to float32 logits. Weights are
// int8, scale * integer, with a scale for each output; activations are uint8, least +
// step * integer, for ranges that samples of the training set tell (calibration).
// This is the scheme of Jacob et al., "Quantization and training of neural networks
// for efficient integer-arithmetic-only inference" (2018), with a scale for each
// output as in Krishnamoorthi, "Quantizing deep convolutional networks for efficient
// inference: a whitepaper" (2018).
//
// Sums of integers are exact, and what follows them is rounded operation by
// operation, so that a model gives the same bits on every machine, with any number
// of threads (docs/numerics.md). So does [New]: a model's file is the same
// wherever it was made.
package quantize

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"fnn/internal/metadata"
	"fnn/nn"
	"fnn/tensor"
)

// levels is the number of values of a byte.
const levels = 256

// New returns a model that does what m does, with integers. The calibration
// samples (N, inputs) are typical ones, such as the first thousands that m learned
// from, in bytes; m takes them multiplied by its InputScale. What they make of m's
// activations tells the range that 8 bits have to cover.
//
// It is an error if the samples have another number of values than m has inputs,
// if there are none, if m's InputScale is not above 0, if a layer has more than
// [tensor.MaxInt8Rows] inputs, or if a weight or an activation is no finite number.
func New(m *nn.Model, calibration tensor.Bytes) (*Model, error) {
	q, err := quantize(m, calibration)
	if err != nil {
		return nil, fmt.Errorf("quantize: %w", err)
	}
	return q, nil
}

func quantize(m *nn.Model, calibration tensor.Bytes) (*Model, error) {
	if calibration.Cols != m.Inputs || calibration.Rows == 0 {
		return nil, fmt.Errorf("%d samples of %d values to calibrate with: want some of %d", calibration.Rows, calibration.Cols, m.Inputs)
	}
	if m.InputScale == 0 {
		return nil, nn.ErrNoScale
	}
	if err := metadata.CheckScale(m.InputScale); err != nil {
		return nil, err
	}
	stages := split(m)
	for i, s := range stages {
		if inputs := s.dense.Weight.Rows; inputs > tensor.MaxInt8Rows {
			return nil, fmt.Errorf("dense layer %d has %d inputs: want at most %d", i, inputs, tensor.MaxInt8Rows)
		}
	}
	if err := calibrate(stages, m.InputScale, calibration); err != nil {
		return nil, err
	}
	q := &Model{
		Architecture: m.Architecture, Inputs: m.Inputs,
		ClassNames: slices.Clone(m.ClassNames), InputScale: m.InputScale, Info: maps.Clone(m.Info),
	}
	values := slices.Repeat([]affine{{step: float64(m.InputScale)}}, m.Inputs)
	for i, s := range stages {
		var l Layer
		l, values = s.quantize(values, i == len(stages)-1)
		if err := l.check(); err != nil {
			return nil, fmt.Errorf("dense layer %d: %w", i, err)
		}
		q.Layers = append(q.Layers, l)
	}
	q.pack()
	return q, nil
}

// A stage is a dense layer with what is done before and after it.
type stage struct {
	before  []nn.Layer // batch normalisation and ReLU that work on its inputs
	dense   *nn.Dense
	after   []nn.Layer // batch normalisation, which becomes part of the weights
	rectify bool       // after all that

	inputs  observation // after before
	outputs observation
}

// split returns the stages of a model, the last of which gives the logits. ReLU
// needs no work where nothing is below 0: after another, and on bytes.
func split(m *nn.Model) []*stage {
	var stages []*stage
	next := &stage{}
	positive := true // whether no value is below 0
	for _, layer := range m.Layers {
		// What follows a dense layer belongs to it up to the first ReLU.
		var last *stage
		if len(stages) > 0 && len(next.before) == 0 {
			last = stages[len(stages)-1]
		}
		switch layer := layer.(type) {
		case *nn.Dense:
			next.dense = layer
			stages = append(stages, next)
			next = &stage{}
			positive = false
		case *nn.BatchNorm:
			if last != nil && !last.rectify {
				last.after = append(last.after, layer)
			} else {
				next.before = append(next.before, layer)
			}
			positive = false
		case *nn.ReLU:
			switch {
			case positive:
			case last != nil:
				last.rectify = true
			default:
				next.before = append(next.before, layer)
			}
			positive = true
		}
	}
	return stages
}

// An affine map tells what the byte q of a feature stands for: least + step*q.
type affine struct{ least, step float64 }

// byteOf returns the byte for a value: the nearest, even ones in ties.
func (a affine) byteOf(v float64) uint8 {
	switch q := math.RoundToEven((v - a.least) / a.step); {
	case q >= levels-1:
		return levels - 1
	case q > 0:
		return uint8(q)
	}
	return 0 // for NaN, too
}

// value returns what a byte stands for.
func (a affine) value(q int) float64 { return a.least + float64(a.step*float64(q)) }

// quantize returns the stage in integers, for inputs whose bytes stand for the
// given values, and what the bytes of its outputs stand for. The outputs of the
// last stage are logits.
func (s *stage) quantize(in []affine, last bool) (Layer, []affine) {
	l := Layer{Inputs: s.dense.Weight.Rows, Outputs: s.dense.Weight.Cols}
	if len(s.before) > 0 {
		tabled := s.inputs.affines(false)
		l.Table = s.table(in, tabled)
		in = tabled
	}
	out := slices.Repeat([]affine{{step: 1}}, l.Outputs)
	if !last {
		out = s.outputs.affines(s.rectify)
	}
	l.Weights = make([]int8, l.Inputs*l.Outputs)
	gain, bias := s.folded()
	weights := make([]float64, l.Inputs) // of an output, for the inputs' bytes
	for j := range l.Outputs {
		var widest float64
		for k := range weights {
			weights[k] = float64(s.dense.Weight.At(k, j)) * gain[j] * in[k].step
			widest = max(widest, math.Abs(weights[k]))
		}
		scale := widest / math.MaxInt8
		if scale == 0 {
			scale = 1
		}
		// The sum of the bytes times the rounded weights lacks what the least
		// values contribute, and what rounding takes away. Of the latter the mean
		// over the calibration samples is known.
		offset := bias[j]
		for k, w := range weights {
			rounded := min(max(math.RoundToEven(w/scale), -math.MaxInt8), math.MaxInt8)
			l.Weights[k*l.Outputs+j] = int8(rounded)
			least, mean := in[k].least/in[k].step, s.inputs.mean(k)/in[k].step
			offset += float64(least*w) + float64((mean-least)*(w-float64(rounded*scale)))
		}
		l.Scale = append(l.Scale, float32(scale/out[j].step))
		l.Offset = append(l.Offset, float32((offset-out[j].least)/out[j].step))
	}
	return l, out
}

// folded returns what the batch normalisations after a dense layer make of it: the
// factors of its weights, and its bias, for each output.
func (s *stage) folded() (gain, bias []float64) {
	for _, b := range s.dense.Bias {
		gain, bias = append(gain, 1), append(bias, float64(b))
	}
	for _, layer := range s.after {
		b := layer.(*nn.BatchNorm)
		inverse := make([]float32, len(gain))
		b.Inverse(inverse)
		for j := range gain {
			factor := float64(inverse[j]) * float64(b.Gain[j])
			gain[j] *= factor
			bias[j] = float64((bias[j]-float64(b.RunningMean[j]))*factor) + float64(b.Shift[j])
		}
	}
	return gain, bias
}

// table returns, for each input and each byte that may come in, the byte that the
// layers before make of it.
func (s *stage) table(in, out []affine) []uint8 {
	x := tensor.NewMatrix(levels, len(in))
	for q := range levels {
		for k, a := range in {
			x.Set(q, k, float32(a.value(q)))
		}
	}
	passThrough(s.before, x)
	table := make([]uint8, len(in)*levels)
	for k, a := range out {
		for q := range levels {
			table[k*levels+q] = a.byteOf(float64(x.At(q, k)))
		}
	}
	return table
}
