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
	transposeBlocks(unsafe.Slice(dst, (cols-1)*dstRow+rows), dstRow, unsafe.Slice(src, (rows-1)*srcRow+cols), srcRow, rows, cols)
}

// transposeBlocks does so in blocks, whose lines stay in the nearest cache.
func transposeBlocks(dst []float32, dstRow int, src []float32, srcRow, rows, cols int) {
	const block = 8
	for i := 0; i < rows; i += block {
		for j := 0; j < cols; j += block {
			transposeBlock(dst[j*dstRow+i:], dstRow, src[i*srcRow+j:], srcRow, min(block, rows-i), min(block, cols-j))
		}
	}
}

func transposeBlock(dst []float32, dstRow int, src []float32, srcRow, rows, cols int) {
	for i := range rows {
		for j, x := range src[i*srcRow:][:cols] {
			dst[j*dstRow+i] = x
		}
	}
}

// Transpose sets dst (N, M) to the transpose of src (M, N), which it must not overlap.
func Transpose(dst, src Matrix) {
	dst.check()
	src.check()
	if dst.Rows != src.Cols || dst.Cols != src.Rows {
		panic(fmt.Sprintf("tensor: the transpose of %v is not %v", src, dst))
	}
	transposeMatrix(active(), &dst, &src)
}

func transposeMatrix(kern *kernel, dst, src *Matrix) {
	for i, rows := 0, dst.partCols(); i < src.Rows; i += rows {
		for j, cols := 0, src.partCols(); j < src.Cols; j += cols {
			transpose(kern, &dst.Data[dst.index(j, i)], dst.Stride, &src.Data[src.index(i, j)], src.Stride,
				min(rows, src.Rows-i), min(cols, src.Cols-j))
		}
	}
}

// partCols returns how many columns lie side by side: those of a panel, or all of a
// plain matrix.
func (m *Matrix) partCols() int {
	if m.Panel != 0 {
		return PanelCols
	}
	return m.Cols
}
