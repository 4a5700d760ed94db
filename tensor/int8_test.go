package tensor

import (
	"math"
	"math/rand/v2"
	"slices"
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
}

// TestInt8Kernels compares each kernel with sums of int64.
func TestInt8Kernels(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, rows := range []int{0, 1, 2, 3, 5, 6, 7, 8, 9, 14, 15, 64, 65} {
		for _, inner := range []int{0, 1, 3, 4, 5, 63, 64, 65, 784} {
			for _, cols := range []int{0, 1, 10, 15, 16, 17, 31, 32, 33, 63, 64, 65, 128} {
				x, data := NewBytes(rows, inner), make([]int8, inner*cols)
				for i := range x.Data {
					x.Data[i] = uint8(random.UintN(256)) // past the columns, too
				}
				for i := range data {
					data[i] = int8(random.IntN(256) - 128)
				}
				scale, offset := make([]float32, cols), make([]float32, cols)
				for j := range scale {
					scale[j], offset[j] = random.Float32()/float32(64*inner+1), 200*random.Float32()-20
				}
				w := NewInt8(inner, cols, data)
				y, z := NewBytes(rows, cols), NewMatrix(rows, cols)
				eachKernel(t, func(t *testing.T) {
					w.MulBytes(y, x, scale, offset)
					w.MulFloats(z, x, scale, offset)
					for i := range rows {
						for j := range cols {
							var sum int64
							for k := range inner {
								sum += int64(x.Row(i)[k]) * int64(data[k*cols+j])
							}
							want := float32(float32(sum)*scale[j]) + offset[j]
							if got := z.At(i, j); got != want {
								t.Fatalf("%dx%dx%d: (%d, %d) is %g, want %g", rows, inner, cols, i, j, got, want)
							}
							if got := y.Row(i)[j]; float64(got) != min(max(math.RoundToEven(float64(want)), 0), 255) {
								t.Fatalf("%dx%dx%d: (%d, %d) is %d, want %g", rows, inner, cols, i, j, got, want)
							}
						}
					}
				})
			}
		}
	}
}
