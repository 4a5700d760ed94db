//go:build !purego

package tensor

// Each routine is the AVX2 twin of the portable one of the same name and takes a
// length that is a multiple of 8, that of its first argument.

//go:noescape
func addAVX2(dst, x []float32)

//go:noescape
func multiplyAVX2(dst, x, y []float32)

//go:noescape
func addProductAVX2(dst, x, y []float32)

//go:noescape
func addSquareAVX2(dst, x, mean []float32)

//go:noescape
func rectifyAVX2(dst, x []float32)

//go:noescape
func rectifyBackAVX2(dst, gradient, y []float32)

//go:noescape
func normalizeAVX2(y, normal, x, mean, inverse, gain, shift []float32)

//go:noescape
func normalizeDxAVX2(dx, dy, normal, meanDy, meanDyNormal, scale []float32)

//go:noescape
func adamAVX2(w, g, m, v []float32, c *AdamStep)

//go:noescape
func scaleBytesAVX2(dst []float32, src []uint8, scale float32)

//go:noescape
func transpose8x8AVX2(dst []float32, dstRow int, src []float32, srcRow int)

var vectorsAVX2 = vectors{
	add:          addAVX2,
	multiply:     multiplyAVX2,
	addProduct:   addProductAVX2,
	addSquare:    addSquareAVX2,
	rectify:      rectifyAVX2,
	rectifyBack:  rectifyBackAVX2,
	normalize:    normalizeAVX2,
	normalizeDx:  normalizeDxAVX2,
	adam:         adamAVX2,
	scaleBytes:   scaleBytesAVX2,
	transpose8x8: transpose8x8AVX2,
}
