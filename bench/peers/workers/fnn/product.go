package main

import (
	"fnn/bench/peers/internal/turn"
	"fnn/tensor"
)

// product measures a matrix product.
func (w *worker) product(arguments []string) (seconds, check float64, err error) {
	p, err := turn.ParseProduct(arguments)
	if err != nil {
		return 0, 0, err
	}
	multiply := (*tensor.Team).MatMul
	aRows, aCols, bRows, bCols := p.M, p.K, p.K, p.N
	if p.TransA {
		multiply, aRows, aCols = (*tensor.Team).MatMulTransA, p.K, p.M
	}
	if p.TransB {
		multiply, bRows, bCols = (*tensor.Team).MatMulTransB, p.N, p.K
	}
	a, b, c := w.matrix(p.A, aRows, aCols), w.matrix(p.B, bRows, bCols), w.matrix(p.C, p.M, p.N)
	seconds = turn.Repeat(p.Seconds, func() { multiply(w.team, c, a, b) })
	for i := range p.M {
		for j := range p.N {
			p.C[i*p.N+j] = c.At(i, j)
		}
	}
	return seconds, p.Check(), nil
}

// matrix returns a copy of row-major values in the worker's layout.
func (w *worker) matrix(values []float32, rows, cols int) tensor.Matrix {
	m := tensor.NewMatrix(rows, cols)
	if w.panels {
		m = tensor.NewPanels(rows, cols)
	}
	for i := range rows {
		m.SetRow(i, values[i*cols:][:cols])
	}
	return m
}
