package tensor

import (
	"fmt"
	"sync"
)

// MatMul computes C = A·B for A (M, K), B (K, N) and C (M, N).
//
// In this and the other products, each output is one chain of fused
// multiply-adds over k in ascending order, rounded to float32 each time, so that
// the result has the same bits whatever the layout, the kernel, the blocking and
// the number of goroutines. C must not overlap A or B. Shapes that do not fit
// panic.
func MatMul(c, a, b Matrix) {
	var p product
	p.setOperands(&c, &a, &b)
	p.compute()
}

// MatMulBias computes C = bias + A·B for A (M, K), B (K, N), C (M, N) and a bias
// of N values, with which every row of C starts; nil stands for zeros. The rows of a
// plain A are asked for ahead of time, as samples come from far away in memory.
func MatMulBias(c, a, b Matrix, bias []float32) {
	var p product
	p.setOperands(&c, &a, &b)
	p.bias, p.far = bias, a.Panel == 0
	p.compute()
}

// MatMulTransA computes C = Aᵀ·B for A (K, M), B (K, N) and C (M, N).
func MatMulTransA(c, a, b Matrix) {
	var p product
	p.setOperands(&c, &a, &b)
	p.transA = true
	p.compute()
}

// MatMulTransB computes C = A·Bᵀ for A (M, K), B (N, K) and C (M, N).
func MatMulTransB(c, a, b Matrix) {
	var p product
	p.setOperands(&c, &a, &b)
	p.transB = true
	p.compute()
}

// A product is a matrix product C = bias + A·B, where A or B may be the
// transpose of the matrix given. It is large, and passed by reference: the processor
// stalls where a copy follows on its heels.
type product struct {
	c, a, b        Matrix
	transA, transB bool
	far            bool      // A, not in the nearest caches, is to be asked for ahead of time
	bias           []float32 // nil for zeros
	m, n, k        int       // set by prepare
}

// setOperands sets C, A and B.
func (p *product) setOperands(c, a, b *Matrix) {
	p.c.set(c)
	p.a.set(a)
	p.b.set(b)
}

// compute computes the product on this goroutine.
func (p *product) compute() {
	p.prepare()
	p.run(active())
}

// prepare sets the product's sizes, and panics where the matrices do not fit.
func (p *product) prepare() {
	p.c.check()
	p.a.check()
	p.b.check()
	p.m, p.n, p.k = p.c.Rows, p.c.Cols, p.a.Cols
	m, k, n := p.a.Rows, p.b.Rows, p.b.Cols
	switch {
	case p.transA:
		p.k, m = m, p.k
	case p.transB:
		k, n = n, k
	}
	if m != p.m || n != p.n || k != p.k {
		panic(fmt.Sprintf("tensor: %s of %v and %v does not give %v", p.form(), p.a, p.b, p.c))
	}
	if p.bias != nil && len(p.bias) != n {
		panic(fmt.Sprintf("tensor: bias of %d values for %v", len(p.bias), p.c))
	}
	if !p.transA {
		p.a.flatten()
	}
}

func (p *product) form() string {
	switch {
	case p.transA:
		return "Aᵀ·B"
	case p.transB:
		return "A·Bᵀ"
	}
	return "A·B"
}

// flatten makes a row in panels the plain row that it also is.
func (m *Matrix) flatten() {
	if m.Rows == 1 && m.Panel == PanelCols {
		m.Panel, m.Stride = 0, len(m.Data)
	}
}

// Blocks that fit the caches: a panel of B, depthBlock × PanelCols, and a block of A,
// rowBlock × depthBlock, stay in the second level while all rows of the block pass over
// the panel and all panels over the block; the panels of colBlock columns of B stay in
// the third while blocks of A pass over them. Deep blocks pay because each starts by
// reading C and ends by writing it. All are whole panels, and a block's rows also those
// of 48 or 12 rows that a kernel may ask for. Where a kernel reads three quarters of a panel at
// a time, and reads them in place, the lines of the panel have to stay in a first level of 32 KB.
const (
	depthBlock   = 512
	depthInPlace = 256
	rowBlock     = 96
	colBlock     = 1024
)

// farRows is how many rows in panels are too many for the first-level cache to keep, so
// that they are asked for ahead of time, unless something else is. No prefetcher of the
// processor goes on from a panel to the next.
const farRows = 256

