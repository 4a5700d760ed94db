package tensor

import (
	"fmt"
	"math"
	"math/bits"
)

// PanelCols is the number of columns in a panel.
const PanelCols = 32

// A Matrix is a view of float32 elements in one of two layouts. It is small and
// passed by value; parts of it share its data.
//
// In a plain matrix the elements of a row lie side by side: element (i, j) is
// Data[i*Stride+j].
//
// In a matrix of panels (NewPanels), its columns are cut into panels of 32, and
// each panel is plain: element (i, j) is Data[j/32*Panel+i*Stride+j%32], with
// Stride 32. Weights and activations are kept so. A product reads and writes
// panels at full speed, whatever the width of the matrix; and a goroutine that
// owns some columns owns whole cache lines and pages of memory, which the
// prefetchers of its neighbours leave alone.
type Matrix struct {
	Data       []float32
	Rows, Cols int
	Stride     int // elements from a row to the next
	Panel      int // elements from a panel to the next; 0 in a plain matrix
}

// NewMatrix returns a plain matrix of zeros whose data is aligned as New's is.
func NewMatrix(rows, cols int) Matrix { return New(rows, cols).Matrix() }

// NewPanels returns a matrix of zeros in panels.
func NewPanels(rows, cols int) Matrix {
	return PanelsOver(New(blocks(cols, PanelCols), rows, PanelCols).Data, rows, cols)
}

// PanelsOver returns a matrix in panels over the first elements of data, as many
// as it takes: rows times cols, rounded up to whole panels.
func PanelsOver(data []float32, rows, cols int) Matrix {
	if rows < 0 || rows > math.MaxInt/PanelCols {
		panic(fmt.Sprintf("tensor: panels of %d rows", rows))
	}
	panel := rows * PanelCols
	return Matrix{Data: data[:blocks(cols, PanelCols)*panel], Rows: rows, Cols: cols, Stride: PanelCols, Panel: panel}
}

// index returns where element (i, j) is.
func (m *Matrix) index(i, j int) int {
	if m.Panel == 0 {
		return i*m.Stride + j
	}
	return j/PanelCols*m.Panel + i*m.Stride + j%PanelCols
}

// At returns element (i, j).
func (m Matrix) At(i, j int) float32 {
	m.checkElement(i, j)
	return m.Data[m.index(i, j)]
}

// Set sets element (i, j).
func (m Matrix) Set(i, j int, x float32) {
	m.checkElement(i, j)
	m.Data[m.index(i, j)] = x
}

// Row returns row i of a plain matrix, or of one of a single panel, whose data it
// shares.
func (m Matrix) Row(i int) []float32 {
	if m.Panel != 0 && m.Cols > PanelCols {
		panic(fmt.Sprintf("tensor: a row of panels, %v", m))
	}
	m.checkRow(i)
	return m.Data[i*m.Stride : i*m.Stride+m.Cols : i*m.Stride+m.Cols]
}

// SetRow copies values, one a column, to row i.
func (m Matrix) SetRow(i int, values []float32) {
	values = values[:m.Cols]
	if m.Panel == 0 {
		copy(m.Row(i), values)
		return
	}
	m.checkRow(i)
	for at := i * m.Stride; len(values) > 0; at += m.Panel {
		values = values[copy(m.Data[at:at+PanelCols], values):]
	}
}

// RowRange returns rows lo to hi, without hi.
func (m Matrix) RowRange(lo, hi int) Matrix {
	if lo < 0 || lo > hi || hi > m.Rows {
		panic(fmt.Sprintf("tensor: rows %d to %d of %v", lo, hi, m))
	}
	if lo == hi {
		return Matrix{Cols: m.Cols, Stride: m.Stride, Panel: m.Panel}
	}
	m.Rows = hi - lo
	m.Data = m.Data[min(lo*m.Stride, len(m.Data)):]
	m.Data = m.Data[:m.size()]
	return m
}

// ColRange returns columns lo to hi, without hi. In a matrix of panels, lo has to
// be the first column of a panel.
func (m Matrix) ColRange(lo, hi int) Matrix {
	if lo < 0 || lo > hi || hi > m.Cols || m.Panel != 0 && lo%PanelCols != 0 {
		panic(fmt.Sprintf("tensor: columns %d to %d of %v", lo, hi, m))
	}
	m.Cols = hi - lo
	if m.Rows > 0 {
		start := lo
		if m.Panel != 0 {
			start = lo / PanelCols * m.Panel
		}
		m.Data = m.Data[min(start, len(m.Data)):][:m.size()]
	}
	return m
}

// size returns how many elements of Data the matrix spans: in panels all of the
// last one.
func (m Matrix) size() int {
	switch {
	case m.Rows == 0 || m.Cols == 0:
		return 0
	case m.Panel == 0:
		return (m.Rows-1)*m.Stride + m.Cols
	}
	return (blocks(m.Cols, PanelCols)-1)*m.Panel + m.Rows*PanelCols
}

// String returns m's shape, for messages.
func (m Matrix) String() string { return fmt.Sprintf("(%d, %d)", m.Rows, m.Cols) }

// checkRow panics unless m has row i. Without it, a part of a matrix would reach into the
// rest, whose data its own goes on to.
func (m Matrix) checkRow(i int) {
	if i < 0 || i >= m.Rows {
		panic(fmt.Sprintf("tensor: row %d of %v", i, m))
	}
}

func (m Matrix) checkElement(i, j int) {
	if i < 0 || i >= m.Rows || j < 0 || j >= m.Cols {
		panic(fmt.Sprintf("tensor: element (%d, %d) of %v", i, j, m))
	}
}

// check panics unless m's data holds what its shape promises.
func (m *Matrix) check() {
	if m.Rows < 0 || m.Cols < 0 || m.Rows > 0 && m.Cols > 0 && !m.fits() {
		panic(fmt.Sprintf("tensor: %d elements for matrix %v with stride %d", len(m.Data), *m, m.Stride))
	}
}

// fits says whether m's data holds the rows and columns, of which there are some.
func (m *Matrix) fits() bool {
	if m.Panel == 0 {
		return m.Stride >= m.Cols && hold(len(m.Data), m.Rows-1, m.Stride, m.Cols)
	}
	return m.Stride == PanelCols && hold(m.Panel, m.Rows, PanelCols, 0) &&
		hold(len(m.Data), (m.Cols-1)/PanelCols, m.Panel, m.Rows*PanelCols)
}

// hold says whether n elements hold so many times stride of them, and the last, even if
// the sum does not fit an int.
func hold(n, times, stride, last int) bool {
	high, low := bits.Mul64(uint64(times), uint64(stride))
	return high == 0 && last <= n && low <= uint64(n-last)
}

// set makes m what n is, word by word: where words that have just been written are read
// again in longer pieces, as a struct is copied, the processor waits until they have
// reached its cache.
func (m *Matrix) set(n *Matrix) {
	m.Data = n.Data
	m.Rows, m.Cols, m.Stride, m.Panel = n.Rows, n.Cols, n.Stride, n.Panel
}
