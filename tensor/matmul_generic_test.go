package tensor

import (
	"math"
	"testing"
)

// A portableCase is a tile whose operands lie as those of a product may: A
// across panels and upwards or downwards, B and C inside wider rows.
type portableCase struct {
	rows, cols, depth int
	panels, turned    bool // A in panels of 32 columns; A as its transpose
	sameStart         bool // all rows start from the same values
	a, b, initial     func() float32
}

// check computes the tile and compares each element with its chain of FMA.
func (c portableCase) check(t *testing.T) {
	t.Helper()
	draw := func(n int, from func() float32) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = from()
		}
		return x
	}
	a := tile{aRow: c.depth + 3, aDepth: 1}
	lengthA := c.rows * a.aRow
	switch {
	case c.turned:
		a.aRow, a.aDepth = 1, c.rows+3
		lengthA = c.depth * a.aDepth
	case c.panels:
		a.aRow, a.aHop = PanelCols, (c.rows-1)*PanelCols
		lengthA = blocks(c.depth, PanelCols) * c.rows * PanelCols
	}
	valuesA, valuesB := draw(lengthA, c.a), draw(c.depth*(c.cols+1), c.b)
	initial := draw(c.rows*(c.cols+2), c.initial)
	out := make([]float32, len(initial))
	for i := range out {
		out[i] = float32(math.NaN())
	}
	tl := a
	tl.a, tl.b, tl.c, tl.initial = &valuesA[0], &valuesB[0], &out[0], &initial[0]
	tl.bDepth, tl.cRow, tl.initialRow = c.cols+1, c.cols+2, c.cols+2
	if c.sameStart {
		tl.initialRow = 0
	}
	tl.rows, tl.cols, tl.depth = c.rows, c.cols, c.depth
	tilePortable(&tl)
	for i := range c.rows {
		for j := range c.cols {
			want := initial[i*tl.initialRow+j]
			for k := range c.depth {
				want = FMA(valuesA[i*a.aRow+k*a.aDepth+k/PanelCols*a.aHop], valuesB[k*tl.bDepth+j], want)
			}
			if got := out[i*tl.cRow+j]; !same(got, want) {
				t.Fatalf("%d×%d×%d, panels %t, turned %t: element (%d, %d) is %x, want %x",
					c.rows, c.cols, c.depth, c.panels, c.turned, i, j, got, want)
			}
		}
		for j := c.cols; j < tl.cRow; j++ {
			if x := out[i*tl.cRow+j]; x == x {
				t.Fatalf("%d×%d×%d: %g was written after row %d", c.rows, c.cols, c.depth, x, i)
			}
		}
	}
}

