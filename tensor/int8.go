package tensor

import (
	"fmt"
	"math"
)

// Products of 8-bit integers: activations are uint8, weights int8, and sums are
// int32, which no sum of up to MaxInt8Rows products leaves. So a sum is exact in
// any order, and results have the same bits on every machine.

// MaxInt8Rows is the greatest number of rows of an Int8.
const MaxInt8Rows = math.MaxInt32 / (255 * 128)

// byteStride is what the stride of a Bytes is a multiple of.
const byteStride = 64

// Bytes is a matrix of uint8: element (i, j) is Data[i*Stride+j]. NewBytes makes
// one.
type Bytes struct {
	Data       []uint8
	Rows, Cols int
	Stride     int // a multiple of 64, so that kernels may read past the columns
}

// NewBytes returns a matrix of zeros.
func NewBytes(rows, cols int) Bytes {
	if rows < 0 || cols < 0 {
		panic(fmt.Sprintf("tensor: a matrix of %dx%d bytes", rows, cols))
	}
	stride := (cols + byteStride - 1) / byteStride * byteStride
	return Bytes{Data: make([]uint8, rows*stride), Rows: rows, Cols: cols, Stride: stride}
}

// Row returns row i, which shares the matrix's data.
func (b Bytes) Row(i int) []uint8 { return b.Data[i*b.Stride:][:b.Cols:b.Cols] }

// RowRange returns the rows lo to hi, without hi, which share the matrix's data.
func (b Bytes) RowRange(lo, hi int) Bytes {
	return Bytes{Data: b.Data[lo*b.Stride : hi*b.Stride], Rows: hi - lo, Cols: b.Cols, Stride: b.Stride}
}

// An Int8 is a constant matrix of int8, the right operand of products, in the form
// that the kernels read. Several goroutines may use it at a time.
type Int8 struct {
	rows, cols int
	data       []int8
}

// NewInt8 returns a matrix of rows times cols elements, which data holds row by
// row. It panics if data has another length, or if there are more than MaxInt8Rows
// rows.
func NewInt8(rows, cols int, data []int8) *Int8 {
	if rows < 0 || rows > MaxInt8Rows || cols < 0 || len(data) != rows*cols {
		panic(fmt.Sprintf("tensor: %d elements for a matrix of %dx%d int8", len(data), rows, cols))
	}
	return &Int8{rows: rows, cols: cols, data: append([]int8(nil), data...)}
}

// Rows returns the number of rows.
func (w *Int8) Rows() int { return w.rows }

// Cols returns the number of columns.
func (w *Int8) Cols() int { return w.cols }

// MulBytes computes y = x·w, scales it, and makes uint8 of it again: y[i][j] is
// the whole number nearest to sum*scale[j] + offset[j], even ones in ties, and at
// least 0 and at most 255. The sum is rounded to float32 first, and so is the
// product. The shapes are x (M, K), w (K, N), y (M, N), scale and offset N; others
// panic.
func (w *Int8) MulBytes(y, x Bytes, scale, offset []float32) {
	w.check(y.Rows, y.Cols, x, scale, offset)
	for i := range y.Rows {
		for j := range w.cols {
			v := w.scaled(x.Row(i), j, scale[j], offset[j])
			y.Data[i*y.Stride+j] = uint8(min(max(math.RoundToEven(float64(v)), 0), 255))
		}
	}
}

// MulFloats computes y = x·w and scales it: y[i][j] is sum*scale[j] + offset[j],
// where the sum is rounded to float32 first, and so is the product. The shapes are
// those of MulBytes; y is a plain matrix.
func (w *Int8) MulFloats(y Matrix, x Bytes, scale, offset []float32) {
	w.check(y.Rows, y.Cols, x, scale, offset)
	for i := range y.Rows {
		row := y.Row(i)
		for j := range row {
			row[j] = w.scaled(x.Row(i), j, scale[j], offset[j])
		}
	}
}

func (w *Int8) check(rows, cols int, x Bytes, scale, offset []float32) {
	if x.Rows != rows || x.Cols != w.rows || cols != w.cols || len(scale) != w.cols || len(offset) != w.cols {
		panic(fmt.Sprintf("tensor: (%d, %d) bytes times (%d, %d) int8 for (%d, %d), with %d scales and %d offsets",
			x.Rows, x.Cols, w.rows, w.cols, rows, cols, len(scale), len(offset)))
	}
}

// scaled returns the scaled sum of products of a row and column j.
func (w *Int8) scaled(x []uint8, j int, scale, offset float32) float32 {
	var sum int32
	for k, v := range x {
		sum += int32(v) * int32(w.data[k*w.cols+j])
	}
	return float32(float32(sum)*scale) + offset
}
