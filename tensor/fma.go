package tensor

import "math"

// The fused multiply-add of float32 in float64: the product of two float32 is
// exact there, and the sum is rounded. Rounding it again, to float32, goes wrong
// only where it lies halfway between two float32 and the true sum does not, or
// where it is subnormal, so that float32 has fewer bits for it.

// FMA returns x*y + z, rounded once: what the fused multiply-add instructions
// of the assembly kernels compute.
func FMA(x, y, z float32) float32 {
	product := float64(x) * float64(y)
	sum := product + float64(z)
	if doubtful(sum) {
		sum = settle(product, float64(z))
	}
	return float32(sum)
}

// addFMA sets c[j] to FMA(x, y[j], c[j]) for each j of c.
func addFMA(c []float32, x float32, y []float32) {
	a := float64(x)
	y = y[:len(c)]
	for j, b := range y {
		product := a * float64(b)
		sum := product + float64(c[j])
		if doubtful(sum) {
			sum = settle(product, float64(c[j]))
		}
		c[j] = float32(sum)
	}
}

// doubtful says whether rounding sum to float32 may go wrong.
func doubtful(sum float64) bool {
	const subnormal = 0x381 << 53 // 2^-126 without its sign bit, doubled
	bits := math.Float64bits(sum)
	return halfway(bits+half) || bits<<1-1 < subnormal-1
}

// dropped masks the bits of a float64 that a float32 has no room for; half is the
// first of them, half a unit in the last place of the float32.
const (
	dropped = 1<<29 - 1
	half    = 1 << 28
)

// add returns the bits of x + a*b, where all three hold float32, and half more.
// Truncated, this is the nearest float32, as a float64: the fused multiply-add,
// unless the sum was halfway, or outside the range that float32 has all its bits
// in. It costs less than a conversion to float32 and back.
func add(x, a, b float64) uint64 { return math.Float64bits(x+float64(a*b)) + half }

// halfway and truncate take bits with half added.
func halfway(bits uint64) bool     { return bits&dropped == 0 }
func truncate(bits uint64) float64 { return math.Float64frombits(bits &^ dropped) }

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
