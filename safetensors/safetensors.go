// Package safetensors reads and writes the safetensors file format, in which the machine learning
// ecosystem keeps the weights of models: PyTorch, JAX, TensorFlow and MLX all load it. Unlike a pickle
// it holds numbers and names only, so opening a file cannot run code.
//
// A file is the length of its header (8 bytes, little-endian), the header, and the data:
//
//	{"__metadata__": {"key": "text", ...},
//	 "0.weight": {"dtype": "F32", "shape": [128, 784], "data_offsets": [0, 401408]}, ...}
//
// The header is JSON, padded with spaces. Offsets count from the first byte of the data; the tensors
// cover the data without a hole or an overlap. Elements are little-endian, in row-major order.
//
// The format is described at https://huggingface.co/docs/safetensors and, with the limits that readers
// keep, under "Format" at https://github.com/huggingface/safetensors.
package safetensors

import (
	"fmt"
	"strings"
)

const (
	// MaxHeader is the length in bytes of the longest header: the limit of the reference
	// implementation.
	MaxHeader = 100_000_000

	// MaxSize is the number of bytes of data that this package reads and writes at most, and the
	// longest dimension: one gibibyte, which every platform can index with an int.
	MaxSize = 1 << 30

	// MaxNames is the largest number of names in an object of the header: of the
	// tensors and the metadata together, and of the metadata's keys.
	MaxNames = 1 << 16

	// MaxRank is the largest number of dimensions: PyTorch and NumPy stop there as well.
	MaxRank = 64
)

// metadataKey is the one name in the header that is no tensor's.
const metadataKey = "__metadata__"

// A Type is the type of a tensor's elements, spelled as files spell it: "F32" is float32, "BF16" is
// bfloat16, "I64" is int64.
type Type string

// The types that this package converts from and to Go's. Tensors of other types are read and written
// as bytes.
const (
	F64  Type = "F64"
	F32  Type = "F32"
	F16  Type = "F16"  // IEEE 754 binary16
	BF16 Type = "BF16" // the upper half of a float32
	I64  Type = "I64"
	I8   Type = "I8"
	U8   Type = "U8" // bytes as they are
)

// bits holds the size of one element of each type in the specification.
var bits = map[Type]uint64{
	"F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
	"BOOL": 8, U8: 8, I8: 8,
	"F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
	"U16": 16, "I16": 16, F16: 16, BF16: 16,
	"U32": 32, "I32": 32, F32: 32,
	"U64": 64, I64: 64, F64: 64, "C64": 64,
}

// A Tensor is one named array.
type Tensor struct {
	Name  string
	Type  Type
	Shape []int  // empty for a scalar
	Data  []byte // the elements, little-endian, row-major
}

// A File is what a safetensors file holds.
type File struct {
	Metadata map[string]string // free text; nil if the file has none
	Tensors  []Tensor          // in the order of their data
}

// Lookup returns the tensor of that name and whether there is one.
func (f *File) Lookup(name string) (Tensor, bool) {
	for _, t := range f.Tensors {
		if t.Name == name {
			return t, true
		}
	}
	return Tensor{}, false
}

// A FormatError reports that the input is not a valid safetensors file.
type FormatError struct {
	Offset int64  // the place in the file, in bytes from its beginning
	Reason string // what is there and what was expected
}

func (e *FormatError) Error() string { return fmt.Sprintf("offset %d: %s", e.Offset, e.Reason) }

// size returns the number of bytes that a tensor of this type and shape takes.
func size(t Type, shape []int) (int, error) {
	n, ok := bits[t]
	if !ok {
		return 0, fmt.Errorf("unknown dtype %s", quote(string(t)))
	}
	if len(shape) > MaxRank {
		return 0, fmt.Errorf("%d dimensions, expected at most %d", len(shape), MaxRank)
	}
	empty := false
	for _, d := range shape {
		if d < 0 || d > MaxSize {
			return 0, fmt.Errorf("shape %v: dimension %d, expected 0 to %d", shape, d, MaxSize)
		}
		empty = empty || d == 0
	}
	if empty {
		return 0, nil
	}
	for _, d := range shape {
		// Both factors are at most 1<<33, but their product is checked before the next.
		if n *= uint64(d); n > 8*MaxSize {
			return 0, fmt.Errorf("shape %v of %s: more than the limit of %d bytes", shape, t, MaxSize)
		}
	}
	if n%8 != 0 {
		return 0, fmt.Errorf("shape %v of %s: %d bits, expected a whole number of bytes", shape, t, n)
	}
	return int(n / 8), nil
}

// quote quotes a name from a file for an error message, shortened lest a hostile one fill the screen.
func quote(name string) string {
	if len(name) > 64 {
		name = strings.ToValidUTF8(name[:64], "") + "…"
	}
	return fmt.Sprintf("%q", name)
}
