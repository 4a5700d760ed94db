package tensor

import (
	"math"
	"unsafe"
)

// portable is the kernel that every machine can run.
var portable = kernel{
	name: "portable",
	tile: tilePortable, rows: 64, cols: PanelCols, edgeRows: 64,
	vectors: &vectorsPortable,
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
func (t *tile) depthA(k int) int { return k*t.aDepth + k/PanelCols*t.aHop }

// twoByFour computes rows i0 and i1 of columns j to j+3 of a moderate tile.
func (t *tile) twoByFour(i0, i1, j int) {
	a, b, c, initial := t.operands()
	x := (*[4]float32)(initial[i0*t.initialRow+j:])
	y := (*[4]float32)(initial[i1*t.initialRow+j:])
	x0, x1, x2, x3 := float64(x[0]), float64(x[1]), float64(x[2]), float64(x[3])
	y0, y1, y2, y3 := float64(y[0]), float64(y[1]), float64(y[2]), float64(y[3])
	p, q, r := i0*t.aRow, i1*t.aRow, j
	for k := range t.depth {
		a0, a1 := float64(a[p]), float64(a[q])
		row := (*[4]float32)(b[r:])
		b0, b1, b2, b3 := float64(row[0]), float64(row[1]), float64(row[2]), float64(row[3])
		u0, v0 := nearest(float64(a0*b0)+x0), nearest(float64(a1*b0)+y0)
		u1, v1 := nearest(float64(a0*b1)+x1), nearest(float64(a1*b1)+y1)
		u2, v2 := nearest(float64(a0*b2)+x2), nearest(float64(a1*b2)+y2)
		u3, v3 := nearest(float64(a0*b3)+x3), nearest(float64(a1*b3)+y3)
		if halfway(u0) || halfway(u1) || halfway(u2) || halfway(u3) ||
			halfway(v0) || halfway(v1) || halfway(v2) || halfway(v3) {
			x0, y0 = settle(a0*b0, x0), settle(a1*b0, y0)
			x1, y1 = settle(a0*b1, x1), settle(a1*b1, y1)
			x2, y2 = settle(a0*b2, x2), settle(a1*b2, y2)
			x3, y3 = settle(a0*b3, x3), settle(a1*b3, y3)
		} else {
			x0, x1, x2, x3 = truncate(u0), truncate(u1), truncate(u2), truncate(u3)
			y0, y1, y2, y3 = truncate(v0), truncate(v1), truncate(v2), truncate(v3)
		}
		p += t.aDepth
		q += t.aDepth
		r += t.bDepth
		if k%PanelCols == PanelCols-1 {
			p += t.aHop
			q += t.aHop
		}
	}
	*(*[4]float32)(c[i0*t.cRow+j:]) = [4]float32{float32(x0), float32(x1), float32(x2), float32(x3)}
	*(*[4]float32)(c[i1*t.cRow+j:]) = [4]float32{float32(y0), float32(y1), float32(y2), float32(y3)}
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
	var ra, rb, rz exponents
	ra.none()
	rb.none()
	rz.none()
	for i := range t.rows {
		for k := range t.depth {
			ra.add(a[i*t.aRow+t.depthA(k)])
		}
		rz.addAll(initial[i*t.initialRow:][:t.cols])
	}
	for k := range t.depth {
		rb.addAll(b[k*t.bDepth:][:t.cols])
	}
	// With biased exponents x and y, a product is a multiple of 2^(x+y-300) and
	// below 2^(x+y-252); the last bit of float32 is 2^-149, its range ends at
	// 2^128, and a tile is far less than 2^40 deep.
	return ra.least+rb.least-300 >= -149 && ra.most+rb.most-252+40 < 127 && rz.most-126 < 127
}

// exponents is a range of the biased exponents of float32 values that are not 0.
type exponents struct{ least, most int32 }

func (e *exponents) none() { e.least, e.most = 255, 0 }

func (e *exponents) addAll(values []float32) {
	for _, x := range values {
		e.add(x)
	}
}

func (e *exponents) add(x float32) {
	bits := math.Float32bits(x) << 1
	if bits == 0 {
		return
	}
	exponent := max(int32(bits>>24), 1) // a subnormal number's last bit is that of 2^-126
	e.least, e.most = min(e.least, exponent), max(e.most, exponent)
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
