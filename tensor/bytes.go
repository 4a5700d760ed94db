package tensor

import (
	"fmt"
	"math"
)

// byteStride is what the stride of a Bytes is a multiple of.
const byteStride = 64

// Bytes is a matrix of uint8: element (i, j) is Data[i*Stride+j]. NewBytes makes
// one.
type Bytes struct {
	Data       []uint8
	Rows, Cols int
	Stride     int // a multiple of 64, so that kernels may read and write past the columns
}

// NewBytes returns a matrix of zeros.
func NewBytes(rows, cols int) Bytes {
	if rows < 0 || cols < 0 || cols > math.MaxInt-byteStride {
		panic(fmt.Sprintf("tensor: a matrix of %dx%d bytes", rows, cols))
	}
	stride := blocks(cols, byteStride) * byteStride
	return Bytes{Data: make([]uint8, Size([]int{rows, stride})), Rows: rows, Cols: cols, Stride: stride}
}

// Row returns row i, which shares the matrix's data.
func (b Bytes) Row(i int) []uint8 {
	if i < 0 || i >= b.Rows { // of a part, whose data goes on to the rest's
		panic(fmt.Sprintf("tensor: row %d of (%d, %d) bytes", i, b.Rows, b.Cols))
	}
	return b.Data[i*b.Stride:][:b.Cols:b.Cols]
}

// RowRange returns the rows lo to hi, without hi, which share the matrix's data.
func (b Bytes) RowRange(lo, hi int) Bytes {
	return Bytes{Data: b.Data[lo*b.Stride : hi*b.Stride], Rows: hi - lo, Cols: b.Cols, Stride: b.Stride}
}

// check panics unless b's data holds what its shape promises.
func (b Bytes) check() {
	if b.Stride < b.Cols || b.Stride%byteStride != 0 {
		panic(fmt.Sprintf("tensor: %d columns of bytes with stride %d, want a multiple of %d", b.Cols, b.Stride, byteStride))
	}
	if b.Rows < 0 || b.Cols < 0 || b.Stride > 0 && b.Rows > len(b.Data)/b.Stride {
		panic(fmt.Sprintf("tensor: %d bytes for matrix (%d, %d) with stride %d", len(b.Data), b.Rows, b.Cols, b.Stride))
	}
}
