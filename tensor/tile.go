package tensor

import "unsafe"

// A tile is one call of a micro-kernel: a small block of
//
//	C = initial + A·B
//
// whose accumulators fit the registers, or groups of such blocks, one below the
// other. Strides count elements, and those of A are free in both directions, so
// that one kernel reads A and Aᵀ in place. The rows of B and of C are contiguous.
type tile struct {
	a, b, c, initial *float32

	aRow, aDepth int // from a row of A to the next, from a step of k to the next
	aHop         int // is added after each run of PanelCols steps of k, to come to the next panel of A
	bDepth       int // from a step of k in B to the next
	cRow         int
	initialRow   int // 0 where every row starts from the same values

	rows, cols, depth int

	groups             int // of rows, at least 1
	aNext, initialNext int // from a group's rows to the next group's, in bytes

	bPanel, cPanel, initialPanel int // from 32 columns to the next 32; for tiles of more

	// From a row's first vector of columns to its second and its third, in bytes; for tiles of three.
	bVectors, cVectors, initialVectors [2]int

	bCopy *float32 // where the first rows copy B to, for those after them to read; or nil

	// What a kernel asks for before it is needed: from a row of A to the same row of the
	// next panel or to a row below, in bytes; or, if that is 0, rows of B or of C from an
	// address on, as long as there are runs left to do so, and those that wait after them.
	// Nothing else is asked for: if another thread writes it, each must fetch it from the
	// other's cache all the time.
	aFetch    int
	aAlone    bool // A's next panel is asked for and nothing else
	aBelow    int  // how many rows of A there are from the tile's on, if those below are asked for; or 0
	fetch     uintptr
	fetchRuns int
	fetchRow  int        // from a row that is asked for to the next, in bytes
	stretches [3]stretch // that wait: two panels of B and rows of C; or B, its copy and C
	waiting   int
}

// A stretch is rows in memory that a kernel is to ask for.
type stretch struct {
	first     uintptr
	row, runs int // from a row to the next, in bytes; how many times rowsAhead rows
}

// runRows computes n rows with a kernel, in groups as even as can be but for one that copies
// B, and leaves the tile at the last of them.
func (t *tile) runRows(kern *kernel, n int) {
	if t.bCopy != nil {
		n -= t.runCopying(kern)
	}
	run, rows := kern.forCols(t.cols)
	groups := blocks(n, rows)
	rows, larger := n/groups, n%groups
	if groups > larger {
		t.runGroups(run, groups-larger, rows)
	}
	if larger > 0 {
		if groups > larger {
			t.nextRows()
		}
		t.runGroups(run, larger, rows+1)
	}
}

// runCopying computes the tile's first rows, which copy B, and returns how many. The tile
// is left at the others, of which there is at least one, and reads the copy.
func (t *tile) runCopying(kern *kernel) int {
	_, t.rows = kern.forCols(t.cols)
	t.groups = 1
	kern.copying(t)
	t.nextRows()
	t.readCopy(kern, t.bCopy)
	t.bCopy = nil
	return t.rows
}

// setVectors sets where the vectors of a tile's columns lie, of which a panel may end after any.
func (t *tile) setVectors(j int) {
	t.bVectors = vectorsFrom(j, t.bPanel)
	t.cVectors = vectorsFrom(j, t.cPanel)
	t.initialVectors = vectorsFrom(j, t.initialPanel)
}

// vectorsFrom returns how far the second and the third vector from column j on lie from the
// first, in bytes, where so many elements lie from a panel's columns to the next panel's.
func vectorsFrom(j, panel int) (vectors [2]int) {
	for i := range vectors {
		at := (i + 1) * vectorLength
		if j%PanelCols+at >= PanelCols {
			at += panel - PanelCols
		}
		vectors[i] = 4 * at
	}
	return vectors
}

// readCopy lets the tile read B's columns from a copy, of rows as long as its width.
func (t *tile) readCopy(kern *kernel, b *float32) {
	t.b, t.bDepth, t.bPanel = b, kern.copyWidth(t.cols), PanelCols
	t.bVectors = vectorsFrom(0, PanelCols)
}

