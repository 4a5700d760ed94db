// Gonum is the worker for Gonum's own BLAS. It uses as many threads as
// GOMAXPROCS says.
package main

import (
	"fnn/bench/peers/internal/turn"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
)

func main() {
	turn.Serve(turn.Version("Gonum", "gonum.org/v1/gonum"), map[string]turn.Task{"product": product})
}

// product measures a matrix product.
func product(arguments []string) (seconds, check float64, err error) {
	p, err := turn.ParseProduct(arguments)
	if err != nil {
		return 0, 0, err
	}
	transA, a := operand(p.A, p.M, p.K, p.TransA)
	transB, b := operand(p.B, p.K, p.N, p.TransB)
	_, c := operand(p.C, p.M, p.N, false)
	seconds = turn.Repeat(p.Seconds, func() { blas32.Gemm(transA, transB, 1, a, b, 0, c) })
	return seconds, p.Check(), nil
}

func operand(data []float32, rows, cols int, transposed bool) (blas.Transpose, blas32.General) {
	if transposed {
		return blas.Trans, blas32.General{Rows: cols, Cols: rows, Stride: rows, Data: data}
	}
	return blas.NoTrans, blas32.General{Rows: rows, Cols: cols, Stride: cols, Data: data}
}
