package safetensors

import (
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"unicode/utf8"

	"fnn/internal/atomicfile"
)

// Write writes f to w. The same File always gives the same bytes: the tensors in the order given, the
// metadata sorted by key, the header padded so that the data begin at a multiple of 8.
//
// It is an error if a tensor's data do not fit its type and shape, if two tensors share a name, if a
// text is not valid UTF-8, or if the whole exceeds MaxHeader or MaxSize; then nothing is written.
func Write(w io.Writer, f *File) error {
	if err := write(w, f); err != nil {
		return fmt.Errorf("safetensors: %w", err)
	}
	return nil
}

// WriteFile writes f to the named file, as Write does. The file is written beside its target, synced
// and renamed, so that no reader ever sees a part of it.
func WriteFile(name string, f *File) error {
	err := atomicfile.Write(name, func(w io.Writer) error { return write(w, f) })
	if err != nil {
		return fmt.Errorf("safetensors: %w", err)
	}
	return nil
}

func write(w io.Writer, f *File) error {
	header, err := appendHeader(nil, f)
	if err != nil {
		return err
	}
	for len(header)%8 != 0 {
		header = append(header, ' ')
	}
	if len(header) > MaxHeader {
		return fmt.Errorf("header of %d bytes, expected at most %d", len(header), MaxHeader)
	}
	if _, err := w.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))); err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	for _, t := range f.Tensors {
		if _, err := w.Write(t.Data); err != nil {
			return err
		}
	}
	return nil
}

// appendHeader checks f and appends its header to b.
func appendHeader(b []byte, f *File) ([]byte, error) {
	if 1+len(f.Tensors) > MaxNames || len(f.Metadata) > MaxNames {
		return nil, fmt.Errorf("%d tensors and %d keys of metadata, expected fewer than %d", len(f.Tensors), len(f.Metadata), MaxNames)
	}
	b = append(b, '{')
	if len(f.Metadata) > 0 {
		b = append(appendString(b, metadataKey), ":{"...)
		for i, key := range slices.Sorted(maps.Keys(f.Metadata)) {
			value := f.Metadata[key]
			if !utf8.ValidString(key) || !utf8.ValidString(value) {
				return nil, fmt.Errorf("metadata %s: text is not valid UTF-8", quote(key))
			}
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, key), ':')
			b = appendString(b, value)
		}
		b = append(b, '}')
	}

	names := map[string]bool{metadataKey: true}
	offset := 0
	for _, t := range f.Tensors {
		if !utf8.ValidString(t.Name) {
			return nil, fmt.Errorf("tensor %s: name is not valid UTF-8", quote(t.Name))
		}
		if names[t.Name] {
			return nil, fmt.Errorf("tensor %s: name is taken", quote(t.Name))
		}
		names[t.Name] = true
		if err := t.validate(); err != nil {
			return nil, err
		}
		end := offset + len(t.Data)
		if len(t.Data) > MaxSize-offset {
			return nil, fmt.Errorf("tensor %s: data end beyond the limit of %d bytes", quote(t.Name), MaxSize)
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(appendString(b, t.Name), `:{"dtype":`...)
		b = append(appendString(b, string(t.Type)), `,"shape":[`...)
		for i, d := range t.Shape {
			if i > 0 {
				b = append(b, ',')
			}
			b = fmt.Append(b, d)
		}
		b = fmt.Appendf(b, `],"data_offsets":[%d,%d]}`, offset, end)
		offset = end
	}
	return append(b, '}'), nil
}

// appendString appends s as JSON.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
