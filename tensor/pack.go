package tensor

import "unsafe"

// reuse is how many tiles are to read what is copied before the first of them.
const reuse = 8

// packsA says whether a transposed A is copied: as soon as a tile reads more pages than
// the processor keeps at hand, as its steps are A's rows. Of an A that is not transposed a
// tile reads too few rows at a time for them to compete for the caches.
func (p *product) packsA(kern *kernel) bool {
	return p.transA && p.a.Panel == 0 && p.a.Stride >= 256 && p.n >= reuse*PanelCols && p.m >= kern.rows
}

// packsB says whether tiles of so many columns read a copy of B. They must where it is
// transposed. Otherwise a copy pays where the elements of a step of k, or those of the next
// steps, lie a multiple of two kilobytes apart, so that they compete for a few sets of the
// first-level cache; and where B's vectors lie across lines of the cache.
//
// A copy on the way pays for fewer rows, but there must be more than the tile that makes it
// takes; and also
// where steps lie a multiple of one kilobyte apart, if so few that B would stay in the
// first level, or of four, if so many that they compete in the second level, too. A kernel
// that splits panels takes parts of lines, and pays for whole ones unless it reads a copy.
func (p *product) packsB(kern *kernel, cols int) bool {
	onTheWay := kern.copiesOnTheWay(cols)
	switch {
	case p.transB:
		return true
	case onTheWay && kern.splitsPanels():
		const near = 1 << 13 // a plain B of fewer elements stays in the first level where it lies
		return p.m >= kern.wideLeast && p.m > kern.rows && (p.b.Panel == 0 && p.k*p.n >= near || p.k*p.n >= farSize)
	case p.b.Panel != 0:
		return false
	}
	compete, across := p.b.Stride%512 == 0, p.b.Stride%16 != 0
	if !onTheWay {
		return compete && p.m >= reuse*kern.rows || across && p.m >= 4*reuse*kern.rows
	}
	compete = compete || p.b.Stride%256 == 0 && p.k <= 128
	return compete && p.m >= 64 || across && p.m >= 32 ||
		p.b.Stride%1024 == 0 && p.k >= depthBlock && p.m > kern.wideRows
}

// packA copies rows i0 to i1 of a transposed A over k0 to k1, which are its columns, to
// panels of panelRows. It takes few of A's own rows at a time, whose lines then are still near when
// the next panel wants the rest of them.
func (p *product) packA(kern *kernel, s *scratch, panelRows, i0, i1, k0, k1 int) {
	const together = 8
	for k := k0; k < k1; k += together {
		for i := i0; i < i1; i += panelRows {
			kern.copyRows(&s.blockA[(i-i0)*depthBlock+(k-k0)*panelRows], panelRows, &p.a.Data[p.a.index(k, i)], p.a.Stride,
				min(together, k1-k), min(panelRows, i1-i))
		}
	}
}

// packB has the tile read its columns of B, from j0 on, over k0 to k1 from a copy at b. Unless that
// is made already, it is made here, or by the tile's first rows.
func (p *product) packB(kern *kernel, t *tile, b *float32, made bool, j0, k0, k1 int) {
	if !made && !p.transB && kern.copiesOnTheWay(t.cols) {
		t.bCopy = b
		return
	}
	t.readCopy(kern, b)
	switch {
	case made:
	case p.transB:
		step := k1 - k0
		if p.b.Panel != 0 {
			step = PanelCols
		}
		for k := k0; k < k1; k += step {
			transpose(kern, advance(b, (k-k0)*t.bDepth), t.bDepth, &p.b.Data[p.b.index(j0, k)], p.b.Stride, t.cols, min(step, k1-k))
		}
	default:
		kern.copyRows(b, t.bDepth, &p.b.Data[p.b.index(k0, j0)], p.b.Stride, k1-k0, t.cols)
	}
}

// copyRowsPortable is the copyRows of machines without one of their own.
func copyRowsPortable(dst *float32, dstRow int, src *float32, srcRow, rows, cols int) {
	for ; rows > 0; rows-- {
		copy(unsafe.Slice(dst, cols), unsafe.Slice(src, cols))
		dst, src = advance(dst, dstRow), advance(src, srcRow)
	}
}
