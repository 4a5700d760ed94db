package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
)

// What decoding a picture may cost: so much for any file, and for a larger one so
// much for each of its bytes. A small file then never costs much, whatever size it
// claims and however little of the picture is in it.
const (
	freeMemory = 32 << 20
	freeWork   = 24 << 20
	perByte    = 128

	maxMemory = 512 << 20
)

// A cost is what decoding a picture takes at most.
type cost struct {
	memory int64 // bytes
	work   int64 // samples that are unpacked one by one
}

// check returns an error unless a file of so many bytes may cost that.
func (c cost) check(size int) error {
	switch deserved := perByte * int64(size); {
	case c.memory > maxMemory || c.memory > max(freeMemory, deserved):
		return fmt.Errorf("it takes %d MiB of memory, which is too much for %d bytes of file", c.memory>>20, size)
	case c.work > max(freeWork, deserved):
		return fmt.Errorf("it takes as long as %d megapixels, which is too much for %d bytes of file", c.work>>20, size)
	}
	return nil
}

// costOf returns what the standard library's decoders take for a picture, whose
// header they have read.
func costOf(data []byte, format string, c image.Config) cost {
	pixels := int64(c.Height) * int64(c.Width)
	switch format {
	case "png":
		return cost{memory: pixels * pngPixel(data)}
	case "jpeg":
		return jpegCost(data, c)
	}
	return cost{memory: pixels, work: pixels}
}

// pngPixel returns the bytes that a pixel of a PNG takes. Its header is a chunk
// that begins at byte 16 (https://www.w3.org/TR/png-3/#11IHDR).
func pngPixel(data []byte) int64 {
	depth, colorType, interlaced := data[24], data[25], data[28] != 0
	size := int64(1)
	if depth == 16 {
		size = 2
	}
	const grey, palette = 0, 3
	if colorType != palette && (colorType != grey || bytes.Contains(data, []byte("tRNS"))) {
		size *= 4
	}
	if interlaced {
		size *= 2 // the passes, then the whole
	}
	return size
}

// jpegCost goes through the segments of a JPEG (ITU-T T.81, annex B). All the
// coefficients of a progressive one are in memory, an int32 each, and every scan
// goes through blocks of them, even if it takes a few bits to say that nothing
// changes. Colours other than YCbCr are converted at the end.
func jpegCost(data []byte, c image.Config) cost {
	const (
		sof0, sof2 = 0xc0, 0xc2
		rst0, rst7 = 0xd0, 0xd7
		eoi, sos   = 0xd9, 0xda
		app14      = 0xee
	)
	var blocks, scans int64
	progressive := false
	converted := c.ColorModel != color.GrayModel && c.ColorModel != color.YCbCrModel
	for at := 0; ; {
		next := bytes.IndexByte(data[at:], 0xff)
		if next < 0 || at+next+4 > len(data) {
			break
		}
		at += next
		marker := data[at+1]
		if marker == 0xff || marker == 0xd8 {
			at++
			continue
		}
		if marker == 0 || rst0 <= marker && marker <= rst7 {
			at += 2
			continue
		}
		length := int(data[at+2])<<8 | int(data[at+3])
		if marker == eoi || length < 2 {
			break
		}
		segment := data[at+4 : min(max(at+2+length, at+4), len(data))]
		switch {
		case sof0 <= marker && marker <= sof2 && blocks == 0:
			progressive = marker == sof2
			blocks = jpegBlocks(segment, c)
		case marker == sos:
			scans++
		case marker == app14:
			converted = converted || len(segment) >= 12 && segment[11] == 0 // unknown, which is taken for RGB
		}
		at = min(at+2+length, len(data))
	}
	result := cost{memory: 64 * blocks, work: 64 * blocks * scans}
	if progressive {
		result.memory += 4 * 64 * blocks
		result.work = 64*blocks + 8*scans*blocks // an empty visit costs as much as 8 samples
	}
	if converted {
		result.memory += 4 * int64(c.Height) * int64(c.Width)
	}
	return result
}

// jpegBlocks returns how many blocks of 8 x 8 samples the components of a frame
// have together: whole units, of so many blocks across and down as the sampling
// factors say (ITU-T T.81, A.2).
func jpegBlocks(frame []byte, c image.Config) int64 {
	units := func(size, factor int) int64 { return int64((size + 8*factor - 1) / (8 * factor)) }
	if len(frame) < 6 || len(frame) < 6+3*int(frame[5]) {
		return 0
	}
	each, h, v := int64(0), 1, 1
	for i := range int(frame[5]) {
		factors := frame[6+3*i+1]
		each += int64(factors>>4) * int64(factors&15)
		if i == 0 {
			h, v = max(1, int(factors>>4)), max(1, int(factors&15))
		}
	}
	if frame[5] == 1 {
		each, h, v = 1, 1, 1 // whatever the factors are
	}
	return each * units(c.Width, h) * units(c.Height, v)
}
