package tensor

import (
	"math"
	"math/big"
	"testing"
)

// bigFMA computes x*y + z with one rounding in arbitrary precision.
func bigFMA(x, y, z float32) float32 {
	exact := new(big.Float).SetPrec(2000)
	exact.Mul(big.NewFloat(float64(x)), big.NewFloat(float64(y)))
	exact.Add(exact, big.NewFloat(float64(z)))
	f, _ := exact.Float32()
	if f == 0 && exact.Sign() == 0 {
		// The sign of an exact zero is the sum's in float64, which is exact too.
		return float32(float64(x)*float64(y) + float64(z))
	}
	return f
}

func TestFMA(t *testing.T) {
	const tiny, least, most = 0x1p-126, 0x1p-149, 0x1.fffffep127
	for _, c := range [][3]float32{
		{0, 0, 0}, {1, 1, 1}, {0, 1, float32(math.Copysign(0, -1))}, {1, -1, 1}, {3, 5, -15},
		// Halfway between two float32 but for a bit that float64 drops.
		{1 + 0x1p-23, 1 + 0x1p-23, 0x1p30}, {1, 0x1p-24, 1}, {1 + 0x1p-23, 0x1p-24, 1},
		{1 - 0x1p-24, 0x1p-24, 1}, {0x1p-60, 0x1p-60, 1 + 0x1p-23}, {0x1p-60, -0x1p-60, 1 + 0x1p-23},
		{0x1.000002p-12, 0x1.000002p-12, 1}, {0x1.fffffep-13, 0x1.fffffep-12, 1},
		// Around the subnormal numbers and the largest.
		{tiny, 0.5, 0}, {tiny, 0.5, least}, {least, 0.5, 0}, {least, 0.5, least}, {least, 0.75, 0},
		{least, 1.5, -least}, {tiny, 1 - 0x1p-24, 0}, {0x1p-75, 0x1p-75, least}, {0x1p-75, -0x1p-75, least},
		{most, 1, 0x1p103}, {most, 1, 0x1p102}, {most, 1, most}, {0x1p64, 0x1p63, 0x1.fffffcp126},
	} {
		check(t, c[0], c[1], c[2])
	}
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	if got := FMA(inf, 1, 1); got != inf {
		t.Errorf("FMA(Inf, 1, 1) = %g", got)
	}
	for _, c := range [][3]float32{{nan, 1, 1}, {inf, 0, 1}, {1, inf, -inf}, {0, 0, nan}} {
		if got := FMA(c[0], c[1], c[2]); got == got {
			t.Errorf("FMA%v = %g, want NaN", c, got)
		}
	}
}

func check(t *testing.T, x, y, z float32) {
	t.Helper()
	if got, want := FMA(x, y, z), bigFMA(x, y, z); math.Float32bits(got) != math.Float32bits(want) {
		t.Errorf("FMA(%x, %x, %x) = %x, want %x", x, y, z, got, want)
	}
}

// TestFMARandom draws operands whose sums are often halfway between two float32
// or close to it: few bits in the factors, exponents near each other.
func TestFMARandom(t *testing.T) {
	s := NewStream(1, "test")
	draw := func(exponent int) float32 {
		mantissa := uint32(s.Uint64()) & (1<<23 - 1)
		switch s.IntN(3) {
		case 0:
			mantissa &= 0x700007
		case 1:
			mantissa = mantissa | 0x7ffff0
		}
		exponent = min(max(exponent, 0), 254)
		return math.Float32frombits(uint32(s.IntN(2))<<31 | uint32(exponent)<<23 | mantissa)
	}
	for range 200_000 {
		ex, ey := s.IntN(255), s.IntN(255)
		if s.IntN(4) == 0 { // a subnormal result
			ey = 127 - ex - s.IntN(4)
		}
		x, y := draw(ex), draw(ey)
		z := draw(ex + ey - 127 + s.IntN(60) - 30)
		if math.IsInf(float64(x*y), 0) {
			continue
		}
		check(t, x, y, z)
	}
}
