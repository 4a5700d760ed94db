package tensor

import (
	"fmt"
	"math"
	"testing"
)

// A vectorOperation is one function of vector.go or adam.go over slices of one
// length: some are read, some are written, some both.
type vectorOperation struct {
	name     string
	operands int // that it reads, of which the first outputs are also written
	outputs  int
	run      func(x [][]float32)
	// exact is the result in float64 for one element, and the sum of the sizes
	// of the terms that were rounded on the way. Nil where the result is exact
	// or has a test of its own.
	exact func(x []float64) (results, sizes []float64)
}

var vectorOperations = []vectorOperation{
	{"Multiply", 3, 1, func(x [][]float32) { Multiply(x[0], x[1], x[2]) },
		func(x []float64) (results, sizes []float64) {
			return []float64{x[1] * x[2]}, []float64{math.Abs(x[1] * x[2])}
		}},
	{"Scale", 1, 1, func(x [][]float32) { Scale(x[0], -1.3) },
		func(x []float64) (results, sizes []float64) {
			const factor = float64(float32(-1.3))
			return []float64{x[0] * factor}, []float64{math.Abs(x[0] * factor)}
		}},
	{"Rectify", 2, 1, func(x [][]float32) { Rectify(x[0], x[1]) },
		func(x []float64) (results, sizes []float64) { return []float64{max(x[1], 0)}, []float64{0} }},
	{"RectifyBackward", 3, 1, func(x [][]float32) { RectifyBackward(x[0], x[1], x[2]) },
		func(x []float64) (results, sizes []float64) {
			if x[2] > 0 {
				return []float64{x[1]}, []float64{0}
			}
			return []float64{0}, []float64{0}
		}},
	{"Adam, step 1", 4, 4, adamOperation(1), nil},
	{"Adam, step 1000", 4, 4, adamOperation(1000), nil},
	{"Adam, extreme moments", 4, 4, extremeMoments(adamOperation(3)), nil},
}

func adamOperation(t int) func(x [][]float32) {
	step := NewAdamStep(0.01, 0.9, 0.999, 1e-8, t)
	return func(x [][]float32) { Adam(x[0], x[1], x[2], x[3], &step) }
}

// extremeMoments returns Adam from moments that no gradient alone would give.
func extremeMoments(adam func(x [][]float32)) func(x [][]float32) {
	return func(x [][]float32) {
		for i := range x[0] {
			x[2][i] *= 1e19
			x[3][i] *= 1e37
		}
		adam(x)
	}
}

// vectorLengths end inside, at and after whole vectors.
func vectorLengths() []int { return append(numbers(41), 63, 64, 65, 100, 257) }

// special holds numbers at which instructions could differ.
var special = []float32{
	0, float32(math.Copysign(0, -1)), 1, -1, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)),
	0x1p-149, -0x1p-149, 0x1p-127, -0x1p-127, 0x1p-126, math.MaxFloat32, -math.MaxFloat32,
	1e-15, -1e-15, 9e-16, 1e-30, -1e-30, 9e-31, 1 + 0x1p-23, 1 - 0x1p-24,
}

// operands returns n slices of the given length; a fraction of their elements
// are special.
func operands(s *Stream, n, length, fraction int) [][]float32 {
	x := make([][]float32, n)
	for i := range x {
		x[i] = make([]float32, length)
		for j := range x[i] {
			if fraction > 0 && s.IntN(fraction) == 0 {
				x[i][j] = special[s.IntN(len(special))]
			} else {
				x[i][j] = s.Normal()
			}
		}
	}
	return x
}

func copyOperands(x [][]float32) [][]float32 {
	y := make([][]float32, len(x))
	for i := range x {
		y[i] = append([]float32(nil), x[i]...)
	}
	return y
}

// same says whether two numbers have the same bits. Any NaN is as good as any
// other: processors differ in the bits of those they make.
func same(x, y float32) bool {
	return math.Float32bits(x) == math.Float32bits(y) || x != x && y != y
}

// TestVectorKernelsAgree compares every operation of every kernel with the
// portable one, applied element by element.
func TestVectorKernelsAgree(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, op := range vectorOperations {
			for _, length := range vectorLengths() {
				for _, fraction := range []int{0, 2} {
					s := NewStream(1, op.name, length, fraction)
					got := operands(s, op.operands, length, fraction)
					want := copyOperands(got)
					op.run(got)
					for i := range length { // a single element never reaches a vector
						one := make([][]float32, len(want))
						for j := range want {
							one[j] = want[j][i : i+1]
						}
						op.run(one)
					}
					for j := range got {
						for i := range got[j] {
							if !same(got[j][i], want[j][i]) {
								t.Fatalf("%s of %d elements: operand %d, element %d is %g, want %g",
									op.name, length, j, i, got[j][i], want[j][i])
							}
						}
					}
				}
			}
		}
	})
}

