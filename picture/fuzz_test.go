package picture

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzLoad checks that no file makes Load panic, and that it gives a picture of
// the size asked for, or an error in one line.
func FuzzLoad(f *testing.F) {
	f.Add(hostilePNG(3, 2, 16, 6, 1, 100), uint8(2), uint8(2))
	f.Add(hostileGIF(3, 2, 6), uint8(4), uint8(5))
	f.Add(hostileJPEG(0xc2, 20, 9, "\x22\x11\x11", 2, 0, 0, make([]byte, 4)), uint8(5), uint8(4))
	f.Add(hostileJPEG(0xc1, 20, 9, "\x11\x11\x11\x11", 1, 0, 63, make([]byte, 40)), uint8(5), uint8(4))
	f.Add(hostileJPEG(0xc2, 9, 20, "\x11", 3, 1, 2, make([]byte, 20)), uint8(5), uint8(4))
	f.Fuzz(func(t *testing.T, data []byte, height, width uint8) {
		h, w := int(height), int(width)
		pixels, _, err := Load(bytes.NewReader(data), h, w)
		if (err == nil) != (pixels != nil) {
			t.Fatalf("%d pixels and error %v", len(pixels), err)
		}
		if err == nil && len(pixels) != h*w {
			t.Fatalf("%d pixels, want %d x %d", len(pixels), h, w)
		}
		if err != nil && (len(err.Error()) > 1000 || strings.Contains(err.Error(), "\n")) {
			t.Errorf("an error of %d bytes: %.200q", len(err.Error()), err)
		}
	})
}
