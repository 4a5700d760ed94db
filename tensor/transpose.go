package tensor

import (
	"fmt"
	"unsafe"
)

// transpose sets dst[j*dstRow+i] = src[i*srcRow+j] for i < rows and j < cols.
func transpose(kern *kernel, dst *float32, dstRow int, src *float32, srcRow, rows, cols int) {
	if kern.transpose != nil && cols >= 4 {
		kern.transpose(dst, dstRow, src, srcRow, rows, cols)
		return
	}
	transposeBlocks(kern.vectors, unsafe.Slice(dst, (cols-1)*dstRow+rows), dstRow, unsafe.Slice(src, (rows-1)*srcRow+cols), srcRow, rows, cols)
}

func transposeBlocks(v *vectors, dst []float32, dstRow int, src []float32, srcRow, rows, cols int) {
	wholeRows, wholeCols := whole(rows), whole(cols)
	for i := 0; i < wholeRows; i += vectorLength {
		for j := 0; j < wholeCols; j += vectorLength {
			v.transpose8x8(dst[j*dstRow+i:], dstRow, src[i*srcRow+j:], srcRow)
		}
		if wholeCols < cols {
			transposeBlock(dst[wholeCols*dstRow+i:], dstRow, src[i*srcRow+wholeCols:], srcRow, vectorLength, cols-wholeCols)
		}
	}
	if wholeRows < rows {
		transposeBlock(dst[wholeRows:], dstRow, src[wholeRows*srcRow:], srcRow, rows-wholeRows, cols)
	}
}

func transpose8x8Portable(dst []float32, dstRow int, src []float32, srcRow int) {
	transposeBlock(dst, dstRow, src, srcRow, 8, 8)
}

func transposeBlock(dst []float32, dstRow int, src []float32, srcRow, rows, cols int) {
	for i := range rows {
		for j, x := range src[i*srcRow:][:cols] {
			dst[j*dstRow+i] = x
		}
	}
}

// Transpose sets dst (N, M) to the transpose of src (M, N).
func Transpose(dst, src Matrix) {
	dst.check()
	src.check()
	if dst.Rows != src.Cols || dst.Cols != src.Rows {
		panic(fmt.Sprintf("tensor: the transpose of %v is not %v", src, dst))
	}
	transposeMatrix(active(), dst, src)
}

func transposeMatrix(kern *kernel, dst, src Matrix) {
	dst.eachPanel(func(dst Matrix, row int) {
		src.RowRange(row, row+dst.Cols).eachPanel(func(src Matrix, row int) {
			transpose(kern, &dst.Data[dst.index(row, 0)], dst.Stride, &src.Data[0], src.Stride, src.Rows, src.Cols)
		})
	})
}

// eachPanel calls f for each panel, a plain matrix, with its first column; for
// a plain matrix, once. It passes over a matrix without elements.
func (m Matrix) eachPanel(f func(panel Matrix, col int)) {
	if m.size() == 0 {
		return
	}
	width := m.Cols
	if m.Panel != 0 {
		width = PanelCols
	}
	for j := 0; j < m.Cols; j += width {
		panel := m.ColRange(j, min(j+width, m.Cols))
		panel.Panel = 0
		f(panel, j)
	}
}
