package tensor

import (
	"fmt"
	"math"
	"unsafe"
)

// Products of 8-bit integers: activations are uint8, weights int8, and sums are
// int32, which no sum of up to MaxInt8Rows products leaves. So a sum is exact in
// any order, and results have the same bits on every machine.

// MaxInt8Rows is the greatest number of rows of an Int8.
const MaxInt8Rows = math.MaxInt32 / (255 * 128)

// An Int8 is a constant matrix of int8, the right operand of products, in the form
// that the kernels read. Several goroutines may use it at a time.
//
// The kernel "avx512" multiplies such matrices with AVX-512 VNNI where the processor
// has it, and more than a few rows with AMX where Linux allows that to the process,
// which the first such product asks for.
type Int8 struct {
	rows, cols int

	// data holds panels of 16 columns, one after the other: element (k, j) is
	// data[j/16*panel + k/4*64 + j%16*4 + k%4], so that 64 bytes, a vector, are
	// four rows of a panel, and four bytes what four elements of a row of x are
	// multiplied with. Rows and columns that fill it up are 0. It is aligned.
	data  []uint8
	panel int // elements from a panel to the next
}

const (
	int8PanelCols = 16 // columns in a panel of an Int8
	quad          = 4  // rows that lie side by side
	int8Step      = 64 // the number of rows is made a multiple of this, and so of each kernel's step
)

// NewInt8 returns a matrix of rows times cols elements, which data holds row by
// row. It panics if data has another length, or if there are more than MaxInt8Rows
// rows.
func NewInt8(rows, cols int, data []int8) *Int8 {
	if rows < 0 || rows > MaxInt8Rows || cols < 0 || rows > 0 && cols > math.MaxInt/rows || len(data) != rows*cols {
		panic(fmt.Sprintf("tensor: %d elements for a matrix of %dx%d int8", len(data), rows, cols))
	}
	w := &Int8{rows: rows, cols: cols, panel: blocks(rows, int8Step) * int8Step * int8PanelCols}
	w.data = alignedBytes(blocks(cols, int8PanelCols) * w.panel)
	for k := range rows {
		for j, v := range data[k*cols : (k+1)*cols] {
			w.data[w.column(j)+k/quad*int8PanelCols*quad+k%quad] = uint8(v)
		}
	}
	return w
}

func alignedBytes(n int) []uint8 {
	data := make([]uint8, n+alignment-1)
	skip := int(-uintptr(unsafe.Pointer(unsafe.SliceData(data))) % alignment)
	return data[skip : skip+n : skip+n]
}

// Rows returns the number of rows.
func (w *Int8) Rows() int { return w.rows }

// Cols returns the number of columns.
func (w *Int8) Cols() int { return w.cols }

// column returns where column j starts.
func (w *Int8) column(j int) int { return j/int8PanelCols*w.panel + j%int8PanelCols*quad }

// MulBytes computes y = x·w, scales it, and makes uint8 of it again: y[i][j] is
// the whole number nearest to sum*scale[j] + offset[j], even ones in ties, and at
// least 0 and at most 255. The sum is rounded to float32 first, and so is the
// product. Scales and offsets are finite numbers; so there is no NaN, and what
// overflows is taken for the bound on its side.
//
// The shapes are x (M, K), w (K, N), y (M, N), scale and offset N; others panic.
// y must not overlap x. Past the columns of y, within its stride, anything may be
// written.
func (w *Int8) MulBytes(y, x Bytes, scale, offset []float32) {
	y.check()
	w.check(y.Rows, y.Cols, x, scale, offset)
	if y.Rows > 0 && y.Cols > 0 {
		p := int8Product{w: w, x: x, scale: scale, offset: offset, bytes: y}
		p.run(active())
	}
}

// MulFloats computes y = x·w and scales it: y[i][j] is sum*scale[j] + offset[j],
// where the sum is rounded to float32 first, and so is the product. The shapes are
// those of MulBytes; y is a plain matrix, and only its columns are written.
func (w *Int8) MulFloats(y Matrix, x Bytes, scale, offset []float32) {
	y.check()
	if y.Panel != 0 {
		panic(fmt.Sprintf("tensor: panels %v for a product of int8", y))
	}
	w.check(y.Rows, y.Cols, x, scale, offset)
	if y.Rows > 0 && y.Cols > 0 {
		p := int8Product{w: w, x: x, scale: scale, offset: offset, floats: y}
		p.run(active())
	}
}

func (w *Int8) check(rows, cols int, x Bytes, scale, offset []float32) {
	x.check()
	if x.Rows != rows || x.Cols != w.rows || cols != w.cols || len(scale) != w.cols || len(offset) != w.cols {
		panic(fmt.Sprintf("tensor: (%d, %d) bytes times (%d, %d) int8 for (%d, %d), with %d scales and %d offsets",
			x.Rows, x.Cols, w.rows, w.cols, rows, cols, len(scale), len(offset)))
	}
}

// An int8Product is a product x·w of at least one row and one column, and where its
// scaled sums go: to floats, unless that has no data.
type int8Product struct {
	w             *Int8
	x             Bytes
	scale, offset []float32
	bytes         Bytes
	floats        Matrix
}
