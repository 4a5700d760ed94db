// Package protobuf reads and writes the wire format of Protocol Buffers, as far
// as a program needs that knows its messages by heart: fields one after the
// other, each a number, a wire type and a value. There are no descriptors and no
// generated code.
//
// The format is specified at https://protobuf.dev/programming-guides/encoding/.
package protobuf

import "fmt"

// A Type is a wire type: how a field's value is encoded.
type Type int

// The wire types. The two that once marked groups, 3 and 4, are refused.
const (
	Varint  Type = 0
	Fixed64 Type = 1
	Bytes   Type = 2 // a length, then as many bytes
	Fixed32 Type = 5
)

func (t Type) String() string {
	switch t {
	case Varint:
		return "varint"
	case Fixed64:
		return "fixed64"
	case Bytes:
		return "bytes"
	case Fixed32:
		return "fixed32"
	}
	return fmt.Sprintf("wire type %d", int(t))
}

// maxNumber is the largest number of a field.
const maxNumber = 1<<29 - 1

// A FormatError reports that the input is not a sound message.
type FormatError struct {
	Offset int // the place, in bytes from the beginning of the outermost message
	Reason string
}

func (e *FormatError) Error() string { return fmt.Sprintf("offset %d: %s", e.Offset, e.Reason) }

func formatError(offset int, format string, args ...any) error {
	return &FormatError{offset, fmt.Sprintf(format, args...)}
}
