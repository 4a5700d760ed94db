package tensor

// MatMul computes C = A·B as the function MatMul does, split over the team.
func (t *Team) MatMul(c, a, b Matrix) { t.multiplyTogether(newProduct(c, a, b, nil)) }

// MatMulBias computes C = bias + A·B as the function MatMulBias does, split over
// the team.
func (t *Team) MatMulBias(c, a, b Matrix, bias []float32) {
	t.multiplyTogether(newProduct(c, a, b, bias))
}

// MatMulTransA computes C = Aᵀ·B as the function MatMulTransA does, split over
// the team.
func (t *Team) MatMulTransA(c, a, b Matrix) { t.multiplyTogether(newProductTransA(c, a, b)) }

// MatMulTransB computes C = A·Bᵀ as the function MatMulTransB does, split over
// the team.
func (t *Team) MatMulTransB(c, a, b Matrix) { t.multiplyTogether(newProductTransB(c, a, b)) }

// handOff is the number of multiply-adds below which a product is computed
// sooner than another goroutine joins in.
const handOff = 1 << 17

func (t *Team) multiplyTogether(p product) {
	if t == nil || int64(p.m)*int64(p.n)*int64(p.k) < handOff {
		p.run(active())
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.product = p
	t.each(t.threads, t.multiply)
	t.product = product{} // lest it keep the matrices alive
}

// multiplyPiece computes piece i of n of the team's product: some of its columns,
// or some of its rows where that leaves the largest piece smaller.
func (t *Team) multiplyPiece(i, n int) {
	p, kern := t.product, active()
	byCols := blocks(blocks(p.n, PanelCols), n) * PanelCols * p.m
	byRows := blocks(blocks(p.m, PanelCols), n) * PanelCols * p.n
	if byCols < byRows || byCols == byRows && (p.c.Panel != 0 || p.n >= p.m) {
		lo, hi := shareOf(p.n, i, n, PanelCols)
		p.n = hi - lo
		p.c = p.c.ColRange(lo, hi)
		if p.transB {
			p.b = p.b.RowRange(lo, hi)
		} else {
			p.b = p.b.ColRange(lo, hi)
		}
		if p.bias != nil {
			p.bias = p.bias[lo:hi]
		}
	} else {
		lo, hi := shareOf(p.m, i, n, PanelCols)
		p.m = hi - lo
		p.c = p.c.RowRange(lo, hi)
		if p.transA {
			p.a = p.a.ColRange(lo, hi)
		} else {
			p.a = p.a.RowRange(lo, hi)
		}
	}
	p.run(kern)
}
