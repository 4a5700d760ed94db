package protobuf

import (
	"encoding/binary"
	"iter"
	"math"
	"unicode/utf8"
)

// A Message is a message as it is on the wire.
type Message struct {
	Data   []byte
	Offset int // of Data in the outermost message, for errors
}

// A Field is one field of a message.
type Field struct {
	Number int
	Type   Type
	Value  uint64 // of a Varint, Fixed32 or Fixed64
	Data   []byte // of Bytes; shares the message's memory
	Offset int    // of the value in the outermost message
}

// Fields goes through the fields of a message, in their order. An error, a
// *FormatError, is the last that it yields.
func (m Message) Fields() iter.Seq2[Field, error] {
	return func(yield func(Field, error) bool) {
		r := reader{m.Data, 0, m.Offset}
		for r.at < len(r.data) {
			f, err := r.field()
			if !yield(f, err) || err != nil {
				return
			}
		}
	}
}

type reader struct {
	data   []byte
	at     int
	offset int // of data
}

func (r *reader) varint() (uint64, error) {
	v, n := binary.Uvarint(r.data[r.at:])
	switch {
	case n == 0:
		return 0, formatError(r.offset+len(r.data), "the message ends within a varint")
	case n < 0:
		return 0, formatError(r.offset+r.at, "a varint of more than 64 bits")
	}
	r.at += n
	return v, nil
}

func (r *reader) fixed(size int) (uint64, error) {
	rest := r.data[r.at:]
	if len(rest) < size {
		return 0, formatError(r.offset+len(r.data), "the message ends within a value of %d bytes", size)
	}
	r.at += size
	if size == 4 {
		return uint64(binary.LittleEndian.Uint32(rest)), nil
	}
	return binary.LittleEndian.Uint64(rest), nil
}

func (r *reader) field() (Field, error) {
	start := r.offset + r.at
	tag, err := r.varint()
	if err != nil {
		return Field{}, err
	}
	if number := tag >> 3; number == 0 || number > maxNumber {
		return Field{}, formatError(start, "field number %d: want 1 to %d", number, maxNumber)
	}
	f := Field{Number: int(tag >> 3), Type: Type(tag & 7), Offset: r.offset + r.at}
	switch f.Type {
	case Varint:
		f.Value, err = r.varint()
	case Fixed32:
		f.Value, err = r.fixed(4)
	case Fixed64:
		f.Value, err = r.fixed(8)
	case Bytes:
		var length uint64
		if length, err = r.varint(); err != nil {
			break
		}
		rest := r.data[r.at:]
		if length > uint64(len(rest)) {
			return Field{}, formatError(f.Offset, "field %d of %d bytes, where %d are left", f.Number, length, len(rest))
		}
		f.Offset = r.offset + r.at
		f.Data = rest[:length:length]
		r.at += int(length)
	default:
		err = formatError(start, "field %d has %v", f.Number, f.Type)
	}
	return f, err
}

func (f Field) expect(t Type) error {
	if f.Type != t {
		return formatError(f.Offset, "field %d is a %v, want a %v", f.Number, f.Type, t)
	}
	return nil
}

// Message returns the message that a field holds.
func (f Field) Message() (Message, error) {
	return Message{f.Data, f.Offset}, f.expect(Bytes)
}

// String returns the text that a field holds.
func (f Field) String() (string, error) {
	if err := f.expect(Bytes); err != nil {
		return "", err
	}
	if !utf8.Valid(f.Data) {
		return "", formatError(f.Offset, "field %d is not valid UTF-8", f.Number)
	}
	return string(f.Data), nil
}

// Bytes returns the bytes that a field holds, in the message's memory.
func (f Field) Bytes() ([]byte, error) { return f.Data, f.expect(Bytes) }

// Int64 returns the integer that a field holds.
func (f Field) Int64() (int64, error) { return int64(f.Value), f.expect(Varint) }

// Float32 returns the number that a field holds.
func (f Field) Float32() (float32, error) {
	return math.Float32frombits(uint32(f.Value)), f.expect(Fixed32)
}

// AppendPacked appends to data what a field of repeated numbers of the given type
// holds, one or many, as the wire packs them: varints, or little-endian numbers
// of 4 or 8 bytes, without anything between them. Data may then share the
// message's memory.
func (f Field) AppendPacked(data []byte, element Type) ([]byte, error) {
	if f.Type == Bytes {
		if size := element.size(); len(f.Data)%size != 0 {
			return nil, formatError(f.Offset, "field %d packs %d bytes, want a multiple of %d", f.Number, len(f.Data), size)
		}
		if len(data) == 0 {
			return f.Data, nil
		}
		return append(data, f.Data...), nil
	}
	if err := f.expect(element); err != nil {
		return nil, err
	}
	switch element {
	case Fixed32:
		return binary.LittleEndian.AppendUint32(data, uint32(f.Value)), nil
	case Fixed64:
		return binary.LittleEndian.AppendUint64(data, f.Value), nil
	}
	return binary.AppendUvarint(data, f.Value), nil
}

// size returns the least number of bytes that a number takes.
func (t Type) size() int {
	switch t {
	case Fixed32:
		return 4
	case Fixed64:
		return 8
	}
	return 1
}

// Int64s returns the integers that packed varints are, which stand at the given
// offset; more than limit of them are an error.
func Int64s(packed []byte, offset, limit int) ([]int64, error) {
	values := make([]int64, 0, min(limit, len(packed)))
	for r := (reader{packed, 0, offset}); r.at < len(packed); {
		if len(values) == limit {
			return nil, formatError(offset, "more than %d values", limit)
		}
		v, err := r.varint()
		if err != nil {
			return nil, err
		}
		values = append(values, int64(v))
	}
	return values, nil
}
