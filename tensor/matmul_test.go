package tensor

import (
	"math"
	"testing"
)

// eachKernel runs test with every kernel of this machine in turn.
func eachKernel(t *testing.T, test func(t *testing.T)) {
	before := Kernel()
	defer SetKernel(before)
	for _, name := range Kernels() {
		if err := SetKernel(name); err != nil {
			t.Fatal(err)
		}
		t.Run(name, test)
	}
}

// randomMatrix returns a matrix of numbers in [-1, 1), a third of them zero,
// inside a larger one, so that an access outside its columns shows.
func randomMatrix(s *Stream, rows, cols int) Matrix {
	whole := NewMatrix(rows+2, cols+3)
	for i := range whole.Data {
		if s.IntN(3) > 0 {
			whole.Data[i] = 2*s.Uniform() - 1
		}
	}
	return whole.RowRange(1, rows+1).ColRange(2, cols+2)
}

// multiplyReference computes the product as the numerics contract states it. It
// returns the largest error against float64 above what rounding explains.
func multiplyReference(c Matrix, k int, a, b func(i, k int) float32, bias []float32) (excess float64) {
	rows, column := NewMatrix(c.Rows, k), make([]float32, k)
	for i := range c.Rows {
		for q := range k {
			rows.Set(i, q, a(i, q))
		}
	}
	for j := range c.Cols {
		for q := range column {
			column[q] = b(q, j)
		}
		for i := range c.Rows {
			var sum float32
			var exact, size float64
			if bias != nil {
				sum, exact = bias[j], float64(bias[j])
				size = math.Abs(exact)
			}
			for q, x := range rows.Row(i) {
				product := float64(x) * float64(column[q])
				sum = FMA(x, column[q], sum)
				exact += product
				size += math.Abs(product)
			}
			c.Row(i)[j] = sum
			// The textbook bound for k roundings (Higham, 2002, section 3.1).
			if off := math.Abs(float64(sum) - exact); off > float64(k+1)*size*0x1p-23 {
				excess = max(excess, off)
			}
		}
	}
	return excess
}

// awkward holds shapes, M, N and K, around the sizes of tiles, panels and blocks.
// The operands' rows are three longer than they seem, so that 509 and 1021 make
// rows of 512 and 1,024, which compete for sets of a cache.
var awkward = [][3]int{
	{0, 5, 3}, {5, 0, 3}, {5, 3, 0}, {1, 1, 1}, {1, 128, 784}, {2, 130, 9}, {3, 257, 5}, {4, 127, 7},
	{64, 10, 64}, {64, 64, 128}, {33, 31, 17}, {5, 15, 2}, {6, 16, 3}, {7, 17, 4}, {13, 32, 1},
	{14, 33, 8}, {15, 48, 511}, {29, 95, 512}, {16, 1, 513}, {1, 33, 300}, {223, 40, 20},
	{225, 36, 12}, {8, 130, 520}, {113, 509, 5}, {14, 33, 1021}, {509, 257, 5}, {30, 1050, 3}, {230, 20, 513}, {20, 40, 1024},
	{16, 50, 70}, {50, 1, 120}, {48, 20, 130}, {32, 301, 140}, {330, 20, 200}, {260, 70, 70}, {1, 70, 40}, {2, 70, 40}, {3, 40, 4},
	{4, 97, 12}, {2, 600, 450}, {16, 4097, 40}, {32, 40, 205}, {33, 101, 260}, {38, 301, 450},
}

func TestMatMul(t *testing.T) {
	teams := []*Team{nil, NewTeam(6)}
	for _, shape := range awkward {
		m, n, k := shape[0], shape[1], shape[2]
		s := NewStream(1, "test", m, n, k)
		a, b := randomMatrix(s, m, k), randomMatrix(s, k, n)
		at, bt := randomMatrix(s, k, m), randomMatrix(s, n, k)
		bias := randomMatrix(s, 1, n).Row(0)
		c, want := randomMatrix(s, m, n), NewMatrix(m, n)
		plain := func(m Matrix) func(i, j int) float32 { return m.At }
		turned := func(m Matrix) func(i, j int) float32 { return func(i, j int) float32 { return m.At(j, i) } }
		for _, form := range []struct {
			name string
			a, b func(i, j int) float32
			bias []float32
			run  func(team *Team)
		}{
			{"A·B", plain(a), plain(b), nil, func(team *Team) { team.MatMul(c, a, b) }},
			{"bias+A·B", plain(a), plain(b), bias, func(team *Team) { team.MatMulBias(c, a, b, bias) }},
			{"Aᵀ·B", turned(at), plain(b), nil, func(team *Team) { team.MatMulTransA(c, at, b) }},
			{"A·Bᵀ", plain(a), turned(bt), nil, func(team *Team) { team.MatMulTransB(c, a, bt) }},
		} {
			if off := multiplyReference(want, k, form.a, form.b, form.bias); off != 0 {
				t.Errorf("%dx%dx%d %s: the reference is off by %g", m, n, k, form.name, off)
			}
			eachKernel(t, func(t *testing.T) {
				for _, team := range teams {
					surroundings := fill(c)
					form.run(team)
					if i, j, ok := sameBits(c, want); !ok {
						t.Errorf("%dx%dx%d %s, %d threads: element (%d, %d) is %g, want %g",
							m, n, k, form.name, team.Threads(), i, j, c.At(i, j), want.At(i, j))
					}
					surroundings(t)
				}
			})
		}
	}
	for _, team := range teams {
		team.Close()
	}
}

