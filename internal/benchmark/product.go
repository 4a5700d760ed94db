package benchmark

import (
	"fmt"

	"fnn/tensor"
)

// A Product is a matrix product, and how its operands lie in memory.
type Product struct {
	M, N, K int // C is (M, N), and K products go into each of its elements
	Form    Form
	A, B, C Layout
}

// A Form says which operand of a product is transposed.
type Form string

const (
	AB  Form = "AB"  // C = A·B: forward
	ATB Form = "ATB" // C = Aᵀ·B: the gradient of weights
	ABT Form = "ABT" // C = A·Bᵀ: the gradient of an input
)

// A Layout is one of the two of [tensor.Matrix].
type Layout string

const (
	Plain  Layout = "plain"
	Panels Layout = "panels"
)

// shapes are those of a training step (batch 64) of models with layers of 128,
// 256, 64 and 10 neurons, of one image's prediction, and squares: M, N, K.
var shapes = [][3]int{
	{64, 128, 784}, {784, 128, 64}, {64, 784, 128}, {64, 64, 128}, {64, 256, 784}, {784, 256, 64},
	{64, 10, 64}, {1, 128, 784}, {256, 256, 256}, {512, 512, 512}, {1024, 1024, 1024},
}

// Products returns the shapes that matter, in one form, with all operands in one
// layout.
func Products(form Form, layout Layout) Group {
	g := Group{Name: "matrix products, M x N x K", Unit: GFLOPS}
	for _, s := range shapes {
		p := Product{s[0], s[1], s[2], form, layout, layout, layout}
		g.Cases = append(g.Cases, Case{Name: p.String(), New: p.New})
	}
	return g
}

// StepProducts returns the products of a training step of model A with a batch of
// 64, as its layers compute them, and all of them together.
func StepProducts() Group {
	g := Group{Name: "products of a training step of model A", Unit: GFLOPS}
	var all []Product
	for _, step := range []struct {
		name string
		Product
	}{
		{"forward 1", Product{64, 128, 784, AB, Plain, Panels, Panels}},
		{"forward 2", Product{64, 64, 128, AB, Panels, Panels, Panels}},
		{"forward 3", Product{64, 10, 64, AB, Panels, Panels, Plain}},
		{"input gradient 3", Product{64, 64, 10, ABT, Plain, Panels, Panels}},
		{"weight gradient 3", Product{64, 10, 64, ATB, Panels, Plain, Panels}},
		{"input gradient 2", Product{64, 128, 64, ABT, Panels, Panels, Panels}},
		{"weight gradient 2", Product{128, 64, 64, ATB, Panels, Panels, Panels}},
		{"weight gradient 1", Product{784, 128, 64, ATB, Plain, Panels, Panels}},
	} {
		g.Cases = append(g.Cases, Case{Name: step.name, Note: step.String(), New: step.New})
		all = append(all, step.Product)
	}
	g.Cases = append(g.Cases, Case{Name: "all of them", New: func(team *tensor.Team) (func(), float64) {
		var runs []func()
		var work float64
		for _, p := range all {
			run, operations := p.New(team)
			runs = append(runs, run)
			work += operations
		}
		return func() {
			for _, run := range runs {
				run()
			}
		}, work
	}})
	return g
}

// String returns M, N and K, such as "64x128x784".
func (p Product) String() string { return fmt.Sprintf("%dx%dx%d", p.M, p.N, p.K) }

// New returns a function that computes the product of random matrices with a
// team, and the floating-point operations in that.
func (p Product) New(team *tensor.Team) (run func(), operations float64) {
	c, operations := p.C.matrix(p.M, p.N), 2*float64(p.M)*float64(p.N)*float64(p.K)
	switch p.Form {
	case ATB:
		a, b := p.A.matrix(p.K, p.M), p.B.matrix(p.K, p.N)
		return func() { team.MatMulTransA(c, a, b) }, operations
	case ABT:
		a, b := p.A.matrix(p.M, p.K), p.B.matrix(p.N, p.K)
		return func() { team.MatMulTransB(c, a, b) }, operations
	}
	a, b := p.A.matrix(p.M, p.K), p.B.matrix(p.K, p.N)
	return func() { team.MatMul(c, a, b) }, operations
}

func (l Layout) matrix(rows, cols int) tensor.Matrix {
	m := tensor.NewMatrix(rows, cols)
	if l == Panels {
		m = tensor.NewPanels(rows, cols)
	}
	copy(m.Data, random(len(m.Data)))
	return m
}
