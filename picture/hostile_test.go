package picture

import (
	"bytes"
	"compress/lzw"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"runtime"
	"strings"
	"testing"
	"time"
)

// chunk appends a chunk to a PNG.
func chunk(b []byte, kind string, data []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.Update(crc32.ChecksumIEEE([]byte(kind)), crc32.IEEETable, data))
}

// hostilePNG returns a PNG of the given header with so many bytes of zeros, which
// need not be all of its pixels.
func hostilePNG(width, height uint32, depth, colorType, interlace byte, zeros int) []byte {
	header := binary.BigEndian.AppendUint32(nil, width)
	header = binary.BigEndian.AppendUint32(header, height)
	header = append(header, depth, colorType, 0, 0, interlace)
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	z.Write(make([]byte, zeros))
	z.Flush()
	b := chunk([]byte("\x89PNG\r\n\x1a\n"), "IHDR", header)
	if colorType == 3 {
		b = chunk(b, "PLTE", make([]byte, 3))
	}
	return chunk(b, "IDAT", packed.Bytes())
}

// hostileGIF returns a GIF of a frame of its own size with so many pixels.
func hostileGIF(width, height uint16, pixels int) []byte {
	size := binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, width), height)
	b := append([]byte("GIF89a"), size...)
	b = append(b, 0x80, 0, 0, 0, 0, 0, 255, 255, 255) // two colours
	b = append(append(append(b, 0x2c, 0, 0, 0, 0), size...), 0, 2)
	var packed bytes.Buffer
	w := lzw.NewWriter(&packed, lzw.LSB, 2)
	w.Write(make([]byte, pixels))
	w.Close()
	for data := packed.Bytes(); len(data) > 0; {
		n := min(255, len(data))
		b = append(append(b, byte(n)), data[:n]...)
		data = data[n:]
	}
	return b
}

// segment appends a segment to a JPEG.
func segment(b []byte, marker byte, data ...byte) []byte {
	b = append(b, 0xff, marker)
	return append(binary.BigEndian.AppendUint16(b, uint16(2+len(data))), data...)
}

// hostileJPEG returns a JPEG of a frame of components with the sampling factors
// given, and so many scans of the first one's coefficients from first to last,
// each of the same bits. The Huffman tables have one code, 0, which is that of a
// difference of 0 and, among the other coefficients, of the end of 2^14 blocks
// and as many more as the 14 bits after it say.
func hostileJPEG(frame byte, width, height uint16, factors string, scans int, first, last byte, bits []byte) []byte {
	b := segment([]byte{0xff, 0xd8}, 0xfe, make([]byte, 1000)...) // a comment
	b = segment(b, 0xdb, make([]byte, 65)...)
	if len(factors) == 4 {
		b = segment(b, 0xee, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00")...)
	}
	header := []byte{8}
	header = binary.BigEndian.AppendUint16(header, height)
	header = append(binary.BigEndian.AppendUint16(header, width), byte(len(factors)))
	for i := range len(factors) {
		header = append(header, byte(i), factors[i], 0)
	}
	b = segment(b, frame, header...)
	lengths := append([]byte{1}, make([]byte, 15)...)
	b = segment(b, 0xc4, append(append([]byte{0x00}, lengths...), 0)...)
	b = segment(b, 0xc4, append(append([]byte{0x10}, lengths...), 0xe0)...)
	for range scans {
		b = segment(b, 0xda, 1, 0, 0, first, last, 0)
		b = append(b, bits...)
	}
	return b
}

// Whatever a file holds and however much it claims, it takes no more memory than
// a small picture, or than its size deserves.
func TestLoadHostile(t *testing.T) {
	ends := []byte{0x55, 0x54, 0xaa, 0xa9, 0x55, 0x52, 0xaa, 0xa0} // of 4 x 27,306 blocks
	tests := []struct {
		name, want string
		data       []byte
	}{
		{"100,000 x 100,000", "picture: ", hostilePNG(100_000, 100_000, 8, 0, 0, 0)},
		{"64 megapixels of 8 bytes", "it takes 512 MiB of memory", hostilePNG(8192, 8192, 16, 6, 0, 1<<23)},
		{"64 megapixels of a byte", "it takes 64 MiB of memory", hostilePNG(8192, 8192, 8, 3, 0, 1<<23)},
		{"8 bytes a pixel, cut", "not enough pixel data", hostilePNG(2048, 2048, 16, 6, 0, 2048*(8*2048+1)-1)},
		{"4 bytes a pixel, cut", "not enough pixel data", hostilePNG(2896, 2896, 8, 2, 0, 2896*(3*2896+1)-1)},
		{"palette, cut", "not enough pixel data", hostilePNG(5792, 5792, 8, 3, 0, 5792*5793-1)},
		{"bits, cut", "not enough pixel data", hostilePNG(5792, 5792, 1, 0, 0, 5792*725-1)},
		{"interlaced, cut", "not enough pixel data", hostilePNG(1448, 1448, 16, 6, 1, 8*1448*1448)},
		{"interlaced", "it takes 64 MiB of memory", hostilePNG(2048, 2048, 16, 6, 1, 1<<20)},
		{"GIF, cut", "not enough image data", hostileGIF(5016, 5016, 5016*5016-1)},
		{"wide GIF", "it takes as long as 31 megapixels", hostileGIF(65535, 511, 1<<24)},
		{"large GIF", "it takes 63 MiB of memory", hostileGIF(65535, 1024, 1<<24)},
		{"JPEG, cut", "unexpected EOF", hostileJPEG(0xc0, 5016, 5016, "\x11", 1, 0, 63, make([]byte, 5016*5016/64/4-9))},
		{"colour JPEG, cut", "unexpected EOF", hostileJPEG(0xc0, 4096, 4096, "\x22\x11\x11", 1, 0, 63, make([]byte, 4096*4096/64*3/8-9))},
		{"large colour JPEG", "it takes 96 MiB of memory", hostileJPEG(0xc0, 8192, 8192, "\x22\x11\x11", 1, 0, 63, make([]byte, 1<<19))},
		{"progressive JPEG", "it takes 480 MiB of memory", hostileJPEG(0xc2, 8192, 8192, "\x22\x11\x11", 1, 0, 0, make([]byte, 1<<18))},
		{"progressive JPEG with black", "it takes 1536 MiB of memory", hostileJPEG(0xc2, 8192, 8192, "\x11\x11\x11\x11", 1, 0, 0, make([]byte, 1<<18))},
		{"JPEG converted", "it takes 84 MiB of memory", hostileJPEG(0xc0, 4000, 2760, "\x11\x11\x11\x11", 1, 0, 63, make([]byte, 2000))},
		{"scans", "it takes as long as 602 megapixels", hostileJPEG(0xc2, 2240, 2240, "\x11", 1000, 1, 1, ends)},
		{"scans of all", "it takes as long as 239 megapixels", hostileJPEG(0xc0, 2240, 2240, "\x11", 50, 0, 63, make([]byte, 2240*2240/64/4))},
		{"scans, cut", "unexpected EOF", hostileJPEG(0xc2, 2240, 2240, "\x11", 26, 1, 1, ends)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, _, err := Load(bytes.NewReader(test.data), 28, 28)
			elapsed := time.Since(start)
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
				t.Errorf("%d bytes of file took %d bytes of memory", len(test.data), used)
			}
			t.Logf("%d bytes, %v, %d kB: %v", len(test.data), elapsed, (after.TotalAlloc-before.TotalAlloc)>>10, err)
		})
	}
}
