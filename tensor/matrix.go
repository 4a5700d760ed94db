package tensor

import "fmt"

// A Matrix is a view of float32 elements as rows: element (i, j) is
// Data[i*Stride+j]. It is small and passed by value; parts of it share its data.
type Matrix struct {
	Data       []float32
	Rows, Cols int
	Stride     int // elements from the start of a row to the start of the next
}

// NewMatrix returns a matrix of zeros whose data is aligned as New's is.
func NewMatrix(rows, cols int) Matrix { return New(rows, cols).Matrix() }

// At returns element (i, j).
func (m Matrix) At(i, j int) float32 { return m.Row(i)[j] }

// Row returns row i, which shares m's data.
func (m Matrix) Row(i int) []float32 {
	return m.Data[i*m.Stride : i*m.Stride+m.Cols : i*m.Stride+m.Cols]
}

// RowRange returns rows lo to hi, without hi.
func (m Matrix) RowRange(lo, hi int) Matrix {
	if lo < 0 || lo > hi || hi > m.Rows {
		panic(fmt.Sprintf("tensor: rows %d to %d of %v", lo, hi, m))
	}
	if lo == hi {
		return Matrix{Cols: m.Cols, Stride: m.Stride}
	}
	m.Data = m.Data[lo*m.Stride : (hi-1)*m.Stride+m.Cols]
	m.Rows = hi - lo
	return m
}

// ColRange returns columns lo to hi, without hi.
func (m Matrix) ColRange(lo, hi int) Matrix {
	if lo < 0 || lo > hi || hi > m.Cols {
		panic(fmt.Sprintf("tensor: columns %d to %d of %v", lo, hi, m))
	}
	if m.Rows > 0 {
		m.Data = m.Data[lo : (m.Rows-1)*m.Stride+hi]
	}
	m.Cols = hi - lo
	return m
}

// String returns m's shape, for messages.
func (m Matrix) String() string { return fmt.Sprintf("(%d, %d)", m.Rows, m.Cols) }

// check panics unless m's data holds what its shape promises.
func (m Matrix) check() {
	if m.Rows < 0 || m.Cols < 0 || m.Stride < m.Cols ||
		m.Rows > 0 && m.Cols > 0 && (m.Rows-1)*m.Stride+m.Cols > len(m.Data) {
		panic(fmt.Sprintf("tensor: %d elements for matrix %v with stride %d", len(m.Data), m, m.Stride))
	}
}
