//go:build !purego

package tensor

// Each routine is the NEON twin of the portable one of the same name. See the type
// vectors for the lengths they take.

//go:noescape
func multiplyNEON(dst, x, y []float32)

//go:noescape
func scaleNEON(x []float32, factor float32)

//go:noescape
func rectifyNEON(dst, x []float32)

//go:noescape
func rectifyBackNEON(dst, gradient, y []float32)

//go:noescape
func adamNEON(w, g, m, v []float32, c *AdamStep, uncached bool)

//go:noescape
func scaleBytesNEON(dst []float32, src []uint8, scale float32)

// expPartialsNEON does what expSum does, for lengths that are multiples of 4, but
// leaves the partial sums of a Sum.
//
//go:noescape
func expPartialsNEON(dst, x []float32, shift float32, partial *[16]float32)

func expSumNEON(dst, x []float32, shift float32) float32 {
	var sum Sum
	n := len(dst) &^ 3
	expPartialsNEON(dst[:n], x, shift, &sum.partial)
	for i := n; i < len(dst); i++ {
		dst[i] = Exp(x[i] - shift)
		sum.Add(dst[i])
	}
	return sum.Total()
}

//go:noescape
func sumRowsNEON(sum, x []float32, stride, rows int)

//go:noescape
func sumProductsNEON(sum, x, y []float32, stride, rows int)

//go:noescape
func sumSquaresNEON(sum, x, mean []float32, stride, rows int)

//go:noescape
func normalizeNEON(y, normal, x []float32, stride, rows int, mean, inverse, gain, shift []float32)

//go:noescape
func normalizeDxNEON(dx, dy, normal []float32, stride, rows int, meanDy, meanDyNormal, scale []float32)

var vectorsNEON = vectors{
	multiply:    multiplyNEON,
	scale:       scaleNEON,
	rectify:     rectifyNEON,
	rectifyBack: rectifyBackNEON,
	adam:        adamNEON,
	scaleBytes:  scaleBytesNEON,
	expSum:      expSumNEON,
	mask:        maskPortable,
	sumRows:     sumRowsNEON,
	sumProducts: sumProductsNEON,
	sumSquares:  sumSquaresNEON,
	normalize:   normalizeNEON,
	normalizeDx: normalizeDxNEON,
}
