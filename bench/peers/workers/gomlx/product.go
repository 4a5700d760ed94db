package main

import (
	"fnn/bench/peers/internal/turn"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// product measures a matrix product: a compiled computation of one operation.
func product(backend compute.Backend) turn.Task {
	return func(arguments []string) (seconds, check float64, err error) {
		p, err := turn.ParseProduct(arguments)
		if err != nil {
			return 0, 0, err
		}
		aShape, aAxis := shapes.Make(dtypes.Float32, p.M, p.K), 1
		if p.TransA {
			aShape, aAxis = shapes.Make(dtypes.Float32, p.K, p.M), 0
		}
		bShape, bAxis := shapes.Make(dtypes.Float32, p.K, p.N), 0
		if p.TransB {
			bShape, bAxis = shapes.Make(dtypes.Float32, p.N, p.K), 1
		}
		multiply, err := compile(backend, aShape, aAxis, bShape, bAxis)
		if err != nil {
			return 0, 0, err
		}
		defer multiply.Finalize()
		a, err := backend.BufferFromFlatData(0, p.A, aShape)
		if err != nil {
			return 0, 0, err
		}
		defer a.Finalize()
		b, err := backend.BufferFromFlatData(0, p.B, bShape)
		if err != nil {
			return 0, 0, err
		}
		defer b.Finalize()

		run := func(use func(c compute.Buffer) error) {
			c, e := multiply.Execute([]compute.Buffer{a, b}, nil, 0)
			if e == nil {
				e = use(c[0])
			}
			if e == nil {
				e = c[0].Finalize()
			}
			if e != nil {
				err = e
			}
		}
		seconds = turn.Repeat(p.Seconds, func() { run(func(compute.Buffer) error { return nil }) })
		run(func(c compute.Buffer) error { return c.ToFlatData(p.C) })
		return seconds, p.Check(), err
	}
}

// compile returns the product of matrices that are summed over the given axes.
func compile(backend compute.Backend, a shapes.Shape, aAxis int, b shapes.Shape, bAxis int) (compute.Executable, error) {
	builder := backend.Builder("product")
	f := builder.Main()
	x, err := f.Parameter("a", a, nil)
	if err != nil {
		return nil, err
	}
	y, err := f.Parameter("b", b, nil)
	if err != nil {
		return nil, err
	}
	c, err := f.DotGeneral(x, []int{aAxis}, nil, y, []int{bAxis}, nil, compute.DotGeneralConfig{})
	if err != nil {
		return nil, err
	}
	if err := f.Return([]compute.Value{c}, nil); err != nil {
		return nil, err
	}
	return builder.Compile()
}
