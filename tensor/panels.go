package tensor

import "fmt"

// PanelCols is the number of columns of a panel of Panels.
const PanelCols = 32

// Panels is a matrix of weights stored in panels of 32 columns, each contiguous
// in row-major order, the last filled up with columns of zeros. It is how a
// product reads its right operand at full speed, one panel after the other; and
// a goroutine that owns some columns owns whole cache lines and pages, which the
// prefetchers of its neighbours leave alone.
type Panels struct {
	Rows, Cols int
	Data       []float32 // (panels, Rows, 32)
}

// NewPanels returns a matrix of zeros.
func NewPanels(rows, cols int) *Panels {
	if rows < 0 || cols < 0 {
		panic(fmt.Sprintf("tensor: panels of (%d, %d)", rows, cols))
	}
	return &Panels{Rows: rows, Cols: cols, Data: alignedSlice(blocks(cols, PanelCols) * rows * PanelCols)}
}

// Part returns the panels of columns lo to hi, without hi, which shares p's
// data. Lo and, unless it is p's last column, hi are multiples of PanelCols.
func (p *Panels) Part(lo, hi int) Panels {
	if lo < 0 || lo > hi || hi > p.Cols || lo%PanelCols != 0 || hi%PanelCols != 0 && hi < p.Cols {
		panic(fmt.Sprintf("tensor: columns %d to %d of panels of (%d, %d)", lo, hi, p.Rows, p.Cols))
	}
	return Panels{Rows: p.Rows, Cols: hi - lo, Data: p.Data[lo*p.Rows : blocks(hi, PanelCols)*PanelCols*p.Rows]}
}

// panel returns panel i, whose rows are PanelCols apart.
func (p *Panels) panel(i int) Matrix {
	size := p.Rows * PanelCols
	return Matrix{
		Data: p.Data[i*size : (i+1)*size],
		Rows: p.Rows, Cols: min(PanelCols, p.Cols-i*PanelCols), Stride: PanelCols,
	}
}

// cols returns the columns of m that go with panel i.
func (p *Panels) cols(m Matrix, i int) Matrix {
	return m.ColRange(i*PanelCols, min((i+1)*PanelCols, p.Cols))
}

// count returns the number of panels.
func (p *Panels) count() int { return blocks(p.Cols, PanelCols) }

// At returns element (i, j).
func (p *Panels) At(i, j int) float32 { return p.panel(j/PanelCols).At(i, j%PanelCols) }

// Set sets element (i, j).
func (p *Panels) Set(i, j int, x float32) { p.panel(j / PanelCols).Row(i)[j%PanelCols] = x }

// SetTranspose sets p to the transpose of m (Cols, Rows).
func (p *Panels) SetTranspose(m Matrix) {
	p.check("the transpose", m, m.Rows == p.Cols && m.Cols == p.Rows)
	for i := range p.count() {
		Transpose(p.panel(i), m.RowRange(i*PanelCols, min((i+1)*PanelCols, p.Cols)))
	}
}

// TransposeTo sets m (Cols, Rows) to the transpose of p.
func (p *Panels) TransposeTo(m Matrix) {
	p.check("the transpose", m, m.Rows == p.Cols && m.Cols == p.Rows)
	for i := range p.count() {
		Transpose(m.RowRange(i*PanelCols, min((i+1)*PanelCols, p.Cols)), p.panel(i))
	}
}

// MatMulBias computes C = bias + A·P for A (M, Rows), C (M, Cols) and a bias of
// Cols values.
func (p *Panels) MatMulBias(c, a Matrix, bias []float32) {
	p.check("A·P", c, c.Rows == a.Rows && c.Cols == p.Cols && a.Cols == p.Rows)
	for i := range p.count() {
		MatMulBias(p.cols(c, i), a, p.panel(i), bias[i*PanelCols:min((i+1)*PanelCols, p.Cols)])
	}
}

// SetTransA sets p to Aᵀ·B for A (K, Rows) and B (K, Cols).
func (p *Panels) SetTransA(a, b Matrix) {
	p.check("Aᵀ·B", a, a.Rows == b.Rows && a.Cols == p.Rows && b.Cols == p.Cols)
	for i := range p.count() {
		MatMulTransA(p.panel(i), a, p.cols(b, i))
	}
}

// MatMulTrans computes C = A·Pᵀ for the rows lo to hi of p, without hi: A is
// (M, Cols) and C (M, hi-lo).
func (p *Panels) MatMulTrans(c, a Matrix, lo, hi int) {
	p.check("A·Pᵀ", c, c.Rows == a.Rows && c.Cols == hi-lo && a.Cols == p.Cols && 0 <= lo && hi <= p.Rows)
	c.check()
	a.check()
	product{
		m: c.Rows, n: hi - lo, k: p.Cols,
		a: a.Data, aRow: a.Stride, aDepth: 1,
		b: p.Data[min(lo*PanelCols, len(p.Data)):], bCol: PanelCols, bDepth: 1, bPanel: p.Rows * PanelCols,
		c: c.Data, cRow: c.Stride,
	}.run(active())
}

func (p *Panels) check(form string, m Matrix, fits bool) {
	if !fits {
		panic(fmt.Sprintf("tensor: %s of panels of (%d, %d) does not fit %v", form, p.Rows, p.Cols, m))
	}
}
