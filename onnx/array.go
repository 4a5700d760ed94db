package onnx

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"fnn/internal/protobuf"
	"fnn/safetensors"
	"fnn/tensor"
)

// An array is a tensor whose elements the file tells: a constant, or what
// operators make of constants alone.
type array struct {
	dims   []int
	stored *constant // where the elements are, unless they are below
	floats []float32
	ints   []int64
}

// widths holds the size in bytes of an element of each type as raw data.
var widths = map[int64]int{
	typeFloat: 4, typeUint8: 1, typeInt8: 1, typeUint16: 2, typeInt16: 2, typeInt32: 4, typeInt64: 8,
	typeBool: 1, typeFloat16: 2, typeDouble: 8, typeUint32: 4, typeUint64: 8, typeBfloat16: 2,
}

// newArray returns the array of a constant whose shape is sound.
func newArray(c *constant) (*array, error) {
	a := &array{stored: c}
	most := maxFile / max(1, widths[c.element]) // of elements
	size := 1
	for _, d := range c.dims {
		if d < 0 || d > int64(most) || size > 0 && int(d) > most/size {
			return nil, fmt.Errorf("constant %.80q has shape %v, beyond any file's size", c.name, c.dims)
		}
		size *= int(d)
		a.dims = append(a.dims, int(d))
	}
	return a, nil
}

// size returns the number of elements.
func (a *array) size() int {
	size := 1
	for _, d := range a.dims {
		size *= d
	}
	return size
}

// The bytes that the importer may use: some for any file, and some for each byte
// of one. A float32 may take as many as a row of a panel (package tensor).
const (
	leastBudget   = 16 << 20
	budgetPerByte = tensor.PanelCols + 8
)

// allow adds to what the importer may use what a file of so many bytes deserves.
func (im *importer) allow(bytes int64) { im.budget += budgetPerByte * bytes }

// spend takes n times so many bytes off what the importer may still use. Constants
// may be used by many operators, and what comes of that has to stay in proportion
// to the file.
func (im *importer) spend(n, bytes int) error {
	cost := int64(n) * int64(bytes)
	if cost > im.budget {
		return fmt.Errorf("the graph uses the same constants too often for a file of its size")
	}
	im.budget -= cost
	return nil
}

// floatsOf returns the elements of an array of numbers as float32; they are not
// to be changed.
func (im *importer) floatsOf(a *array) ([]float32, error) {
	if a.floats != nil {
		return a.floats, nil
	}
	if a.stored == nil {
		var err error
		a.floats, err = im.floatsFrom(a.ints)
		return a.floats, err
	}
	data, err := im.bytesOf(a)
	if err != nil {
		return nil, err
	}
	if err := im.spend(a.size(), 4); err != nil {
		return nil, err
	}
	t := safetensors.Tensor{Name: a.stored.name, Shape: []int{a.size()}, Data: data}
	switch a.stored.element {
	case typeFloat:
		t.Type = safetensors.F32
	case typeFloat16:
		t.Type = safetensors.F16
	case typeBfloat16:
		t.Type = safetensors.BF16
	case typeDouble:
		t.Type = safetensors.F64
	default:
		ints, err := im.intsOf(a)
		if err != nil {
			return nil, err
		}
		a.floats, err = im.floatsFrom(ints)
		return a.floats, err
	}
	a.floats, err = t.RoundedFloat32s()
	return a.floats, err
}

func (im *importer) floatsFrom(ints []int64) ([]float32, error) {
	if err := im.spend(len(ints), 4); err != nil {
		return nil, err
	}
	floats := make([]float32, len(ints))
	for i, v := range ints {
		floats[i] = float32(v)
	}
	return floats, nil
}

