package picture

import (
	"bytes"
	"testing"
)

func FuzzLoad(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte, height, width uint8) {
		h, w := int(height), int(width)
		pixels, _, err := Load(bytes.NewReader(data), h, w)
		if (err == nil) != (pixels != nil) {
			t.Fatalf("%d pixels and error %v", len(pixels), err)
		}
		if err == nil && len(pixels) != h*w {
			t.Fatalf("%d pixels, want %d x %d", len(pixels), h, w)
		}
	})
}
