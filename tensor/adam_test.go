package tensor

import (
	"math"
	"testing"
)

// TestAdamAgainstFloat64 follows some weights through steps of the algorithm as
// the paper states it, in float64.
func TestAdamAgainstFloat64(t *testing.T) {
	const length, rate, beta1, beta2, epsilon = 21, 0.01, 0.9, 0.999, 1e-8
	eachKernel(t, func(t *testing.T) {
		s := NewStream(1, "test")
		w := operands(s, 1, length, 0)[0]
		m, v := make([]float32, length), make([]float32, length)
		var exactW, exactM, exactV [length]float64
		for i := range w {
			exactW[i] = float64(w[i])
		}
		for step := 1; step <= 50; step++ {
			g := operands(s, 1, length, 0)[0]
			constants := NewAdamStep(rate, beta1, beta2, epsilon, step)
			Adam(w, g, m, v, &constants)
			for i := range w {
				gi := float64(g[i])
				exactM[i] = beta1*exactM[i] + (1-beta1)*gi
				exactV[i] = beta2*exactV[i] + (1-beta2)*gi*gi
				first := exactM[i] / (1 - math.Pow(beta1, float64(step)))
				second := exactV[i] / (1 - math.Pow(beta2, float64(step)))
				exactW[i] -= rate * first / (math.Sqrt(second) + epsilon)
				// A step is at most a few rates; each rounds the weight and a
				// handful of float32 factors.
				if off := math.Abs(float64(w[i]) - exactW[i]); off > float64(step)*(0x1p-24*math.Abs(exactW[i])+1e-6*rate) {
					t.Fatalf("step %d: weight %d is %g, want %g", step, i, w[i], exactW[i])
				}
			}
		}
	})
}

// TestAdamFlushes checks that moments never become subnormal and gradients
// without meaning move nothing, and that NaN is not hidden.
func TestAdamFlushes(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		name              string
		g, m, v           float32
		wantM, wantV      float32
		unmoved, wantsNaN bool
	}{
		{name: "nothing", unmoved: true},
		{name: "gradient just below the limit", g: 9.9e-16, unmoved: true},
		{name: "negative gradient below the limit", g: -9.9e-16, unmoved: true},
		{name: "gradient at the limit", g: 1e-15, wantM: 1e-16},
		{name: "negative gradient at the limit", g: -1e-15, wantM: -1e-16},
		{name: "gradient next to the limit", g: math.Nextafter32(1e-15, 0), unmoved: true},
		{name: "negative second moment", v: -1, unmoved: true},
		{name: "second moment at the limit", v: 2e-30, wantV: 1.998e-30, unmoved: true},
		{name: "infinite second moment", m: 1, v: inf, wantM: 0.9, wantV: inf, unmoved: true},
		{name: "subnormal gradient", g: 0x1p-149, unmoved: true},
		{name: "moments that decay away", m: 1.05e-30, v: 0.99e-30, unmoved: true},
		{name: "negative moment that decays away", m: -1.05e-30, unmoved: true},
		{name: "moment that stays", m: 2e-30, wantM: 1.8e-30},
		{name: "negative moment that stays", m: -2e-30, wantM: -1.8e-30},
		{name: "NaN gradient", g: nan, wantM: nan, wantV: nan, wantsNaN: true},
		{name: "infinite gradient", g: inf, wantM: inf, wantV: inf, wantsNaN: true},
		{name: "NaN moment", m: nan, wantM: nan, wantsNaN: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachKernel(t, func(t *testing.T) {
				const length = 4*vectorLength + vectorLength + 1 // what fills whole vectors, and does not
				w, g, m, v := make([]float32, length), make([]float32, length), make([]float32, length), make([]float32, length)
				for i := range w {
					w[i], g[i], m[i], v[i] = 0.5, c.g, c.m, c.v
				}
				step := NewAdamStep(0.01, 0.9, 0.999, 1e-8, 3)
				Adam(w, g, m, v, &step)
				for i := range w {
					if !near(m[i], c.wantM) || !near(v[i], c.wantV) {
						t.Errorf("element %d: moments %g and %g, want %g and %g", i, m[i], v[i], c.wantM, c.wantV)
					}
					if c.unmoved && w[i] != 0.5 {
						t.Errorf("element %d: the weight moved to %g", i, w[i])
					}
					if c.wantsNaN != (w[i] != w[i]) {
						t.Errorf("element %d: the weight is %g", i, w[i])
					}
				}
			})
		})
	}
}

// TestAdamUncached compares AdamUncached with Adam, wherever the weights start, and also on
// machines where it does not pay.
func TestAdamUncached(t *testing.T) {
	step := NewAdamStep(0.01, 0.9, 0.999, 1e-8, 3)
	eachKernel(t, func(t *testing.T) {
		k := *active()
		k.uncached = true
		chosen.Store(&k)
		for _, offset := range []int{0, 1, 8, 16} {
			for _, length := range append(vectorLengths(), 1024) {
				got := operands(NewStream(1, "uncached", offset, length), 4, length, 2)
				want := copyOperands(got)
				got[0] = New(offset + length).Data[offset:]
				copy(got[0], want[0])
				AdamUncached(got[0], got[1], got[2], got[3], &step)
				Adam(want[0], want[1], want[2], want[3], &step)
				for j := range got {
					for i := range got[j] {
						if !same(got[j][i], want[j][i]) {
							t.Fatalf("%d elements from %d on: operand %d, element %d is %g, want %g",
								length, offset, j, i, got[j][i], want[j][i])
						}
					}
				}
			}
		}
	})
}

// near says whether two numbers agree to within float32's precision.
func near(x, y float32) bool {
	return x == y || x != x && y != y || math.Abs(float64(x-y)) < 1e-6*math.Abs(float64(y))
}

// TestAdamRoots checks the square root of every significand, with an even and an
// odd exponent: the quotient of the right root and the root computed is 1, and
// of no other.
func TestAdamRoots(t *testing.T) {
	const significands, length = 1 << 23, 1 << 12
	step := AdamStep{beta1: 1, beta2: 1, inverseRoot2: 1, rate: 1, negligible: 1e-30}
	w, g, m, v := make([]float32, length), make([]float32, length), make([]float32, length), make([]float32, length)
	eachKernel(t, func(t *testing.T) {
		if Kernel() == "portable" {
			t.Skip("takes the square root of package math")
		}
		for _, exponent := range []uint32{127, 128, 127 - 99, 127 - 80, 127 + 59, 127 + 127} {
			some := 1 // in how many blocks of significands
			if testing.Short() || exponent != 127 && exponent != 128 {
				some = 64
			}
			for first := 0; first < significands; first += some * length {
				clear(w)
				for i := range v {
					v[i] = math.Float32frombits(exponent<<23 + uint32(first+i))
					m[i] = float32(math.Sqrt(float64(v[i])))
				}
				Adam(w, g, m, v, &step)
				for i := range w {
					if w[i] != -1 {
						t.Fatalf("the root of %x is taken for %x", v[i], -m[i]/w[i])
					}
				}
			}
		}
	})
}

func TestPower(t *testing.T) {
	for _, x := range []float64{0, 0.5, 0.9, 0.999, 1} {
		for _, n := range []int{0, 1, 2, 3, 7, 8, 1000, 123457} {
			got, want := power(x, n), math.Pow(x, float64(n))
			if math.Abs(got-want) > 1e-11*want {
				t.Errorf("power(%g, %d) = %g, want %g", x, n, got, want)
			}
		}
	}
}
