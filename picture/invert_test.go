package picture

import (
	"slices"
	"testing"
)

func TestBorderMean(t *testing.T) {
	tests := []struct {
		pixels        []uint8
		height, width int
		mean          float64
		median        uint8
	}{
		{[]uint8{9}, 1, 1, 9, 9},
		{[]uint8{1, 2, 6}, 1, 3, 3, 2},
		{[]uint8{1, 2, 6}, 3, 1, 3, 2},
		{[]uint8{1, 2, 3, 4}, 2, 2, 2.5, 2},
		{[]uint8{1, 1, 1, 1, 255, 1, 1, 1, 9}, 3, 3, 2, 1},
		{[]uint8{0, 0, 0, 4, 99, 4, 4, 99, 4, 8, 8, 8}, 4, 3, 4, 4},
	}
	for _, test := range tests {
		if got := BorderMean(test.pixels, test.height, test.width); got != test.mean {
			t.Errorf("BorderMean(%v) = %v, want %v", test.pixels, got, test.mean)
		}
		if got := borderMedian(test.pixels, test.height, test.width); got != test.median {
			t.Errorf("borderMedian(%v) = %v, want %v", test.pixels, got, test.median)
		}
	}
}

func TestBorderMeanPanics(t *testing.T) {
	for _, size := range [][2]int{{2, 2}, {0, 3}, {-1, -3}, {2, 1}, {1, 2}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("3 pixels as %v: no panic", size)
				}
			}()
			BorderMean([]uint8{1, 2, 3}, size[0], size[1])
		}()
	}
}

func TestLooksInverted(t *testing.T) {
	tests := []struct {
		border uint8
		data   float64
		want   bool
	}{
		{0, 0, false},
		{255, 0, true},
		{140, 0, false},
		{200, 0, true},
		{230, 25, true},
		{20, 25, false},
		{0, 240, true},
		{255, 240, false},
		{0, 127, false},
		{255, 120, false},
	}
	for _, test := range tests {
		pixels := slices.Repeat([]uint8{test.border}, 25)
		pixels[12] = 255 - test.border
		if got := LooksInverted(pixels, 5, 5, test.data); got != test.want {
			t.Errorf("border %d, data %v: %v", test.border, test.data, got)
		}
	}
}

func TestInvert(t *testing.T) {
	pixels := []uint8{0, 1, 127, 128, 255}
	Invert(pixels)
	if want := []uint8{255, 254, 128, 127, 0}; !slices.Equal(pixels, want) {
		t.Errorf("got %v, want %v", pixels, want)
	}
}
