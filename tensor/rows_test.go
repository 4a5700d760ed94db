package tensor

import (
	"fmt"
	"testing"
)

// A rowsOperation is one function of rows.go over matrices of one shape and
// vectors of their columns. The first written of the operands, matrices before
// vectors, are set; the others are read.
type rowsOperation struct {
	name              string
	matrices, vectors int
	run               func(m []Matrix, v [][]float32)
	// column is what run does to one column, by the formula; x holds the
	// matrices' columns, and v an element of each vector.
	column func(x [][]float32, v []*float32)
}

var rowsOperations = []rowsOperation{
	{"SumRows", 1, 1,
		func(m []Matrix, v [][]float32) { SumRows(v[0], m[0]) },
		func(x [][]float32, v []*float32) {
			*v[0] = 0
			for i := range x[0] {
				*v[0] += x[0][i]
			}
		}},
	{"SumProducts", 2, 1,
		func(m []Matrix, v [][]float32) { SumProducts(v[0], m[0], m[1]) },
		func(x [][]float32, v []*float32) {
			*v[0] = 0
			for i := range x[0] {
				*v[0] += float32(x[0][i] * x[1][i])
			}
		}},
	{"SumSquaredDeviations", 1, 2,
		func(m []Matrix, v [][]float32) { SumSquaredDeviations(v[0], m[0], v[1]) },
		func(x [][]float32, v []*float32) {
			*v[0] = 0
			for i := range x[0] {
				d := x[0][i] - *v[1]
				*v[0] += float32(d * d)
			}
		}},
	{"NormalizeRows", 3, 4,
		func(m []Matrix, v [][]float32) { NormalizeRows(m[0], m[1], m[2], v[0], v[1], v[2], v[3]) },
		func(x [][]float32, v []*float32) {
			for i := range x[0] {
				normal := float32(x[2][i]-*v[0]) * *v[1]
				x[1][i] = normal
				x[0][i] = float32(normal**v[2]) + *v[3]
			}
		}},
	{"NormalizeRows, all in place", 1, 4,
		func(m []Matrix, v [][]float32) { NormalizeRows(m[0], m[0], m[0], v[0], v[1], v[2], v[3]) },
		func(x [][]float32, v []*float32) {
			for i := range x[0] {
				normal := float32(x[0][i]-*v[0]) * *v[1]
				x[0][i] = float32(normal**v[2]) + *v[3]
			}
		}},
	{"NormalizeRowsBackward", 3, 3,
		func(m []Matrix, v [][]float32) { NormalizeRowsBackward(m[0], m[1], m[2], v[0], v[1], v[2]) },
		func(x [][]float32, v []*float32) {
			for i := range x[0] {
				x[0][i] = float32(float32(x[1][i]-*v[0])-float32(x[2][i]**v[1])) * *v[2]
			}
		}},
	{"NormalizeRowsBackward in place", 2, 3,
		func(m []Matrix, v [][]float32) { NormalizeRowsBackward(m[0], m[0], m[1], v[0], v[1], v[2]) },
		func(x [][]float32, v []*float32) {
			for i := range x[0] {
				x[0][i] = float32(float32(x[0][i]-*v[0])-float32(x[1][i]**v[1])) * *v[2]
			}
		}},
}

// rowsOperands returns the operands of an operation, some elements special.
func rowsOperands(op rowsOperation, rows, cols, fraction int) ([]Matrix, [][]float32) {
	s := NewStream(1, op.name, rows, cols, fraction)
	m := make([]Matrix, op.matrices)
	for i := range m {
		m[i] = Matrix{Data: operands(s, 1, rows*cols, fraction)[0], Rows: rows, Cols: cols, Stride: cols}
	}
	return m, operands(s, op.vectors, cols, fraction)
}

func TestRowsOperations(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, op := range rowsOperations {
			for _, rows := range []int{0, 1, 2, 7, 64} {
				for _, cols := range awkwardSizes {
					for _, fraction := range []int{0, 2, 20} {
						plain, vectors := rowsOperands(op, rows, cols, fraction)
						panels := make([]Matrix, len(plain))
						for i := range plain {
							panels[i] = inPanels(plain[i])
						}
						before := copyOperands(vectors)
						name := fmt.Sprintf("%s of (%d, %d)", op.name, rows, cols)
						checkRowsOperation(t, name, op, panels, before)
						checkRowsOperation(t, name, op, plain, vectors)
					}
				}
			}
		}
	})
}

// checkRowsOperation runs op on m and v and compares what becomes of them, and of
// the data around the matrices, with what op.column makes of each column.
func checkRowsOperation(t *testing.T, name string, op rowsOperation, m []Matrix, v [][]float32) {
	t.Helper()
	wantM, wantV := append([]Matrix(nil), m...), copyOperands(v)
	columns, elements := make([][]float32, len(m)), make([]*float32, len(v))
	for k := range m {
		wantM[k].Data = append([]float32(nil), m[k].Data...)
		columns[k] = make([]float32, m[k].Rows)
	}
	for j := range m[0].Cols {
		for k := range m {
			for i := range columns[k] {
				columns[k][i] = wantM[k].At(i, j)
			}
		}
		for k := range v {
			elements[k] = &wantV[k][j]
		}
		op.column(columns, elements)
		for k := range m {
			for i := range columns[k] {
				wantM[k].Set(i, j, columns[k][i])
			}
		}
	}
	op.run(m, v)
	for k := range m {
		v, wantV = append(v, m[k].Data), append(wantV, wantM[k].Data)
	}
	for k := range v {
		for i := range v[k] {
			if !same(v[k][i], wantV[k][i]) {
				t.Fatalf("%s: operand %d, element %d is %g, want %g", name, k, i, v[k][i], wantV[k][i])
			}
		}
	}
}

func TestRowsOperationsPanic(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, op := range rowsOperations {
			for i := 1; i < op.matrices; i++ {
				m, v := rowsOperands(op, 3, 40, 0)
				m[i] = NewPanels(3, 40)
				mustPanic(t, fmt.Sprintf("%s with matrix %d in panels", op.name, i), func() { op.run(m, v) })
				m[i] = NewMatrix(2, 40)
				mustPanic(t, fmt.Sprintf("%s with matrix %d short", op.name, i), func() { op.run(m, v) })
			}
			for i := range op.vectors {
				m, v := rowsOperands(op, 3, 40, 0)
				v[i] = v[i][:39:39]
				mustPanic(t, fmt.Sprintf("%s with vector %d short", op.name, i), func() { op.run(m, v) })
			}
		}
	})
}

func TestRowsOperationsAllocateNothing(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, op := range rowsOperations {
			m, v := rowsOperands(op, 5, 41, 0)
			if n := testing.AllocsPerRun(10, func() { op.run(m, v) }); n != 0 {
				t.Errorf("%s: %g allocations", op.name, n)
			}
		}
	})
}
