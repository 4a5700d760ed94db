package layers

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"fnn/nn"
	"fnn/tensor"
)

// The operations are those of package tensor, to the bit.
func TestOperations(t *testing.T) {
	s := tensor.NewStream(1, "operations")
	number := func() float32 {
		switch s.IntN(4) {
		case 0:
			return float32(s.IntN(17)-8) * 0x1p-3
		case 1:
			return float32(s.IntN(1<<24)) * float32(math.Ldexp(1, s.IntN(60)-40))
		case 2:
			return s.Normal() * float32(math.Ldexp(1, s.IntN(40)-145))
		}
		return s.Normal()
	}
	for range 1_000_000 {
		x, y, z := number(), number(), number()
		got, want := fma(x, y, z), tensor.FMA(x, y, z)
		if math.Float32bits(got) != math.Float32bits(want) {
			t.Fatalf("fma(%g, %g, %g) = %g, want %g", x, y, z, got, want)
		}
	}
	for x := float32(-100); x <= 0; x += 0x1p-10 {
		if got, want := exp(x), tensor.Exp(x); math.Float32bits(got) != math.Float32bits(want) {
			t.Fatalf("exp(%g) = %g, want %g", x, got, want)
		}
	}
}

func TestRectify(t *testing.T) {
	zero := float32(math.Copysign(0, -1))
	got := []float32{1, -1, 0, zero, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN())}
	want := make([]float32, len(got))
	tensor.Rectify(want, got)
	rectify(got)
	compare(t, "rectify", got, want)
}

func TestNormalize(t *testing.T) {
	one, half := "\x00\x00\x80\x3f", "\x00\x00\x00\x3f"
	x := []float32{3}
	normalize(x, one, half, half, one) // (3 - 1) * 0.5 * 0.5 + 1
	compare(t, "normalize", x, []float32{1.5})
}

func TestSoftmax(t *testing.T) {
	infinity := float32(math.Inf(1))
	for _, row := range [][]float32{{3}, {1, 2, 3}, {1000, 0, -1000}, {infinity, 1}, {-infinity, -infinity}, {float32(math.NaN()), 1}} {
		for len(row) < 40 && len(row) > 1 { // beyond the partial sums
			want := append([]float32(nil), row...)
			got := append([]float32(nil), row...)
			nn.Softmax(want)
			softmax(got)
			compare(t, "softmax", got, want)
			row = append(row, row[len(row)-2]-0.1)
		}
	}
}

// A dense layer of one output and two inputs meets every path of dense: sums that
// are halfway between two float32, and inputs out of bounds.
func TestDense(t *testing.T) {
	text := func(v float32) string {
		bits := math.Float32bits(v)
		return string([]byte{byte(bits), byte(bits >> 8), byte(bits >> 16), byte(bits >> 24)}) + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	}
	for _, c := range []struct{ x0, x1, w0, w1, bias float32 }{
		{1, 1, 1, 0x1p-24, 0},                           // halfway, to even
		{1, 1, 1 + 0x1p-23, 0x1p-24, 0},                 // halfway, up
		{1, 1 + 0x1p-23, 1, 0x1p-24 * (1 + 0x1p-23), 0}, // halfway only in float64
		{1, 1 + 0x1p-23, 1, 0x1p-24 * (1 - 0x1p-24), 0}, // below
		{0, 0, 1, 1, 2},
		{1, 0, 1, float32(math.Inf(1)), 0},
		{1e30, 1e30, 1e30, -1e30, 0},
		{1e-30, 1e-30, 1e-10, -1e-12, 0},
		{-1, 1, 3, 3, 0},
	} {
		for _, bounds := range [][2]float32{{0x1p-20, 0x1p20}, {1, 0}} {
			want := tensor.FMA(c.x1, c.w1, tensor.FMA(c.x0, c.w0, c.bias))
			if bounds[0] < 1 && c.w1 > 1e30 {
				continue // a bound that such a weight does not have
			}
			var y [1]float32
			dense(y[:], []float32{c.x0, c.x1}, []string{text(c.w0), text(c.w1)}, text(c.bias), bounds[0], bounds[1])
			compare(t, "dense", y[:], []float32{want})
		}
	}
}

func compare(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i := range want {
		bothNaN := got[i] != got[i] && want[i] != want[i]
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) && !bothNaN {
			t.Errorf("%s: element %d of %v, want %v", what, i, got, want)
		}
	}
}

// Products of bytes are those of package tensor, to the bit, at both ends of their
// range, in ties, and with as many inputs as there may be.
func TestInt8(t *testing.T) {
	s := tensor.NewStream(1, "int8")
	text := func(values []float32) string {
		var b []byte
		for _, v := range values {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
		return string(b)
	}
	for _, inputs := range []int{1, 2, 7, 784, 1 << 14} {
		for _, outputs := range []int{1, 3, 8, 10, 64, 121, widest} {
			x, weights := tensor.NewBytes(1, inputs), make([]int8, inputs*outputs)
			rows := make([]string, inputs)
			for k := range rows {
				x.Row(0)[k] = [4]uint8{0, 1, uint8(s.IntN(256)), 255}[s.IntN(4)]
				row := make([]byte, (outputs+7)&^7)
				for j := range outputs {
					// The columns in turn: all least, all greatest, any, and
					// small ones, for ties.
					w := [4]int{-128, 127, s.IntN(256) - 128, s.IntN(3) - 1}[j%4]
					weights[k*outputs+j], row[j] = int8(w), byte(w+128)
				}
				rows[k] = string(row)
			}
			scale, offset := make([]float32, outputs), make([]float32, outputs)
			for j := range scale {
				scale[j], offset[j] = 0.5, float32(s.IntN(20))
				if j%4 < 3 {
					scale[j], offset[j] = s.Normal()/float32(inputs), 100*s.Normal()
				}
			}
			product := tensor.NewInt8(inputs, outputs, weights)
			wantBytes, wantFloats := tensor.NewBytes(1, outputs), tensor.NewMatrix(1, outputs)
			product.MulBytes(wantBytes, x, scale, offset)
			product.MulFloats(wantFloats, x, scale, offset)
			gotBytes, gotFloats := make([]byte, outputs), make([]float32, outputs)
			denseBytes(gotBytes, x.Row(0), rows, text(scale), text(offset))
			denseFloats(gotFloats, x.Row(0), rows, text(scale), text(offset))
			if !bytes.Equal(gotBytes, wantBytes.Row(0)) {
				t.Errorf("%d inputs: bytes %d, want %d", inputs, gotBytes, wantBytes.Row(0))
			}
			compare(t, "denseFloats", gotFloats, wantFloats.Row(0))
		}
	}
}

func TestLook(t *testing.T) {
	table := make([]byte, 512)
	table[3], table[256+255] = 7, 9
	y := make([]byte, 2)
	look(y, []byte{3, 255}, string(table))
	if y[0] != 7 || y[1] != 9 {
		t.Errorf("%d, want 7 and 9", y)
	}
}