// TestMatMulStrides computes products of operands whose rows lie far apart, in all forms,
// and compares them with those of compact copies by the portable kernel.
func TestMatMulStrides(t *testing.T) {
	for _, test := range []struct {
		name    string
		m, n, k int
		a, b, c int // the strides
	}{
		{"A is packed", 300, 257, 5, 1024, 257, 257},
		{"A is packed in two blocks of k", 14, 257, 513, 1024, 257, 257},
		{"B is packed", 113, 40, 5, 300, 512, 40},
		{"A and B are packed, in two blocks of rows", 100, 257, 40, 1024, 512, 257},
		{"B is packed for two blocks of rows and of k", 200, 160, 513, 513, 512, 160},
		{"B is packed by the first of seven rows", 7, 150, 513, 513, 1024, 150},
		{"B lies across lines", 450, 40, 5, 450, 50, 40},
		{"B lies across lines, for few rows", 32, 150, 5, 32, 150, 150},
		{"B is asked for", 30, 96, 257, 257, 1024, 96},
		{"C is asked for", 16, 96, 40, 40, 96, 16384},
		{"C is asked for in the second block of k", 16, 96, 520, 520, 96, 16384},
		{"B, its copy and C are asked for", 113, 258, 512, 512, 512, 2048},
		{"so many rows of few columns that they are turned a part at a time", 13200, 10, 32, 32, 10, 10},
	} {
		part := func(rows, cols, stride int) Matrix { return NewMatrix(rows, max(stride, cols)).ColRange(0, cols) }
		want := NewMatrix(test.m, test.n)
		for form, multiply := range map[string]func(c, a, b Matrix){"A·B": MatMul, "Aᵀ·B": MatMulTransA, "A·Bᵀ": MatMulTransB} {
			s := NewStream(1, test.name+form)
			a, b := randomMatrix(s, test.m, test.k), randomMatrix(s, test.k, test.n)
			switch form {
			case "Aᵀ·B":
				a = randomMatrix(s, test.k, test.m)
			case "A·Bᵀ":
				b = randomMatrix(s, test.n, test.k)
			}
			farA, farB := part(a.Rows, a.Cols, test.a), part(b.Rows, b.Cols, test.b)
			for far, m := range map[*Matrix]Matrix{&farA: a, &farB: b} {
				for i := range m.Rows {
					far.SetRow(i, m.Row(i))
				}
			}
			before := active()
			chosen.Store(&portable)
			multiply(want, a, b)
			chosen.Store(before)
			eachKernel(t, func(t *testing.T) {
				c := part(test.m, test.n, test.c)
				surroundings := fill(c)
				multiply(c, farA, farB)
				surroundings(t)
				if i, j, ok := sameBits(c, want); !ok {
					t.Errorf("%s, %s: element (%d, %d) is %g, want %g", form, test.name, i, j, c.At(i, j), want.At(i, j))
				}
			})
		}
	}
}

