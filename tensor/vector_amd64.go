//go:build !purego

package tensor

// Each routine is the AVX2 or AVX-512 twin of the portable one of the same name.
// See the type vectors for the lengths they take.

//go:noescape
func multiplyAVX2(dst, x, y []float32)

//go:noescape
func multiplyAVX512(dst, x, y []float32)

//go:noescape
func scaleAVX2(x []float32, factor float32)

//go:noescape
func rectifyAVX2(dst, x []float32)

//go:noescape
func rectifyAVX512(dst, x []float32)

//go:noescape
func rectifyBackAVX2(dst, gradient, y []float32)

//go:noescape
func rectifyBackAVX512(dst, gradient, y []float32)

//go:noescape
func adamAVX2(w, g, m, v []float32, c *AdamStep, uncached bool)

// adamPairsAVX512 takes lengths that are multiples of 32.
//
//go:noescape
func adamPairsAVX512(w, g, m, v []float32, c *AdamStep, uncached bool)

func adamAVX512(w, g, m, v []float32, c *AdamStep, uncached bool) {
	n := len(w) &^ 31
	adamPairsAVX512(w[:n], g, m, v, c, uncached)
	adamAVX2(w[n:], g[n:], m[n:], v[n:], c, uncached)
}

//go:noescape
func scaleBytesAVX2(dst []float32, src []uint8, scale float32)

//go:noescape
func scaleBytesAVX512(dst []float32, src []uint8, scale float32)

//go:noescape
func expSumAVX2(dst, x []float32, shift float32) float32

//go:noescape
func expSumAVX512(dst, x []float32, shift float32) float32

//go:noescape
func sumRowsAVX2(sum, x []float32, stride, rows int)

//go:noescape
func sumRowsAVX512(sum, x []float32, stride, rows int)

//go:noescape
func sumProductsAVX2(sum, x, y []float32, stride, rows int)

//go:noescape
func sumProductsAVX512(sum, x, y []float32, stride, rows int)

//go:noescape
func sumSquaresAVX2(sum, x, mean []float32, stride, rows int)

//go:noescape
func sumSquaresAVX512(sum, x, mean []float32, stride, rows int)

//go:noescape
func normalizeAVX2(y, normal, x []float32, stride, rows int, mean, inverse, gain, shift []float32)

//go:noescape
func normalizeAVX512(y, normal, x []float32, stride, rows int, mean, inverse, gain, shift []float32)

//go:noescape
func normalizeDxAVX2(dx, dy, normal []float32, stride, rows int, meanDy, meanDyNormal, scale []float32)

//go:noescape
func normalizeDxAVX512(dx, dy, normal []float32, stride, rows int, meanDy, meanDyNormal, scale []float32)

var vectorsAVX2 = vectors{
	multiply:    multiplyAVX2,
	scale:       scaleAVX2,
	rectify:     rectifyAVX2,
	rectifyBack: rectifyBackAVX2,
	adam:        adamAVX2,
	scaleBytes:  scaleBytesAVX2,
	expSum:      expSumAVX2,
	mask:        maskAVX2,
	sumRows:     sumRowsAVX2,
	sumProducts: sumProductsAVX2,
	sumSquares:  sumSquaresAVX2,
	normalize:   normalizeAVX2,
	normalizeDx: normalizeDxAVX2,
}

var vectorsAVX512 = vectors{
	multiply:    multiplyAVX512,
	scale:       scaleAVX2,
	rectify:     rectifyAVX512,
	rectifyBack: rectifyBackAVX512,
	adam:        adamAVX512,
	scaleBytes:  scaleBytesAVX512,
	expSum:      expSumAVX512,
	mask:        maskAVX512,
	sumRows:     sumRowsAVX512,
	sumProducts: sumProductsAVX512,
	sumSquares:  sumSquaresAVX512,
	normalize:   normalizeAVX512,
	normalizeDx: normalizeDxAVX512,
}
