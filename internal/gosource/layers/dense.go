package layers

import "math"

// dense computes y = x·W + b. The strings of weights are the rows of W, one for
// each input, and bias is b, all padded with zeros to whole groups of four.
//
// Each output is one chain of fused multiply-adds in the order of the inputs. If
// what is not 0 in x is from least to most in size, no sum leaves the range of
// float32 and no product has bits below it: then a float64 stands for each sum,
// and is rounded to float32 after each addition.
func dense(y, x []float32, weights []string, bias string, least, most float32) {
	if !within(x, least, most) {
		denseAnyway(y, x, weights, bias)
		return
	}
	var store [widest]float64
	sums := store[:len(bias)/4]
	for j := range sums {
		sums[j] = float64(load(bias[4*j:]))
	}
	for k, v := range x {
		if v == 0 {
			continue
		}
		a, row, s := float64(v), weights[k], sums
		for len(row) >= 16 && len(s) >= 4 {
			b0, b1 := float64(load(row)), float64(load(row[4:]))
			b2, b3 := float64(load(row[8:])), float64(load(row[12:]))
			u0, u1 := nearest(float64(a*b0)+s[0]), nearest(float64(a*b1)+s[1])
			u2, u3 := nearest(float64(a*b2)+s[2]), nearest(float64(a*b3)+s[3])
			if halfway(u0) || halfway(u1) || halfway(u2) || halfway(u3) {
				s[0], s[1] = settle(a*b0, s[0]), settle(a*b1, s[1])
				s[2], s[3] = settle(a*b2, s[2]), settle(a*b3, s[3])
			} else {
				s[0], s[1], s[2], s[3] = truncate(u0), truncate(u1), truncate(u2), truncate(u3)
			}
			row, s = row[16:], s[4:]
		}
	}
	for j := range y {
		y[j] = float32(sums[j])
	}
}

// within says whether all of x is 0 or of a size from least to most. Nothing is
// if least is above most.
func within(x []float32, least, most float32) bool {
	for _, v := range x {
		if v < 0 {
			v = -v
		}
		if v != 0 && !(v >= least && v <= most) {
			return false
		}
	}
	return least <= most
}

// denseAnyway is dense for inputs of any size.
func denseAnyway(y, x []float32, weights []string, bias string) {
	for j := range y {
		sum := load(bias[4*j:])
		for k, v := range x {
			sum = fma(v, load(weights[k][4*j:]), sum)
		}
		y[j] = sum
	}
}

// The sum of an exact product and a float32 is rounded to float64 first. Rounding
// that again, to float32, goes wrong only if it lies halfway between two float32:
// then settle decides. In all other cases the nearest float32 is found by adding
// half a unit and dropping bits.

// dropped masks the bits of a float64 that a float32 has no room for.
const dropped = 1<<29 - 1

func nearest(sum float64) uint64   { return math.Float64bits(sum) + (dropped+1)/2 }
func halfway(bits uint64) bool     { return bits&dropped == 0 }
func truncate(bits uint64) float64 { return math.Float64frombits(bits &^ dropped) }

// fma returns x*y + z, rounded once.
func fma(x, y, z float32) float32 {
	product := float64(x) * float64(y) // exact
	sum := product + float64(z)
	const subnormal = 0x381 << 53 // 2^-126 without its sign bit, doubled
	if bits := math.Float64bits(sum); halfway(nearest(sum)) || bits<<1-1 < subnormal-1 {
		return float32(settle(product, float64(z)))
	}
	return float32(sum)
}

// settle returns x + y rounded once to float32. It rounds to odd in float64
// first, which is never halfway between two float32 (Boldo and Melquiond,
// "Emulation of FMA and correctly rounded sums: proved algorithms using rounding
// to odd", 2008).
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
