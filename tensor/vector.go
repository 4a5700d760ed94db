package tensor

// The operations below work element by element on slices of one length, the
// first argument's; a shorter slice panics. Each multiplication and addition is
// rounded on its own, so that vector and scalar code agree to the bit. Operands
// may be the same slice, but must not overlap otherwise.

// vectors is a table of vector operations. Those of an assembly kernel take
// lengths, or numbers of columns, that are multiples of vectorLength, the
// portable ones any; expSum takes any in all of them, and mask even lengths.
type vectors struct {
	multiply    func(dst, x, y []float32)
	scale       func(x []float32, factor float32)
	rectify     func(dst, x []float32)
	rectifyBack func(dst, gradient, y []float32)
	adam        func(w, g, m, v []float32, c *AdamStep, uncached bool) // see kernel.uncached
	scaleBytes  func(dst []float32, src []uint8, scale float32)
	expSum      func(dst, x []float32, shift float32) float32
	mask        func(mask []float32, s *Stream, dropped uint32, keep float32)

	// The operations of rows.go, down at least one row of a block of columns:
	// row i starts at element i*stride.
	sumRows     func(sum, x []float32, stride, rows int)
	sumProducts func(sum, x, y []float32, stride, rows int)
	sumSquares  func(sum, x, mean []float32, stride, rows int)
	normalize   func(y, normal, x []float32, stride, rows int, mean, inverse, gain, shift []float32)
	normalizeDx func(dx, dy, normal []float32, stride, rows int, meanDy, meanDyNormal, scale []float32)
}

// vectorLength is the number of elements of an assembly kernel's vector.
const vectorLength = 8

var vectorsPortable = vectors{
	multiply:    multiplyPortable,
	scale:       scalePortable,
	rectify:     rectifyPortable,
	rectifyBack: rectifyBackPortable,
	adam:        adamPortable,
	scaleBytes:  scaleBytesPortable,
	expSum:      expSumPortable,
	mask:        maskPortable,
	sumRows:     sumRowsPortable,
	sumProducts: sumProductsPortable,
	sumSquares:  sumSquaresPortable,
	normalize:   normalizePortable,
	normalizeDx: normalizeDxPortable,
}

// whole returns how many of n elements fill whole vectors.
func whole(n int) int { return n &^ (vectorLength - 1) }

// Multiply sets dst = x*y.
func Multiply(dst, x, y []float32) {
	x, y = x[:len(dst)], y[:len(dst)]
	n := whole(len(dst))
	active().vectors.multiply(dst[:n], x, y)
	multiplyPortable(dst[n:], x[n:], y[n:])
}

func multiplyPortable(dst, x, y []float32) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] * y[i]
	}
}

// Scale multiplies each element of x by the factor.
func Scale(x []float32, factor float32) {
	n := whole(len(x))
	active().vectors.scale(x[:n], factor)
	scalePortable(x[n:], factor)
}

func scalePortable(x []float32, factor float32) {
	for i := range x {
		x[i] *= factor
	}
}

// Rectify sets dst = max(x, 0), the rectified linear unit. NaN stays NaN.
func Rectify(dst, x []float32) {
	x = x[:len(dst)]
	n := whole(len(dst))
	active().vectors.rectify(dst[:n], x)
	rectifyPortable(dst[n:], x[n:])
}

func rectifyPortable(dst, x []float32) {
	x = x[:len(dst)]
	for i, v := range x {
		if 0 > v {
			v = 0
		}
		dst[i] = v
	}
}

// RectifyBackward sets dst to the gradient where y, the output of Rectify, is
// positive, and to 0 elsewhere.
func RectifyBackward(dst, gradient, y []float32) {
	gradient, y = gradient[:len(dst)], y[:len(dst)]
	n := whole(len(dst))
	active().vectors.rectifyBack(dst[:n], gradient, y)
	rectifyBackPortable(dst[n:], gradient[n:], y[n:])
}

func rectifyBackPortable(dst, gradient, y []float32) {
	gradient, y = gradient[:len(dst)], y[:len(dst)]
	for i := range dst {
		var g float32
		if y[i] > 0 {
			g = gradient[i]
		}
		dst[i] = g
	}
}

// ScaleBytes sets dst[i] = float32(src[i]) * scale. With scale 1/255 it turns
// 8-bit pixels into inputs in [0, 1]. It panics if dst is shorter than src.
func ScaleBytes(dst []float32, src []uint8, scale float32) {
	dst = dst[:len(src)]
	n := whole(len(src))
	active().vectors.scaleBytes(dst[:n], src, scale)
	scaleBytesPortable(dst[n:], src[n:], scale)
}

func scaleBytesPortable(dst []float32, src []uint8, scale float32) {
	src = src[:len(dst)]
	for i, v := range src {
		dst[i] = float32(v) * scale
	}
}
