package idx

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestType(t *testing.T) {
	for _, test := range []struct {
		code byte
		size int
		name string
	}{
		{0x08, 1, "uint8"},
		{0x09, 1, "int8"},
		{0x0a, 0, "Type(0x0a)"},
		{0x0b, 2, "int16"},
		{0x0c, 4, "int32"},
		{0x0d, 4, "float32"},
		{0x0e, 8, "float64"},
		{0x00, 0, "Type(0x00)"},
		{0xff, 0, "Type(0xff)"},
	} {
		if got := Type(test.code); got.Size() != test.size || got.String() != test.name {
			t.Errorf("type 0x%02x: %v of %d bytes, want %s of %d", test.code, got, got.Size(), test.name, test.size)
		}
	}
}

// roundTrip checks that values survive an array, and have the bytes expected.
func roundTrip[T Element](t *testing.T, want Type, values []T, data string) {
	t.Helper()
	a := New([]int{len(values)}, values)
	if a.Type != want || string(a.Data) != data {
		t.Errorf("New(%v): %v % x, want %v % x", values, a.Type, a.Data, want, data)
	}
	got, err := Values[T](a)
	if err != nil || !slices.Equal(got, values) {
		t.Errorf("Values: %v, %v, want %v", got, err, values)
	}
}

func TestValues(t *testing.T) {
	roundTrip(t, Uint8, []uint8{0, 1, 255}, "\x00\x01\xff")
	roundTrip(t, Int8, []int8{-128, -1, 127}, "\x80\xff\x7f")
	roundTrip(t, Int16, []int16{-2, 0x1234}, "\xff\xfe\x12\x34")
	roundTrip(t, Int32, []int32{-2, 0x12345678}, "\xff\xff\xff\xfe\x12\x34\x56\x78")
	roundTrip(t, Float32, []float32{1, -2.5}, "\x3f\x80\x00\x00\xc0\x20\x00\x00")
	roundTrip(t, Float64, []float64{1, -2.5}, "\x3f\xf0\x00\x00\x00\x00\x00\x00\xc0\x04\x00\x00\x00\x00\x00\x00")
}

func TestNewCopies(t *testing.T) {
	shape, values := []int{2}, []uint8{1, 2}
	a := New(shape, values)
	shape[0], values[0] = 9, 9
	if a.Shape[0] != 2 || a.Data[0] != 1 {
		t.Error("an array shares what it was made from")
	}
}

func TestNewPanics(t *testing.T) {
	for _, shape := range [][]int{{2}, {2, 2}, {-1, -3}, {0}, make([]int, 256), {math.MaxInt32, math.MaxInt32}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("New of shape %v with 3 values did not panic", shape)
				}
			}()
			New(shape, []int16{1, 2, 3})
		}()
	}
}

func TestValuesErrors(t *testing.T) {
	for _, test := range []struct {
		array *Array
		want  string
	}{
		{&Array{Int16, []int{2}, make([]byte, 4)}, "array holds int16, not float32"},
		{&Array{Float32, []int{2}, make([]byte, 4)}, "float32 [2] takes 8 bytes of data, got 4"},
		{&Array{Float32, []int{2, -1}, nil}, "dimension 1 is negative: -1"},
		{&Array{Float32, make([]int, 256), nil}, "256 dimensions, want at most 255"},
		{&Array{Type(7), []int{0}, nil}, "unknown element type 0x07"},
	} {
		_, err := Values[float32](test.array)
		if err == nil || err.Error() != "idx: "+test.want {
			t.Errorf("%v %v: error %v, want %q", test.array.Type, test.array.Shape, err, test.want)
		}
	}
}

func TestTooLarge(t *testing.T) {
	for _, shape := range [][]int{
		{MaxSize/4 + 1},
		{1 << 15, 1 << 14},
		{1 << 16, 1 << 16}, // 0 elements modulo 1<<32
		{1 << 30, 1 << 30, 1 << 4},
		{0, MaxSize + 1},
	} {
		err := Write(new(strings.Builder), &Array{Type: Float32, Shape: shape})
		if !errors.Is(err, ErrTooLarge) {
			t.Errorf("shape %v: error %v, want ErrTooLarge", shape, err)
		}
	}
}