// TestPortableTile compares tiles of numbers of all kinds, most of them rich in
// sums that lie halfway between two float32.
func TestPortableTile(t *testing.T) {
	s := NewStream(1, "test")
	// few draws numbers of few bits, with exponents from least to most.
	few := func(least, most int) func() float32 {
		return func() float32 {
			exponent := uint32(least + s.IntN(most-least+1))
			mantissa := uint32(s.IntN(16))<<19 | uint32(max(0, s.IntN(8)-6))
			return math.Float32frombits(uint32(s.IntN(2))<<31 | exponent<<23 | mantissa)
		}
	}
	whole := func(n int) func() float32 { return func() float32 { return float32(s.IntN(2*n+1) - n) } }
	grid := func(n int) func() float32 { return func() float32 { return float32(s.IntN(2*n+1)-n) / float32(n) } }
	pixel := func() float32 { return float32(max(0, s.IntN(511)-255)) / 255 }
	zero := func() float32 { return 0 }
	signedZero := func() float32 { return float32(math.Copysign(0, float64(s.IntN(2))-0.5)) }
	subnormal := func() float32 { return float32(s.IntN(17)-8) * 0x1p-149 }
	// either draws from the second source once in n times.
	either := func(often func() float32, n int, seldom func() float32) func() float32 {
		return func() float32 {
			if s.IntN(n) == 0 {
				return seldom()
			}
			return often()
		}
	}
	// waves gives many numbers the same sign, then as many the other.
	waves := func(size func() float32) func() float32 {
		n := 0
		return func() float32 {
			n++
			return float32(math.Copysign(float64(size()), math.Sin(float64(n)/1000)))
		}
	}
	positive := func(x func() float32) func() float32 {
		return func() float32 { return float32(math.Abs(float64(x()))) }
	}
	anything := func() float32 { return special[s.IntN(len(special))] }
	normal := func() float32 { return float32(s.Normal()) }
	for _, numbers := range []struct {
		name          string
		a, b, initial func() float32
	}{
		{"normal", normal, normal, normal},
		{"pixels, normal", pixel, normal, zero},
		{"bytes, a grid of 2^-16", whole(255), grid(1 << 16), zero},
		{"bytes, a grid of 2^-20", whole(255), grid(1 << 20), normal},
		{"large and small whole numbers", whole(1), whole(1 << 23), whole(1 << 24)},
		{"ties", few(115, 139), few(115, 139), few(115, 139)},
		{"the least moderate products", few(76, 77), few(75, 76), few(0, 2)},
		{"subnormal factors, the largest too small", subnormal, few(149, 149), zero},
		{"subnormal factors", subnormal, few(150, 151), few(0, 2)},
		{"too small seldom", either(zero, 10, subnormal), few(120, 126), zero},
		{"the largest moderate products", positive(few(184, 186)), waves(few(184, 185)), few(0, 253)},
		{"larger products", positive(few(187, 189)), waves(few(187, 189)), few(240, 253)},
		{"the largest starts", positive(few(185, 185)), waves(few(185, 186)), either(few(254, 254), 2, func() float32 { return math.MaxFloat32 })},
		{"zeros", signedZero, signedZero, signedZero},
		{"sums of -0", either(signedZero, 300, normal), normal, signedZero},
		{"seldom special in A", either(normal, 300, anything), normal, zero},
		{"seldom special in B", pixel, either(normal, 300, anything), zero},
		{"seldom infinite in B", either(zero, 2, few(100, 116)), either(few(60, 116), 300, func() float32 { return float32(math.Inf(1)) }), zero},
		{"seldom special at the start", pixel, normal, either(normal, 300, anything)},
	} {
		t.Run(numbers.name, func(t *testing.T) {
			for _, shape := range [][3]int{
				{1, 32, 5}, {2, 32, 1}, {5, 32, 64}, {3, 31, 129}, {4, 17, 128}, {3, 16, 300}, {6, 3, 33}, {2, 1, 200},
			} {
				for layout := range 3 {
					portableCase{
						rows: shape[0], cols: shape[1], depth: shape[2],
						panels: layout == 1, turned: layout == 2, sameStart: s.IntN(2) == 0,
						a: numbers.a, b: numbers.b, initial: numbers.initial,
					}.check(t)
				}
			}
		})
	}
}

// FuzzPortableTile draws the operands from any bits.
func FuzzPortableTile(f *testing.F) {
	add := func(rows, cols, depth uint8, values ...float32) {
		var raw []byte
		for _, x := range values {
			bits := math.Float32bits(x)
			raw = append(raw, byte(bits), byte(bits>>8), byte(bits>>16), byte(bits>>24))
		}
		f.Add(rows, cols, depth, uint8(len(values)), raw)
	}
	add(3, 32, 40, 1, 0x1p-24, 1+0x1p-23, 0, -1)
	add(2, 10, 200, 0x1p-60, 0x1p-70, 0x1p-80, 3)
	add(4, 20, 9, 0x1p60, 0x1p63, -0x1p63, 0x1.fffffep127, 1)
	add(2, 32, 3, float32(math.Inf(1)), 0, 1, float32(math.NaN()))
	f.Fuzz(func(t *testing.T, rows, cols, depth, skip uint8, raw []byte) {
		if len(raw) < 4 {
			return
		}
		at := 0
		next := func() float32 {
			bits := uint32(raw[at%len(raw)]) | uint32(raw[(at+1)%len(raw)])<<8 |
				uint32(raw[(at+2)%len(raw)])<<16 | uint32(raw[(at+3)%len(raw)])<<24
			at += 4 + int(skip)*4
			return math.Float32frombits(bits)
		}
		portableCase{
			rows: int(rows%5) + 1, cols: int(cols%PanelCols) + 1, depth: int(depth) + 1,
			panels: rows&64 != 0, turned: rows&128 != 0, sameStart: cols&128 != 0,
			a: next, b: next, initial: next,
		}.check(t)
	})
}
