package picture

import (
	"encoding/json"
	"image"
	"image/color"
	"math"
	"os"
	"slices"
	"testing"
)

func greyOf(pixels []uint8, height, width int) *grey {
	m := &image.Gray{Pix: pixels, Stride: width, Rect: image.Rect(0, 0, width, height)}
	return newGrey(m, Info{Height: height, Width: width})
}

// The mean of the area under a pixel by its definition: cut each pixel of the
// picture into height x width equal parts, then take the mean of the parts
// that an output pixel covers.
func TestShrink(t *testing.T) {
	tests := []struct{ fromHeight, fromWidth, height, width int }{
		{56, 56, 28, 28},
		{30, 30, 28, 28},
		{29, 41, 28, 28},
		{100, 3, 28, 1},
		{7, 5, 7, 5},
		{6, 6, 1, 1},
	}
	for _, test := range tests {
		pixels := noise(test.fromHeight * test.fromWidth)
		got := resize(greyOf(pixels, test.fromHeight, test.fromWidth), test.height, test.width)
		want := make([]uint8, test.height*test.width)
		for i := range want {
			sum, parts := 0, test.fromHeight*test.fromWidth
			for dy := range test.fromHeight {
				for dx := range test.fromWidth {
					y := ((i/test.width)*test.fromHeight + dy) / test.height
					x := ((i%test.width)*test.fromWidth + dx) / test.width
					sum += int(pixels[y*test.fromWidth+x])
				}
			}
			want[i] = uint8((2*sum + parts) / (2 * parts))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%+v: got %v, want %v", test, got, want)
		}
	}
}

func TestEnlargeAgreesWithPyTorch(t *testing.T) {
	data, err := os.ReadFile("testdata/bilinear.json")
	if err != nil {
		t.Fatal(err)
	}
	var fixture struct {
		Source []uint16
		Cases  []struct {
			Height, Width int
			Pixels        []float64
		}
	}
	if err := json.Unmarshal(data, &fixture); err != nil {
		t.Fatal(err)
	}
	if len(fixture.Cases) == 0 {
		t.Fatal("testdata/bilinear.json has no cases")
	}
	source := make([]uint8, len(fixture.Source))
	for i, value := range fixture.Source {
		source[i] = uint8(value)
	}
	for _, test := range fixture.Cases {
		got := resize(greyOf(source, 5, 4), test.Height, test.Width)
		if len(got) != len(test.Pixels) {
			t.Fatalf("%d pixels, want %d", len(got), len(test.Pixels))
		}
		for i, want := range test.Pixels {
			if math.Abs(float64(got[i])-want) > 0.500001 {
				t.Errorf("%d x %d: pixel %d is %d, want %v", test.Height, test.Width, i, got[i], want)
			}
		}
	}
}

func TestFitSize(t *testing.T) {
	tests := []struct{ h, w, height, width, wantHeight, wantWidth int }{
		{28, 28, 28, 28, 28, 28},
		{100, 200, 28, 28, 14, 28},
		{200, 100, 28, 28, 28, 14},
		{3, 4, 28, 28, 21, 28},
		{10, 10, 20, 30, 20, 20},
		{1, 1000, 28, 28, 1, 28},
		{1000, 1, 28, 28, 28, 1},
		{1, MaxSide, 28, 28, 1, 28},
		{MaxSide, 1, 1 << 13, 1 << 13, 1 << 13, 1},
		{1, 1, MaxSide, 1, 1, 1},
	}
	for _, test := range tests {
		h, w := fitSize(test.h, test.w, test.height, test.width)
		if h != test.wantHeight || w != test.wantWidth {
			t.Errorf("%d x %d into %d x %d: %d x %d, want %d x %d", test.h, test.w, test.height, test.width,
				h, w, test.wantHeight, test.wantWidth)
		}
	}
}

func TestFitPadding(t *testing.T) {
	// A wide white card with a black bar that reaches its lower edge.
	m := paint(image.NewGray(image.Rect(0, 0, 8, 4)), func(x, y int) color.Color {
		if x == 3 && y > 0 {
			return color.Gray{0}
		}
		return color.Gray{250}
	})
	got := mustLoad(t, encodePNG(t, m), 7, 8)
	for i, value := range got {
		y, x := i/8, i%8
		want := uint8(250)
		if x == 3 && 2 <= y && y < 5 {
			want = 0
		}
		if value != want {
			t.Errorf("row %d, column %d: %d, want %d", y, x, value, want)
		}
	}
}

// Solid pictures stay solid, whatever the sizes.
func TestFitSolid(t *testing.T) {
	for _, value := range []uint8{0, 1, 127, 254, 255} {
		for _, size := range [][2]int{{1, 1}, {1, 300}, {300, 1}, {27, 29}, {40, 40}} {
			pixels := slices.Repeat([]uint8{value}, size[0]*size[1])
			for _, got := range fit(greyOf(pixels, size[0], size[1]), 28, 28) {
				if got != value {
					t.Fatalf("%v of %d: a pixel of %d", size, value, got)
				}
			}
		}
	}
}
