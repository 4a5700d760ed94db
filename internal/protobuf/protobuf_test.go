package protobuf

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

// fields returns the fields of a message and the error that ends it.
func fields(data []byte) (all []Field, err error) {
	for f, err := range (Message{Data: data}).Fields() {
		if err != nil {
			return all, err
		}
		all = append(all, f)
	}
	return all, nil
}

func TestRoundTrip(t *testing.T) {
	var b []byte
	b = AppendInt64(b, 1, 150) // the specification's first example
	if want := []byte{0x08, 0x96, 0x01}; !bytes.Equal(b, want) {
		t.Fatalf("% x, want % x", b, want)
	}
	b = AppendInt64(b, 2, -1)
	b = AppendFloat32(b, 3, -0.5)
	b = AppendBytes(b, 4, []byte{1, 0})
	b = AppendString(b, maxNumber, "é")
	all, err := fields(b)
	if err != nil || len(all) != 5 {
		t.Fatalf("%v, %v", all, err)
	}
	if v, err := all[0].Int64(); v != 150 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
	if v, err := all[1].Int64(); v != -1 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
	if v, err := all[2].Float32(); v != -0.5 || err != nil {
		t.Errorf("%g, %v", v, err)
	}
	if v, err := all[3].Bytes(); !bytes.Equal(v, []byte{1, 0}) || err != nil {
		t.Errorf("%v, %v", v, err)
	}
	if v, err := all[4].String(); v != "é" || err != nil || all[4].Number != maxNumber {
		t.Errorf("%q, %v", v, err)
	}
}

// Repeated numbers may come one by one, packed, or both.
func TestPacked(t *testing.T) {
	message := AppendInt64(nil, 1, 300)
	message = AppendBytes(message, 1, []byte{1, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	message = AppendInt64(message, 1, 4)
	all, err := fields(message)
	if err != nil {
		t.Fatal(err)
	}
	var packed []byte
	for _, f := range all {
		if packed, err = f.AppendPacked(packed, Varint); err != nil {
			t.Fatal(err)
		}
	}
	want := []int64{300, 1, 2, -1, 4}
	if got, err := Int64s(packed, 0, 5); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	if got, err := Int64s(packed, 7, 4); err == nil || err.Error() != "offset 7: more than 4 values" {
		t.Errorf("%v, %v", got, err)
	}

	all, err = fields(AppendFloat32(AppendBytes(nil, 1, []byte{0, 0, 0x80, 0x3f}), 1, 2))
	if err != nil {
		t.Fatal(err)
	}
	packed = nil
	for _, f := range all {
		if packed, err = f.AppendPacked(packed, Fixed32); err != nil {
			t.Fatal(err)
		}
	}
	if want := []byte{0, 0, 0x80, 0x3f, 0, 0, 0, 0x40}; !bytes.Equal(packed, want) {
		t.Errorf("% x, want % x", packed, want)
	}
}

func TestRefuses(t *testing.T) {
	tests := []struct {
		data string
		want string
	}{
		{"\x08", "offset 1: the message ends within a varint"},
		{"\x08\x80", "offset 2: the message ends within a varint"},
		{"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", "offset 1: a varint of more than 64 bits"},
		{"\x00\x00", "offset 0: field number 0"},
		{"\xf8\xff\xff\xff\xff\x01\x00", "offset 0: field number 8589934591"},
		{"\x0d\x00\x00\x00", "offset 4: the message ends within a value of 4 bytes"},
		{"\x09\x00\x00\x00\x00", "offset 5: the message ends within a value of 8 bytes"},
		{"\x0a\x02a", "offset 1: field 1 of 2 bytes, where 1 are left"},
		{"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01a", "where 1 are left"},
		{"\x0b", "offset 0: field 1 has wire type 3"},
		{"\x08\x01\x0f", "offset 2: field 1 has wire type 7"},
	}
	for _, test := range tests {
		_, err := fields([]byte(test.data))
		var format *FormatError
		if !errors.As(err, &format) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want %q", test.data, err, test.want)
		}
	}

	f := Field{Number: 3, Type: Varint, Offset: 9}
	for _, get := range []func() error{
		func() error { _, err := f.Message(); return err },
		func() error { _, err := f.String(); return err },
		func() error { _, err := f.Bytes(); return err },
		func() error { _, err := f.Float32(); return err },
		func() error { _, err := f.AppendPacked(nil, Fixed64); return err },
	} {
		if err := get(); err == nil || !strings.HasPrefix(err.Error(), "offset 9: field 3 is a varint, want a ") {
			t.Errorf("%v", err)
		}
	}
	f = Field{Number: 3, Type: Bytes, Data: []byte("\xff12"), Offset: 9}
	if _, err := f.String(); err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("%v", err)
	}
	if _, err := f.AppendPacked(nil, Fixed32); err == nil || !strings.Contains(err.Error(), "packs 3 bytes, want a multiple of 4") {
		t.Errorf("%v", err)
	}
	if _, err := f.Int64(); err == nil {
		t.Error("no error")
	}
}

// FuzzFields checks that no message makes reading panic, and that its fields,
// written again, are read the same.
func FuzzFields(f *testing.F) {
	f.Add(AppendFloat32(AppendString(AppendInt64(nil, 1, math.MinInt64), 2, "text"), 3, 1))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := fields(data)
		if err != nil {
			return
		}
		var b []byte
		for _, f := range all {
			switch f.Type {
			case Varint:
				b = AppendInt64(b, f.Number, int64(f.Value))
			case Bytes:
				b = AppendBytes(b, f.Number, f.Data)
			case Fixed32:
				v, _ := f.Float32()
				if v != v {
					return // the bits of a NaN may change on the way
				}
				b = AppendFloat32(b, f.Number, v)
			default:
				return
			}
		}
		again, err := fields(b)
		if err != nil || len(again) != len(all) {
			t.Fatalf("%v, %v", again, err)
		}
		for i, f := range again {
			if f.Number != all[i].Number || f.Type != all[i].Type || f.Value != all[i].Value || !bytes.Equal(f.Data, all[i].Data) {
				t.Errorf("%v, want %v", f, all[i])
			}
		}
	})
}
