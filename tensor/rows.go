package tensor

// The operations below go through the rows of matrices of one shape and layout,
// in order, with a vector of one element a column beside them.

// SumRows sets sum (D) to the sum of the rows of x (N, D).
func SumRows(sum []float32, x Matrix) {
	clear(sum)
	for j := 0; j < x.Cols; j += PanelCols {
		sum := sum[j:min(j+PanelCols, x.Cols)]
		for i := range x.Rows {
			Add(sum, x.segment(i, j))
		}
	}
}

// SumProducts sets sum (D) to the sum of the rows of x*y, the product of x and y
// (N, D) element by element.
func SumProducts(sum []float32, x, y Matrix) {
	clear(sum)
	for j := 0; j < x.Cols; j += PanelCols {
		sum := sum[j:min(j+PanelCols, x.Cols)]
		for i := range x.Rows {
			addProduct(sum, x.segment(i, j), y.segment(i, j))
		}
	}
}

// SumSquaredDeviations sets sum (D) to the sum of the rows of (x-mean)², for x
// (N, D) and mean (D).
func SumSquaredDeviations(sum []float32, x Matrix, mean []float32) {
	clear(sum)
	for j := 0; j < x.Cols; j += PanelCols {
		sum, mean := sum[j:min(j+PanelCols, x.Cols)], mean[j:]
		for i := range x.Rows {
			addSquaredDeviation(sum, x.segment(i, j), mean)
		}
	}
}

// NormalizeRows is normalizeRow for each row of y, normal and x (N, D); the vectors
// have D elements.
func NormalizeRows(y, normal, x Matrix, mean, inverse, gain, shift []float32) {
	for j := 0; j < x.Cols; j += PanelCols {
		mean, inverse, gain, shift := mean[j:], inverse[j:], gain[j:], shift[j:]
		for i := range x.Rows {
			normalizeRow(y.segment(i, j), normal.segment(i, j), x.segment(i, j), mean, inverse, gain, shift)
		}
	}
}

// NormalizeRowsBackward is normalizeRowBackward for each row of dx, dy and normal
// (N, D); the vectors have D elements.
func NormalizeRowsBackward(dx, dy, normal Matrix, meanDy, meanDyNormal, scale []float32) {
	for j := 0; j < dx.Cols; j += PanelCols {
		meanDy, meanDyNormal, scale := meanDy[j:], meanDyNormal[j:], scale[j:]
		for i := range dx.Rows {
			normalizeRowBackward(dx.segment(i, j), dy.segment(i, j), normal.segment(i, j), meanDy, meanDyNormal, scale)
		}
	}
}

// segment returns the elements of row i from column j, a multiple of 32, to the
// end of the panel or the row.
func (m Matrix) segment(i, j int) []float32 {
	at := m.index(i, j)
	return m.Data[at : at+min(PanelCols, m.Cols-j)]
}
