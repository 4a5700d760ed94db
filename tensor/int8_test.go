package tensor

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

func TestInt8(t *testing.T) {
	x, w := NewBytes(2, 3), NewInt8(3, 2, []int8{1, -128, 2, 127, -3, 5})
	copy(x.Row(0), []uint8{10, 20, 255})
	copy(x.Row(1), []uint8{1, 1, 4})
	y := NewBytes(2, 2)
	w.MulBytes(y, x, []float32{-0.5, 0.25}, []float32{0, 3})
	// The sums: 10+40-765 = -715, -1280+2540+1275 = 2535; 3-12 = -9, -1+20 = 19.
	if got := slices.Concat(y.Row(0), y.Row(1)); !slices.Equal(got, []uint8{255, 255, 4, 8}) {
		t.Errorf("bytes %d", got)
	}
	z := NewMatrix(2, 2)
	w.MulFloats(z, x, []float32{-0.5, 0.25}, []float32{0, 3})
	if !slices.Equal(z.Data, []float32{357.5, 636.75, 4.5, 7.75}) {
		t.Errorf("floats %g", z.Data)
	}
	if w.Rows() != 3 || w.Cols() != 2 {
		t.Errorf("%d rows and %d columns", w.Rows(), w.Cols())
	}
}

// An int8Case is a product, and what it must give.
type int8Case struct {
	x             Bytes
	w             *Int8
	scale, offset []float32
	floats        []float32 // row by row
	bytes         []uint8
}

// newInt8Case returns a product of random operands. x has random numbers past its
// columns too.
func newInt8Case(random *rand.Rand, rows, inner, cols int) *int8Case {
	c := &int8Case{x: NewBytes(rows, inner), scale: make([]float32, cols), offset: make([]float32, cols)}
	for i := range c.x.Data {
		c.x.Data[i] = uint8(random.UintN(256))
	}
	data := make([]int8, inner*cols)
	for i := range data {
		data[i] = int8(random.IntN(256) - 128)
	}
	for j := range cols {
		c.scale[j], c.offset[j] = random.Float32()/float32(64*inner+1), 200*random.Float32()-20
	}
	c.w = NewInt8(inner, cols, data)
	for i := range rows {
		for j := range cols {
			var sum int64
			for k, v := range c.x.Row(i) {
				sum += int64(v) * int64(data[k*cols+j])
			}
			scaled := float32(float32(sum)*c.scale[j]) + c.offset[j]
			c.floats = append(c.floats, scaled)
			c.bytes = append(c.bytes, uint8(min(max(math.RoundToEven(float64(scaled)), 0), 255)))
		}
	}
	return c
}

// canary is what a product must not write over.
const canary = 0xA5

// check computes the product with the kernel in use, in the midst of canaries.
func (c *int8Case) check(t *testing.T) {
	rows, cols := c.x.Rows, c.w.cols
	whole := NewBytes(rows+2, cols)
	for i := range whole.Data {
		whole.Data[i] = canary
	}
	y := whole.RowRange(1, rows+1)
	c.w.MulBytes(y, c.x, c.scale, c.offset)
	around := NewMatrix(rows+2, cols+2)
	for i := range around.Data {
		around.Data[i] = canary
	}
	z := around.RowRange(1, rows+1).ColRange(1, cols+1)
	c.w.MulFloats(z, c.x, c.scale, c.offset)
	for i := range rows {
		for j := range cols {
			if got, want := z.At(i, j), c.floats[i*cols+j]; got != want {
				t.Fatalf("%dx%dx%d: (%d, %d) is %g, want %g", rows, c.w.rows, cols, i, j, got, want)
			}
			if got, want := y.Row(i)[j], c.bytes[i*cols+j]; got != want {
				t.Fatalf("%dx%dx%d: (%d, %d) is %d, want %d", rows, c.w.rows, cols, i, j, got, want)
			}
			z.Set(i, j, canary)
		}
	}
	for i, v := range around.Data {
		if v != canary {
			t.Fatalf("%dx%dx%d: element %d of the data, outside the matrix, was written", rows, c.w.rows, cols, i)
		}
	}
	for _, row := range []int{0, rows + 1} {
		for j, v := range whole.Data[row*whole.Stride:][:whole.Stride] {
			if v != canary {
				t.Fatalf("%dx%dx%d: byte %d of row %d, outside the matrix, was written", rows, c.w.rows, cols, j, row-1)
			}
		}
	}
}

