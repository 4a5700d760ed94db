package tensor

import "fmt"

// The operations below go through the rows of matrices of one shape and layout,
// in order, with a vector of one element a column beside them. They take a panel
// of columns at a time: as many of it as fill whole vectors go to the kernel, the
// rest to the portable code. Each multiplication and addition is rounded on its
// own.

// SumRows sets sum (D) to the sum of the rows of x (N, D).
func SumRows(sum []float32, x Matrix) {
	x.check()
	clear(sum[:x.Cols])
	kernel := active().vectors
	for j := 0; j < x.Cols && x.Rows > 0; j += PanelCols {
		sum, data := sum[j:min(j+PanelCols, x.Cols)], x.below(j)
		n := whole(len(sum))
		kernel.sumRows(sum[:n], data, x.Stride, x.Rows)
		if n < len(sum) {
			sumRowsPortable(sum[n:], data[n:], x.Stride, x.Rows)
		}
	}
}

func sumRowsPortable(sum, x []float32, stride, rows int) {
	for j := range sum {
		var s float32
		for i := range rows {
			s += x[i*stride+j]
		}
		sum[j] = s
	}
}

// SumProducts sets sum (D) to the sum of the rows of x*y, the product of x and y
// (N, D) element by element.
func SumProducts(sum []float32, x, y Matrix) {
	x.checkLike(y)
	clear(sum[:x.Cols])
	kernel := active().vectors
	for j := 0; j < x.Cols && x.Rows > 0; j += PanelCols {
		sum, dataX, dataY := sum[j:min(j+PanelCols, x.Cols)], x.below(j), y.below(j)
		n := whole(len(sum))
		kernel.sumProducts(sum[:n], dataX, dataY, x.Stride, x.Rows)
		if n < len(sum) {
			sumProductsPortable(sum[n:], dataX[n:], dataY[n:], x.Stride, x.Rows)
		}
	}
}

func sumProductsPortable(sum, x, y []float32, stride, rows int) {
	for j := range sum {
		var s float32
		for i := range rows {
			s += float32(x[i*stride+j] * y[i*stride+j])
		}
		sum[j] = s
	}
}

// SumSquaredDeviations sets sum (D) to the sum of the rows of (x-mean)², for x
// (N, D) and mean (D).
func SumSquaredDeviations(sum []float32, x Matrix, mean []float32) {
	x.check()
	clear(sum[:x.Cols])
	kernel := active().vectors
	for j := 0; j < x.Cols && x.Rows > 0; j += PanelCols {
		end := min(j+PanelCols, x.Cols)
		sum, mean, data := sum[j:end], mean[j:end], x.below(j)
		n := whole(len(sum))
		kernel.sumSquares(sum[:n], data, mean, x.Stride, x.Rows)
		if n < len(sum) {
			sumSquaresPortable(sum[n:], data[n:], mean[n:], x.Stride, x.Rows)
		}
	}
}

func sumSquaresPortable(sum, x, mean []float32, stride, rows int) {
	for j := range sum {
		var s float32
		for i := range rows {
			d := x[i*stride+j] - mean[j]
			s += float32(d * d)
		}
		sum[j] = s
	}
}

// NormalizeRows sets normal = (x-mean)*inverse and y = normal*gain + shift, for
// each row of y, normal and x (N, D), which may be the same matrix: batch
// normalisation, with the mean and the inverse of the standard deviation of each
// column. The vectors have D elements.
func NormalizeRows(y, normal, x Matrix, mean, inverse, gain, shift []float32) {
	x.checkLike(y)
	x.checkLike(normal)
	kernel := active().vectors
	for j := 0; j < x.Cols && x.Rows > 0; j += PanelCols {
		end := min(j+PanelCols, x.Cols)
		dataY, dataNormal, dataX := y.below(j), normal.below(j), x.below(j)
		mean, inverse, gain, shift := mean[j:end], inverse[j:end], gain[j:end], shift[j:end]
		n := whole(len(mean))
		kernel.normalize(dataY, dataNormal, dataX, x.Stride, x.Rows, mean[:n], inverse, gain, shift)
		if n < len(mean) {
			normalizePortable(dataY[n:], dataNormal[n:], dataX[n:], x.Stride, x.Rows, mean[n:], inverse[n:], gain[n:], shift[n:])
		}
	}
}

func normalizePortable(y, normal, x []float32, stride, rows int, mean, inverse, gain, shift []float32) {
	n := len(mean)
	inverse, gain, shift = inverse[:n], gain[:n], shift[:n]
	for i := range rows {
		y, normal, x := y[i*stride:][:n], normal[i*stride:][:n], x[i*stride:][:n]
		for j := range x {
			v := (x[j] - mean[j]) * inverse[j]
			normal[j] = v
			y[j] = float32(v*gain[j]) + shift[j]
		}
	}
}

// NormalizeRowsBackward sets dx = (dy - meanDy - normal*meanDyNormal) * scale for
// each row of dx, dy and normal (N, D), of which dx and dy may be the same matrix:
// the gradient of batch normalisation, where meanDy and meanDyNormal are the means
// over the batch of dy and of dy*normal, and scale is gain*inverse (Ioffe and
// Szegedy, "Batch normalization", 2015, section 3). The vectors have D elements.
func NormalizeRowsBackward(dx, dy, normal Matrix, meanDy, meanDyNormal, scale []float32) {
	dx.checkLike(dy)
	dx.checkLike(normal)
	kernel := active().vectors
	for j := 0; j < dx.Cols && dx.Rows > 0; j += PanelCols {
		end := min(j+PanelCols, dx.Cols)
		dataDx, dataDy, dataNormal := dx.below(j), dy.below(j), normal.below(j)
		meanDy, meanDyNormal, scale := meanDy[j:end], meanDyNormal[j:end], scale[j:end]
		n := whole(len(meanDy))
		kernel.normalizeDx(dataDx, dataDy, dataNormal, dx.Stride, dx.Rows, meanDy[:n], meanDyNormal, scale)
		if n < len(meanDy) {
			normalizeDxPortable(dataDx[n:], dataDy[n:], dataNormal[n:], dx.Stride, dx.Rows, meanDy[n:], meanDyNormal[n:], scale[n:])
		}
	}
}

func normalizeDxPortable(dx, dy, normal []float32, stride, rows int, meanDy, meanDyNormal, scale []float32) {
	n := len(meanDy)
	meanDyNormal, scale = meanDyNormal[:n], scale[:n]
	for i := range rows {
		dx, dy, normal := dx[i*stride:][:n], dy[i*stride:][:n], normal[i*stride:][:n]
		for j := range dx {
			dx[j] = (dy[j] - meanDy[j] - float32(normal[j]*meanDyNormal[j])) * scale[j]
		}
	}
}

// below returns the data from the first row of column j, a multiple of 32, to the
// last row of its panel's columns or, in a plain matrix, of the next 32.
func (m Matrix) below(j int) []float32 {
	at := m.index(0, j)
	return m.Data[at : at+(m.Rows-1)*m.Stride+min(PanelCols, m.Cols-j)]
}

// checkLike panics unless m and other have one shape and layout, and the data for it.
func (m Matrix) checkLike(other Matrix) {
	m.check()
	other.check()
	if m.Rows != other.Rows || m.Cols != other.Cols || m.Stride != other.Stride {
		panic(fmt.Sprintf("tensor: a matrix %v of stride %d beside one %v of %d", m, m.Stride, other, other.Stride))
	}
}
