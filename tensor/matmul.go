package tensor

import (
	"fmt"
	"sync"
)

// MatMul computes C = A·B for A (M, K), B (K, N) and C (M, N).
//
// In this and the other products, each output is one chain of fused
// multiply-adds over k in ascending order, rounded to float32 each time, so that
// the result has the same bits whatever the kernel, the blocking and the number
// of goroutines. C must not overlap A or B. Shapes that do not fit panic.
func MatMul(c, a, b Matrix) { MatMulBias(c, a, b, nil) }

// MatMulBias computes C = bias + A·B for A (M, K), B (K, N), C (M, N) and a bias
// of N values, with which every row of C starts; nil stands for zeros.
func MatMulBias(c, a, b Matrix, bias []float32) {
	p := newProduct(c, a, b, bias)
	p.run(active())
}

// MatMulTransA computes C = Aᵀ·B for A (K, M), B (K, N) and C (M, N).
func MatMulTransA(c, a, b Matrix) {
	p := newProductTransA(c, a, b)
	p.run(active())
}

// MatMulTransB computes C = A·Bᵀ for A (M, K), B (N, K) and C (M, N).
func MatMulTransB(c, a, b Matrix) {
	p := newProductTransB(c, a, b)
	p.run(active())
}

// A product is a matrix product C = bias + A·B in terms of strides.
type product struct {
	m, n, k      int
	a            []float32
	aRow, aDepth int
	b            []float32
	bCol, bDepth int // bCol is 1 unless B is transposed
	bPanel       int // from 32 steps of k in B to the next 32, where B is transposed panels
	c            []float32
	cRow         int
	bias         []float32 // nil for zeros
}

func newProduct(c, a, b Matrix, bias []float32) product {
	checkProduct("A·B", c, a, b, c.Rows == a.Rows && c.Cols == b.Cols && a.Cols == b.Rows)
	if bias != nil && len(bias) != c.Cols {
		panic(fmt.Sprintf("tensor: bias of %d values for %v", len(bias), c))
	}
	return product{
		m: c.Rows, n: c.Cols, k: a.Cols,
		a: a.Data, aRow: a.Stride, aDepth: 1,
		b: b.Data, bCol: 1, bDepth: b.Stride,
		c: c.Data, cRow: c.Stride, bias: bias,
	}
}

func newProductTransA(c, a, b Matrix) product {
	checkProduct("Aᵀ·B", c, a, b, c.Rows == a.Cols && c.Cols == b.Cols && a.Rows == b.Rows)
	return product{
		m: c.Rows, n: c.Cols, k: a.Rows,
		a: a.Data, aRow: 1, aDepth: a.Stride,
		b: b.Data, bCol: 1, bDepth: b.Stride,
		c: c.Data, cRow: c.Stride,
	}
}

func newProductTransB(c, a, b Matrix) product {
	checkProduct("A·Bᵀ", c, a, b, c.Rows == a.Rows && c.Cols == b.Rows && a.Cols == b.Cols)
	return product{
		m: c.Rows, n: c.Cols, k: a.Cols,
		a: a.Data, aRow: a.Stride, aDepth: 1,
		b: b.Data, bCol: b.Stride, bDepth: 1,
		c: c.Data, cRow: c.Stride,
	}
}

func checkProduct(form string, c, a, b Matrix, fits bool) {
	c.check()
	a.check()
	b.check()
	if !fits {
		panic(fmt.Sprintf("tensor: %s of %v and %v does not give %v", form, a, b, c))
	}
}

// Blocks that fit the caches: a panel of B, depthBlock × kernel.cols, stays in
// the first level while rows pass over it; a block of A, rowBlock × depthBlock,
// stays in the second while panels pass over it.
const (
	depthBlock = 256
	rowBlock   = 224
	maxCols    = 128 // of any kernel, for a row of initial values
	panelCols  = 32  // the widest panel that is packed
)

