// Package tensor holds flat float32 tensors and what computes on them: matrix
// products, vector operations, a step of Adam, exp and log, random numbers, and
// teams of goroutines to share the work. Matrices of 8-bit integers have products
// of their own ([Int8]).
//
// Every result has the same bits on every machine, with each kernel (AVX-512,
// AVX2, NEON, portable) and any number of threads, but for those of a NaN;
// docs/numerics.md says how. The kernel is chosen when the program starts; see
// [KernelVariable].
//
// Shapes in comments are (rows, columns). Operations on slices work element by
// element on as many elements as the first argument has; a shorter slice panics,
// as do shapes that do not fit. Their operands may be the same slice, but must
// not overlap otherwise.
package tensor

import (
	"fmt"
	"math"
	"unsafe"
)

// A Tensor is a dense array of float32 in row-major order: the last index
// varies fastest, and the elements lie in one flat slice.
type Tensor struct {
	Shape []int     // the size of each dimension
	Data  []float32 // the product of Shape elements
}

// New returns a tensor of zeros. Its data starts at a multiple of 64 bytes, the
// length of a cache line and of the widest vector register. New panics if a
// dimension is negative.
func New(shape ...int) *Tensor {
	return &Tensor{Shape: append([]int(nil), shape...), Data: alignedSlice(Size(shape))}
}

// FromSlice returns a tensor over data, which it shares. It panics if shape does
// not hold len(data) elements.
func FromSlice(data []float32, shape ...int) *Tensor {
	if Size(shape) != len(data) {
		panic(fmt.Sprintf("tensor: %d elements for shape %v", len(data), shape))
	}
	return &Tensor{Shape: append([]int(nil), shape...), Data: data}
}

// Size returns the number of elements of a shape, the product of its
// dimensions; the empty shape, a scalar's, holds one. It panics if a dimension
// is negative.
func Size(shape []int) int {
	size := 1
	for _, n := range shape {
		if n < 0 {
			panic(fmt.Sprintf("tensor: negative dimension in shape %v", shape))
		}
		if n > 0 && size > math.MaxInt/n {
			panic(fmt.Sprintf("tensor: too many elements in shape %v", shape))
		}
		size *= n
	}
	return size
}

// Matrix returns t seen as a matrix that shares its data: the first dimension
// counts the rows, the product of the others the columns. A tensor of one
// dimension or none is a single row.
func (t *Tensor) Matrix() Matrix {
	if len(t.Shape) < 2 {
		return Matrix{Data: t.Data, Rows: 1, Cols: len(t.Data), Stride: len(t.Data)}
	}
	cols := Size(t.Shape[1:])
	return Matrix{Data: t.Data, Rows: t.Shape[0], Cols: cols, Stride: cols}
}

// alignment of a tensor's data, in bytes.
const alignment = 64

// overhang is how many elements the last vectors of a row may reach beyond its end. They
// are masked there, but the processor takes some 200 cycles to see that it need not look
// for a page of memory that has never been written to.
const overhang = 32

func alignedSlice(n int) []float32 {
	const spare = alignment/4 - 1
	data := make([]float32, n+spare+overhang)
	data[len(data)-1] = 0
	skip := 0
	if off := uintptr(unsafe.Pointer(unsafe.SliceData(data))) % alignment; off != 0 {
		skip = int(alignment-off) / 4
	}
	return data[skip : skip+n : skip+n]
}