// intsOf returns the elements of an array of integers.
func (im *importer) intsOf(a *array) ([]int64, error) {
	if a.stored == nil && a.floats == nil || a.ints != nil {
		return a.ints, nil
	}
	c := a.stored
	if c == nil {
		return nil, fmt.Errorf("an array of floats where integers are wanted")
	}
	width := widths[c.element]
	switch c.element {
	case typeUint8, typeInt8, typeUint16, typeInt16, typeInt32, typeInt64, typeBool:
	default:
		return nil, fmt.Errorf("constant %.80q has elements of type %d where integers are wanted", c.name, c.element)
	}
	data, err := im.bytesOf(a)
	if err != nil {
		return nil, err
	}
	if err := im.spend(a.size(), 8); err != nil {
		return nil, err
	}
	ints := make([]int64, len(data)/width)
	for i := range ints {
		element := data[i*width:]
		switch c.element {
		case typeUint8, typeBool:
			ints[i] = int64(element[0])
		case typeInt8:
			ints[i] = int64(int8(element[0]))
		case typeUint16:
			ints[i] = int64(binary.LittleEndian.Uint16(element))
		case typeInt16:
			ints[i] = int64(int16(binary.LittleEndian.Uint16(element)))
		case typeInt32:
			ints[i] = int64(int32(binary.LittleEndian.Uint32(element)))
		case typeInt64:
			ints[i] = int64(binary.LittleEndian.Uint64(element))
		}
	}
	a.ints = ints
	return ints, nil
}

// bytesOf returns the elements of a stored array as raw data, as many bytes as
// its shape and type take.
func (im *importer) bytesOf(a *array) ([]byte, error) {
	c := a.stored
	width, ok := widths[c.element]
	if !ok {
		return nil, fmt.Errorf("constant %.80q has elements of type %d: want numbers", c.name, c.element)
	}
	want := a.size() * width
	data := c.raw
	switch {
	case c.location == locationExternal:
		return im.readExternal(c, want)
	case len(c.raw) == 0 && len(c.varints) > 0:
		if err := im.spend(len(c.varints), 16); err != nil { // unpacked, and as raw data
			return nil, err
		}
		values, err := protobuf.Int64s(c.varints, 0, a.size())
		if err != nil || len(values) != a.size() {
			return nil, fmt.Errorf("constant %.80q of shape %v: want %d elements", c.name, c.dims, a.size())
		}
		data = make([]byte, 0, want)
		for _, v := range values {
			data = append(data, binary.LittleEndian.AppendUint64(nil, uint64(v))[:width]...)
		}
	}
	if len(data) != want {
		return nil, fmt.Errorf("constant %.80q of shape %v has %d bytes of data: want %d", c.name, c.dims, len(data), want)
	}
	return data, nil
}

// maxLocation is how long the name of another file may be, in bytes.
const maxLocation = 1 << 10

// readExternal reads the elements of a constant from another file: beside the
// graph's, or in a folder there, never outside.
func (im *importer) readExternal(c *constant, want int) ([]byte, error) {
	fail := func(err error) ([]byte, error) {
		return nil, fmt.Errorf("constant %.80q: %w", c.name, err)
	}
	if im.folder == "" {
		return fail(fmt.Errorf("its data are in another file, which LoadFile finds"))
	}
	location, offset, length := "", int64(0), int64(want)
	for _, e := range c.external {
		var err error
		switch e.key {
		case "location":
			if location = e.value; len(location) > maxLocation {
				return fail(fmt.Errorf("external data in a file whose name takes %d bytes: want at most %d", len(location), maxLocation))
			}
		case "offset":
			offset, err = strconv.ParseInt(e.value, 10, 64)
		case "length":
			length, err = strconv.ParseInt(e.value, 10, 64)
		}
		if err != nil {
			return fail(fmt.Errorf("external data: %s %.80q is no number", e.key, e.value))
		}
	}
	if length != int64(want) {
		return fail(fmt.Errorf("%d bytes of external data for shape %v: want %d", length, c.dims, want))
	}
	root, err := os.OpenRoot(im.folder)
	if err != nil {
		return fail(err)
	}
	defer root.Close()
	info, err := root.Stat(location)
	if err != nil {
		return fail(err)
	}
	if !info.Mode().IsRegular() {
		return fail(fmt.Errorf("%.80q is no file", location))
	}
	if offset < 0 || offset > info.Size() || length > info.Size()-offset {
		return fail(fmt.Errorf("external data from %d, %d bytes, where %.80q has %d", offset, length, location, info.Size()))
	}
	if path := filepath.Clean(location); !im.files[path] {
		im.files[path] = true
		im.allow(info.Size())
	}
	if err := im.spend(want, 1); err != nil {
		return fail(err)
	}
	file, err := root.Open(location)
	if err != nil {
		return fail(err)
	}
	defer file.Close()
	data := make([]byte, length)
	if _, err := io.ReadFull(io.NewSectionReader(file, offset, length), data); err != nil {
		return fail(err)
	}
	return data, nil
}
