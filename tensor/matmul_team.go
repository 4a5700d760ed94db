package tensor

import "math"

// MatMul computes C = A·B as the function MatMul does, split over the team.
func (t *Team) MatMul(c, a, b Matrix) {
	var p product
	p.setOperands(&c, &a, &b)
	t.compute(&p)
}

// MatMulBias computes C = bias + A·B as the function MatMulBias does, split over
// the team.
func (t *Team) MatMulBias(c, a, b Matrix, bias []float32) {
	var p product
	p.setOperands(&c, &a, &b)
	p.bias = bias
	t.compute(&p)
}

// MatMulTransA computes C = Aᵀ·B as the function MatMulTransA does, split over
// the team.
func (t *Team) MatMulTransA(c, a, b Matrix) {
	var p product
	p.setOperands(&c, &a, &b)
	p.transA = true
	t.compute(&p)
}

// MatMulTransB computes C = A·Bᵀ as the function MatMulTransB does, split over
// the team.
func (t *Team) MatMulTransB(c, a, b Matrix) {
	var p product
	p.setOperands(&c, &a, &b)
	p.transB = true
	t.compute(&p)
}

// MatMulBias computes C = bias + A·B as the function MatMulBias does, on this member
// alone. Where there are others, it expects A from them, and asks for it ahead of
// time.
func (w Worker) MatMulBias(c, a, b Matrix, bias []float32) {
	var p product
	p.setOperands(&c, &a, &b)
	p.bias, p.far = bias, w.team != nil
	p.compute()
}

// MatMulTransB computes C = A·Bᵀ as the function MatMulTransB does, on this member
// alone, and expects A from others as MatMulBias does.
func (w Worker) MatMulTransB(c, a, b Matrix) {
	var p product
	p.setOperands(&c, &a, &b)
	p.transB, p.far = true, w.team != nil
	p.compute()
}

// compute computes a product, split over the team where that pays.
func (t *Team) compute(p *product) {
	p.prepare()
	if !t.pays(p) {
		p.run(active())
		return
	}
	t.lock()
	defer t.mu.Unlock()
	t.product, t.across = *p, p.piecesAcross(t.threads)
	t.each(t.threads, t.multiply)
	t.product = product{} // lest it keep the matrices alive
}

// multiplyPiece computes piece i of n of the team's product: a rectangle of its
// rows and columns.
func (t *Team) multiplyPiece(i, n int) {
	p := t.product
	p.sharePiece(i, n, t.across)
	p.run(active())
}

// piecesAcross returns in how many pieces of columns the product is best cut, if it
// is cut in n pieces in all: those in which the largest piece takes the least time,
// if an element of C takes 1 and what is read for a row or a column takes operand, and
// the last columns take as long as those of a whole tile. Of two that are as good, it is
// the one with more pieces of columns, but not where all of them would copy the same parts
// of a transposed A. A transposed B, which each piece copies, is best cut finely.
func (p *product) piecesAcross(n int) int {
	const operand = 16
	across, least := 1, math.MaxInt
	unit := PanelCols
	if !p.transB {
		unit = max(unit, active().colsOf(p.m, 0, p.n))
	}
	for c := 1; c <= n; c++ {
		if n%c != 0 {
			continue
		}
		rows := min(p.m, blocks(blocks(p.m, p.rowUnit()), n/c)*p.rowUnit())
		cols := min(p.n, blocks(blocks(p.n, unit), c)*unit)
		if time := rows*cols + operand*(rows+cols); time < least || time == least && !p.transA {
			across, least = c, time
		}
	}
	return across
}

// rowUnit is the number of rows of which a piece has a multiple: whole panels where
// the columns of A in panels are rows.
func (p *product) rowUnit() int {
	if p.transA && p.a.Panel != 0 {
		return PanelCols
	}
	return 8
}

// sharePiece leaves p with piece i of n: a rectangle, of as many beside each other as across.
func (p *product) sharePiece(i, n, across int) {
	p.shareCols(i%across, across)
	p.shareRows(i/across, n/across)
}

// shareCols leaves p with part i of n of its columns.
func (p *product) shareCols(i, n int) {
	lo, hi := shareOf(p.n, i, n, PanelCols)
	p.n, p.c = hi-lo, p.c.ColRange(lo, hi)
	if p.transB {
		p.b = p.b.RowRange(lo, hi)
	} else {
		p.b = p.b.ColRange(lo, hi)
	}
	if p.bias != nil {
		p.bias = p.bias[lo:hi]
	}
}

// shareRows leaves p with part i of n of its rows.
func (p *product) shareRows(i, n int) {
	lo, hi := shareOf(p.m, i, n, p.rowUnit())
	p.m, p.c = hi-lo, p.c.RowRange(lo, hi)
	if p.transA {
		p.a = p.a.ColRange(lo, hi)
	} else {
		p.a = p.a.RowRange(lo, hi)
	}
}
