package metrics

import (
	"fmt"
	"math"
	"sort"
)

// Calibration compares how sure a classifier was with how often it was right.
// Samples go into bins of equal width by their confidence, the probability of
// the predicted class: bin i of n takes those above i/n and up to (i+1)/n, and
// the first also takes 0. See C. Guo et al., "On Calibration of Modern Neural
// Networks", 2017, section 2 (https://arxiv.org/abs/1706.04599).
type Calibration struct {
	bins []calibrationSums
}

type calibrationSums struct {
	count, correct int
	confidence     float64
}

// A CalibrationBin is the samples whose confidence is above Low and up to High.
type CalibrationBin struct {
	Low, High  float64
	Count      int
	Confidence float64 // the mean, or 0 without samples
	Accuracy   float64 // the share predicted right, or 0 without samples
}

// NewCalibration returns a Calibration with the given number of empty bins. It
// panics if there is not at least one.
func NewCalibration(bins int) *Calibration {
	if bins < 1 {
		panic(fmt.Sprintf("metrics: a calibration in %d bins", bins))
	}
	return &Calibration{bins: make([]calibrationSums, bins)}
}

// Add counts a sample that was predicted with a confidence. Confidence beyond 0
// and 1 counts as 0 and 1, and NaN, of a model that has diverged, as 0.
func (c *Calibration) Add(confidence float64, correct bool) {
	if !(confidence > 0) {
		confidence = 0
	}
	confidence = min(confidence, 1)
	last := len(c.bins) - 1
	i := sort.Search(last, func(i int) bool { return confidence <= float64(i+1)/float64(last+1) })
	bin := &c.bins[i]
	bin.count++
	bin.confidence += confidence
	if correct {
		bin.correct++
	}
}

// Total returns the number of samples counted.
func (c *Calibration) Total() int {
	total := 0
	for _, b := range c.bins {
		total += b.count
	}
	return total
}

// Bins returns the bins in ascending order, those without samples too.
func (c *Calibration) Bins() []CalibrationBin {
	bins := make([]CalibrationBin, len(c.bins))
	n := float64(len(bins))
	for i, b := range c.bins {
		bins[i] = CalibrationBin{
			Low:        float64(i) / n,
			High:       float64(i+1) / n,
			Count:      b.count,
			Confidence: ratio(b.confidence, float64(b.count)),
			Accuracy:   ratio(float64(b.correct), float64(b.count)),
		}
	}
	return bins
}

// ExpectedError returns the expected calibration error (ECE): the mean over all
// samples of the distance between the accuracy and the confidence of their
// bins, or 0 when there are no samples.
func (c *Calibration) ExpectedError() float64 {
	sum := 0.0
	for _, b := range c.bins {
		sum += math.Abs(float64(b.correct) - b.confidence)
	}
	return ratio(sum, float64(c.Total()))
}
