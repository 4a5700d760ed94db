package nn

import (
	"math"

	"fnn/tensor"
)

// A trained parameter, and Adam's moments of the same shape.
type trained struct {
	value, first, second parameter

	// Where gradients are clipped: the gradient, as it lies in memory, and of each
	// block of it the sum of squares, in columns and in all.
	gradient []float32
	columns  []float32 // columnBlock for each block
	squares  []float64
}

func newTrained(p parameter) trained { return trained{value: p, first: p.like(), second: p.like()} }

// A block for the sums of squares is squareRows rows of a panel, or as many
// elements of a vector as a panel has columns. The members of a team have whole
// blocks, so that the sums do not depend on who has which.
const squareRows = columnBlock

// rows returns the number of rows of a panel, which is 1 for a vector.
func (t *trained) rows() int {
	if t.value.isMatrix() {
		return t.value.matrix.Rows
	}
	return 1
}

// keepGradient makes update keep gradients for clip.
func (t *trained) keepGradient() {
	size, panel := len(t.value.data()), t.rows()*columnBlock
	t.gradient = newVector(size)
	t.squares = make([]float64, (size+panel-1)/panel*t.blocks())
	t.columns = newVector(len(t.squares) * columnBlock)
}

// blocks returns the number of blocks in a panel.
func (t *trained) blocks() int { return (t.rows() + squareRows - 1) / squareRows }

// update takes a step of the optimiser for the elements from number first on, in
// the order of memory, whose gradient is given; or, where gradients are clipped,
// it keeps the gradient. The elements are whole blocks. Elsewhere says that other members
// of the team will read them.
func (t *trained) update(first int, gradient []float32, s *adamStep, elsewhere bool) {
	if t.gradient == nil {
		t.learn(first, gradient, s, elsewhere)
		return
	}
	copy(t.gradient[first:], gradient)
	for len(gradient) > 0 {
		panel := t.rows() * columnBlock
		within := first % panel
		n := min(squareRows*columnBlock, panel-within, len(gradient))
		t.addSquares(first/panel*t.blocks()+within/(squareRows*columnBlock), gradient[:n])
		first, gradient = first+n, gradient[n:]
	}
}

// addSquares sums up the squares of a block: down its columns, and then along them.
func (t *trained) addSquares(block int, gradient []float32) {
	cols := min(len(gradient), columnBlock)
	columns := t.columns[block*columnBlock:][:cols]
	rows := tensor.Matrix{Data: gradient, Rows: len(gradient) / cols, Cols: cols, Stride: cols}
	tensor.SumProducts(columns, rows, rows)
	t.squares[block] = 0
	for _, square := range columns {
		t.squares[block] += float64(square)
	}
}

// learn takes a step of the optimiser for the elements from number first on.
func (t *trained) learn(first int, gradient []float32, s *adamStep, elsewhere bool) {
	end := first + len(gradient)
	value := t.value.data()[first:end]
	if t.value.isMatrix() && s.decay != 1 {
		tensor.Scale(value, s.decay)
	}
	adam := tensor.Adam
	if elsewhere {
		adam = tensor.AdamUncached
	}
	adam(value, gradient, t.first.data()[first:end], t.second.data()[first:end], &s.AdamStep)
}

// clip scales the gradients kept in update, for the Euclidean norm of all of them
// together to be at most the given one, and takes a step of the optimiser. The
// members of the team share it out.
func clip(w tensor.Worker, all []*trained, norm float64, s *adamStep) {
	w.Barrier() // the gradients are complete
	var sum float64
	for _, t := range all {
		for _, square := range t.squares {
			sum += square
		}
	}
	factor := norm / (math.Sqrt(sum) + 1e-6)
	for _, t := range all {
		for lo, hi := w.Share(len(t.gradient), columnBlock); lo < hi; lo += gradientSize {
			gradient := t.gradient[lo:min(lo+gradientSize, hi)]
			if !(factor >= 1) {
				tensor.Scale(gradient, float32(factor))
			}
			t.learn(lo, gradient, s, false)
		}
	}
}
