package tensor

import "testing"

// awkwardSizes are around the sizes of vectors, blocks and panels.
var awkwardSizes = []int{0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100}

func TestTranspose(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, rows := range awkwardSizes {
			for _, cols := range awkwardSizes {
				s := NewStream(1, "test", rows, cols)
				testTranspose(t, randomMatrix(s, cols, rows), randomMatrix(s, rows, cols))
			}
		}
		// Rows of as many elements as a panel has, of which some are others'.
		for _, rows := range []int{1, 4, 8, 10, 24} {
			s := NewStream(1, "test", rows)
			testTranspose(t, NewMatrix(7, PanelCols).ColRange(3, 3+rows), randomMatrix(s, rows, 7))
		}
	})
}

func testTranspose(t *testing.T, dst, src Matrix) {
	surroundings := fill(dst)
	Transpose(dst, src)
	for i := range src.Rows {
		for j := range src.Cols {
			if dst.At(j, i) != src.At(i, j) {
				t.Fatalf("%v: element (%d, %d) is %g, want %g", src, j, i, dst.At(j, i), src.At(i, j))
			}
		}
	}
	surroundings(t)
}

func TestTransposePanics(t *testing.T) {
	a := NewMatrix(2, 3)
	mustPanic(t, "shapes", func() { Transpose(a, a) })
	mustPanic(t, "short data", func() { Transpose(Matrix{Data: a.Data[:5], Rows: 3, Cols: 2, Stride: 2}, a) })
	mustPanic(t, "short source", func() { Transpose(NewMatrix(3, 2), Matrix{Data: a.Data[:5], Rows: 2, Cols: 3, Stride: 3}) })
}