// A scratch holds what one goroutine needs to compute a product. It comes from a
// pool, so that a product allocates nothing.
type scratch struct {
	tile   tile
	panelB []float32 // copies of operands
	blockA []float32
	turned []float32 // the transpose of a product
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// zeros are the initial values of a row of a tile. Kernels know them by their address, and
// may not load them.
var zeros [128]float32

// run computes a product that is prepared, and may leave another in its place.
func (p *product) run(kern *kernel) {
	switch {
	case p.m == 0 || p.n == 0:
	case p.k == 0:
		p.fill()
	default:
		s := scratches.Get().(*scratch)
		defer scratches.Put(s)
		if p.turns(kern) {
			p.runTurned(kern, s)
		} else {
			p.runTiles(kern, s)
		}
	}
}

// runTiles computes the product in its own form. The loops are those of Goto and
// van de Geijn, "Anatomy of high-performance matrix multiplication" (2008),
// except that operands whose layout suits the kernel are read in place.
func (p *product) runTiles(kern *kernel, s *scratch) {
	t := &s.tile
	first := p.runFew(kern, t)
	if first == p.n {
		return
	}

	packA, packB := p.packsA(kern), p.packsB(kern, kern.colsOf(p.m, first, p.n-first))
	if packA && s.blockA == nil {
		s.blockA = New(rowBlock, depthBlock).Data
	}
	if packB && s.panelB == nil {
		s.panelB = New(depthBlock, colBlock+PanelCols).Data // the last columns' copy may be wider than they are
	}
	panelRows, panel := PanelCols, 0
	switch {
	case packA:
		panelRows = kern.panelRows
		panel = depthBlock * panelRows
	case p.transA:
		panel = p.a.Panel
	}
	depth := depthBlock
	if !packB && kern.splitsPanels() && p.m >= kern.wideLeast {
		depth = depthInPlace
	}
	depths := blocks(p.k, depth)
	for q := range depths {
		k0, k1 := shareOf(p.k, q, depths, PanelCols)
		rows := rowBlock
		if !packA && p.m > rowBlock {
			rows = rowBlock * depthBlock / (k1 - k0) / PanelCols * PanelCols // as many as make a block
		}
		apart := k1 - k0 // from a column of B in the copy to the next
		if p.m <= rows {
			apart = 0 // no other rows read them again
		}
		for jj := first; jj < p.n; jj += colBlock {
			for i0 := 0; i0 < p.m; i0 += rows {
				i1 := min(i0+rows, p.m)
				if packA {
					p.packA(kern, s, panelRows, i0, i1, k0, k1)
				}
				for j0, end := jj, min(jj+colBlock, p.n); j0 < end; j0 += t.cols {
					p.start(t, i0, j0, k0)
					t.cols, t.depth = kern.colsOf(p.m, j0, end-j0), k1-k0
					if t.cols == kern.wideCols && kern.splitsPanels() {
						t.setVectors(j0)
					}
					if packA {
						t.a, t.aDepth = &s.blockA[0], panelRows
					}
					copied := packB && p.packsB(kern, t.cols)
					if copied {
						b := &s.panelB[(j0-jj)*apart]
						p.packB(kern, t, b, i0 > 0, j0, k0, k1)
					}
					if next := j0 + t.cols; (t.cols > kern.cols || (next-jj)%PanelCols == 0) && next+t.cols <= end {
						if i0 == 0 || !copied {
							p.askForB(t, next, k0, k1)
						}
						if copied && apart > 0 {
							p.askForPacked(t, &s.panelB[(next-jj)*apart])
						}
						t.askForRows(p.c, i0, i1, next)
					}
					t.runPanels(kern, i1-i0, panelRows, panel)
				}
			}
		}
	}
}

// Kernels ask for what comes next where a matrix takes half a megabyte or more, and no
// prefetcher of the processor knows it: those follow strides below two kilobytes, but not
// from a panel to the next.
const (
	farStride = 512
	farSize   = 1 << 17
)

// askForB lets a kernel ask for as many columns of B from j on as the tile has, which
// come next; of panels, for those that start there.
func (p *product) askForB(t *tile, j, k0, k1 int) {
	switch {
	case p.transB:
	case p.b.Panel == 0:
		t.askForRows(p.b, k0, k1, j)
	case p.k*p.n >= farSize:
		for next := blocks(j, PanelCols) * PanelCols; next < j+t.cols; next += PanelCols {
			t.askForPanel(&p.b.Data[p.b.index(k0, next)], k1-k0)
		}
	}
}

// askForPacked lets it ask for the same columns where they have been copied to, or will be.
func (p *product) askForPacked(t *tile, b *float32) {
	if p.k*p.n >= farSize {
		t.askFor(b, t.width(), t.depth*t.cols/t.width())
	}
}

// runPanels computes n rows. Those in one panel of A, of so many rows and panel elements
// from the next, are computed together; 0 stands for a single panel.
func (t *tile) runPanels(kern *kernel, n, rows, panel int) {
	for panel != 0 && n > rows {
		// The columns of a panel of A are rows of its transpose, and a tile's rows
		// are all of one panel.
		t.runRows(kern, rows)
		t.nextRows()
		t.a = advance(t.a, panel-rows)
		n -= rows
	}
	t.runRows(kern, n)
}

// runFew computes what the kernels for few rows can, and returns the first column
// that is left.
func (p *product) runFew(kern *kernel, t *tile) int {
	if p.transB {
		return p.runDots(kern)
	}
	return p.runLong(kern, t)
}

// runLong is runFew for a B that is read row by row.
func (p *product) runLong(kern *kernel, t *tile) int {
	if p.m > kern.longRows || p.a.Panel != 0 && !p.transA {
		return 0
	}
	whole := p.n / kern.longCols * kern.longCols
	for j := 0; j < whole; j += kern.longCols {
		p.start(t, 0, j, 0)
		t.rows, t.cols, t.depth = p.m, kern.longCols, p.k
		kern.long(t)
	}
	return whole
}

// runDots is runFew for a transposed B, whose rows it leaves in place.
func (p *product) runDots(kern *kernel) int {
	if !kern.dotsInPlace(&p.a, &p.b, p.m, p.transA) {
		return 0
	}
	aRow, aDepth := p.a.Stride, 1
	if p.transA {
		aRow, aDepth = 1, p.a.Stride // as few columns are all of one panel
	}
	whole := p.n / PanelCols * PanelCols
	for j := 0; j < whole; j += PanelCols {
		kern.dots(&p.c.Data[p.c.index(0, j)], &p.a.Data[0], &p.b.Data[p.b.index(j, 0)], p.c.Stride, aRow, aDepth, p.b.Stride, p.m, p.k)
	}
	return whole
}

// dotsInPlace says whether the kernel computes the dot products of so many rows of a, or of its
// columns, with those of b as they all lie. Rows of b a multiple of two kilobytes apart compete
// for a few sets of the first-level cache, which only a single row of a can afford.
func (k *kernel) dotsInPlace(a, b *Matrix, rows int, transA bool) bool {
	return rows <= k.dotsRows && (a.Panel == 0 || transA) &&
		b.Panel == 0 && b.Cols%4 == 0 && (rows == 1 || b.Stride%512 != 0)
}

// start points t at output (i, j) from step k on.
func (p *product) start(t *tile, i, j, k int) {
	t.aHop, t.aFetch, t.aBelow, t.fetchRow = 0, 0, 0, 4*p.a.Stride
	t.aAlone, t.fetchRuns, t.waiting, t.bCopy = false, 0, 0, nil
	switch {
	case p.transA:
		t.a, t.aRow, t.aDepth = &p.a.Data[p.a.index(k, i)], 1, p.a.Stride
	case p.a.Panel != 0:
		t.a, t.aRow, t.aDepth = &p.a.Data[p.a.index(i, k)], p.a.Stride, 1
		t.aHop, t.aAlone = p.a.Panel-PanelCols, p.far
		if p.far || p.m >= farRows {
			t.aFetch = 4 * p.a.Panel
		}
	default:
		t.a, t.aRow, t.aDepth = &p.a.Data[p.a.index(i, k)], p.a.Stride, 1
		if p.far && j == 0 { // later columns find what the first have brought
			t.aBelow = p.m - i
		}
	}
	if !p.transB { // otherwise it is packed
		t.b, t.bDepth, t.bPanel = &p.b.Data[p.b.index(k, j)], p.b.Stride, p.b.panelStride()
	}
	t.c, t.cRow, t.cPanel = &p.c.Data[p.c.index(i, j)], p.c.Stride, p.c.panelStride()
	switch {
	case k > 0:
		t.initial, t.initialRow, t.initialPanel = t.c, t.cRow, t.cPanel
	case p.bias != nil:
		t.initial, t.initialRow, t.initialPanel = &p.bias[j], 0, PanelCols
	default:
		t.initial, t.initialRow, t.initialPanel = &zeros[0], 0, PanelCols
	}
}

// panelStride returns the distance of 32 columns from the next 32.
func (m *Matrix) panelStride() int {
	if m.Panel != 0 {
		return m.Panel
	}
	return PanelCols
}

// fill is the product over no k at all: the initial values.
func (p *product) fill() {
	row := p.bias
	if row == nil {
		row = make([]float32, p.n)
	}
	for i := range p.m {
		p.c.SetRow(i, row)
	}
}

// blocks returns how many blocks of at most size cover n.
func blocks(n, size int) int { return (n + size - 1) / size }

// share returns part i of n things dealt out evenly over parts. Products of the numbers
// may not fit an int of 32 bits.
func share(n, i, parts int) (lo, hi int) {
	end := func(i int) int { return int(int64(n) * int64(i) / int64(parts)) }
	return end(i), end(i + 1)
}

// shareOf returns part i of n things dealt out evenly over parts in pieces of
// unit things, of which the last may be smaller.
func shareOf(n, i, parts, unit int) (lo, hi int) {
	if parts == 1 { // as of most products, where two divisions would show
		return 0, n
	}
	lo, hi = share(blocks(n, unit), i, parts)
	return min(lo*unit, n), min(hi*unit, n)
}