// width is how many columns of B are asked for at a time: the tile's, but at least
// a panel's.
func (t *tile) width() int { return max(t.cols, PanelCols) }

// runGroups computes groups of rows rows with run, and leaves the tile at the last.
func (t *tile) runGroups(run func(t *tile), groups, rows int) {
	t.rows = rows
	t.aNext, t.initialNext = 4*rows*t.aRow, 4*rows*t.initialRow
	for {
		n := t.nextStretch(groups)
		t.groups = n
		run(t)
		if groups -= n; groups == 0 {
			return
		}
		t.nextRows()
	}
}

// nextStretch sets what a kernel asks for, and returns for how many of so many groups.
func (t *tile) nextStretch(groups int) int {
	if t.aBelow > 0 {
		t.askBelow()
		return 1
	}
	if t.fetchRuns <= 0 && t.waiting > 0 {
		s := &t.stretches[0]
		t.fetch, t.fetchRow, t.fetchRuns = s.first, s.row, s.runs
		t.waiting = copy(t.stretches[:], t.stretches[1:t.waiting])
	}
	runs := (t.depth - 1) / PanelCols // of a group, but the last, in which nothing is asked for
	if t.waiting > 0 && runs > 0 {
		groups = min(groups, blocks(t.fetchRuns, runs))
	}
	return groups
}

// askForRows lets a kernel ask for rows i0 to i1 of a plain matrix, of as many columns as
// the tile has, from column j on, if the matrix is large and its rows lie far apart.
func (t *tile) askForRows(m Matrix, i0, i1, j int) {
	if m.Panel == 0 && m.Stride >= farStride && m.Rows*m.Stride >= farSize {
		t.askFor(&m.Data[m.index(i0, j)], m.Stride, i1-i0)
	}
}

// askForPanel lets it ask for so many rows of a panel.
func (t *tile) askForPanel(p *float32, rows int) {
	t.askFor(p, t.width(), rows*PanelCols/t.width())
}

// askFor lets it ask for so many rows, the first at p and each stride elements from the
// next, but for those that do not fill a run; if need be, instead of A's next panel.
func (t *tile) askFor(p *float32, stride, rows int) {
	if runs := rows / t.rowsAhead(); runs > 0 && !t.aAlone && t.aBelow == 0 {
		t.aFetch = 0
		t.stretches[t.waiting] = stretch{uintptr(unsafe.Pointer(p)), 4 * stride, runs}
		t.waiting++
	}
}

// askBelow lets a kernel ask for as many rows of A as a run takes: from the next group's
// first on, or the last there are.
func (t *tile) askBelow() {
	t.aFetch = 0
	if next := min(t.rows, t.aBelow-t.rowsAhead()); next > 0 && t.aBelow > t.rows {
		t.aFetch = 4 * next * t.aRow
	}
}

// rowsAhead is how many rows a kernel asks for in a run of steps.
func (t *tile) rowsAhead() int {
	if t.cols > PanelCols {
		return 7
	}
	return 14
}

// nextRows moves the tile down by its rows.
func (t *tile) nextRows() {
	t.a = advance(t.a, t.rows*t.aRow)
	t.c = advance(t.c, t.rows*t.cRow)
	t.initial = advance(t.initial, t.rows*t.initialRow)
	t.aBelow -= t.rows
}

// eachGroup computes the groups of t with a kernel that computes one.
func (t *tile) eachGroup(tile func(t *tile)) {
	for {
		tile(t)
		if t.groups--; t.groups == 0 {
			return
		}
		t.nextRows()
	}
}

// advance returns the pointer to the element n further on.
func advance(p *float32, n int) *float32 {
	return (*float32)(unsafe.Add(unsafe.Pointer(p), 4*n))
}

