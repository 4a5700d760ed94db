package tensor

import (
	"syscall"
	"testing"
	"unsafe"
)

// atPageEnd returns n elements right before a page that must not be touched.
func atPageEnd[T any](t *testing.T, n int) []T {
	page := syscall.Getpagesize()
	size := n * int(unsafe.Sizeof(*new(T)))
	pages := blocks(size, page) * page
	memory, err := syscall.Mmap(-1, 0, pages+page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Munmap(memory) })
	if err := syscall.Mprotect(memory[pages:], syscall.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&memory[pages-size])), n)
}

// TestMatMulPageEnd has all operands end where a page ends. A kernel that reads or writes
// further crashes.
func TestMatMulPageEnd(t *testing.T) {
	matrix := func(t *testing.T, rows, cols int) Matrix {
		return Matrix{Data: atPageEnd[float32](t, rows*cols), Rows: rows, Cols: cols, Stride: cols}
	}
	for _, m := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 29, 33} {
		for _, n := range []int{1, 5, 10, 16, 17, 31, 32, 33, 64, 70, 128, 130} {
			for _, k := range []int{1, 3, 4, 33, 40, 70} {
				a, b, at, bt := matrix(t, m, k), matrix(t, k, n), matrix(t, k, m), matrix(t, n, k)
				c, bias := matrix(t, m, n), matrix(t, 1, n).Data
				eachKernel(t, func(t *testing.T) {
					MatMul(c, a, b)
					MatMulBias(c, a, b, bias)
					MatMulTransA(c, at, b)
					MatMulTransB(c, a, bt)
				})
			}
		}
	}
}

// TestTransposePageStart has a matrix start where a page starts, after one that must not be
// touched.
func TestTransposePageStart(t *testing.T) {
	page := syscall.Getpagesize()
	memory, err := syscall.Mmap(-1, 0, 2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Munmap(memory) })
	if err := syscall.Mprotect(memory[:page], syscall.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	for _, rows := range []int{4, 8, 9, 16, 32} {
		src := Matrix{Data: unsafe.Slice((*float32)(unsafe.Pointer(&memory[page])), rows*4), Rows: rows, Cols: 4, Stride: 4}
		eachKernel(t, func(t *testing.T) {
			testTranspose(t, NewMatrix(4, rows), src)
			MatMulTransB(NewMatrix(1, rows), NewMatrix(1, 4), src)
		})
	}
}

// TestVectorPageEnd does so for the operations on slices and on rows.
func TestVectorPageEnd(t *testing.T) {
	for _, n := range append(vectorLengths(), 126, 130) {
		slice := func() []float32 { return atPageEnd[float32](t, n) }
		x := [][]float32{slice(), slice(), slice(), slice()}
		pixels := atPageEnd[uint8](t, n)
		rows := func() Matrix { return Matrix{Data: atPageEnd[float32](t, 3*n), Rows: 3, Cols: n, Stride: n} }
		y := []Matrix{rows(), rows(), rows()}
		s := NewStream(1, "test")
		eachKernel(t, func(t *testing.T) {
			for _, operation := range vectorOperations {
				operation.run(x)
			}
			ScaleBytes(x[0], pixels, 1)
			ExpSum(x[0], x[1], 0)
			s.Mask(x[0], 1<<31, 2)
			SumRows(x[0], y[0])
			SumProducts(x[0], y[0], y[1])
			SumSquaredDeviations(x[0], y[0], x[1])
			NormalizeRows(y[0], y[1], y[2], x[0], x[1], x[2], x[3])
			NormalizeRowsBackward(y[0], y[1], y[2], x[0], x[1], x[2])
		})
	}
}
