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
