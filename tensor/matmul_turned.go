package tensor

// A·Bᵀ needs a transposed copy of B. Where A and C are small beside B, it takes less
// to transpose these: C = (B·Aᵀ)ᵀ, the same chains of multiply-adds with their
// factors in the other order.

// turnedSize is how many elements of C are computed before they are transposed:
// about what the second-level cache holds beside the operands.
const turnedSize = 1 << 17

// turns says whether the product is better computed as the transpose of another,
// for which a multiple of 16 rows make whole vectors. To transpose C takes about
// twice as long as an operand, since it has to be written and read once more. B's
// elements, mostly weights, are seldom 0; a kernel that skips those of A keeps A.
func (p *product) turns(kern *kernel) bool {
	return p.transB && p.m%16 == 0 && !kern.skipsZeros && p.m*p.k+2*p.m*p.n < p.n*p.k
}

// runTurned computes A·Bᵀ as the transpose of B·Aᵀ, as many columns at a time as
// turnedSize allows.
func (p *product) runTurned(kern *kernel) {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	padded := blocks(p.m, PanelCols) * PanelCols
	cols := max(turnedSize/padded/PanelCols, 1) * PanelCols
	if n := padded * min(cols, p.n); len(s.turned) < n {
		s.turned = New(n).Data
	}
	for j0 := 0; j0 < p.n; j0 += cols {
		j1 := min(j0+cols, p.n)
		b, c := p.b.RowRange(j0, j1), PanelsOver(s.turned, j1-j0, p.m)
		q := product{c: c, a: b, b: p.a, transB: true, far: b.Panel != 0}
		q.prepare()
		q.runTiles(kern)
		transposeMatrix(kern, p.c.ColRange(j0, j1), c)
	}
}
