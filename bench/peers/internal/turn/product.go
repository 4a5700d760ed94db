package turn

import (
	"fmt"
	"strconv"
)

// A Product is a matrix product C = A·B of A (M, K) and B (K, N), all row-major
// float32. TransA says that A is stored as its transpose (K, M), TransB that B is
// (N, K).
type Product struct {
	M, N, K        int
	TransA, TransB bool
	A, B, C        []float32
	Seconds        float64 // to measure for
}

// ParseProduct makes the matrices of the task "product FORM M N K SECONDS", where
// FORM is NN, TN or NT as in BLAS. They hold small integers, so that C is exact
// in any order of summation.
func ParseProduct(arguments []string) (*Product, error) {
	if len(arguments) != 5 {
		return nil, fmt.Errorf("product: %d arguments, want FORM M N K SECONDS", len(arguments))
	}
	p := &Product{TransA: arguments[0] == "TN", TransB: arguments[0] == "NT"}
	for i, size := range []*int{&p.M, &p.N, &p.K} {
		var err error
		if *size, err = strconv.Atoi(arguments[1+i]); err != nil {
			return nil, err
		}
	}
	var err error
	if p.Seconds, err = strconv.ParseFloat(arguments[4], 64); err != nil {
		return nil, err
	}
	p.A, p.B, p.C = make([]float32, p.M*p.K), make([]float32, p.K*p.N), make([]float32, p.M*p.N)
	fill(p.A, p.M, p.K, p.TransA, func(i, k int) int { return (3*i+5*k)%7 - 3 })
	fill(p.B, p.K, p.N, p.TransB, func(k, j int) int { return (2*k+7*j)%5 - 2 })
	return p, nil
}

func fill(data []float32, rows, cols int, transposed bool, value func(i, j int) int) {
	for i := range rows {
		for j := range cols {
			at := i*cols + j
			if transposed {
				at = j*rows + i
			}
			data[at] = float32(value(i, j))
		}
	}
}

// Check returns a sum of C's elements in which each row and column counts
// differently: an exact integer.
func (p *Product) Check() float64 {
	sum := 0.0
	for i, x := range p.C {
		sum += float64(x) * float64(i%13+1)
	}
	return sum
}
