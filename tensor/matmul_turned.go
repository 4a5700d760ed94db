package tensor

// A product may also be computed as the transpose of another: C = (Bᵀ·Aᵀ)ᵀ for A·B,
// C = (B·Aᵀ)ᵀ for A·Bᵀ and C = (Bᵀ·A)ᵀ for Aᵀ·B, the same chains of multiply-adds with
// their factors in the other order. A and B change places, and C is transposed in the end.

// turnedSize is how many elements of C are computed before they are transposed:
// about what the second-level cache holds beside the operands.
const turnedSize = 1 << 17

// turns says whether the product is better computed as the transpose of another. B's
// elements, mostly weights or gradients, are seldom 0; a kernel that skips those of A
// keeps A.
func (p *product) turns(kern *kernel) bool {
	if p.m < 16 || kern.skipsZeros || p.bias != nil {
		return false
	}
	// It needs a transposed copy of B, or of A if it is turned. To transpose C takes
	// about twice as long as an operand, since it has to be written and read once more.
	if p.transB && p.m%16 == 0 && p.m*p.k+2*p.m*p.n < p.n*p.k {
		return true
	}
	// Dot products of B's few columns with A's rows as these lie need no copy but C's.
	if !p.transA && p.m >= PanelCols && p.k >= 32 && kern.dotsInPlace(&p.b, &p.a, p.n, !p.transB) {
		return true
	}
	// Few columns leave lanes of vectors idle; saved are those that would not be if rows
	// ran along vectors. Sixteen of them could do their step of k in the time that an
	// element of C takes to be transposed, and a few thousand before the first step. They
	// must be one of 32, since matrices that are no longer read in the order of their rows
	// cost as much; or a quarter, if the transpose would not fill two vectors.
	lanes := 16 * p.m * blocks(p.n, 16)
	saved := lanes - 16*p.n*blocks(p.m, 16)
	least := lanes / 32
	if p.m < 32 {
		least = lanes / 4
	}
	if p.m*p.n > turnedSize || saved < least || saved*p.k <= 16*p.m*p.n+1<<12 {
		return false
	}
	// An A that is not transposed has to be copied, which has to be done by vectors.
	return p.transA || kern.transpose != nil && saved > 5*p.m
}

// runTurned computes the product as the transpose of another, as many columns at a
// time as turnedSize allows, and of those as many rows. It leaves p turned: to copy it first
// would take a hundredth of a small product's time.
func (p *product) runTurned(kern *kernel, s *scratch) {
	padded := blocks(p.m, PanelCols) * PanelCols
	cols := max(turnedSize/padded/PanelCols, 1) * PanelCols
	across, down := blocks(p.n, cols), blocks(padded*min(p.n, cols), turnedSize)
	if parts := across * down; parts > 1 {
		for i := range parts {
			q := *p
			q.sharePiece(i, parts, across)
			q.runTurned(kern, s)
		}
		return
	}
	if n := padded * p.n; len(s.turned) < n {
		s.turned = New(n).Data
	}
	c := p.c
	p.m, p.n = p.n, p.m
	p.transA, p.transB = !p.transB, !p.transA
	p.a, p.b, p.c = p.b, p.a, PanelsOver(s.turned, p.m, p.n)
	p.far = p.a.Panel != 0
	p.runTiles(kern, s)
	transposeMatrix(kern, &c, &p.c)
}
