package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// noise returns n bytes of no pattern.
func noise(n int) []uint8 {
	random := rand.New(rand.NewPCG(1, 2))
	pixels := make([]uint8, n)
	for i := range pixels {
		pixels[i] = uint8(random.Uint32())
	}
	return pixels
}

func encodePNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// paint sets each pixel of m to what f says, and returns m.
func paint[M interface {
	image.Image
	Set(x, y int, c color.Color)
}](m M, f func(x, y int) color.Color) M {
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			m.Set(x, y, f(x, y))
		}
	}
	return m
}

func mustLoad(t *testing.T, data []byte, height, width int) []uint8 {
	t.Helper()
	pixels, _, err := Load(bytes.NewReader(data), height, width)
	if err != nil {
		t.Fatal(err)
	}
	if len(pixels) != height*width {
		t.Fatalf("%d pixels, want %d", len(pixels), height*width)
	}
	return pixels
}

// A grey picture of the right size is not changed, however it is stored.
func TestLoadUnchanged(t *testing.T) {
	const height, width = 20, 28
	want := noise(height * width)
	at := func(x, y int) color.Color { return color.Gray{want[y*width+x]} }
	r := image.Rect(0, 0, width, height)
	greys := make(color.Palette, 256)
	for i := range greys {
		greys[i] = color.Gray{uint8(i)}
	}
	var animated bytes.Buffer
	frame := paint(image.NewPaletted(r, greys), at)
	second := image.NewPaletted(r, greys)
	if err := gif.EncodeAll(&animated, &gif.GIF{Image: []*image.Paletted{frame, second}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, format string
		data         []byte
	}{
		{"8-bit grey", "png", encodePNG(t, paint(image.NewGray(r), at))},
		{"16-bit grey", "png", encodePNG(t, paint(image.NewGray16(r), at))},
		{"8-bit colour", "png", encodePNG(t, paint(image.NewRGBA(r), at))},
		{"16-bit colour", "png", encodePNG(t, paint(image.NewRGBA64(r), at))},
		{"palette", "png", encodePNG(t, frame)},
		{"animated", "gif", animated.Bytes()},
	}
	for _, test := range tests {
		t.Run(test.format+" "+test.name, func(t *testing.T) {
			got, info, err := Load(bytes.NewReader(test.data), height, width)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Error("the pixels have changed")
			}
			if want := (Info{test.format, height, width}); info != want {
				t.Errorf("info %+v, want %+v", info, want)
			}
		})
	}
}

func TestLoadJPEG(t *testing.T) {
	const height, width = 16, 16
	at := func(x, y int) color.Color { return color.Gray{uint8(8*x + 4*y)} }
	for _, m := range []image.Image{
		paint(image.NewGray(image.Rect(0, 0, width, height)), at),
		paint(image.NewRGBA(image.Rect(0, 0, width, height)), at),
	} {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 100}); err != nil {
			t.Fatal(err)
		}
		for i, got := range mustLoad(t, b.Bytes(), height, width) {
			want := 8*(i%width) + 4*(i/width)
			if int(got) < want-2 || int(got) > want+2 {
				t.Fatalf("%T: pixel %d is %d, want about %d", m, i, got, want)
			}
		}
	}
}

