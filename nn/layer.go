package nn

import "fnn/tensor"

// A Layer is one step of a Model, from (N, inputs) to (N, outputs). It holds
// parameters alone, and any number of goroutines may predict with it at once;
// what a layer needs in training is in the trainee it makes.
type Layer interface {
	// String returns the layer's word in an Architecture.
	String() string

	outputs() int

	// parameters returns the layer's tensors under PyTorch's names.
	parameters() []parameter

	// predict computes y (N, outputs) from x (N, inputs). If inPlace is true of
	// the layer, y is x, in panels.
	predict(y, x tensor.Matrix, s *predictScratch)
	inPlace() bool

	// train returns the layer's part of a Trainer: layer number i, for batches
	// of up to batch rows and a team of so many threads. It is a columnTrainee
	// where inPlace is true, and otherwise a *denseTrainee.
	train(batch, i, threads int, seed uint64) trainee
}

// A trainee is what one layer needs in training.
//
// The members of a team share a layer's work by its outputs: each member
// computes some columns of the batch, always the same ones (see columns), so
// that a column's statistics stay with one member, and members wait for each other
// only where a layer reads columns that are not its own.
type trainee interface {
	// startEpoch prepares for the given epoch.
	startEpoch(epoch int)

	// learned returns the layer's trained parameters with Adam's moments.
	learned() []*trained
}

// A columnTrainee is that of a layer whose columns have nothing to do with each
// other. It is given a block of columns at a time, with the number of the first,
// in matrices of a single panel that lie in the first-level cache.
type columnTrainee interface {
	trainee

	// forward computes y from x, which may be the same matrix.
	forward(first int, y, x tensor.Matrix)

	// readsOutput says whether backward reads y, so that the next layer must not
	// work in place.
	readsOutput() bool

	// backward computes the gradient of the layer's input, dx, from that of its
	// output, dy, and the y of the forward pass; dx and dy may be the same
	// matrix, and a dx without data is not wanted. And it updates the columns'
	// parameters.
	backward(first int, dx, dy, y tensor.Matrix, s *adamStep)
}

// A parameter is a tensor of a layer: a vector with an element for each of the
// layer's outputs, or the matrix (inputs, outputs) of a dense layer's weights.
// Its name is PyTorch's: "weight" or "running_mean", say.
type parameter struct {
	name    string
	vector  []float32
	matrix  tensor.Matrix // in panels; without data for a vector
	trained bool          // by gradient descent
}

// data returns the parameter's elements as they lie in memory.
func (p parameter) data() []float32 {
	if p.isMatrix() {
		return p.matrix.Data
	}
	return p.vector
}

func (p parameter) isMatrix() bool { return p.matrix.Data != nil }

// like returns a parameter of the same name and shape with elements of zero.
func (p parameter) like() parameter {
	if p.isMatrix() {
		p.matrix = tensor.NewPanels(p.matrix.Rows, p.matrix.Cols)
	} else {
		p.vector = newVector(len(p.vector))
	}
	return p
}

// newVector returns a vector of zeros that starts on a cache line.
func newVector(n int) []float32 { return tensor.New(n).Data }

// columnBlock is the least number of columns that a member of a team takes: a
// panel of weights. Streams of random numbers are one a block, so that they do
// not depend on the number of members.
const columnBlock = tensor.PanelCols

// panels returns the number of panels that columns make.
func panels(cols int) int { return (cols + columnBlock - 1) / columnBlock }

// columns returns the member's columns of a layer of the given width.
func columns(w tensor.Worker, width int) (lo, hi int) { return w.Share(width, columnBlock) }
