package tensor

import "unsafe"

// A tile is one call of a micro-kernel: a small block of
//
//	C = initial + A·B
//
// whose accumulators fit the registers. Strides count elements, and those of A
// are free in both directions, so that one kernel reads A and Aᵀ in place. The
// rows of B and of C are contiguous.
type tile struct {
	a, b, c, initial *float32

	aRow, aDepth int // from a row of A to the next, from a step of k to the next
	aRun, aHop   int // after aRun steps of k, aHop is added, to come to the next panel of A
	bDepth       int // from a step of k in B to the next
	cRow         int
	initialRow   int // 0 where every row starts from the same values

	rows, cols, depth int

	bPanel, cPanel int // from 32 columns to the next 32; for tiles of more
}

// nextRows moves the tile down by its rows.
func (t *tile) nextRows() {
	t.a = advance(t.a, t.rows*t.aRow)
	t.c = advance(t.c, t.rows*t.cRow)
	t.initial = advance(t.initial, t.rows*t.initialRow)
}

// advance returns the pointer to the element n further on.
func advance(p *float32, n int) *float32 {
	return (*float32)(unsafe.Add(unsafe.Pointer(p), 4*n))
}

// A kernel computes tiles on one kind of machine. All kernels give the same
// bits: each output is one chain of fused multiply-adds over k in ascending
// order (docs/numerics.md).
type kernel struct {
	name string

	// tile computes tiles of up to rows × cols; of fewer than cols columns, up
	// to edgeRows rows.
	tile                 func(t *tile)
	rows, cols, edgeRows int

	// long, where there is one, computes tiles of exactly longCols columns and
	// up to longRows rows, too few to keep tile busy.
	long               func(t *tile)
	longRows, longCols int

	// vectors is the table of vector operations that goes with the kernel.
	vectors *vectors

	// saturator tells how fast the kernel can be at most.
	saturator saturator
}
