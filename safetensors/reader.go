package safetensors

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"slices"
	"unicode/utf8"
)

// lengthSize is the size of the number that a file begins with: the length of its header.
const lengthSize = 8

// Read reads a file from r, up to r's end. A file that breaks the format in any way is an error that
// wraps a *FormatError; errors of r are wrapped as they are.
//
// Memory grows with the bytes that arrive, not with the sizes that the file claims.
func Read(r io.Reader) (*File, error) {
	f, err := read(r)
	if err != nil {
		return nil, fmt.Errorf("safetensors: %w", err)
	}
	return f, nil
}

// ReadFile reads the named file; see Read.
func ReadFile(name string) (*File, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("safetensors: %w", err)
	}
	defer file.Close()
	f, err := read(file)
	if err != nil {
		return nil, fmt.Errorf("safetensors: %s: %w", name, err)
	}
	return f, nil
}

func read(r io.Reader) (*File, error) {
	lengthBytes, err := readUpTo(r, lengthSize)
	if err != nil {
		return nil, err
	}
	if len(lengthBytes) < lengthSize {
		return nil, formatError(len(lengthBytes), "the file ends within the header's length, expected %d bytes", lengthSize)
	}
	length := binary.LittleEndian.Uint64(lengthBytes)
	if length > MaxHeader {
		return nil, formatError(0, "header of %d bytes, expected at most %d", length, MaxHeader)
	}
	text, err := readUpTo(r, int(length))
	if err != nil {
		return nil, err
	}
	dataStart := lengthSize + int(length)
	if fileEnd := lengthSize + len(text); fileEnd < dataStart {
		return nil, formatError(fileEnd, "the file ends within the header, expected the header to go on to %d", dataStart)
	}
	entries, metadata, err := parseHeader(text)
	if err != nil {
		return nil, err
	}

	f := &File{Metadata: metadata}
	for _, e := range entries {
		data, err := readUpTo(r, e.end-e.begin)
		if err != nil {
			return nil, err
		}
		if len(data) < e.end-e.begin {
			return nil, formatError(dataStart+e.begin+len(data),
				"the file ends within the data of tensor %s, expected them to go on to %d", quote(e.Name), dataStart+e.end)
		}
		e.Data = data
		f.Tensors = append(f.Tensors, e.Tensor)
	}
	switch extra, err := readUpTo(r, 1); {
	case err != nil:
		return nil, err
	case len(extra) > 0:
		dataEnd := dataStart
		if len(entries) > 0 {
			dataEnd += entries[len(entries)-1].end
		}
		return nil, formatError(dataEnd, "bytes after the data of the last tensor, expected the file to end")
	}
	return f, nil
}

// readUpTo reads n bytes, or fewer if the input ends before. The buffer at most doubles with each
// read, so that a false n costs nothing.
func readUpTo(r io.Reader, n int) ([]byte, error) {
	data := make([]byte, 0, min(n, 64<<10))
	for len(data) < n {
		if len(data) == cap(data) {
			grown := make([]byte, len(data), min(n, 2*len(data)))
			copy(grown, data)
			data = grown
		}
		got, err := io.ReadFull(r, data[len(data):cap(data)])
		data = data[:len(data)+got]
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return data, nil
}

// An entry is what the header says of one tensor.
type entry struct {
	Tensor
	begin, end int // offsets of its data
	pos        int // where in the header the entry stands
}

// parseHeader returns the tensors in the order of their data, none of it read yet, and the metadata.
func parseHeader(text []byte) (entries []entry, metadata map[string]string, err error) {
	s := &scanner{text: text}
	switch {
	case len(text) == 0:
		s.fail("the header is empty, expected '{'")
	case text[0] != '{':
		s.fail("the header begins with %q, expected '{'", text[0])
	case !utf8.Valid(text):
		s.fail("the header is not valid UTF-8")
	}
	s.object(func(name string) {
		if name == metadataKey {
			metadata = make(map[string]string)
			s.object(func(key string) { metadata[key] = s.string() })
			return
		}
		entries = append(entries, s.entry(name))
	})
	s.end()
	if s.err != nil {
		return nil, nil, s.err
	}

	slices.SortStableFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end))
	})
	covered := 0
	for _, e := range entries {
		if e.begin != covered {
			return nil, nil, formatError(lengthSize+e.pos, "tensor %s: data begin at %d, expected %d, where those before end",
				quote(e.Name), e.begin, covered)
		}
		covered = e.end
	}
	return entries, metadata, nil
}

// entry reads {"dtype": ..., "shape": ..., "data_offsets": ...}, in any order, and checks that the
// three agree.
func (s *scanner) entry(name string) entry {
	s.next()
	e := entry{Tensor: Tensor{Name: name}, pos: s.pos}
	var hasType, hasShape bool
	var offsets []int
	s.object(func(key string) {
		switch key {
		case "dtype":
			e.Type, hasType = Type(s.string()), true
		case "shape":
			e.Shape, hasShape = s.integers(name, key, MaxRank), true
		case "data_offsets":
			offsets = s.integers(name, key, 2)
		default:
			s.fail("tensor %s: unknown key %s", quote(name), quote(key))
		}
	})
	if s.err != nil {
		return e
	}
	if !hasType || !hasShape || len(offsets) != 2 {
		s.failAt(e.pos, `tensor %s: expected "dtype", "shape" and "data_offsets" of two numbers`, quote(name))
		return e
	}
	e.begin, e.end = offsets[0], offsets[1]
	n, err := size(e.Type, e.Shape)
	switch {
	case err != nil:
		s.failAt(e.pos, "tensor %s: %v", quote(name), err)
	case e.end-e.begin != n:
		s.failAt(e.pos, "tensor %s: data from %d to %d, expected %d bytes for shape %v of %s",
			quote(name), e.begin, e.end, n, e.Shape, e.Type)
	}
	return e
}

// integers reads an array of at most limit whole numbers.
func (s *scanner) integers(tensor, key string, limit int) []int {
	var values []int
	s.list('[', ']', func() {
		if len(values) == limit {
			s.fail("tensor %s: more than %d numbers in %q", quote(tensor), limit, key)
		}
		values = append(values, s.integer(MaxSize))
	})
	return values
}

func formatError(offset int, format string, args ...any) error {
	return &FormatError{Offset: int64(offset), Reason: fmt.Sprintf(format, args...)}
}
