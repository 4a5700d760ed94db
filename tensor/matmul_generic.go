package tensor

import (
	"math"
	"unsafe"
)

// portable is the kernel that every machine can run.
var portable = kernel{
	name: "portable",
	tile: tilePortable, rows: 64, cols: 4, edgeRows: 64,
	vectors: &vectorsPortable,
}

// tilePortable computes a tile of any number of rows and up to 4 columns. Two
// rows of four columns run side by side: eight chains hide the latency of the
// conversions, and eight accumulators are what fits the registers.
func tilePortable(t *tile) {
	if t.cols < 4 {
		tileOneByOne(t)
		return
	}
	a := unsafe.Slice(t.a, (t.rows-1)*t.aRow+(t.depth-1)*t.aDepth+1)
	b := unsafe.Slice(t.b, (t.depth-1)*t.bDepth+4)
	c := unsafe.Slice(t.c, (t.rows-1)*t.cRow+4)
	initial := unsafe.Slice(t.initial, (t.rows-1)*t.initialRow+4)
	for i := 0; i < t.rows; i += 2 {
		j := min(i+1, t.rows-1) // the last row of an odd number runs twice
		x := (*[4]float32)(initial[i*t.initialRow:])
		y := (*[4]float32)(initial[j*t.initialRow:])
		x0, x1, x2, x3 := x[0], x[1], x[2], x[3]
		y0, y1, y2, y3 := y[0], y[1], y[2], y[3]
		ai, aj, bk := i*t.aRow, j*t.aRow, 0
		for range t.depth {
			p, q := float64(a[ai]), float64(a[aj])
			row := (*[4]float32)(b[bk:])
			b0, b1, b2, b3 := float64(row[0]), float64(row[1]), float64(row[2]), float64(row[3])
			x0 = addExact(p*b0, x0)
			x1 = addExact(p*b1, x1)
			x2 = addExact(p*b2, x2)
			x3 = addExact(p*b3, x3)
			y0 = addExact(q*b0, y0)
			y1 = addExact(q*b1, y1)
			y2 = addExact(q*b2, y2)
			y3 = addExact(q*b3, y3)
			ai += t.aDepth
			aj += t.aDepth
			bk += t.bDepth
		}
		*(*[4]float32)(c[i*t.cRow:]) = [4]float32{x0, x1, x2, x3}
		*(*[4]float32)(c[j*t.cRow:]) = [4]float32{y0, y1, y2, y3}
	}
}

// tileOneByOne computes a tile of any size, an output at a time.
func tileOneByOne(t *tile) {
	a := unsafe.Slice(t.a, (t.rows-1)*t.aRow+(t.depth-1)*t.aDepth+1)
	b := unsafe.Slice(t.b, (t.depth-1)*t.bDepth+t.cols)
	c := unsafe.Slice(t.c, (t.rows-1)*t.cRow+t.cols)
	initial := unsafe.Slice(t.initial, (t.rows-1)*t.initialRow+t.cols)
	for i := range t.rows {
		for j := range t.cols {
			sum := initial[i*t.initialRow+j]
			for k := range t.depth {
				sum = FMA(a[i*t.aRow+k*t.aDepth], b[k*t.bDepth+j], sum)
			}
			c[i*t.cRow+j] = sum
		}
	}
}

// FMA returns x*y + z, rounded once: what the fused multiply-add instructions
// of the assembly kernels compute.
func FMA(x, y, z float32) float32 { return addExact(float64(x)*float64(y), z) }

// addExact returns product + z rounded once to float32, for a product of two
// float32, which float64 holds exactly.
//
// The sum is rounded to float64 first. Rounding that again to float32 goes wrong
// only where the float64 sum lies halfway between two float32 and the true sum
// does not. In the normal range of float32 these are the sums whose last 29 bits
// are a one and 28 zeros; below it, where float32 has fewer bits, any sum may be
// one. settle decides those.
func addExact(product float64, z float32) float32 {
	sum := product + float64(z)
	bits := math.Float64bits(sum)
	const subnormal = 0x381 << 53 // 2^-126 without its sign bit, doubled
	if bits&(1<<29-1) == 1<<28 || bits<<1-1 < subnormal-1 {
		return settle(sum, product, float64(z))
	}
	return float32(sum)
}

// settle returns the exact value of x + y rounded once to float32, given
// sum = x + y in float64. It rounds to odd in float64 first: an inexact sum
// takes the neighbour whose last bit is set, which is never halfway between two
// float32, so the second rounding cannot go wrong (Boldo and Melquiond,
// "Emulation of FMA and correctly rounded sums: proved algorithms using rounding
// to odd", 2008).
//
//go:noinline
func settle(sum, x, y float64) float32 {
	// Knuth's TwoSum: the exact error of the float64 addition.
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
	return float32(sum)
}
