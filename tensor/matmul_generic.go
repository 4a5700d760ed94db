package tensor

import (
	"math"
	"unsafe"
)

// portable is the kernel that every machine can run.
var portable = kernel{
	name: "portable", saturator: saturator{chains: 10, run: saturatePortable},
	tile: func(t *tile) { t.eachGroup(tilePortable) }, rows: 64, cols: PanelCols, edgeRows: 64,
	copyRows: copyRowsPortable,
	vectors:  &vectorsPortable,
}

// tilePortable computes a tile of any size.
//
// Most data need neither the smallest nor the largest float32, and then a
// float64 can stand for the accumulator of a chain (see accumulate). Two rows of
// four columns run side by side: eight chains hide the latency of an addition
// and a rounding.
func tilePortable(t *tile) {
	if !t.moderate() {
		t.each(0)
		return
	}
	whole := t.cols &^ 3
	for j := 0; j < whole; j += 4 {
		for i := 0; i < t.rows; i += 2 {
			t.twoByFour(i, min(i+1, t.rows-1), j) // the last of an odd number of rows runs twice
		}
	}
	t.each(whole)
}

// operands returns A, B, C and the initial values as slices.
func (t *tile) operands() (a, b, c, initial []float32) {
	return unsafe.Slice(t.a, (t.rows-1)*t.aRow+t.depthA(t.depth-1)+1),
		unsafe.Slice(t.b, (t.depth-1)*t.bDepth+t.cols),
		unsafe.Slice(t.c, (t.rows-1)*t.cRow+t.cols),
		unsafe.Slice(t.initial, (t.rows-1)*t.initialRow+t.cols)
}

// depthA returns how far step k of A is from step 0.
func (t *tile) depthA(k int) int { return k*t.aDepth + k/t.aRun*t.aHop }

// twoByFour computes rows i0 and i1 of columns j to j+3 of a moderate tile.
func (t *tile) twoByFour(i0, i1, j int) {
	a, b, c, initial := t.operands()
	var s chains
	for v := range 4 {
		s.x[v] = float64(initial[i0*t.initialRow+j+v])
		s.y[v] = float64(initial[i1*t.initialRow+j+v])
	}
	for k := 0; k < t.depth; {
		run := min(t.depth-k, t.aRun-k%t.aRun)
		x, y, row := a[i0*t.aRow+t.depthA(k):], a[i1*t.aRow+t.depthA(k):], b[k*t.bDepth+j:]
		done, halfway := s.advance(x, y, row, t.aDepth, t.bDepth, run)
		k += done
		if halfway != none {
			s.settle(float64(x[done*t.aDepth]), float64(y[done*t.aDepth]), (*[4]float32)(row[done*t.bDepth:]), halfway)
			k++
		}
	}
	for v := range 4 {
		c[i0*t.cRow+j+v] = float32(s.x[v])
		c[i1*t.cRow+j+v] = float32(s.y[v])
	}
}

// chains are the accumulators of two rows of four columns.
type chains struct{ x, y [4]float64 }

// The rows in which a sum is halfway between two float32.
type rows int

const (
	none rows = iota
	onlyY
	xAndPerhapsY
)

// advance adds n products to each chain, or stops at the first whose sum is
// halfway between two float32. It returns how many steps it has done for both
// rows, and the rows that the next is still to be done for. It calls nothing, so
// that the chains stay in registers.
func (s *chains) advance(a0, a1, b []float32, aDepth, bDepth, n int) (done int, left rows) {
	x0, x1, x2, x3 := s.x[0], s.x[1], s.x[2], s.x[3]
	y0, y1, y2, y3 := s.y[0], s.y[1], s.y[2], s.y[3]
	p, r := 0, 0
	for done < n {
		row := (*[4]float32)(b[r:])
		b0, b1, b2, b3 := float64(row[0]), float64(row[1]), float64(row[2]), float64(row[3])
		e := float64(a0[p])
		u0, u1 := nearest(float64(e*b0)+x0), nearest(float64(e*b1)+x1)
		u2, u3 := nearest(float64(e*b2)+x2), nearest(float64(e*b3)+x3)
		if halfway(u0) || halfway(u1) || halfway(u2) || halfway(u3) {
			left = xAndPerhapsY
			break
		}
		x0, x1, x2, x3 = truncate(u0), truncate(u1), truncate(u2), truncate(u3)
		e = float64(a1[p])
		u0, u1 = nearest(float64(e*b0)+y0), nearest(float64(e*b1)+y1)
		u2, u3 = nearest(float64(e*b2)+y2), nearest(float64(e*b3)+y3)
		if halfway(u0) || halfway(u1) || halfway(u2) || halfway(u3) {
			left = onlyY
			break
		}
		y0, y1, y2, y3 = truncate(u0), truncate(u1), truncate(u2), truncate(u3)
		p += aDepth
		r += bDepth
		done++
	}
	s.x = [4]float64{x0, x1, x2, x3}
	s.y = [4]float64{y0, y1, y2, y3}
	return done, left
}