// TestInt8Kernels compares each kernel with sums of int64.
func TestInt8Kernels(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var cases []*int8Case
	for _, rows := range []int{0, 1, 2, 3, 4, 5, 7, 13, 14, 15, 16, 17, 29, 31, 32, 33, 65} {
		for _, inner := range []int{0, 1, 3, 4, 5, 8, 31, 63, 64, 65, 200} {
			for _, cols := range []int{0, 1, 10, 15, 16, 17, 31, 32, 33, 64, 65, 110} {
				cases = append(cases, newInt8Case(random, rows, inner, cols))
			}
		}
	}
	for rows := range 67 {
		cases = append(cases, newInt8Case(random, rows, 12, 48), newInt8Case(random, rows, 12, 64))
	}
	cases = append(cases, newInt8Case(random, 5, 784, 130), newInt8Case(random, 4, 1100, 10),
		newInt8Case(random, 33, 784, 130), newInt8Case(random, 16, 832, 33), newInt8Case(random, 6000, 50, 18),
		newInt8Case(random, 4096+7, 50, 18)) // whose last rows are a few
	eachKernel(t, func(t *testing.T) {
		for _, c := range cases {
			c.check(t)
		}
	})
}

// TestInt8Extremes has the greatest sums, which only just fit an int32, and sums
// that leave int16 at once.
func TestInt8Extremes(t *testing.T) {
	const rows, cols = 17, 80
	for _, inner := range []int{1, 2, 32, 33, MaxInt8Rows} {
		x := NewBytes(rows, inner)
		for i := range x.Data {
			x.Data[i] = 255
		}
		data := make([]int8, inner*cols)
		for i := range data {
			switch k, j := i/cols, i%cols; {
			case j%3 == 0:
				data[i] = -128
			case j%3 == 1:
				data[i] = 127
			case k%2 == 0:
				data[i] = 127
			default:
				data[i] = -128
			}
		}
		w, z := NewInt8(inner, cols, data), NewMatrix(rows, cols)
		scale, offset := make([]float32, cols), make([]float32, cols)
		for j := range scale {
			scale[j] = 1
		}
		pairs := inner / 2
		want := [3]float32{float32(-128 * 255 * inner), float32(127 * 255 * inner), float32(-255*pairs + inner%2*127*255)}
		eachKernel(t, func(t *testing.T) {
			for _, rows := range []int{1, 2, 3, 4, 5, rows} { // with each kind of tile
				w.MulFloats(z.RowRange(0, rows), x.RowRange(0, rows), scale, offset)
				for i := range rows {
					for j := range cols {
						if got := z.At(i, j); got != want[j%3] {
							t.Fatalf("%d rows times %d: (%d, %d) is %g, want %g", rows, inner, i, j, got, want[j%3])
						}
					}
				}
			}
		})
	}
}

// TestInt8Bytes rounds and saturates, in all columns of a tile.
func TestInt8Bytes(t *testing.T) {
	greatest := float32(math.MaxFloat32)
	eachKernel(t, func(t *testing.T) {
		for _, c := range []struct {
			x             uint8
			w             int8
			scale, offset float32
			want          uint8
		}{
			{1, 1, 0.5, 0, 0}, {3, 1, 0.5, 0, 2}, {5, 1, 0.5, 0, 2}, {7, 1, 0.5, 0, 4}, // ties
			{255, 1, 1, -0.5, 254}, {254, 1, 1, 0.5, 254}, {255, 1, 1, 0.49, 255}, {255, 1, 1, 0.5, 255}, {255, 1, 1, 1, 255},
			{1, -1, 0.5, 0, 0}, {1, -1, 0.5, 1e-7, 0}, {1, 1, 0.5, 1e-7, 1}, {1, -1, 1, 0, 0}, {1, -1, 1000, 0, 0},
			{0, 1, -1, 0, 0}, {0, 1, 0, float32(math.Copysign(0, -1)), 0}, {1, 1, 1e-45, 0, 0}, {1, -1, 1e-45, 0, 0},
			{1, 1, 0x1p31, 0, 255}, {1, 1, 0x1p32, 0, 255}, {1, 1, 0x1p32, 8192, 255}, {1, 1, 0x1p63, 0, 255}, {1, 1, 1e38, 1e38, 255},
			{1, -1, 0x1p31, 0, 0}, {1, -1, 0x1p31, -256, 0}, {1, -1, 0x1p32, 0, 0}, {1, -1, 0x1p32, 7, 0}, {1, -1, 0x1p63, 0, 0},
			{255, 127, greatest, 0, 255}, {255, 127, greatest, -greatest, 255}, {255, 127, -greatest, 0, 0}, {255, -128, greatest, greatest, 0},
			{1, 1, greatest, greatest, 255}, {1, 1, -greatest, -greatest, 0},
		} {
			const rows, cols = 17, 80
			x, y, data := NewBytes(rows, 1), NewBytes(rows, cols), make([]int8, cols)
			scale, offset := make([]float32, cols), make([]float32, cols)
			for i := range rows {
				x.Row(i)[0] = c.x
			}
			for j := range cols {
				data[j], scale[j], offset[j] = c.w, c.scale, c.offset
			}
			w := NewInt8(1, cols, data)
			w.MulBytes(y, x, scale, offset)
			w.MulBytes(y.RowRange(0, 1), x.RowRange(0, 1), scale, offset)
			w.MulBytes(y.RowRange(1, 6), x.RowRange(1, 6), scale, offset)
			for i := range rows {
				for j, got := range y.Row(i) {
					if got != c.want {
						t.Fatalf("%+v: (%d, %d) is %d", c, i, j, got)
					}
				}
			}
		}
	})
}

