// Package nn is a feed-forward neural network: dense layers, batch
// normalisation, rectified linear units and dropout in sequence, a softmax with
// cross-entropy at their end, trained by backpropagation with Adam.
//
// A [Model] is what is trained, saved and used to predict; a [Trainer] holds
// what only training needs. An [Architecture] describes a model in words:
//
//	architecture, err := nn.ParseArchitecture("128 relu dropout:0.4 64 relu")
//	model, err := nn.New(architecture, 784, 10)
//	model.Initialize(nn.Normal, 1)
//
// Formulas and defaults are PyTorch's where PyTorch has the thing, so that
// models go back and forth. Shapes in comments are (rows, columns): a batch of N
// samples with D features is (N, D).
//
// Training and prediction give the same bits on every machine, with any number
// of threads; docs/numerics.md says how.
package nn

import (
	"errors"

	"fnn/tensor"
)

// ErrNoScale reports that a model whose InputScale is 0 was to take 8-bit values.
var ErrNoScale = errors.New("the model does not say what 8-bit values are to be multiplied by: " +
	"it learned from float32 values that are neither from 0 to 1 nor whole numbers from 0 to 255")

// An Input writes sample i of a batch to row. It may be called from several
// goroutines at once, and for the same sample several times: in training, each thread
// takes in all of a batch that is not large. Where a sample takes long to make, make the
// batch first, and let Rows read it.
type Input func(i int, row []float32)

// Rows returns an Input that reads the rows of x (N, D).
func Rows(x tensor.Matrix) Input {
	return func(i int, row []float32) { copy(row, x.Row(i)) }
}