// A scratch holds what one goroutine needs to compute a product. It comes from a
// pool, so that a product allocates nothing.
type scratch struct {
	tile   tile
	panelB [depthBlock * panelCols]float32
	blockA [rowBlock * depthBlock]float32
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

var zeros [maxCols]float32

// run computes the product on this goroutine. The loops are those of Goto and
// van de Geijn, "Anatomy of high-performance matrix multiplication" (2008),
// except that operands whose layout suits the kernel are read in place.
func (p product) run(kern *kernel) {
	if p.m == 0 || p.n == 0 {
		return
	}
	if p.k == 0 {
		p.fill()
		return
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)

	if p.bCol == 1 && p.m <= kern.longRows {
		done := p.n / kern.longCols * kern.longCols
		for j := 0; j < done; j += kern.longCols {
			p.start(&s.tile, 0, j, 0)
			s.tile.rows, s.tile.cols, s.tile.depth = p.m, kern.longCols, p.k
			kern.long(&s.tile)
		}
		if done == p.n {
			return
		}
		p.skipCols(done)
	}

	packA, packB := p.packs(kern)
	depths := blocks(p.k, depthBlock)
	for q := range depths {
		k0, k1 := share(p.k, q, depths)
		for i0 := 0; i0 < p.m; i0 += rowBlock {
			i1 := min(i0+rowBlock, p.m)
			if packA {
				p.packA(s, i0, i1, k0, k1)
			}
			for j0 := 0; j0 < p.n; j0 += kern.cols {
				j1 := min(j0+kern.cols, p.n)
				if packB {
					p.packB(s, j0, j1, k0, k1)
				}
				rows := kern.rows
				if j1-j0 < kern.cols {
					rows = kern.edgeRows
				}
				groups := blocks(i1-i0, rows)
				for g := range groups {
					lo, hi := share(i1-i0, g, groups)
					t := &s.tile
					p.start(t, i0+lo, j0, k0)
					t.rows, t.cols, t.depth = hi-lo, j1-j0, k1-k0
					if packA {
						t.a, t.aRow, t.aDepth = &s.blockA[lo], 1, rowBlock
					}
					if packB {
						t.b, t.bDepth = &s.panelB[0], panelCols
					}
					kern.tile(t)
				}
			}
		}
	}
}

// start points t at output (i, j) from step k on.
func (p *product) start(t *tile, i, j, k int) {
	t.a, t.aRow, t.aDepth = &p.a[i*p.aRow+k*p.aDepth], p.aRow, p.aDepth
	if p.bCol == 1 { // otherwise it is packed
		t.b, t.bDepth = &p.b[k*p.bDepth+j], p.bDepth
	}
	t.c, t.cRow = &p.c[i*p.cRow+j], p.cRow
	switch {
	case k > 0:
		t.initial, t.initialRow = t.c, t.cRow
	case p.bias != nil:
		t.initial, t.initialRow = &p.bias[j], 0
	default:
		t.initial, t.initialRow = &zeros[0], 0
	}
}

// skipCols leaves the first n columns of the product out.
func (p *product) skipCols(n int) {
	p.n -= n
	p.b = p.b[n*p.bCol:]
	p.c = p.c[n:]
	if p.bias != nil {
		p.bias = p.bias[n:]
	}
}

// fill is the product over no k at all: the initial values.
func (p *product) fill() {
	for i := range p.m {
		row := p.c[i*p.cRow : i*p.cRow+p.n]
		if p.bias != nil {
			copy(row, p.bias)
		} else {
			clear(row)
		}
	}
}

// packs decides which operands are copied for the kernel. B must be where it is
// transposed. Otherwise a copy pays where the rows of an operand lie a multiple
// of a kilobyte apart, so that they compete for a few sets of the first-level
// cache, and it is read often enough.
func (p *product) packs(kern *kernel) (a, b bool) {
	const reuse = 4
	conflict := func(stride int) bool { return stride%256 == 0 }
	a = conflict(max(p.aRow, p.aDepth)) && p.n >= reuse*kern.cols && p.m >= kern.rows
	b = p.bCol != 1 || conflict(p.bDepth) && p.m >= reuse*kern.rows
	return a, b
}

// packA copies rows i0 to i1 of A over k0 to k1, so that the elements of one k
// lie side by side: blockA[k][i].
func (p *product) packA(s *scratch, i0, i1, k0, k1 int) {
	src := p.a[i0*p.aRow+k0*p.aDepth:]
	if p.aRow == 1 {
		for k := range k1 - k0 {
			copy(s.blockA[k*rowBlock:], src[k*p.aDepth:][:i1-i0])
		}
		return
	}
	transpose(active().vectors, s.blockA[:], rowBlock, src, p.aRow, i1-i0, k1-k0)
}

// packB copies columns j0 to j1 of B over k0 to k1 side by side: panelB[k][j].
func (p *product) packB(s *scratch, j0, j1, k0, k1 int) {
	vectors := active().vectors
	switch {
	case p.bPanel != 0:
		for k := k0; k < k1; {
			next := min(k-k%PanelCols+PanelCols, k1)
			src := p.b[k/PanelCols*p.bPanel+j0*p.bCol+k%PanelCols:]
			transpose(vectors, s.panelB[(k-k0)*panelCols:], panelCols, src, p.bCol, j1-j0, next-k)
			k = next
		}
	case p.bCol == 1:
		src := p.b[k0*p.bDepth+j0:]
		for k := range k1 - k0 {
			copy(s.panelB[k*panelCols:], src[k*p.bDepth:][:j1-j0])
		}
	default:
		transpose(vectors, s.panelB[:], panelCols, p.b[j0*p.bCol+k0:], p.bCol, j1-j0, k1-k0)
	}
}

// blocks returns how many blocks of at most size cover n.
func blocks(n, size int) int { return (n + size - 1) / size }

// share returns part i of n things dealt out evenly over parts.
func share(n, i, parts int) (lo, hi int) { return n * i / parts, n * (i + 1) / parts }
