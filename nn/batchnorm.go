package nn

import (
	"errors"
	"math"

	"fnn/tensor"
)

// ErrBatchOfOne is what training returns for a batch of one sample where there
// is batch normalisation: a single sample has no variance.
var ErrBatchOfOne = errors.New("nn: batch normalisation needs at least two samples in a training batch")

// BatchNorm normalises each column over the batch, then scales and shifts it:
// y = (x - mean) / sqrt(variance + 1e-5) * Gain + Shift (Ioffe and Szegedy,
// "Batch normalization", 2015). Training takes mean and variance from the batch
// and follows them with running averages, which prediction uses. As in PyTorch,
// the batch is normalised with the biased variance, the running average follows
// the unbiased one, and a new value enters it with weight 0.1.
type BatchNorm struct {
	Gain, Shift                  []float32 // (width)
	RunningMean, RunningVariance []float32 // (width)
	Batches                      int64     // seen in training
}

const (
	normEpsilon  = 1e-5
	normMomentum = 0.1
)

func newBatchNorm(width int) *BatchNorm {
	b := &BatchNorm{newVector(width), newVector(width), newVector(width), newVector(width), 0}
	for i := range width {
		b.Gain[i] = 1
		b.RunningVariance[i] = 1
	}
	return b
}

func (b *BatchNorm) String() string { return "bn" }
func (b *BatchNorm) outputs() int   { return len(b.Gain) }
func (b *BatchNorm) inPlace() bool  { return true }

func (b *BatchNorm) parameters() []parameter {
	return []parameter{
		{name: "weight", vector: b.Gain, trained: true},
		{name: "bias", vector: b.Shift, trained: true},
		{name: "running_mean", vector: b.RunningMean},
		{name: "running_var", vector: b.RunningVariance},
	}
}

func (b *BatchNorm) predict(y, x tensor.Matrix, s *predictScratch) {
	inverse := s.columns[:y.Cols]
	b.Inverse(inverse)
	tensor.NormalizeRows(y, y, x, b.RunningMean, inverse, b.Gain, b.Shift)
}

// Inverse sets inverse (width) to what prediction multiplies by,
// 1/sqrt(RunningVariance + 1e-5).
func (b *BatchNorm) Inverse(inverse []float32) {
	for j, v := range b.RunningVariance {
		inverse[j] = inverseRoot(v)
	}
}

// inverseRoot returns 1/sqrt(v + epsilon).
func inverseRoot(v float32) float32 {
	return 1 / float32(math.Sqrt(float64(v+normEpsilon)))
}

type batchNormTrainee struct {
	*BatchNorm
	normal               []float32 // (batch, width) in panels, x before gain and shift
	mean, variance       []float32 // of the batch
	inverse              []float32 // 1/sqrt(variance + epsilon)
	gain, shift          trained
	dgain, dshift        []float32
	meanDy, meanDyNormal []float32
	scale                []float32
}

func (b *BatchNorm) train(batch, i, threads int, seed uint64) trainee {
	width, p := b.outputs(), b.parameters()
	return &batchNormTrainee{
		BatchNorm: b,
		normal:    tensor.NewPanels(batch, width).Data,
		mean:      newVector(width), variance: newVector(width), inverse: newVector(width),
		gain: newTrained(p[0]), shift: newTrained(p[1]),
		dgain: newVector(width), dshift: newVector(width),
		meanDy: newVector(width), meanDyNormal: newVector(width), scale: newVector(width),
	}
}

func (b *batchNormTrainee) startEpoch(epoch int) {}
func (b *batchNormTrainee) learned() []*trained  { return []*trained{&b.gain, &b.shift} }

func (b *batchNormTrainee) forward(first int, y, x tensor.Matrix) {
	if first == 0 {
		b.Batches++
	}
	lo, hi := first, first+y.Cols
	mean, variance, inverse := b.mean[lo:hi], b.variance[lo:hi], b.inverse[lo:hi]
	tensor.SumRows(mean, x)
	divide(mean, x.Rows)
	tensor.SumSquaredDeviations(variance, x, mean)
	runningMean, runningVariance := b.RunningMean[lo:hi], b.RunningVariance[lo:hi]
	for j, sum := range variance {
		runningMean[j] = follow(runningMean[j], mean[j])
		runningVariance[j] = follow(runningVariance[j], sum/float32(x.Rows-1))
	}
	divide(variance, x.Rows)
	for j, v := range variance {
		inverse[j] = inverseRoot(v)
	}
	tensor.NormalizeRows(y, b.normalOf(first, y), x, mean, inverse, b.Gain[lo:hi], b.Shift[lo:hi])
}

// normalOf returns the normalised inputs of a block of columns y.
func (b *batchNormTrainee) normalOf(first int, y tensor.Matrix) tensor.Matrix {
	return tensor.PanelsOver(b.normal[first*y.Rows:], y.Rows, y.Cols)
}

// follow moves a running average towards the value of a batch.
func follow(average, value float32) float32 {
	return float32((1-normMomentum)*average) + float32(normMomentum*value)
}

func divide(x []float32, n int) {
	for i := range x {
		x[i] /= float32(n)
	}
}

func (b *batchNormTrainee) readsOutput() bool { return false }

func (b *batchNormTrainee) backward(first int, dx, dy, _ tensor.Matrix, s *adamStep) {
	lo, hi := first, first+dy.Cols
	normal, dgain, dshift := b.normalOf(first, dy), b.dgain[lo:hi], b.dshift[lo:hi]
	tensor.SumRows(dshift, dy)
	tensor.SumProducts(dgain, dy, normal)
	if dx.Data != nil {
		meanDy, meanDyNormal, scale := b.meanDy[lo:hi], b.meanDyNormal[lo:hi], b.scale[lo:hi]
		copy(meanDy, dshift)
		divide(meanDy, dy.Rows)
		copy(meanDyNormal, dgain)
		divide(meanDyNormal, dy.Rows)
		tensor.Multiply(scale, b.Gain[lo:hi], b.inverse[lo:hi])
		tensor.NormalizeRowsBackward(dx, dy, normal, meanDy, meanDyNormal, scale)
	}
	b.gain.update(lo, dgain, s, false)
	b.shift.update(lo, dshift, s, false)
}