// TestInt8Shapes has what does not fit.
func TestInt8Shapes(t *testing.T) {
	w := NewInt8(3, 2, make([]int8, 6))
	x, y, z, v := NewBytes(4, 3), NewBytes(4, 2), NewMatrix(4, 2), make([]float32, 2)
	for name, f := range map[string]func(){
		"too few elements":        func() { NewInt8(3, 2, make([]int8, 5)) },
		"negative rows":           func() { NewInt8(-3, -2, make([]int8, 6)) },
		"too many rows":           func() { NewInt8(MaxInt8Rows+1, 1, make([]int8, MaxInt8Rows+1)) },
		"too many elements":       func() { NewInt8(4, math.MaxInt/2+1, nil) },
		"x of other columns":      func() { w.MulBytes(y, NewBytes(4, 4), v, v) },
		"x of other rows":         func() { w.MulBytes(y, NewBytes(5, 3), v, v) },
		"y of other columns":      func() { w.MulBytes(NewBytes(4, 3), x, v, v) },
		"y of no bytes":           func() { w.MulBytes(Bytes{}, x, v, v) },
		"y of too few bytes":      func() { w.MulBytes(Bytes{y.Data[1:], 4, 2, 64}, x, v, v) },
		"x of too few bytes":      func() { w.MulBytes(y, Bytes{x.Data[1:], 4, 3, 64}, v, v) },
		"x of an odd stride":      func() { w.MulBytes(y, Bytes{x.Data, 4, 3, 63}, v, v) },
		"x without stride":        func() { w.MulBytes(y, Bytes{x.Data, 4, 3, 0}, v, v) },
		"too few scales":          func() { w.MulBytes(y, x, v[:1], v) },
		"too many offsets":        func() { w.MulBytes(y, x, v, append(v, 0)) },
		"floats, other columns":   func() { w.MulFloats(NewMatrix(4, 3), x, v, v) },
		"floats, other rows":      func() { w.MulFloats(NewMatrix(3, 2), x, v, v) },
		"floats in panels":        func() { w.MulFloats(NewPanels(4, 2), x, v, v) },
		"floats, too few":         func() { w.MulFloats(Matrix{z.Data[1:], 4, 2, 2, 0}, x, v, v) },
		"floats, too few offsets": func() { w.MulFloats(z, x, v, v[:1]) },
	} {
		eachKernel(t, func(t *testing.T) { mustPanic(t, name, f) })
	}
}

// TestInt8Goroutines has several goroutines use one matrix, while the kernel
// changes.
func TestInt8Goroutines(t *testing.T) {
	before := Kernel()
	defer SetKernel(before)
	c := newInt8Case(rand.New(rand.NewPCG(3, 4)), 30, 70, 70)
	var group sync.WaitGroup
	for i := range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			for n := range 20 {
				if err := SetKernel(Kernels()[(i+n)%len(Kernels())]); err != nil {
					t.Error(err)
				}
				y := NewBytes(c.x.Rows, c.w.cols)
				c.w.MulBytes(y, c.x, c.scale, c.offset)
				for i := range y.Rows {
					if !slices.Equal(y.Row(i), c.bytes[i*y.Cols:][:y.Cols]) {
						t.Errorf("row %d is %d", i, y.Row(i))
					}
				}
			}
		}()
	}
	group.Wait()
}

func TestInt8Allocations(t *testing.T) {
	c := newInt8Case(rand.New(rand.NewPCG(5, 6)), 20, 70, 90)
	y, z := NewBytes(20, 90), NewMatrix(20, 90)
	eachKernel(t, func(t *testing.T) {
		if n := testing.AllocsPerRun(10, func() {
			c.w.MulBytes(y, c.x, c.scale, c.offset)
			c.w.MulFloats(z, c.x, c.scale, c.offset)
		}); n != 0 {
			t.Errorf("%g allocations", n)
		}
	})
}

func TestBytes(t *testing.T) {
	for cols, stride := range map[int]int{0: 0, 1: 64, 64: 64, 65: 128} {
		if b := NewBytes(3, cols); b.Stride != stride || len(b.Data) != 3*stride {
			t.Errorf("%d columns: stride %d, %d bytes", cols, b.Stride, len(b.Data))
		}
	}
	b := NewBytes(4, 3)
	b.Row(2)[1] = 7
	part := b.RowRange(1, 3)
	if fmt.Sprint(part.Rows, part.Cols, part.Row(1), cap(part.Row(1))) != "2 3 [0 7 0] 3" {
		t.Errorf("rows 1 and 2 are %v, %v", part.Row(0), part.Row(1))
	}
	mustPanic(t, "negative rows", func() { NewBytes(-1, 3) })
	mustPanic(t, "negative columns", func() { NewBytes(1, -3) })
	mustPanic(t, "row 4 of 4", func() { b.Row(4) })
	mustPanic(t, "rows to 5 of 4", func() { b.RowRange(1, 5) })
}
