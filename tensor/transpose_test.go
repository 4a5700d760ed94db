package tensor

import "testing"

// awkwardSizes are around the sizes of vectors, blocks and panels.
var awkwardSizes = []int{0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100}

func TestTranspose(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, rows := range awkwardSizes {
			for _, cols := range awkwardSizes {
				s := NewStream(1, "test", rows, cols)
				src, dst := randomMatrix(s, rows, cols), randomMatrix(s, cols, rows)
				surroundings := fill(dst)
				Transpose(dst, src)
				for i := range rows {
					for j := range cols {
						if dst.At(j, i) != src.At(i, j) {
							t.Fatalf("(%d, %d): element (%d, %d) is %g, want %g", rows, cols, j, i, dst.At(j, i), src.At(i, j))
						}
					}
				}
				surroundings(t)
			}
		}
	})
}

func TestTransposePanics(t *testing.T) {
	a := NewMatrix(2, 3)
	mustPanic(t, "shapes", func() { Transpose(a, a) })
	mustPanic(t, "short data", func() { Transpose(Matrix{Data: a.Data[:5], Rows: 3, Cols: 2, Stride: 2}, a) })
	mustPanic(t, "short source", func() { Transpose(NewMatrix(3, 2), Matrix{Data: a.Data[:5], Rows: 2, Cols: 3, Stride: 3}) })
}
