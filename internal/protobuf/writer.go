package protobuf

import (
	"encoding/binary"
	"math"
)

// appendTag appends what a field begins with.
func appendTag(b []byte, number int, t Type) []byte {
	return binary.AppendUvarint(b, uint64(number)<<3|uint64(t))
}

// AppendInt64 appends a field that holds an integer.
func AppendInt64(b []byte, number int, v int64) []byte {
	return binary.AppendUvarint(appendTag(b, number, Varint), uint64(v))
}

// AppendFloat32 appends a field that holds a number.
func AppendFloat32(b []byte, number int, v float32) []byte {
	return binary.LittleEndian.AppendUint32(appendTag(b, number, Fixed32), math.Float32bits(v))
}

// AppendBytes appends a field that holds bytes, or a message.
func AppendBytes(b []byte, number int, data []byte) []byte {
	b = binary.AppendUvarint(appendTag(b, number, Bytes), uint64(len(data)))
	return append(b, data...)
}

// AppendString appends a field that holds a text.
func AppendString(b []byte, number int, text string) []byte {
	b = binary.AppendUvarint(appendTag(b, number, Bytes), uint64(len(text)))
	return append(b, text...)
}
