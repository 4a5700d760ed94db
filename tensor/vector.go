package tensor

// The operations below work element by element on slices of one length, the
// first argument's; a shorter slice panics. Each multiplication and addition is
// rounded on its own, so that vector and scalar code agree to the bit. Operands
// may be the same slice, but must not overlap otherwise.

// vectors is a table of vector operations. Those of an assembly kernel take
// lengths that are multiples of vectorLength, the portable ones any length.
type vectors struct {
	add          func(dst, x []float32)
	multiply     func(dst, x, y []float32)
	addProduct   func(dst, x, y []float32)
	addSquare    func(dst, x, mean []float32)
	rectify      func(dst, x []float32)
	rectifyBack  func(dst, gradient, y []float32)
	normalize    func(y, normal, x, mean, inverse, gain, shift []float32)
	normalizeDx  func(dx, dy, normal, meanDy, meanDyNormal, scale []float32)
	adam         func(w, g, m, v []float32, c *AdamStep)
	scaleBytes   func(dst []float32, src []uint8, scale float32)
	transpose8x8 func(dst []float32, dstRow int, src []float32, srcRow int)
}

// vectorLength is the number of elements of an assembly kernel's vector.
const vectorLength = 8

var vectorsPortable = vectors{
	add:          addPortable,
	multiply:     multiplyPortable,
	addProduct:   addProductPortable,
	addSquare:    addSquarePortable,
	rectify:      rectifyPortable,
	rectifyBack:  rectifyBackPortable,
	normalize:    normalizePortable,
	normalizeDx:  normalizeDxPortable,
	adam:         adamPortable,
	scaleBytes:   scaleBytesPortable,
	transpose8x8: transpose8x8Portable,
}

// whole returns how many of n elements fill whole vectors.
func whole(n int) int { return n &^ (vectorLength - 1) }

// Add sets dst += x.
func Add(dst, x []float32) {
	x = x[:len(dst)]
	n := whole(len(dst))
	active().vectors.add(dst[:n], x)
	addPortable(dst[n:], x[n:])
}

func addPortable(dst, x []float32) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] += x[i]
	}
}

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

// addProduct sets dst += x*y.
func addProduct(dst, x, y []float32) {
	x, y = x[:len(dst)], y[:len(dst)]
	n := whole(len(dst))
	active().vectors.addProduct(dst[:n], x, y)
	addProductPortable(dst[n:], x[n:], y[n:])
}

func addProductPortable(dst, x, y []float32) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] += float32(x[i] * y[i])
	}
}

// addSquaredDeviation sets dst += (x-mean)².
func addSquaredDeviation(dst, x, mean []float32) {
	x, mean = x[:len(dst)], mean[:len(dst)]
	n := whole(len(dst))
	active().vectors.addSquare(dst[:n], x, mean)
	addSquarePortable(dst[n:], x[n:], mean[n:])
}

func addSquarePortable(dst, x, mean []float32) {
	x, mean = x[:len(dst)], mean[:len(dst)]
	for i := range dst {
		d := x[i] - mean[i]
		dst[i] += float32(d * d)
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

// normalizeRow sets normal = (x-mean)*inverse and y = normal*gain + shift: batch
// normalisation of a row, with the inverse of each column's standard deviation.
func normalizeRow(y, normal, x, mean, inverse, gain, shift []float32) {
	n := len(y)
	normal, x, mean = normal[:n], x[:n], mean[:n]
	inverse, gain, shift = inverse[:n], gain[:n], shift[:n]
	n = whole(n)
	active().vectors.normalize(y[:n], normal, x, mean, inverse, gain, shift)
	normalizePortable(y[n:], normal[n:], x[n:], mean[n:], inverse[n:], gain[n:], shift[n:])
}

func normalizePortable(y, normal, x, mean, inverse, gain, shift []float32) {
	n := len(y)
	normal, x, mean = normal[:n], x[:n], mean[:n]
	inverse, gain, shift = inverse[:n], gain[:n], shift[:n]
	for i := range y {
		v := (x[i] - mean[i]) * inverse[i]
		normal[i] = v
		y[i] = float32(v*gain[i]) + shift[i]
	}
}

// normalizeRowBackward sets dx = (dy - meanDy - normal*meanDyNormal) * scale: the
// gradient of batch normalisation for a row, where meanDy and meanDyNormal are
// the means over the batch of dy and of dy*normal, and scale is gain*inverse
// (Ioffe and Szegedy, "Batch normalization", 2015, section 3).
func normalizeRowBackward(dx, dy, normal, meanDy, meanDyNormal, scale []float32) {
	n := len(dx)
	dy, normal = dy[:n], normal[:n]
	meanDy, meanDyNormal, scale = meanDy[:n], meanDyNormal[:n], scale[:n]
	n = whole(n)
	active().vectors.normalizeDx(dx[:n], dy, normal, meanDy, meanDyNormal, scale)
	normalizeDxPortable(dx[n:], dy[n:], normal[n:], meanDy[n:], meanDyNormal[n:], scale[n:])
}

func normalizeDxPortable(dx, dy, normal, meanDy, meanDyNormal, scale []float32) {
	n := len(dx)
	dy, normal = dy[:n], normal[:n]
	meanDy, meanDyNormal, scale = meanDy[:n], meanDyNormal[:n], scale[:n]
	for i := range dx {
		dx[i] = (dy[i] - meanDy[i] - float32(normal[i]*meanDyNormal[i])) * scale[i]
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