// One row of pixels of each kind and the grey they become.
func TestLoadGrey(t *testing.T) {
	tests := []struct {
		name   string
		colors []color.Color
		want   []uint8
	}{
		{"luma", []color.Color{
			color.RGBA{255, 0, 0, 255}, color.RGBA{0, 255, 0, 255}, color.RGBA{0, 0, 255, 255}, color.RGBA{255, 255, 255, 255},
		}, []uint8{54, 182, 18, 255}},
		{"light on transparent", []color.Color{
			color.NRGBA{0, 0, 0, 0}, color.NRGBA{255, 255, 255, 255}, color.NRGBA{255, 255, 255, 128}, color.NRGBA{100, 100, 100, 255},
		}, []uint8{0, 255, 128, 100}},
		{"dark on transparent", []color.Color{
			color.NRGBA{0, 0, 0, 0}, color.NRGBA{0, 0, 0, 255}, color.NRGBA{0, 0, 0, 128}, color.NRGBA{100, 100, 100, 255},
		}, []uint8{255, 0, 127, 100}},
		{"nothing but transparent", []color.Color{color.NRGBA{}, color.NRGBA{255, 255, 255, 0}}, []uint8{0, 0}},
		{"dark, not transparent", []color.Color{color.NRGBA{10, 10, 10, 255}, color.NRGBA{20, 20, 20, 255}}, []uint8{10, 20}},
		{"16 bits to 8", []color.Color{
			color.Gray16{0}, color.Gray16{128}, color.Gray16{129}, color.Gray16{65535 - 129}, color.Gray16{65535 - 128}, color.Gray16{65535},
		}, []uint8{0, 0, 1, 254, 255, 255}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := paint(image.NewNRGBA64(image.Rect(0, 0, len(test.colors), 1)), func(x, _ int) color.Color { return test.colors[x] })
			if got := mustLoad(t, encodePNG(t, m), 1, len(test.colors)); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// A frame that does not cover its GIF leaves the rest transparent.
func TestLoadSmallFrame(t *testing.T) {
	for _, test := range []struct{ ink, around uint8 }{{200, 0}, {40, 255}} {
		frame := image.NewPaletted(image.Rect(1, 1, 3, 2), color.Palette{color.Gray{test.ink}, color.Gray{77}})
		var b bytes.Buffer
		err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{frame}, Delay: []int{0}, Config: image.Config{Width: 4, Height: 3}})
		if err != nil {
			t.Fatal(err)
		}
		o, x := test.around, test.ink
		want := []uint8{o, o, o, o, o, x, x, o, o, o, o, o}
		if got := mustLoad(t, b.Bytes(), 3, 4); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

// header is the start of a PNG file of 8-bit grey that claims a size.
func header(width, height uint32) []byte {
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR")
	b = binary.BigEndian.AppendUint32(b, width)
	b = binary.BigEndian.AppendUint32(b, height)
	b = append(b, 8, 0, 0, 0, 0)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[12:]))
}

type failingReader struct{}

var errBroken = errors.New("broken")

func (failingReader) Read([]byte) (int, error) { return 0, errBroken }

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

func TestLoadErrors(t *testing.T) {
	whole := encodePNG(t, image.NewGray(image.Rect(0, 0, 28, 28)))
	tests := []struct {
		name, data, want string
	}{
		{"empty", "", "picture: empty: a PNG, JPEG or GIF picture is expected"},
		{"text", "hello, world\n", "picture: not a PNG, JPEG or GIF picture"},
		{"truncated header", string(whole[:20]), "picture: cannot be decoded: unexpected EOF"},
		{"truncated", string(whole[:45]), "picture: cannot be decoded: png: invalid format: not enough pixel data"},
		{"too large", string(header(10_000, 10_000)),
			"picture: a png picture of 10000 x 10000 pixels: at most 64 megapixels are read, and 65536 pixels a side"},
		{"too wide", string(header(100_000, 1)),
			"picture: a png picture of 100000 x 1 pixels: at most 64 megapixels are read, and 65536 pixels a side"},
		{"more than the bytes hold", string(header(8192, 8192)),
			"picture: damaged: 8192 x 8192 pixels cannot be in 33 bytes of png"},
		{"no pixels", "GIF89a\x00\x00\x00\x00\x00\x00\x00", "picture: a gif picture without pixels: 0 x 0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pixels, _, err := Load(strings.NewReader(test.data), 28, 28)
			if err == nil || err.Error() != test.want || pixels != nil {
				t.Errorf("%d pixels, error %v\nwant %s", len(pixels), err, test.want)
			}
			name := filepath.Join(t.TempDir(), "shoe.png")
			if err := os.WriteFile(name, []byte(test.data), 0o666); err != nil {
				t.Fatal(err)
			}
			_, _, err = LoadFile(name, 28, 28)
			if want := strings.Replace(test.want, "picture: ", "picture: "+name+": ", 1); err == nil || err.Error() != want {
				t.Errorf("error %v\nwant %s", err, want)
			}
		})
	}

	if _, _, err := Load(failingReader{}, 28, 28); !errors.Is(err, errBroken) {
		t.Errorf("a reader that fails: %v", err)
	}
	if _, _, err := LoadFile(filepath.Join(t.TempDir(), "none.png"), 28, 28); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	for _, size := range [][2]int{{0, 28}, {28, -1}, {1 << 14, 1 << 13}} {
		if _, _, err := Load(bytes.NewReader(whole), size[0], size[1]); err == nil {
			t.Errorf("an input of %d x %d: no error", size[0], size[1])
		}
	}
}

// A size that is only claimed costs nothing.
func TestLoadClaims(t *testing.T) {
	for _, side := range []uint32{8192, 30_000, 100_000, 1<<31 - 1} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := Load(bytes.NewReader(header(side, side)), 28, 28)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%d x %d: no error", side, side)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
			t.Errorf("%d x %d: %d bytes of memory", side, side, n)
		}
	}
}

func TestReadLimit(t *testing.T) {
	gif := func(r io.Reader) io.Reader { return io.MultiReader(strings.NewReader("GIF89a"), r) }
	if data, err := read(gif(io.LimitReader(zeros{}, 994)), 1000); err != nil || len(data) != 1000 {
		t.Errorf("as much as is allowed: %d bytes, error %v", len(data), err)
	}
	if _, err := read(zeros{}, 1000); err == nil || err.Error() != "not a PNG, JPEG or GIF picture" {
		t.Errorf("endless zeros: error %v", err)
	}
	if _, err := read(gif(zeros{}), 1000); err == nil || err.Error() != "more than 1000 bytes" {
		t.Errorf("an endless reader: error %v", err)
	}
}
