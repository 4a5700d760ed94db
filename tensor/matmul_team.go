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
	if t == nil || p.m*p.n*p.k < handOff {
		p.run(active())
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.product = p
	t.run(t.multiply)
}

// multiplyShare computes a member's part of the team's product: some of its
// columns, or some of its rows where that leaves the largest part smaller.
func (t *Team) multiplyShare(w Worker) {
	p, kern := t.product, active()
	byCols := blocks(blocks(p.n, kern.cols), t.threads) * kern.cols * p.m
	byRows := blocks(p.m, t.threads) * p.n
	if byCols <= byRows {
		lo, hi := w.Share(p.n, kern.cols)
		p.skipCols(lo)
		p.n = hi - lo
	} else {
		lo, hi := w.Share(p.m, 1)
		p.m = hi - lo
		p.a, p.c = p.a[lo*p.aRow:], p.c[lo*p.cRow:]
	}
	p.run(kern)
}
