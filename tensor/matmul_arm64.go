//go:build !purego

package tensor

// tile16NEON computes a tile of 1 to 6 rows and 16 columns.
//
//go:noescape
func tile16NEON(t *tile)

// tile4NEON computes a tile of 1 to 6 rows and 4 columns.
//
//go:noescape
func tile4NEON(t *tile)

// tile1NEON computes a tile of 1 to 6 rows and 1 column.
//
//go:noescape
func tile1NEON(t *tile)

// machineKernels returns the assembly kernels this processor can run. Every
// 64-bit ARM has NEON.
func machineKernels() []*kernel {
	return []*kernel{{
		name: "neon", saturator: saturator{chains: 24 * 4, run: saturateNEON},
		tile: func(t *tile) { t.eachGroup(tileNEON) }, rows: 6, cols: 16, edgeRows: 6, panelRows: PanelCols,
		copyRows: copyRowsPortable,
		vectors:  &vectorsNEON,
	}}
}

// tileNEON computes a tile of 1 to 6 rows and 1 to 16 columns, narrower ones in
// pieces.
func tileNEON(t *tile) {
	if t.cols == 16 {
		tile16NEON(t)
		return
	}
	part := *t
	for n := t.cols; n > 0; {
		width := 1
		if n >= 4 {
			width = 4
			tile4NEON(&part)
		} else {
			tile1NEON(&part)
		}
		if n -= width; n > 0 { // a pointer must not pass the end
			part.b = advance(part.b, width)
			part.c = advance(part.c, width)
			part.initial = advance(part.initial, width)
		}
	}
}