// settle adds one product to the chains of the rows that are left.
func (s *chains) settle(a0, a1 float64, b *[4]float32, left rows) {
	for v := range 4 {
		if left == xAndPerhapsY {
			s.x[v] = settle(a0*float64(b[v]), s.x[v])
		}
		s.y[v] = settle(a1*float64(b[v]), s.y[v])
	}
}

// each computes the tile's columns from column first on, an output at a time.
func (t *tile) each(first int) {
	a, b, c, initial := t.operands()
	for i := range t.rows {
		for j := first; j < t.cols; j++ {
			sum := initial[i*t.initialRow+j]
			for k := range t.depth {
				sum = FMA(a[i*t.aRow+t.depthA(k)], b[k*t.bDepth+j], sum)
			}
			c[i*t.cRow+j] = sum
		}
	}
}

// moderate says whether the chains of the tile can neither leave the range of
// float32 nor see a product with bits below the last of a subnormal float32.
func (t *tile) moderate() bool {
	a, b, _, initial := t.operands()
	sizesA, sizesB, sizesC := noSizes, noSizes, noSizes
	for i := range t.rows {
		at := i * t.aRow
		for left := t.depth; left > 0; {
			run := min(left, t.aRun)
			left -= run
			for ; run > 0; run-- {
				sizesA.add(a[at])
				at += t.aDepth
			}
			at += t.aHop
		}
		for _, x := range initial[i*t.initialRow:][:t.cols] {
			sizesC.add(x)
		}
	}
	for k := range t.depth {
		for _, x := range b[k*t.bDepth:][:t.cols] {
			sizesB.add(x)
		}
	}
	// With biased exponents x and y, a product is a multiple of 2^(x+y-300) and
	// below 2^(x+y-252); the last bit of float32 is 2^-149, its range ends at
	// 2^128, and a tile is far less than 2^40 deep.
	leastA, mostA := sizesA.exponents()
	leastB, mostB := sizesB.exponents()
	_, mostC := sizesC.exponents()
	return leastA+leastB-300 >= -149 && mostA+mostB-252+40 < 127 && mostC-126 < 127
}

// sizes is the range of the sizes of some float32 that are not 0, as their bits
// without the sign, doubled. The least is one too small, so that a 0, which has
// none, counts as the largest.
type sizes struct{ least, most uint32 }

var noSizes = sizes{least: math.MaxUint32}

func (s *sizes) add(x float32) {
	bits := math.Float32bits(x) << 1
	s.least, s.most = min(s.least, bits-1), max(s.most, bits)
}

// exponents returns the range of the biased exponents. Those of subnormal numbers
// count as 1, because their last bit is that of 2^-126.
func (s *sizes) exponents() (least, most int) {
	if s.most == 0 {
		return 255, 0
	}
	return max(int((s.least+1)>>24), 1), max(int(s.most>>24), 1)
}

// In a moderate tile, an accumulator is a float64 that holds a float32. To add an
// exact product, the sum is rounded to float64 first. Rounding that again, to
// float32, goes wrong only if it lies halfway between two float32 and the true
// sum does not: then settle decides. In all other cases the nearest float32 is
// found by adding half a unit and dropping bits, which costs less than the
// conversions to float32 and back.

// dropped masks the bits of a float64 that a float32 has no room for.
const dropped = 1<<29 - 1

func nearest(sum float64) uint64   { return math.Float64bits(sum) + (dropped+1)/2 }
func halfway(bits uint64) bool     { return bits&dropped == 0 }
func truncate(bits uint64) float64 { return math.Float64frombits(bits &^ dropped) }

// FMA returns x*y + z, rounded once: what the fused multiply-add instructions
// of the assembly kernels compute.
func FMA(x, y, z float32) float32 {
	product := float64(x) * float64(y) // exact
	sum := product + float64(z)
	const subnormal = 0x381 << 53 // 2^-126 without its sign bit, doubled
	if bits := math.Float64bits(sum); bits&dropped == (dropped+1)/2 || bits<<1-1 < subnormal-1 {
		return float32(settle(product, float64(z)))
	}
	return float32(sum)
}

// settle returns x + y rounded once to float32. It rounds to odd in float64
// first: an inexact sum takes the neighbour whose last bit is set, which is never
// halfway between two float32, so that the second rounding cannot go wrong (Boldo
// and Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms
// using rounding to odd", 2008).
//
//go:noinline
func settle(x, y float64) float64 {
	// Knuth's TwoSum: the exact error of the float64 addition.
	sum := x + y
	virtual := sum - x
	tail := (x - (sum - virtual)) + (y - virtual)
	if bits := math.Float64bits(sum); bits&1 == 0 && (tail < 0 || tail > 0) {
		if (tail > 0) == (sum > 0) {
			bits++
		} else {
			bits--
		}
		sum = math.Float64frombits(bits)
	}
	return float64(float32(sum))
}
