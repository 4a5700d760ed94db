package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"fnn/idx"
	"fnn/picture"
	"fnn/tensor"
)

// pictures are those that an argument names, as inputs of a model.
type pictures struct {
	file     string
	indexed  bool // whether the file is IDX
	first    int  // the index in the file of the first
	count    int
	features int       // values of a picture
	pixels   []uint8   // (count, features), or nil
	values   []float32 // (count, features) where there are no pixels
	scale    float32   // of the pixels
}

// picture returns picture i of those with pixels.
func (b *pictures) picture(i int) []uint8 {
	return b.pixels[i*b.features:][:b.features]
}

// row writes picture i to the input of a model.
func (b *pictures) row(i int, row []float32) {
	if b.pixels != nil {
		tensor.ScaleBytes(row, b.picture(i), b.scale)
		return
	}
	copy(row, b.values[i*b.features:][:b.features])
}

// open reads the pictures that an argument names.
func (p *predictor) open(argument string) (*pictures, error) {
	file, span := splitIndex(argument)
	kind, err := recognise(file)
	if err != nil {
		return nil, err
	}
	if kind == idxFile {
		if span != nil && span.first > span.last {
			return nil, fmt.Errorf("%s: picture %d comes after %d: want FIRST-LAST", argument, span.first, span.last)
		}
		return p.openIDX(file, span)
	}
	if span != nil {
		return nil, fmt.Errorf("%s: an index is for IDX files", argument)
	}
	if p.sizeless != nil {
		return nil, p.sizeless
	}
	pixels, _, err := picture.LoadFile(file, p.height, p.width)
	if err != nil {
		return nil, err
	}
	return &pictures{file: file, count: 1, features: len(pixels), pixels: pixels, scale: p.model.scale}, nil
}

// A span is a range of indices, with both its ends.
type span struct{ first, last int }

// splitIndex splits FILE:INDEX and FILE:FIRST-LAST. The span is nil if there is
// none, and where the whole is the name of a file.
func splitIndex(argument string) (file string, s *span) {
	colon := strings.LastIndexByte(argument, ':')
	if colon < 0 {
		return argument, nil
	}
	if _, err := os.Stat(argument); err == nil {
		return argument, nil
	}
	first, last, several := strings.Cut(argument[colon+1:], "-")
	if !several {
		last = first
	}
	from, err1 := strconv.ParseUint(first, 10, 31)
	to, err2 := strconv.ParseUint(last, 10, 31)
	if err1 != nil || err2 != nil {
		return argument, nil
	}
	return argument[:colon], &span{int(from), int(to)}
}

func (p *predictor) openIDX(file string, s *span) (*pictures, error) {
	a, err := idx.ReadFile(file)
	if err != nil {
		return nil, err
	}
	fail := func(format string, args ...any) (*pictures, error) {
		return nil, fmt.Errorf("%s: "+format, append([]any{file}, args...)...)
	}
	if len(a.Shape) < 2 {
		return fail("%v %v is no array of pictures; it looks like labels", a.Type, a.Shape)
	}
	b := &pictures{file: file, indexed: true, count: a.Shape[0], features: p.model.inputs, scale: p.model.scale}
	if b.count == 0 {
		return fail("it holds no pictures")
	}
	if size := a.Shape[1:]; !p.takes(size) {
		return fail("its pictures are %s, but the model takes %s", times(size), p.size())
	}
	if s != nil {
		if s.last >= b.count {
			return fail("there is no picture %d: want 0 to %d", s.last, b.count-1)
		}
		b.first, b.count = s.first, s.last-s.first+1
	}
	from, to := b.first*b.features, (b.first+b.count)*b.features
	switch a.Type {
	case idx.Uint8:
		b.pixels = a.Data[from:to]
	case idx.Float32:
		values, err := idx.Values[float32](a)
		if err != nil {
			return nil, err
		}
		b.values = values[from:to]
	default:
		return fail("its pictures are %v: want uint8 or float32", a.Type)
	}
	return b, nil
}

// size tells what the model takes.
func (p *predictor) size() string {
	if p.sizeless != nil {
		return fmt.Sprintf("%d values", p.model.inputs)
	}
	return times([]int{p.height, p.width})
}

// takes reports whether the model takes samples of a shape: pictures of its
// size, or as many values of another shape.
func (p *predictor) takes(shape []int) bool {
	if len(shape) == 2 && p.sizeless == nil {
		return shape[0] == p.height && shape[1] == p.width
	}
	size := 1
	for _, d := range shape {
		size *= d
	}
	return size == p.model.inputs
}

// times returns a shape as in 28 x 28.
func times(shape []int) string {
	var sizes []string
	for _, d := range shape {
		sizes = append(sizes, strconv.Itoa(d))
	}
	return strings.Join(sizes, " x ")
}