// TestMatMulWhileKernelChanges has a team multiply while another goroutine changes the
// kernel, which would each cut this product in other pieces.
func TestMatMulWhileKernelChanges(t *testing.T) {
	if len(Kernels()) == 1 {
		t.Skip("this machine has one kernel")
	}
	rounds := 2000
	if testing.Short() {
		rounds = 200
	}
	defer SetKernel(Kernel())
	team := NewTeam(2)
	defer team.Close()
	s := NewStream(1, "test")
	a, b := randomMatrix(s, 32, 100), randomMatrix(s, 100, 160)
	c, want := NewMatrix(32, 160), NewMatrix(32, 160)
	MatMul(want, a, b)
	stop, stopped := make(chan bool), make(chan bool)
	go func() {
		defer close(stopped)
		for {
			for _, name := range Kernels() {
				SetKernel(name)
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	for range rounds {
		fill(c)
		team.MatMul(c, a, b)
		if i, j, ok := sameBits(c, want); !ok {
			t.Errorf("element (%d, %d) is %g, want %g", i, j, c.At(i, j), want.At(i, j))
			break
		}
	}
	close(stop)
	<-stopped
}

// TestMatMulExtremes multiplies numbers whose sums are subnormal, overflow, or
// lie halfway between two float32 at every other step, and such as are none.
func TestMatMulExtremes(t *testing.T) {
	exponents := func(s *Stream, least, most int) float32 {
		mantissa := uint32(s.IntN(8)) << 20 // few bits, for ties
		if s.IntN(4) == 0 {
			mantissa |= 1
		}
		sign := uint32(s.IntN(2)) << 31
		return math.Float32frombits(sign | uint32(least+s.IntN(most-least+1))<<23 | mantissa)
	}
	within := func(least, most int) func(s *Stream) float32 {
		return func(s *Stream) float32 { return exponents(s, least, most) }
	}
	specials := func(s *Stream) float32 { return special[s.IntN(len(special))] }
	ordinary := within(120, 134)
	seldom := func(s *Stream) float32 {
		if s.IntN(500) == 0 {
			return math.MaxFloat32
		}
		return ordinary(s)
	}
	zeros := func(s *Stream) float32 { return float32(math.Copysign(0, float64(s.IntN(2))-0.5)) }
	for name, draw := range map[string]struct{ factor, initial func(s *Stream) float32 }{
		"ties":                   {within(115, 139), within(115, 139)},
		"wide":                   {within(90, 160), within(90, 160)},
		"subnormal sums":         {within(55, 66), within(0, 2)},
		"products below the sum": {within(30, 62), within(0, 5)},
		"subnormal factors":      {within(0, 127), within(0, 2)},
		"large products":         {within(180, 191), within(240, 254)},
		"at the most":            {within(168, 173), within(215, 225)},
		"everything":             {within(0, 254), within(0, 254)},
		"zeros":                  {zeros, zeros},
		"specials":               {specials, specials},
		"special initial values": {ordinary, specials},
		"seldom too large":       {seldom, ordinary},
	} {
		for _, shape := range [][3]int{{1, 32, 40}, {3, 130, 9}, {15, 37, 33}, {2, 4, 300}} {
			m, n, k := shape[0], shape[1], shape[2]
			s := NewStream(1, name, m, n, k)
			random := func(draw func(s *Stream) float32, rows, cols int) Matrix {
				x := NewMatrix(rows, cols)
				for i := range x.Data {
					x.Data[i] = draw(s)
				}
				return x
			}
			a, b := random(draw.factor, m, k), random(draw.factor, k, n)
			bias, c := random(draw.initial, 1, n).Row(0), NewMatrix(m, n)
			eachKernel(t, func(t *testing.T) {
				MatMulBias(c, a, b, bias)
				for i := range m {
					for j := range n {
						want := bias[j]
						for q := range k {
							want = FMA(a.At(i, q), b.At(q, j), want)
						}
						if !same(c.At(i, j), want) {
							t.Fatalf("%s, %dx%dx%d: element (%d, %d) is %x, want %x", name, m, n, k, i, j, c.At(i, j), want)
						}
					}
				}
			})
		}
	}
}

// fill sets the elements of c to NaN, so that one left out shows, and returns a
// check that the row after each row's end is as it was.
func fill(c Matrix) func(t *testing.T) {
	nan := float32(math.NaN())
	for i := range c.Rows {
		for j := range c.Cols {
			c.Row(i)[j] = nan
		}
	}
	before := append([]float32(nil), c.Data...)
	return func(t *testing.T) {
		t.Helper()
		for i := range before {
			if i%c.Stride >= c.Cols && math.Float32bits(before[i]) != math.Float32bits(c.Data[i]) {
				t.Errorf("element %d, outside the product, was written", i)
			}
		}
	}
}

func sameBits(x, y Matrix) (i, j int, ok bool) {
	for i := range x.Rows {
		for j := range x.Cols {
			if math.Float32bits(x.At(i, j)) != math.Float32bits(y.At(i, j)) {
				return i, j, false
			}
		}
	}
	return 0, 0, true
}

func TestMatMulPanics(t *testing.T) {
	a, b, c := NewMatrix(2, 3), NewMatrix(3, 4), NewMatrix(2, 4)
	for name, f := range map[string]func(){
		"inner dimension": func() { MatMul(c, a, a) },
		"output shape":    func() { MatMul(b, a, b) },
		"bias length":     func() { MatMulBias(c, a, b, make([]float32, 3)) },
		"short data":      func() { MatMul(c, Matrix{Data: a.Data[:5], Rows: 2, Cols: 3, Stride: 3}, b) },
		"stride":          func() { MatMul(c, Matrix{Data: a.Data, Rows: 2, Cols: 3, Stride: 2}, b) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}
