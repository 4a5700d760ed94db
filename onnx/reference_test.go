package onnx

import (
	"math"
	"testing"

	"fnn/nn"
	"fnn/tensor"
)

// A plainArray is a tensor in the reference, which computes as the operators are
// specified, one after the other, in float64.
type plainArray struct {
	dims   []int
	values []float64
}

// at returns the element that broadcasting takes for row i, column j of a matrix.
func (a plainArray) at(i, j int) float64 {
	rows, columns := 1, 1
	if n := len(a.dims); n > 0 {
		columns = a.dims[n-1]
		if n > 1 {
			rows = a.dims[n-2]
		}
	}
	return a.values[i%rows*columns+j%columns]
}

// evaluate returns what a graph makes of a sample, before Softmax, or false if it has
// operators that the reference lacks.
func evaluate(g *graph, sample []float64) ([]float64, bool) {
	all := map[string]plainArray{"x": {[]int{1, len(sample)}, sample}}
	for _, c := range g.initializers {
		a, err := newArray(c)
		if err != nil || c.element != typeFloat {
			continue
		}
		p := plainArray{dims: a.dims}
		im := &importer{budget: leastBudget}
		floats, err := im.floatsOf(a)
		if err != nil {
			return nil, false
		}
		for _, v := range floats {
			p.values = append(p.values, float64(v))
		}
		all[c.name] = p
	}
	for _, n := range g.nodes {
		var in []plainArray
		for _, name := range n.inputs {
			a, ok := all[name]
			if !ok {
				return nil, false
			}
			in = append(in, a)
		}
		matrix := func(rows, columns int, f func(i, j int) float64) plainArray {
			p := plainArray{dims: []int{rows, columns}}
			for i := range rows {
				for j := range columns {
					p.values = append(p.values, f(i, j))
				}
			}
			return p
		}
		x := in[0]
		if len(x.dims) != 2 && n.op != "Add" && n.op != "Mul" && n.op != "Sub" && n.op != "Div" {
			return nil, false
		}
		each := func(f func(i, j int) float64) plainArray { return matrix(x.dims[0], x.dims[1], f) }
		var y plainArray
		switch n.op {
		case "MatMul", "Gemm":
			w, bias := in[1], func(_, _ int) float64 { return 0 }
			if n.op == "Gemm" {
				if n.int("transA", 0) != 0 {
					return nil, false
				}
				bias = in[2].at
			}
			turned := n.op == "Gemm" && n.int("transB", 0) != 0
			columns := w.dims[1]
			if turned {
				columns = w.dims[0]
			}
			y = matrix(x.dims[0], columns, func(i, j int) float64 {
				sum := bias(i, j)
				for k := range x.dims[1] {
					if turned {
						sum += float64(x.at(i, k) * w.at(j, k))
					} else {
						sum += float64(x.at(i, k) * w.at(k, j))
					}
				}
				return sum
			})
		case "Add", "Sub", "Mul", "Div":
			a, b := in[0], in[1]
			wide := a
			if len(b.values) > len(a.values) || len(b.dims) == 2 && len(a.dims) < 2 {
				wide = b
			}
			if len(wide.dims) != 2 {
				return nil, false
			}
			y = matrix(wide.dims[0], wide.dims[1], func(i, j int) float64 {
				switch u, v := a.at(i, j), b.at(i, j); n.op {
				case "Add":
					return u + v
				case "Sub":
					return u - v
				case "Mul":
					return u * v
				default:
					return u / v
				}
			})
		case "Relu":
			y = each(func(i, j int) float64 { return max(0, x.at(i, j)) })
		case "BatchNormalization":
			y = each(func(i, j int) float64 {
				unit := (x.at(i, j) - in[3].at(0, j)) / math.Sqrt(in[4].at(0, j)+normEpsilon)
				return float64(unit*in[1].at(0, j)) + in[2].at(0, j)
			})
		case "Transpose":
			y = matrix(x.dims[1], x.dims[0], func(i, j int) float64 { return x.at(j, i) })
		case "Dropout", "Identity", "Softmax", "LogSoftmax":
			y = x
		default:
			return nil, false
		}
		all[n.outputs[0]] = y
	}
	y := all[g.outputs[0].name]
	return y.values, true
}

// checkMeaning checks that a model computes what the graph that it was loaded from
// says.
func checkMeaning(t *testing.T, g *graph, m *nn.Model) {
	t.Helper()
	sample := []float64{1, -2, 0.5, 3}
	want, ok := evaluate(g, sample)
	if !ok {
		return
	}
	x, logits := tensor.NewMatrix(1, len(sample)), tensor.NewMatrix(1, m.Classes())
	for i, v := range sample {
		x.Set(0, i, float32(v))
	}
	m.Logits(logits, x)
	largest := 1.0
	for _, v := range want {
		largest = max(largest, math.Abs(v))
	}
	if len(want) != m.Classes() {
		t.Fatalf("%d logits, want %d", m.Classes(), len(want))
	}
	for i, v := range want {
		got := float64(logits.At(0, i))
		if largest < 1e6 && !(math.Abs(got-v) <= 1e-3*largest) {
			t.Errorf("logit %d is %g, want %g", i, got, v)
		}
	}
}
