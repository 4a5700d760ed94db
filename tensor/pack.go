package tensor

import "unsafe"

// packedRow is the distance between rows of a packed block of A: not a multiple
// of a kilobyte, so that the rows do not compete for a few sets of the cache.
const packedRow = depthBlock + 16

// packs decides which operands are copied for the kernel, if they are read often. B must
// be where it is transposed. Otherwise a copy pays where the elements of a step of k, or
// those of the next steps, lie a multiple of two kilobytes apart, so that they compete
// for a few sets of the first-level cache. Of A a tile reads a few rows at a time: they
// compete if they lie four kilobytes apart and are more than a set has lines, as the
// fourteen of AVX-512 are without pairs. Of a transposed A, whose steps are its rows, a
// copy pays as soon as a tile reads more pages than the processor keeps at hand; of B,
// where its vectors lie across lines of the cache and are read very often.
func (p *product) packs(kern *kernel) (a, b bool) {
	const reuse, line, ways = 8, 16, 8
	if p.transA {
		a = p.a.Panel == 0 && p.a.Stride >= 256
	} else {
		_, rows := kern.forCols(kern.colsOf(p.n))
		a = rows > ways && p.a.conflicts(1024)
	}
	a = a && p.n >= reuse*PanelCols && p.m >= kern.rows
	across := p.b.Panel == 0 && p.b.Stride%line != 0
	b = p.transB || p.b.conflicts(512) && p.m >= reuse*kern.rows || across && p.m >= 4*reuse*kern.rows
	return a, b
}

// conflicts says whether the rows of a plain matrix lie a multiple of stride elements
// apart.
func (m Matrix) conflicts(stride int) bool { return m.Panel == 0 && m.Stride%stride == 0 }

// packA copies rows i0 to i1 of a plain A over k0 to k1, in the order that they
// have; of a transposed one, whose rows are its columns, to panels of panelRows.
func (p *product) packA(kern *kernel, s *scratch, panelRows, i0, i1, k0, k1 int) {
	if p.transA {
		for i := i0; i < i1; i += panelRows {
			kern.copyRows(&s.blockA[(i-i0)*depthBlock], panelRows, &p.a.Data[p.a.index(k0, i)], p.a.Stride, k1-k0, min(panelRows, i1-i))
		}
		return
	}
	kern.copyRows(&s.blockA[0], packedRow, &p.a.Data[p.a.index(i0, k0)], p.a.Stride, i1-i0, k1-k0)
}

// pointToPacked points t at the first row of the packed block of A.
func (p *product) pointToPacked(t *tile, s *scratch, panelRows int) {
	t.a, t.aRow, t.aDepth, t.aFetch, t.aBelow = &s.blockA[0], packedRow, 1, 0, 0
	if p.transA {
		t.aRow, t.aDepth = 1, panelRows
	}
}

// packB copies columns j0 to j1 of B over k0 to k1 to panels, one after the other.
func (p *product) packB(kern *kernel, panel *float32, j0, j1, k0, k1 int) {
	for j := j0; j < j1; j += PanelCols {
		p.packPanelB(kern, advance(panel, (j-j0)*(k1-k0)), j, min(j+PanelCols, j1), k0, k1)
	}
}

// packPanelB copies columns j0 to j1 of B over k0 to k1 to one panel.
func (p *product) packPanelB(kern *kernel, panel *float32, j0, j1, k0, k1 int) {
	if !p.transB {
		kern.copyRows(panel, PanelCols, &p.b.Data[p.b.index(k0, j0)], p.b.Stride, k1-k0, j1-j0)
		return
	}
	step := k1 - k0
	if p.b.Panel != 0 {
		step = PanelCols
	}
	for k := k0; k < k1; k += step {
		transpose(kern, advance(panel, (k-k0)*PanelCols), PanelCols, &p.b.Data[p.b.index(j0, k)], p.b.Stride, j1-j0, min(step, k1-k))
	}
}

// copyRowsPortable is the copyRows of machines without one of their own.
func copyRowsPortable(dst *float32, dstRow int, src *float32, srcRow, rows, cols int) {
	for ; rows > 0; rows-- {
		copy(unsafe.Slice(dst, cols), unsafe.Slice(src, cols))
		dst, src = advance(dst, dstRow), advance(src, srcRow)
	}
}
