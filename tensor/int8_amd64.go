//go:build !purego

package tensor

import "golang.org/x/sys/cpu"

// An int8Tile is one call of a micro-kernel: groups of rows of an int8Product, one
// below the other, in some columns.
type int8Tile struct {
	x, w          *uint8 // w at the first of the panels
	scale, offset *float32
	bytes         *uint8 // one of these is set
	floats        *float32

	xRow, yRow int // from a row to the next, in bytes
	xNext      int // from a group's rows to the next group's, in bytes
	yNext      int
	panel      int // from a panel of w to the next
	steps      int // of vectorStep rows of w, or amxStep for tileAMX; at least 1

	rows, cols, groups int
}

// The rows of w in a step.
const (
	vectorStep = 8
	amxStep    = 64
)

// tileVNNI computes a tile of 1 to 14 rows and 1 to 32 columns.
//
//go:noescape
func tileVNNI(t *int8Tile)

// longVNNI computes a tile of one group of 1 to longRows rows and longCols columns.
//
//go:noescape
func longVNNI(t *int8Tile)

const (
	longRows = 4
	longCols = 64
)

// tileInt8AVX2 computes a tile of 1 to 4 rows and 1 to 16 columns.
//
//go:noescape
func tileInt8AVX2(t *int8Tile)

// An amxTile is an int8Tile for tileAMX, whose groups of rows have two halves, the
// upper of which is the larger if they are not even.
type amxTile struct {
	int8Tile
	upper int // rows of the upper half
	tiles tileShapes
}

// A tileShapes is the operand of LDTILECFG: the shapes of the tiles T0 to T7.
type tileShapes struct {
	palette  uint8
	_        [15]uint8
	rowBytes [16]uint16
	rows     [16]uint8
}

// shape sets what does not depend on the columns, for groups of at least 2 rows.
func (t *amxTile) shape(size int) {
	t.upper = blocks(size, 2)
	upper, lower := uint8(t.upper), uint8(size/2)
	t.tiles = tileShapes{
		palette:  1,
		rowBytes: [16]uint16{64, 64, 64, 64, 64, 64, 64, 64},
		rows:     [16]uint8{upper, upper, lower, lower, upper, lower, amxRows, amxRows},
	}
}

// amxRows is the number of rows that a tile can have.
const amxRows = 16

// tileAMX computes a tile of 2 to 2*amxRows rows and 1 to 32 columns.
//
//go:noescape
func tileAMX(t *amxTile)

// run computes the product with a kernel. That it is none of the kernel's table
// keeps programs without such products small.
func (p *int8Product) run(k *kernel) {
	switch {
	case p.w.rows == 0 || k == &portable:
		p.runPortable()
	case k.name != "avx512" || !cpu.X86.HasAVX512VNNI:
		p.runAVX2()
	case p.x.Rows > longRows && hasAMX():
		p.runAMX()
	default:
		p.runVNNI()
	}
}

func (p *int8Product) runAMX() {
	p.eachBlock(func(i, rows int) {
		if rows <= longRows { // longVNNI is faster with so few
			p.blockVNNI(i, rows)
			return
		}
		var t amxTile
		for _, g := range evenGroups(rows, 2*amxRows) {
			t.shape(g.size)
			for j := 0; j < p.w.cols; j += 2 * int8PanelCols {
				if p.start(&t.int8Tile, i, j, 2*int8PanelCols, g) {
					t.steps = blocks(p.w.rows, amxStep)
					tileAMX(&t)
				}
			}
		}
	})
}

func (p *int8Product) runVNNI() { p.eachBlock(p.blockVNNI) }

// blockVNNI computes rows of the product from row i on.
func (p *int8Product) blockVNNI(i, rows int) {
	var t int8Tile
	j := 0
	if rows <= longRows { // too few chains for tileVNNI
		for ; j+longCols <= p.w.cols; j += longCols {
			p.start(&t, i, j, longCols, rowGroups{size: rows, number: 1})
			longVNNI(&t)
		}
	}
	for ; j < p.w.cols; j += 2 * int8PanelCols {
		for _, g := range evenGroups(rows, 14) {
			if p.start(&t, i, j, 2*int8PanelCols, g) {
				tileVNNI(&t)
			}
		}
	}
}

func (p *int8Product) runAVX2() {
	p.eachBlock(func(i, rows int) {
		var t int8Tile
		for j := 0; j < p.w.cols; j += int8PanelCols {
			for _, g := range evenGroups(rows, 4) {
				if p.start(&t, i, j, int8PanelCols, g) {
					tileInt8AVX2(&t)
				}
			}
		}
	})
}

// eachBlock calls compute for blocks of rows of x that stay in the second level of
// the cache while the columns of w pass over them.
func (p *int8Product) eachBlock(compute func(i, rows int)) {
	const block = 256 << 10 // bytes
	most := max(block/p.x.Stride, 64)
	for i := 0; i < p.x.Rows; i += most {
		compute(i, min(most, p.x.Rows-i))
	}
}

// A rowGroups is a number of groups of rows, all of a size, from a first row on.
type rowGroups struct{ first, size, number int }

// evenGroups divides rows into groups of at most so many, as even as can be, and
// returns those of each size.
func evenGroups(rows, most int) [2]rowGroups {
	groups := blocks(rows, most)
	size, larger := rows/groups, rows%groups
	smaller := groups - larger
	return [2]rowGroups{{0, size, smaller}, {smaller * size, size + 1, larger}}
}

// start points t at groups of the rows from i on, and at most cols columns from j
// on, and says whether there are any.
func (p *int8Product) start(t *int8Tile, i, j, cols int, g rowGroups) bool {
	if g.number == 0 {
		return false
	}
	i += g.first
	*t = int8Tile{
		x: &p.x.Data[i*p.x.Stride], w: &p.w.data[p.w.column(j)],
		scale: &p.scale[j], offset: &p.offset[j],
		xRow: p.x.Stride, xNext: g.size * p.x.Stride, panel: p.w.panel, steps: blocks(p.w.rows, vectorStep),
		rows: g.size, cols: min(cols, p.w.cols-j), groups: g.number,
	}
	if p.floats.Data != nil {
		t.floats, t.yRow = &p.floats.Data[i*p.floats.Stride+j], 4*p.floats.Stride
	} else {
		t.bytes, t.yRow = &p.bytes.Data[i*p.bytes.Stride+j], p.bytes.Stride
	}
	t.yNext = g.size * t.yRow
	return true
}
