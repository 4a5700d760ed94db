package layers

import "math"

// denseBytes computes y = x·W*scale + offset, each rounded to the nearest byte,
// even ones in ties.
func denseBytes(y, x []byte, weights []string, scale, offset string) {
	var store [widest / 2]uint64
	excess := multiply(store[:], x, weights)
	for j := range y {
		v := scaled(store[:], j, excess, scale, offset)
		switch {
		case v >= 255:
			y[j] = 255
		case v > 0:
			// Adding 2^23 leaves no bits for a fraction.
			y[j] = byte(math.Float32bits(v + 1<<23))
		default:
			y[j] = 0
		}
	}
}

// denseFloats computes y = x·W*scale + offset.
func denseFloats(y []float32, x []byte, weights []string, scale, offset string) {
	var store [widest / 2]uint64
	excess := multiply(store[:], x, weights)
	for j := range y {
		y[j] = scaled(store[:], j, excess, scale, offset)
	}
}

// multiply adds x·W to the sums. The strings of weights are the rows of W, one for
// each input, padded to whole groups of eight. There is 128 more in each weight, so
// that none is below 0, and the excess that multiply returns more in each sum.
//
// Two sums share a number of 64 bits: they stay below 2^32. Numbers 4*g to 4*g+3
// hold the sums of group g, the first four in their lower halves.
func multiply(sums []uint64, x []byte, weights []string) (excess uint32) {
	const lower = 0x000000ff_000000ff
	for k, v := range x {
		if v == 0 {
			continue
		}
		excess += 128 * uint32(v)
		a, row, s := uint64(v), weights[k], sums
		for len(row) >= 8 && len(s) >= 4 {
			w := uint64(row[0]) | uint64(row[1])<<8 | uint64(row[2])<<16 | uint64(row[3])<<24 |
				uint64(row[4])<<32 | uint64(row[5])<<40 | uint64(row[6])<<48 | uint64(row[7])<<56
			s[0] += a * (w & lower)
			s[1] += a * (w >> 8 & lower)
			s[2] += a * (w >> 16 & lower)
			s[3] += a * (w >> 24 & lower)
			row, s = row[8:], s[4:]
		}
	}
	return excess
}

// scaled returns output j of a product, scaled.
func scaled(sums []uint64, j int, excess uint32, scale, offset string) float32 {
	sum := uint32(sums[j/8*4+j%4] >> (j % 8 / 4 * 32))
	return float32(float32(int32(sum-excess))*load(scale[4*j:])) + load(offset[4*j:])
}
