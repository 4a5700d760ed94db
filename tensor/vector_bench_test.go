package tensor

import (
	"fmt"
	"testing"
)

// BenchmarkVectors measures each vector operation, on a panel of 64 rows, which
// the first-level cache holds, and on as many elements as 784x128 weights have.
// The rate counts the bytes read and the bytes written.
func BenchmarkVectors(b *testing.B) {
	const panel, weights = 64 * PanelCols, 784 * 128
	s := NewStream(1, "benchmark")
	step := NewAdamStep(0.001, 0.9, 0.999, 1e-8, 1000)
	slices := []struct {
		name  string
		bytes int // that it reads and writes an element
		run   func(x [][]float32)
	}{
		{"Multiply", 12, func(x [][]float32) { Multiply(x[0], x[1], x[2]) }},
		{"Rectify", 8, func(x [][]float32) { Rectify(x[0], x[1]) }},
		{"RectifyBackward", 12, func(x [][]float32) { RectifyBackward(x[0], x[1], x[2]) }},
		{"ExpSum", 8, func(x [][]float32) { ExpSum(x[0], x[1], 0) }},
		{"Mask", 4, func(x [][]float32) { s.Mask(x[0], 1<<31, 2) }},
		{"Adam", 28, func(x [][]float32) { Adam(x[0], x[1], x[2], x[3], &step) }},
	}
	for _, op := range slices {
		for _, n := range []int{panel, weights} {
			x := operands(s, 4, n, 0)
			for i, v := range x[3] { // second moments are not negative
				x[3][i] = v * v
			}
			benchmarkVector(b, fmt.Sprintf("%s/%d", op.name, n), op.bytes*n, func() { op.run(x) })
		}
	}
	for _, n := range []int{panel, weights} {
		dst, src := make([]float32, n), make([]uint8, n)
		benchmarkVector(b, fmt.Sprintf("ScaleBytes/%d", n), 5*n, func() { ScaleBytes(dst, src, 1.0/255) })
	}
	for _, op := range rowsOperations {
		for _, cols := range []int{PanelCols, 8 * PanelCols} {
			m, v := rowsOperands(op, 64, cols, 0)
			for i := range m {
				m[i] = inPanels(m[i])
			}
			benchmarkVector(b, fmt.Sprintf("%s/%d", op.name, 64*cols), 4*op.passes*64*cols, func() { op.run(m, v) })
		}
	}
}

func benchmarkVector(b *testing.B, name string, bytes int, run func()) {
	b.Run(name, func(b *testing.B) {
		b.SetBytes(int64(bytes))
		for b.Loop() {
			run()
		}
	})
}
