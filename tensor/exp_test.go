package tensor

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"
)

// ulps returns the distance of got from want in units of want's last place.
func ulps(got float32, want float64) float64 {
	nearest := float32(want)
	unit := float64(math.Nextafter32(float32(math.Abs(float64(nearest))), math.MaxFloat32)) - math.Abs(float64(nearest))
	return math.Abs(float64(got)-want) / unit
}

func TestExpLog(t *testing.T) {
	s := NewStream(1, "test")
	for range 500_000 {
		x := (2*s.Uniform() - 1) * 87
		if off := ulps(Exp(x), math.Exp(float64(x))); off > 2 {
			t.Fatalf("Exp(%g) = %g, off by %.2f ulps", x, Exp(x), off)
		}
		y := math.Float32frombits(uint32(s.Uint64()) % 0x7f800000)
		if y == 0 {
			continue
		}
		if off := ulps(Log(y), math.Log(float64(y))); off > 2 {
			t.Fatalf("Log(%g) = %g, off by %.2f ulps", y, Log(y), off)
		}
	}
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		name      string
		got, want float32
	}{
		{"Exp(0)", Exp(0), 1},
		{"Exp(-87.4)", Exp(-87.4), 0},
		{"Exp(-Inf)", Exp(-inf), 0},
		{"Exp(88.73)", Exp(88.73), inf},
		{"Exp(Inf)", Exp(inf), inf},
		{"Log(1)", Log(1), 0},
		{"Log(0)", Log(0), -inf},
		{"Log(Inf)", Log(inf), inf},
	} {
		if c.got != c.want {
			t.Errorf("%s = %g, want %g", c.name, c.got, c.want)
		}
	}
	nan := float32(math.NaN())
	for _, got := range []float32{Exp(nan), Log(nan), Log(-1)} {
		if got == got {
			t.Errorf("%g, want NaN", got)
		}
	}
}

// TestExpSum compares ExpSum with Exp and Sum, over shifts and lengths, in place
// and not.
func TestExpSum(t *testing.T) {
	inf := float32(math.Inf(1))
	edges := []float32{
		0, float32(math.Copysign(0, -1)), -87.33654, -87.33655, -87.4, 88.72283, 88.72284, 88.7228, inf, -inf,
		float32(math.NaN()), 0x1p-149, math.MaxFloat32, -math.MaxFloat32, 0x1p127,
	}
	eachKernel(t, func(t *testing.T) {
		for length := range 70 {
			for _, shift := range []float32{0, 1.25, -80, 90, inf} {
				s := NewStream(1, "test", length)
				x, want := make([]float32, length), make([]float32, length)
				var sum Sum
				for i := range x {
					x[i] = (2*s.Uniform() - 1) * 90
					if length%2 == 0 && s.IntN(4) == 0 {
						x[i] = edges[s.IntN(len(edges))]
					}
					want[i] = Exp(x[i] - shift)
					sum.Add(want[i])
				}
				apart := make([]float32, length+1)
				apart[length] = 7
				for _, dst := range [][]float32{apart[:length], x} {
					if got := ExpSum(dst, x, shift); !same(got, sum.Total()) {
						t.Errorf("%d elements: sum %g, want %g", length, got, sum.Total())
					}
					for i := range want {
						if !same(dst[i], want[i]) {
							t.Fatalf("%d elements: element %d is %g, want %g", length, i, dst[i], want[i])
						}
					}
				}
				if apart[length] != 7 {
					t.Fatalf("%d elements: wrote beyond them", length)
				}
			}
		}
	})
	mustPanic(t, "a short source", func() { ExpSum(make([]float32, 2), make([]float32, 1), 0) })
}

// TestExpOfKernels compares the exponentials of each kernel with Exp, bit for bit.
func TestExpOfKernels(t *testing.T) {
	const length = 1 << 16
	x, got := make([]float32, length), make([]float32, length)
	s := NewStream(1, "test")
	for i := range x {
		x[i] = math.Float32frombits(uint32(s.Uint64()))
		if i%2 == 0 {
			x[i] = (2*s.Uniform() - 1) * 90
		}
	}
	eachKernel(t, func(t *testing.T) {
		ExpSum(got, x, 0)
		for i := range x {
			if want := Exp(x[i]); !same(got[i], want) {
				t.Fatalf("exp(%g) is %x, want %x", x[i], got[i], want)
			}
		}
	})
}

func TestNormal(t *testing.T) {
	s := NewStream(7, "test")
	const n = 200_000
	var sum, squares, fourths float64
	for range n {
		x := float64(s.Normal())
		sum += x
		squares += x * x
		fourths += x * x * x * x
	}
	// Five standard errors each: the variances of x, x² and x⁴ are 1, 2 and 96.
	for _, c := range []struct {
		name                string
		got, want, variance float64
	}{
		{"mean", sum / n, 0, 1}, {"variance", squares / n, 1, 2}, {"fourth moment", fourths / n, 3, 96},
	} {
		if math.Abs(c.got-c.want) > 5*math.Sqrt(c.variance/n) {
			t.Errorf("%s %g, want %g", c.name, c.got, c.want)
		}
	}
}

// TestExpLogPinned pins every bit of what a compiler could round otherwise where
// it may fuse a multiplication and an addition.
func TestExpLogPinned(t *testing.T) {
	const want uint64 = 0xd6457b84dfad948a
	s, h := NewStream(2, "test"), fnv.New64a()
	for range 20_000 {
		x, y := Exp((2*s.Uniform()-1)*90), Log(math.Float32frombits(uint32(s.Uint64())%0x7f800000))
		binary.Write(h, binary.LittleEndian, []float32{x, y, s.Normal()})
	}
	if got := h.Sum64(); got != want {
		t.Errorf("hash %#x, want %#x", got, want)
	}
}