func TestVectorsAgainstFloat64(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, op := range vectorOperations {
			if op.exact == nil {
				continue
			}
			const length = 1000
			x := operands(NewStream(1, op.name), op.operands, length, 0)
			before := copyOperands(x)
			op.run(x)
			for i := range length {
				var in []float64
				for j := range before {
					in = append(in, float64(before[j][i]))
				}
				results, sizes := op.exact(in)
				for j, want := range results {
					// At most five roundings of terms no larger than their sum.
					if got := float64(x[j][i]); math.Abs(got-want) > 5*0x1p-24*sizes[j] {
						t.Fatalf("%s: operand %d, element %d is %g, want %g", op.name, j, i, got, want)
					}
				}
				for j := op.outputs; j < len(x); j++ {
					if x[j][i] != before[j][i] {
						t.Fatalf("%s changed operand %d", op.name, j)
					}
				}
			}
		}
	})
}

// TestVectorsStayInside checks that no operation writes beyond the length of its
// first operand, whatever the others hold.
func TestVectorsStayInside(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, op := range vectorOperations {
			for _, length := range vectorLengths() {
				whole := operands(NewStream(1, op.name, length), op.operands, length+vectorLength, 0)
				before := copyOperands(whole)
				part := append([][]float32(nil), whole...)
				part[0] = whole[0][:length]
				op.run(part)
				for j := range whole {
					for i := length; i < len(whole[j]); i++ {
						if whole[j][i] != before[j][i] {
							t.Fatalf("%s of %d elements wrote element %d of operand %d", op.name, length, i, j)
						}
					}
				}
			}
		}
	})
}

func TestVectorsPanicOnShortOperand(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, op := range vectorOperations {
			for j := 1; j < op.operands; j++ {
				x := operands(NewStream(1, "test"), op.operands, 16, 0)
				x[j] = x[j][:15:15]
				mustPanic(t, fmt.Sprintf("%s with operand %d short", op.name, j), func() { op.run(x) })
			}
		}
		mustPanic(t, "ScaleBytes with a short destination", func() { ScaleBytes(make([]float32, 15), make([]uint8, 16), 1) })
	})
}

// TestVectorsInPlace runs the operations whose callers rely on it over operands
// that are the same slice.
func TestVectorsInPlace(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		const length = 43
		x := operands(NewStream(1, "test"), 3, length, 3)
		for _, c := range []struct {
			name           string
			apart, inPlace func(dst, x, y []float32)
		}{
			{"Multiply", Multiply, func(dst, _, y []float32) { Multiply(dst, dst, y) }},
			{"Rectify", func(dst, x, _ []float32) { Rectify(dst, x) }, func(dst, _, _ []float32) { Rectify(dst, dst) }},
			{"RectifyBackward", RectifyBackward, func(dst, _, y []float32) { RectifyBackward(dst, dst, y) }},
		} {
			want, got := make([]float32, length), append([]float32(nil), x[1]...)
			c.apart(want, x[1], x[2])
			c.inPlace(got, nil, x[2])
			for i := range want {
				if !same(got[i], want[i]) {
					t.Errorf("%s in place: element %d is %g, want %g", c.name, i, got[i], want[i])
				}
			}
		}
	})
}

func TestRectifySpecial(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	x := []float32{nan, inf, -inf, 0, 1e-45, -1e-45, 2, -2}
	want := []float32{nan, inf, 0, 0, 1e-45, 0, 2, 0}
	back := []float32{0, 9, 0, 0, 9, 0, 9, 0}
	eachKernel(t, func(t *testing.T) {
		y, gradient := make([]float32, len(x)), make([]float32, len(x))
		for i := range gradient {
			gradient[i] = 9
		}
		Rectify(y, x)
		RectifyBackward(gradient, gradient, y)
		for i := range x {
			if !same(y[i], want[i]) {
				t.Errorf("Rectify(%g) = %g, want %g", x[i], y[i], want[i])
			}
			if gradient[i] != back[i] {
				t.Errorf("RectifyBackward at %g gives %g, want %g", y[i], gradient[i], back[i])
			}
		}
	})
}

func TestScaleBytes(t *testing.T) {
	src := make([]uint8, 256+7)
	for i := range src {
		src[i] = uint8(i)
	}
	eachKernel(t, func(t *testing.T) {
		for _, scale := range []float32{1, 1.0 / 255, -0.5} {
			for _, length := range append(vectorLengths(), len(src)) {
				length = min(length, len(src))
				dst := make([]float32, length+1)
				dst[length] = 7
				ScaleBytes(dst, src[:length], scale)
				for i := range length {
					if want := float32(src[i]) * scale; dst[i] != want {
						t.Fatalf("%d bytes: %d scaled by %g is %g, want %g", length, src[i], scale, dst[i], want)
					}
				}
				if dst[length] != 7 {
					t.Fatalf("%d bytes: wrote beyond them", length)
				}
			}
		}
	})
}

func TestVectorsAllocateNothing(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, op := range vectorOperations {
			x := operands(NewStream(1, "test"), op.operands, 41, 0)
			if n := testing.AllocsPerRun(10, func() { op.run(x) }); n != 0 {
				t.Errorf("%s: %g allocations", op.name, n)
			}
		}
	})
}

func TestPrefetch(t *testing.T) {
	data := make([]uint8, 300)
	for n := range data {
		Prefetch(data[:n]) // they have nothing to show but that they return
		PrefetchNear(data[:n])
	}
	Prefetch(nil)
	PrefetchNear(nil)
}
