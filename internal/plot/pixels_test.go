package plot

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
)

// images returns the pictures of a figure.
func images(t *testing.T, f Figure) []image.Image {
	t.Helper()
	var images []image.Image
	for _, e := range parse(t, f.SVG()) {
		if e.name != "image" {
			continue
		}
		text, ok := strings.CutPrefix(e.attributes["href"], "data:image/png;base64,")
		if !ok || e.attributes["style"] != "image-rendering:pixelated" {
			t.Fatalf("image %v", e.attributes)
		}
		file, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		m, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		images = append(images, m)
	}
	return images
}

func TestPictures(t *testing.T) {
	f := Pictures{Height: 2, Width: 3, Pictures: []Picture{
		{Pixels: []uint8{0, 1, 2, 3, 4, 255}},
		{Pixels: []uint8{9}},
	}}
	got := images(t, f)
	if len(got) != len(f.Pictures) {
		t.Fatalf("%d pictures, want %d", len(got), len(f.Pictures))
	}
	want := [][]uint8{{0, 1, 2, 3, 4, 255}, {9, 0, 0, 0, 0, 0}}
	for i, m := range got {
		if grey := m.(*image.Gray); !bytes.Equal(grey.Pix, want[i]) || grey.Rect != image.Rect(0, 0, 3, 2) {
			t.Errorf("picture %d: %v %v, want %v", i, grey.Rect, grey.Pix, want[i])
		}
	}
}

func TestWeights(t *testing.T) {
	f := Weights{Height: 2, Width: 2, Units: [][]float32{
		{1, -1, 0, 0.5},
		{float32(nan), float32(inf), -0.5},
	}}
	sheet := images(t, f)[0].(*image.Paletted)
	want := []uint8{
		zeroWeight + levels, zeroWeight - levels, noWeight, noWeight, missingWeight, missingWeight,
		zeroWeight, zeroWeight + 16, noWeight, noWeight, zeroWeight - 16, missingWeight,
	}
	if !bytes.Equal(sheet.Pix, want) || sheet.Rect != image.Rect(0, 0, 6, 2) {
		t.Errorf("%v %v, want %v", sheet.Rect, sheet.Pix, want)
	}
	for i, c := range weightPalette {
		if color.NRGBAModel.Convert(sheet.Palette[i]) != c {
			t.Errorf("colour %d is %v, want %v", i, sheet.Palette[i], c)
		}
	}
}

// TestWeightsLimit holds that a few large weights do not make the others pale.
func TestWeightsLimit(t *testing.T) {
	unit := make([]float32, 1000)
	for i := range unit {
		unit[i] = 0.1
	}
	unit[3], unit[500] = 50, -70
	if got := (Weights{Units: [][]float32{unit}}).limit(); got != float64(float32(0.1)) {
		t.Errorf("limit %v, want 0.1", got)
	}
}
