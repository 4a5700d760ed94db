package tensor

import "unsafe"

// packs decides which operands are copied for the kernel, if they are read often. B must
// be where it is transposed. Otherwise a copy pays where the elements of a step of k, or
// those of the next steps, lie a multiple of two kilobytes apart, so that they compete
// for a few sets of the first-level cache (of one kilobyte, if they would all fit there);
// and where B's vectors lie across lines of the cache. If the first rows copy B on the
// way, fewer others need to read it, or hardly any where the steps are many and lie a
// multiple of four kilobytes apart, as they compete in the second level, too. Of an A that
// is not transposed a tile reads too few rows at a time for them to compete; of one that
// is, whose steps are its rows, a copy pays as soon as a tile reads more pages than the
// processor keeps at hand.
func (p *product) packs(kern *kernel) (a, b bool) {
	const reuse, line = 8, 16
	a = p.transA && p.a.Panel == 0 && p.a.Stride >= 256 && p.n >= reuse*PanelCols && p.m >= kern.rows
	if p.transB || p.b.Panel != 0 {
		return a, p.transB
	}
	compete, across := p.b.Stride%512 == 0 || p.b.Stride%256 == 0 && p.k <= 128, p.b.Stride%line != 0
	if kern.copying != nil && p.n >= 2*PanelCols {
		farther := p.b.Stride%1024 == 0 && p.k >= depthBlock
		return a, compete && p.m >= 64 || across && p.m >= 32 || farther && p.m > kern.pairRows
	}
	return a, compete && p.m >= reuse*kern.rows || across && p.m >= 4*reuse*kern.rows
}

// packA copies rows i0 to i1 of a transposed A over k0 to k1, which are its columns, to
// panels of panelRows.
func (p *product) packA(kern *kernel, s *scratch, panelRows, i0, i1, k0, k1 int) {
	for i := i0; i < i1; i += panelRows {
		kern.copyRows(&s.blockA[(i-i0)*depthBlock], panelRows, &p.a.Data[p.a.index(k0, i)], p.a.Stride, k1-k0, min(panelRows, i1-i))
	}
}

// packB copies columns j0 to j1 of B over k0 to k1 to where the tile reads them.
func (p *product) packB(kern *kernel, t *tile, j0, j1, k0, k1 int) {
	if !p.transB {
		kern.copyRows(t.b, t.bDepth, &p.b.Data[p.b.index(k0, j0)], p.b.Stride, k1-k0, j1-j0)
		return
	}
	step := k1 - k0
	if p.b.Panel != 0 {
		step = PanelCols
	}
	for k := k0; k < k1; k += step {
		transpose(kern, advance(t.b, (k-k0)*t.bDepth), t.bDepth, &p.b.Data[p.b.index(j0, k)], p.b.Stride, j1-j0, min(step, k1-k))
	}
}

// copyRowsPortable is the copyRows of machines without one of their own.
func copyRowsPortable(dst *float32, dstRow int, src *float32, srcRow, rows, cols int) {
	for ; rows > 0; rows-- {
		copy(unsafe.Slice(dst, cols), unsafe.Slice(src, cols))
		dst, src = advance(dst, dstRow), advance(src, srcRow)
	}
}
