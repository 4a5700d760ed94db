package quantize

import (
	"errors"
	"math"

	"fnn/nn"
	"fnn/tensor"
)

// An observation is what calibration sees of an activation, feature by feature.
type observation struct {
	count        int
	low, high    []float32 // the extremes
	sum, squares []float64 // the sums of the values and of their squares
}

// chunk is the number of samples that pass through the layers together: many, so
// that weights are fetched seldom, but such that the second-level cache holds them.
const chunk = 128

// calibrate passes samples through the stages.
func calibrate(stages []*stage, scale float32, samples tensor.Bytes) error {
	widest := samples.Cols
	for _, s := range stages {
		widest = max(widest, s.dense.Weight.Cols)
	}
	x, y := make([]float32, chunk*widest), make([]float32, chunk*widest)
	for first := 0; first < samples.Rows; first += chunk {
		rows := min(chunk, samples.Rows-first)
		in := tensor.FromSlice(x[:rows*samples.Cols], rows, samples.Cols).Matrix()
		for i := range rows {
			tensor.ScaleBytes(in.Row(i), samples.Row(first+i), scale)
		}
		for _, s := range stages {
			cols := s.dense.Weight.Cols
			out := tensor.FromSlice(y[:rows*cols], rows, cols).Matrix()
			s.pass(out, in)
			in = out
			x, y = y, x
		}
	}
	for _, s := range stages {
		if !s.inputs.finite() || !s.outputs.finite() {
			return errors.New("the model's activations are no finite numbers")
		}
	}
	return nil
}

// pass computes a stage's outputs from its inputs, which it changes, and observes
// both.
func (s *stage) pass(out, in tensor.Matrix) {
	passThrough(s.before, in)
	s.inputs.add(in)
	tensor.MatMulBias(out, in, s.dense.Weight, s.dense.Bias)
	passThrough(s.after, out)
	if s.rectify {
		tensor.Rectify(out.Data, out.Data)
	}
	s.outputs.add(out)
}

// passThrough passes a plain matrix through layers that work on each value.
func passThrough(layers []nn.Layer, x tensor.Matrix) {
	for _, layer := range layers {
		switch layer := layer.(type) {
		case *nn.BatchNorm:
			inverse := make([]float32, x.Cols)
			layer.Inverse(inverse)
			tensor.NormalizeRows(x, x, x, layer.RunningMean, inverse, layer.Gain, layer.Shift)
		case *nn.ReLU:
			tensor.Rectify(x.Data, x.Data)
		}
	}
}

// add observes rows of values.
func (o *observation) add(x tensor.Matrix) {
	if o.count == 0 {
		o.low, o.high = append(o.low, x.Row(0)...), append(o.high, x.Row(0)...)
		o.sum, o.squares = make([]float64, x.Cols), make([]float64, x.Cols)
	}
	o.count += x.Rows
	for i := range x.Rows {
		for k, v := range x.Row(i) {
			o.low[k], o.high[k] = min(o.low[k], v), max(o.high[k], v)
			wide := float64(v)
			o.sum[k] += wide
			o.squares[k] += float64(wide * wide)
		}
	}
}

// finite reports whether all values were finite numbers.
func (o *observation) finite() bool {
	for k, low := range o.low {
		if !(low >= -math.MaxFloat32 && o.high[k] <= math.MaxFloat32) { // as NaN is not
			return false
		}
	}
	return true
}

func (o *observation) mean(k int) float64 { return o.sum[k] / float64(o.count) }

// outlier is how many standard deviations from the mean a value has to be to lie
// outside of the range that the bytes cover. A pixel at the border that was light
// once in a thousand pictures is one, after batch normalisation.
const outlier = 10

// span returns the range of a feature that the bytes have to cover.
func (o *observation) span(k int) (low, high float64) {
	mean := o.mean(k)
	deviation := math.Sqrt(max(0, o.squares[k]/float64(o.count)-float64(mean*mean)))
	low = max(float64(o.low[k]), mean-float64(outlier*deviation))
	high = min(float64(o.high[k]), mean+float64(outlier*deviation))
	return low, high
}

// affines returns what the bytes for the features stand for; with positive, 0
// stands for 0.
//
// A feature of a small range would leave most of the bytes unused if all had the
// same step. If each had its own, that only covers its range, the next layer would
// have small weights from it beside large ones from others, in the same few
// integers, since it is the products of steps and weights that are rounded. The
// geometric mean between the two does justice to both; see Nagel et al.,
// "Data-free quantization through weight equalization and bias correction" (2019).
func (o *observation) affines(positive bool) []affine {
	affines := make([]affine, len(o.low))
	ranges := make([]float64, len(o.low))
	var widest float64
	for k := range affines {
		low, high := o.span(k)
		if positive {
			low = 0
		}
		affines[k].least, ranges[k] = low, high-low
		widest = max(widest, high-low)
	}
	for k, r := range ranges {
		switch {
		case widest == 0:
			r = levels - 1
		case r == 0:
			r = widest
		default:
			r = math.Sqrt(r) * math.Sqrt(widest)
		}
		affines[k].step = r / (levels - 1)
	}
	return affines
}
