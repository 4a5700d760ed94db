package idx

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// A FormatError reports input that is not a valid IDX file. Where the input
// ends too early, or its compression is corrupt, it wraps what the reader said:
// [io.ErrUnexpectedEOF], [gzip.ErrChecksum] and the like. It wraps
// [ErrTooLarge] where the array would exceed [MaxSize], or what [Read] unpacks.
type FormatError struct {
	File   string // name of the file, or "" from Read
	Offset int64  // where the fault is, after decompression
	Gzip   bool   // whether the input is compressed
	Reason string // what was found and what was expected
	Err    error  // the cause, or nil
}

func (e *FormatError) Error() string {
	s := "idx: "
	if e.File != "" {
		s += e.File + ": "
	}
	s += fmt.Sprintf("offset %d", e.Offset)
	if e.Gzip {
		s += " of the uncompressed data"
	}
	s += ": " + e.Reason
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *FormatError) Unwrap() error { return e.Err }

// firstChunk is the space made for data of which no byte has been seen.
const firstChunk = 64 << 10

// What gzip may unpack: so much from any file, and from a larger one so much for
// each of its bytes. DEFLATE could make a thousand of one.
const (
	freeSpace       = 16 << 20
	unpackedPerGzip = 128
)

// Read reads an array from r, which must hold nothing else, up to its end. The
// input may be compressed with gzip, in one member or several, to no less than a
// 128th if there are more than 16 MiB of data. Space is made as data arrives,
// whatever size the header promises. Errors of r are returned wrapped; anything
// wrong with the data is a [*FormatError].
func Read(r io.Reader) (*Array, error) {
	return read(r, -1)
}

// ReadFile reads an array from a file. See [Read].
func ReadFile(name string) (*Array, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("idx: %w", err)
	}
	defer f.Close()
	length := int64(-1)
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		length = info.Size()
	}
	a, err := read(f, length)
	if e := (*FormatError)(nil); errors.As(err, &e) {
		e.File = name
	}
	return a, err
}

// read reads an array from r, which holds length bytes, or an unknown number if
// that is negative.
func read(r io.Reader, length int64) (*Array, error) {
	packed := &counter{r: r}
	buffered := bufio.NewReaderSize(packed, firstChunk)
	d := decoder{r: buffered, length: length}
	if start, _ := buffered.Peek(2); string(start) == "\x1f\x8b" {
		z, err := gzip.NewReader(buffered)
		d = decoder{r: z, length: -1, gzip: true, packed: packed}
		if err != nil {
			return nil, d.fail(err, "want a gzip header")
		}
	}
	a, size, err := d.header()
	if err != nil {
		return nil, err
	}
	if a.Data, err = d.data(a, size); err != nil {
		return nil, err
	}
	return a, d.end()
}

// A decoder is the state of reading one array.
type decoder struct {
	r      io.Reader
	offset int64 // of the next byte from r
	length int64 // all that r holds, or -1 if that is not known
	gzip   bool
	packed *counter // of compressed bytes
}

// A counter counts the bytes that are read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// header reads everything before the data. It returns the array still without
// data, and the size that the data should have.
func (d *decoder) header() (*Array, int, error) {
	var magic [4]byte
	if err := d.full(magic[:]); err != nil {
		return nil, 0, d.fail(err, "want a header of 4 bytes")
	}
	if magic[0] != 0 || magic[1] != 0 {
		return nil, 0, d.invalid(0, nil, "starts with %02x %02x, want 00 00", magic[0], magic[1])
	}
	a := &Array{Type: Type(magic[2]), Shape: make([]int, magic[3])}
	if a.Type.Size() == 0 {
		return nil, 0, d.invalid(2, nil, "element type is 0x%02x, want one of 0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e", magic[2])
	}
	dims := make([]byte, 4*len(a.Shape))
	if err := d.full(dims); err != nil {
		return nil, 0, d.fail(err, "want %d bytes for the sizes of %d dimensions", len(dims), len(a.Shape))
	}
	for i := range a.Shape {
		dim := binary.BigEndian.Uint32(dims[4*i:])
		if dim > MaxSize {
			return nil, 0, d.invalid(int64(4+4*i), ErrTooLarge, "dimension %d is %d, want at most %d", i, dim, MaxSize)
		}
		a.Shape[i] = int(dim)
	}
	size, err := dataSize(a.Type, a.Shape)
	if err != nil {
		return nil, 0, d.invalid(4, ErrTooLarge, "%v %v, want at most %d bytes", a.Type, a.Shape, MaxSize)
	}
	return a, size, nil
}

// data reads the data of a, of the given size.
func (d *decoder) data(a *Array, size int) ([]byte, error) {
	have := firstChunk
	if d.length >= 0 {
		if d.length < d.offset+int64(size) {
			d.offset = d.length
			return nil, d.fail(io.EOF, "want %d bytes of data for %v %v", size, a.Type, a.Shape)
		}
		have = size
	}
	data := make([]byte, min(size, have))
	for n := 0; ; {
		start := d.offset
		if err := d.full(data[n:]); err != nil {
			return nil, d.fail(err, "want %d bytes of data for %v %v", size, a.Type, a.Shape)
		}
		n += int(d.offset - start)
		if n == size {
			return data, nil
		}
		// Growing fourfold copies a third of the data once, and never makes
		// more than four times the space that the input has filled.
		space := min(size, 4*n)
		if d.gzip && int64(space) > max(freeSpace, unpackedPerGzip*d.packed.n) {
			return nil, d.invalid(d.offset, ErrTooLarge, "%d compressed bytes hold that much, want at most %d of each", d.packed.n, unpackedPerGzip)
		}
		grown := make([]byte, space)
		copy(grown, data)
		data = grown
	}
}

// end checks that the input ends here. It is also what makes the gzip reader
// compare its checksum.
func (d *decoder) end() error {
	var next [1]byte
	switch err := d.full(next[:]); {
	case err == io.EOF:
		return nil
	case err != nil:
		return d.fail(err, "want the end of the file")
	}
	return d.invalid(d.offset-1, nil, "more bytes follow, want the end of the file")
}

// full fills p. Like io.ReadFull, it returns io.EOF only if there was nothing.
func (d *decoder) full(p []byte) error {
	n, err := io.ReadFull(d.r, p)
	d.offset += int64(n)
	return err
}

// fail returns the error for a failed read at the present offset, where what is
// described was wanted.
func (d *decoder) fail(err error, format string, args ...any) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) || err == io.ErrUnexpectedEOF || err == gzip.ErrHeader || err == gzip.ErrChecksum {
		return d.invalid(d.offset, err, format, args...)
	}
	return fmt.Errorf("idx: offset %d: %w", d.offset, err)
}

// invalid returns a FormatError.
func (d *decoder) invalid(offset int64, err error, format string, args ...any) error {
	return &FormatError{Offset: offset, Gzip: d.gzip, Reason: fmt.Sprintf(format, args...), Err: err}
}
