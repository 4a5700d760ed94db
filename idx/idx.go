// Package idx reads and writes the IDX file format, in which MNIST and the data
// sets made after it (Fashion-MNIST, KMNIST, EMNIST) are published.
//
// An IDX file is one array of numbers. The format is described at the foot of
// the MNIST page, http://yann.lecun.com/exdb/mnist/:
//
//	offset  size  content
//	0       2     zero
//	2       1     element type: 0x08 uint8, 0x09 int8, 0x0b int16,
//	              0x0c int32, 0x0d float32, 0x0e float64
//	3       1     number of dimensions
//	4       4*n   the size of each dimension, unsigned
//	4+4*n         the elements, the last dimension varying fastest
//
// Numbers of more than one byte are big-endian. The files are usually
// compressed with gzip, which [Read] recognises by its first bytes.
package idx

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// MaxSize is the most data, in bytes, that an array may hold to be read or
// written; no single dimension may exceed it either.
const MaxSize = 1 << 30

// maxDims is what the one byte of the header that counts them can say.
const maxDims = math.MaxUint8

// ErrTooLarge reports an array of more than [MaxSize] bytes, or one that gzip
// packs more tightly than [Read] unpacks.
var ErrTooLarge = errors.New("array too large")

// A Type is the type of an array's elements, by its code in the file.
type Type byte

// The element types of the format.
const (
	Uint8   Type = 0x08
	Int8    Type = 0x09
	Int16   Type = 0x0B
	Int32   Type = 0x0C
	Float32 Type = 0x0D
	Float64 Type = 0x0E
)

// Size returns the size of one element in bytes, or 0 if t is not a type of
// the format.
func (t Type) Size() int {
	switch t {
	case Uint8, Int8:
		return 1
	case Int16:
		return 2
	case Int32, Float32:
		return 4
	case Float64:
		return 8
	}
	return 0
}

// String returns the name of the Go type that holds an element.
func (t Type) String() string {
	switch t {
	case Uint8:
		return "uint8"
	case Int8:
		return "int8"
	case Int16:
		return "int16"
	case Int32:
		return "int32"
	case Float32:
		return "float32"
	case Float64:
		return "float64"
	}
	return fmt.Sprintf("Type(0x%02x)", byte(t))
}

// An Array is the content of an IDX file.
type Array struct {
	Type Type

	// Shape holds the size of each dimension, the slowest-varying first. An
	// array without dimensions is a single element; one with a dimension of
	// zero has none.
	Shape []int

	// Data holds the elements as they are in the file: row-major, big-endian.
	// [Values] decodes them; those of a Uint8 array need no decoding.
	Data []byte
}

// Element is the set of types that an array's elements can have.
type Element interface {
	uint8 | int8 | int16 | int32 | float32 | float64
}

// New returns the array of a shape that holds values, which are copied. It
// panics if the shape does not call for len(values) elements or exceeds what
// the format can describe.
func New[T Element](shape []int, values []T) *Array {
	t := typeOf[T]()
	a := &Array{Type: t, Shape: slices.Clone(shape)}
	size, err := dataSize(t, shape)
	if err != nil {
		panic("idx: New: " + err.Error())
	}
	if size != len(values)*t.Size() {
		panic(fmt.Sprintf("idx: New: shape %v holds %d values, got %d", shape, size/t.Size(), len(values)))
	}
	a.Data = make([]byte, 0, size)
	switch v := any(values).(type) {
	case []uint8:
		a.Data = append(a.Data, v...)
	case []int8:
		for _, x := range v {
			a.Data = append(a.Data, byte(x))
		}
	case []int16:
		for _, x := range v {
			a.Data = binary.BigEndian.AppendUint16(a.Data, uint16(x))
		}
	case []int32:
		for _, x := range v {
			a.Data = binary.BigEndian.AppendUint32(a.Data, uint32(x))
		}
	case []float32:
		for _, x := range v {
			a.Data = binary.BigEndian.AppendUint32(a.Data, math.Float32bits(x))
		}
	case []float64:
		for _, x := range v {
			a.Data = binary.BigEndian.AppendUint64(a.Data, math.Float64bits(x))
		}
	}
	return a
}

// Values decodes the elements of a, in row-major order. It is an error if T is
// not the type of a's elements, or if a's shape and data disagree.
func Values[T Element](a *Array) ([]T, error) {
	if err := a.check(); err != nil {
		return nil, fmt.Errorf("idx: %w", err)
	}
	if want := typeOf[T](); a.Type != want {
		return nil, fmt.Errorf("idx: array holds %v, not %v", a.Type, want)
	}
	values := make([]T, len(a.Data)/a.Type.Size())
	switch v := any(values).(type) {
	case []uint8:
		copy(v, a.Data)
	case []int8:
		for i, b := range a.Data {
			v[i] = int8(b)
		}
	case []int16:
		for i := range v {
			v[i] = int16(binary.BigEndian.Uint16(a.Data[2*i:]))
		}
	case []int32:
		for i := range v {
			v[i] = int32(binary.BigEndian.Uint32(a.Data[4*i:]))
		}
	case []float32:
		for i := range v {
			v[i] = math.Float32frombits(binary.BigEndian.Uint32(a.Data[4*i:]))
		}
	case []float64:
		for i := range v {
			v[i] = math.Float64frombits(binary.BigEndian.Uint64(a.Data[8*i:]))
		}
	}
	return values, nil
}

// typeOf returns the code of an element type.
func typeOf[T Element]() Type {
	switch any(*new(T)).(type) {
	case uint8:
		return Uint8
	case int8:
		return Int8
	case int16:
		return Int16
	case int32:
		return Int32
	case float32:
		return Float32
	default:
		return Float64
	}
}

// check reports whether a is an array that a file could hold.
func (a *Array) check() error {
	size, err := dataSize(a.Type, a.Shape)
	if err != nil {
		return err
	}
	if size != len(a.Data) {
		return fmt.Errorf("%v %v takes %d bytes of data, got %d", a.Type, a.Shape, size, len(a.Data))
	}
	return nil
}

// dataSize returns the size in bytes of an array's data.
func dataSize(t Type, shape []int) (int, error) {
	if t.Size() == 0 {
		return 0, fmt.Errorf("unknown element type 0x%02x", byte(t))
	}
	if len(shape) > maxDims {
		return 0, fmt.Errorf("%d dimensions, want at most %d", len(shape), maxDims)
	}
	for i, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("dimension %d is negative: %d", i, d)
		}
		if d > MaxSize {
			return 0, fmt.Errorf("%w: dimension %d is %d, want at most %d", ErrTooLarge, i, d, MaxSize)
		}
	}
	if slices.Contains(shape, 0) {
		return 0, nil
	}
	size := t.Size()
	for _, d := range shape {
		if d > MaxSize/size {
			return 0, fmt.Errorf("%w: %v %v takes more than %d bytes", ErrTooLarge, t, shape, MaxSize)
		}
		size *= d
	}
	return size, nil
}