// A kernel computes tiles on one kind of machine. All kernels give the same
// bits: each output is one chain of fused multiply-adds over k in ascending
// order (docs/numerics.md).
type kernel struct {
	name string

	// tile computes the groups of a tile of up to rows × cols; of fewer than cols
	// columns, up to edgeRows rows. It leaves the tile at the last group.
	tile                 func(t *tile)
	rows, cols, edgeRows int

	// wide, where there is one, does so for exactly wideCols columns, which are two panels or
	// three quarters of one, and up to wideRows rows. It is for products of wideLeast rows or
	// more, as fewer leave it waiting for B.
	wide                          func(t *tile)
	wideRows, wideCols, wideLeast int

	// copying, where there is one, is wide or tile for exactly as many rows as these take at most,
	// but copies B's columns to bCopy, row by row, and asks for nothing. It takes whole tiles of
	// copyingCols columns or more.
	copying     func(t *tile)
	copyingCols int

	// panelRows is to how many rows at a time a transposed A is copied: as many as make full
	// groups. Where tiles are small, more would take lines from the first level that other rows
	// are in.
	panelRows int

	// long, where there is one, computes tiles of exactly longCols columns and
	// up to longRows rows, too few to keep tile busy.
	long               func(t *tile)
	longRows, longCols int

	// dots, if dotsRows is not 0, sets c[i*cRow+j], for i < rows, up to dotsRows, and j <
	// PanelCols, to the sum of a[i*aRow+k*aDepth] * b[j*bRow+k] over k < depth, which is a
	// multiple of four, and not 0.
	dots     func(c, a, b *float32, cRow, aRow, aDepth, bRow, rows, depth int)
	dotsRows int

	// copyRows sets dst[i*dstRow+j] = src[i*srcRow+j] for i < rows, at least 1,
	// and j < cols.
	copyRows func(dst *float32, dstRow int, src *float32, srcRow, rows, cols int)

	// transpose, where there is one, sets dst[j*dstRow+i] = src[i*srcRow+j] for
	// i < rows and j < cols, at least 4.
	transpose func(dst *float32, dstRow int, src *float32, srcRow, rows, cols int)

	// skipsZeros says that tile leaves out the steps where A is 0, as activations and
	// their gradients often are.
	skipsZeros bool

	// uncached says that the adam of vectors can write weights past the caches, if they
	// start with a line of it, and that this pays on this machine.
	uncached bool

	// vectors is the table of vector operations that goes with the kernel.
	vectors *vectors

	// saturator tells how fast the kernel can be at most.
	saturator saturator
}

// colsOf returns how many of n columns, which start with column j, a tile takes where there
// are m rows. Columns that do not fill a vector, and all of tile's, must lie in one panel. So of
// whole vectors, tiles of cols come first, until a multiple of wideCols is left; otherwise wide
// ones do, four at a time, as four are whole panels.
func (k *kernel) colsOf(m, j, n int) int {
	switch {
	case k.wide == nil || m < k.wideLeast || n < k.wideCols:
	case !k.splitsPanels() || n%k.wideCols == 0:
		return k.wideCols
	case n%vectorLength != 0 && (j%PanelCols != 0 || n >= 4*k.wideCols):
		return k.wideCols
	}
	return min(n, k.cols)
}

// splitsPanels says whether the columns of wide are no whole panels.
func (k *kernel) splitsPanels() bool { return k.wide != nil && k.wideCols%PanelCols != 0 }

// copiesOnTheWay says whether the first rows of tiles of so many columns can copy B.
func (k *kernel) copiesOnTheWay(cols int) bool { return k.copying != nil && cols >= k.copyingCols }

// copyWidth is how many columns of B are copied for a tile of so many: those of a whole tile.
func (k *kernel) copyWidth(cols int) int { return max(cols, k.cols) }

// forCols returns what computes tiles of so many columns, and of up to how many rows.
func (k *kernel) forCols(cols int) (run func(t *tile), rows int) {
	switch {
	case cols > k.cols:
		return k.wide, k.wideRows
	case cols < k.cols:
		return k.tile, k.edgeRows
	}
	return k.tile, k.rows
}
