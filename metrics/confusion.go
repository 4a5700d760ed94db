// Package metrics measures a classifier: its confusion matrix, accuracy,
// precision, recall and F1, top-k accuracy, and calibration.
//
// The definitions are scikit-learn's, as its user guide states them under
// "Classification metrics"
// (https://scikit-learn.org/stable/modules/model_evaluation.html), with labels
// being all classes from 0 to C-1 and zero_division being 0: a class that is
// never predicted has precision 0, a class without samples has recall 0, and
// both take part in the macro average.
//
// Counts are integers and sums run in class order, so equal predictions give
// equal bits on every machine.
package metrics

import "fmt"

// Confusion counts how often samples of each class were predicted as each
// class: a confusion matrix of C rows (the truth) and C columns (the
// prediction).
type Confusion struct {
	classes int
	counts  []int // (classes, classes), row-major
}

// NewConfusion returns an empty confusion matrix for the given number of
// classes. It panics if there is not at least one class.
func NewConfusion(classes int) *Confusion {
	if classes < 1 {
		panic(fmt.Sprintf("metrics: a confusion matrix of %d classes", classes))
	}
	return &Confusion{classes: classes, counts: make([]int, classes*classes)}
}

// Add counts one sample of class truth that was predicted as class predicted.
// It panics if either is not a class.
func (c *Confusion) Add(truth, predicted int) {
	c.AddCount(truth, predicted, 1)
}

// AddCount counts n samples of class truth that were predicted as class predicted.
// It panics if either is not a class, or if n is negative.
func (c *Confusion) AddCount(truth, predicted, n int) {
	if n < 0 {
		panic(fmt.Sprintf("metrics: a count of %d samples", n))
	}
	c.counts[c.index(truth, predicted)] += n
}

// Count returns how many samples of class truth were predicted as class
// predicted. It panics if either is not a class.
func (c *Confusion) Count(truth, predicted int) int {
	return c.counts[c.index(truth, predicted)]
}

func (c *Confusion) index(truth, predicted int) int {
	if uint(truth) >= uint(c.classes) || uint(predicted) >= uint(c.classes) {
		panic(fmt.Sprintf("metrics: truth %d, predicted %d: the classes are 0 to %d", truth, predicted, c.classes-1))
	}
	return truth*c.classes + predicted
}

// Classes returns the number of classes.
func (c *Confusion) Classes() int { return c.classes }

// Total returns the number of samples counted.
func (c *Confusion) Total() int {
	total := 0
	for _, n := range c.counts {
		total += n
	}
	return total
}

// Accuracy returns the share of samples predicted as what they are, or 0 when
// there are none.
func (c *Confusion) Accuracy() float64 {
	correct := 0
	for i := range c.classes {
		correct += c.Count(i, i)
	}
	return ratio(float64(correct), float64(c.Total()))
}

// ratio is x/y, and 0 where y is 0.
func ratio(x, y float64) float64 {
	if y == 0 {
		return 0
	}
	return x / y
}
