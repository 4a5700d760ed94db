package idx

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// An expectation is what numpy put in a fixture.
type expectation struct {
	Type   string
	Shape  []int
	Values []float64
}

func expectations(t *testing.T) map[string]expectation {
	text, err := os.ReadFile("testdata/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var expected map[string]expectation
	if err := json.Unmarshal(text, &expected); err != nil {
		t.Fatal(err)
	}
	return expected
}

// widen returns the values of an array of any type. Every one is exact.
func widen(a *Array) ([]float64, error) {
	switch a.Type {
	case Uint8:
		return widenAs[uint8](a)
	case Int8:
		return widenAs[int8](a)
	case Int16:
		return widenAs[int16](a)
	case Int32:
		return widenAs[int32](a)
	case Float32:
		return widenAs[float32](a)
	}
	return widenAs[float64](a)
}

func widenAs[T Element](a *Array) ([]float64, error) {
	values, err := Values[T](a)
	wide := make([]float64, len(values))
	for i, v := range values {
		wide[i] = float64(v)
	}
	return wide, err
}

func TestReadNumpy(t *testing.T) {
	seen := map[string]bool{}
	for name, want := range expectations(t) {
		a, err := ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Error(err)
			continue
		}
		seen[a.Type.String()] = true
		if a.Type.String() != want.Type || !slices.Equal(a.Shape, want.Shape) {
			t.Errorf("%s: %v %v, want %v %v", name, a.Type, a.Shape, want.Type, want.Shape)
		}
		got, err := widen(a)
		same := func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) }
		if err != nil || !slices.EqualFunc(got, want.Values, same) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, want.Values)
		}
	}
	if len(seen) != 6 {
		t.Errorf("fixtures of the types %v, want all six", seen)
	}
}

// compress returns data as a gzip member.
func compress(data string) string {
	var b strings.Builder
	z := gzip.NewWriter(&b)
	io.WriteString(z, data)
	z.Close()
	return b.String()
}

const (
	// sample is a 2x3 array of uint8.
	sample = "\x00\x00\x08\x02\x00\x00\x00\x02\x00\x00\x00\x03abcdef"
	// large is the header of an array of MaxSize bytes.
	large = "\x00\x00\x08\x02\x00\x00\x80\x00\x00\x00\x80\x00"
)

func TestReadForms(t *testing.T) {
	head, tail := sample[:9], sample[9:]
	for name, input := range map[string]string{
		"plain":             sample,
		"gzip":              compress(sample),
		"gzip, two members": compress(head) + compress(tail),
	} {
		for _, r := range []io.Reader{
			strings.NewReader(input),
			iotest.OneByteReader(strings.NewReader(input)),
			iotest.DataErrReader(strings.NewReader(input)),
		} {
			a, err := Read(r)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if a.Type != Uint8 || !slices.Equal(a.Shape, []int{2, 3}) || string(a.Data) != "abcdef" {
				t.Errorf("%s: %v %v %q", name, a.Type, a.Shape, a.Data)
			}
		}
	}
}

// Many dimensions and awkward sizes on both sides of where the space grows.
func TestReadSizes(t *testing.T) {
	ones := make([]int, maxDims)
	for i := range ones {
		ones[i] = 1
	}
	for _, shape := range [][]int{
		{}, {0}, {1}, ones,
		{firstChunk - 1}, {firstChunk}, {firstChunk + 1},
		{4*firstChunk - 1}, {4 * firstChunk}, {4*firstChunk + 1}, {3, 7, 11, 1013},
	} {
		size := 1
		for _, d := range shape {
			size *= d
		}
		values := make([]uint8, size)
		for i := range values {
			values[i] = uint8(i * 7 >> 3)
		}
		var file bytes.Buffer
		if err := Write(&file, New(shape, values)); err != nil {
			t.Fatal(err)
		}
		a, err := Read(&file)
		if err != nil || !slices.Equal(a.Shape, shape) || !bytes.Equal(a.Data, values) {
			t.Errorf("shape %v does not survive: %v", shape, err)
		}
	}
}

func TestReadErrors(t *testing.T) {
	zipped := compress(sample)
	end := len(zipped)
	for _, test := range []struct {
		name, input string
		offset      int64
		gzip        bool
		cause       error
		want        string
	}{
		{"empty", "", 0, false, io.ErrUnexpectedEOF, "want a header of 4 bytes"},
		{"short magic", sample[:3], 3, false, io.ErrUnexpectedEOF, "want a header of 4 bytes"},
		{"not IDX", "\x89PNG\r\n", 0, false, nil, "starts with 89 50, want 00 00"},
		{"unknown type", "\x00\x00\x0a\x01\x00\x00\x00\x00", 2, false, nil, "element type is 0x0a, want one of"},
		{"no dimensions", sample[:4], 4, false, io.ErrUnexpectedEOF, "want 8 bytes for the sizes of 2 dimensions"},
		{"short dimensions", sample[:11], 11, false, io.ErrUnexpectedEOF, "want 8 bytes for the sizes of 2 dimensions"},
		{"dimension too large", "\x00\x00\x08\x02\x00\x00\x00\x00\x40\x00\x00\x01", 8, false, ErrTooLarge, "dimension 1 is 1073741825, want at most 1073741824"},
		{"product too large", "\x00\x00\x0c\x02\x00\x00\x80\x00\x00\x00\x40\x00", 4, false, ErrTooLarge, "int32 [32768 16384], want at most 1073741824 bytes"},
		{"product overflows 32 bits", "\x00\x00\x08\x02\x00\x01\x00\x00\x00\x01\x00\x00", 4, false, ErrTooLarge, "uint8 [65536 65536], want"},
		{"product overflows 64 bits", "\x00\x00\x08\x04" + strings.Repeat("\x00\x01\x00\x00", 4), 4, false, ErrTooLarge, "uint8 [65536 65536 65536 65536], want"},
		{"no data", sample[:12], 12, false, io.ErrUnexpectedEOF, "want 6 bytes of data for uint8 [2 3]"},
		{"short data", sample[:17], 17, false, io.ErrUnexpectedEOF, "want 6 bytes of data for uint8 [2 3]"},
		{"large promise", large + "abc", 15, false, io.ErrUnexpectedEOF, "want 1073741824 bytes of data"},
		{"trailing byte", sample + "g", 18, false, nil, "more bytes follow, want the end of the file"},

		{"gzip header", "\x1f\x8b\x08", 0, true, io.ErrUnexpectedEOF, "want a gzip header"},
		{"gzip method", "\x1f\x8b\x07" + zipped[3:], 0, true, gzip.ErrHeader, "want a gzip header"},
		{"gzip of nothing", compress(""), 0, true, io.ErrUnexpectedEOF, "want a header of 4 bytes"},
		{"gzip of short data", compress(sample[:17]), 17, true, io.ErrUnexpectedEOF, "want 6 bytes of data for uint8 [2 3]"},
		{"gzip of a large promise", compress(large + "abc"), 15, true, io.ErrUnexpectedEOF, "want 1073741824 bytes of data"},
		{"gzip of a trailing byte", compress(sample + "g"), 18, true, nil, "more bytes follow"},
		{"gzip cut in its checksum", zipped[:end-6], 18, true, io.ErrUnexpectedEOF, "want the end of the file"},
		{"gzip checksum", zipped[:end-8] + "\xff" + zipped[end-7:], 18, true, gzip.ErrChecksum, "want the end of the file"},
		{"gzip length", zipped[:end-1] + "\xff", 18, true, gzip.ErrChecksum, "want the end of the file"},
		{"gzip and garbage", zipped + "some garbage", 18, true, gzip.ErrHeader, "want the end of the file"},
		{"gzip and a short garbage", zipped + "\x1f", 18, true, io.ErrUnexpectedEOF, "want the end of the file"},
		{"gzip and another array", zipped + zipped, 18, true, nil, "more bytes follow"},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(name, []byte(test.input), 0o644); err != nil {
				t.Fatal(err)
			}
			_, fromReader := Read(strings.NewReader(test.input))
			_, fromFile := ReadFile(name)
			for _, err := range []error{fromReader, fromFile} {
				var e *FormatError
				if !errors.As(err, &e) {
					t.Fatalf("error %v, want a FormatError", err)
				}
				if e.Offset != test.offset || e.Gzip != test.gzip || !strings.HasPrefix(e.Reason, test.want) || e.Err != test.cause {
					t.Errorf("error %v, want offset %d (gzip %t): %s: %v", e, test.offset, test.gzip, test.want, test.cause)
				}
			}
			if want := strings.Replace(fromReader.Error(), "idx: ", "idx: "+name+": ", 1); fromFile.Error() != want {
				t.Errorf("of a file: %q, want %q", fromFile, want)
			}
		})
	}
}

func TestReadCorruptDeflate(t *testing.T) {
	zipped := []byte(compress(sample))
	zipped[10] |= 0b110 // the reserved block type
	_, err := Read(bytes.NewReader(zipped))
	var e *FormatError
	if !errors.As(err, &e) || !e.Gzip || e.Offset != 0 {
		t.Errorf("error %v, want a FormatError at offset 0", err)
	}
}

func TestReadFailingReader(t *testing.T) {
	cause := errors.New("cable pulled")
	for _, n := range []int{0, 3, 7, 15, len(sample)} {
		for _, input := range []string{sample, compress(sample)} {
			_, err := Read(io.MultiReader(strings.NewReader(input[:n]), iotest.ErrReader(cause)))
			if e := (*FormatError)(nil); !errors.Is(err, cause) || errors.As(err, &e) {
				t.Errorf("after %d bytes: error %v, want the reader's, not a FormatError", n, err)
			}
		}
	}
}

func TestReadFileMissing(t *testing.T) {
	if _, err := ReadFile(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: error %v, want fs.ErrNotExist", err)
	}
	if _, err := ReadFile(t.TempDir()); err == nil {
		t.Error("a folder: no error")
	}
}

// A header's promise must not be paid for before its data is there.
func TestReadAllocation(t *testing.T) {
	const limit = 1 << 20
	name := filepath.Join(t.TempDir(), "file")
	for _, input := range []string{
		large, large + "abc", large + strings.Repeat("x", 2*firstChunk),
		compress(large), compress(large + "abc"), compress(large + strings.Repeat("x", 2*firstChunk)),
	} {
		if err := os.WriteFile(name, []byte(input), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, read := range []func() error{
			func() error { _, err := Read(strings.NewReader(input)); return err },
			func() error { _, err := ReadFile(name); return err },
		} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := read()
			runtime.ReadMemStats(&after)
			if !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("error %v, want io.ErrUnexpectedEOF", err)
			}
			if got := after.TotalAlloc - before.TotalAlloc; got > limit {
				t.Errorf("%d bytes of input took %d bytes of memory, want at most %d", len(input), got, limit)
			}
		}
	}
}

// BenchmarkRead reads 10,000 pictures, and for comparison decompresses them
// without reading.
func BenchmarkRead(b *testing.B) {
	pixels := make([]uint8, 10000*28*28)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range pixels {
		// Half background, half texture, as in pictures of clothes.
		if i/14%2 == 0 {
			pixels[i] = uint8(128 + r.NormFloat64()*20)
		}
	}
	var plain bytes.Buffer
	if err := Write(&plain, New([]int{10000, 28, 28}, pixels)); err != nil {
		b.Fatal(err)
	}
	zipped := compress(plain.String())
	read := func(input []byte) func(b *testing.B) {
		return func(b *testing.B) {
			b.SetBytes(int64(len(pixels)))
			for b.Loop() {
				if _, err := Read(bytes.NewReader(input)); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	b.Run("plain", read(plain.Bytes()))
	b.Run("gzip", read([]byte(zipped)))
	b.Run("inflate alone", func(b *testing.B) {
		b.SetBytes(int64(len(pixels)))
		buffer := make([]byte, 64<<10)
		for b.Loop() {
			z, err := gzip.NewReader(strings.NewReader(zipped))
			if err != nil {
				b.Fatal(err)
			}
			for err == nil {
				_, err = z.Read(buffer)
			}
			if err != io.EOF {
				b.Fatal(err)
			}
		}
	})
}

// A file that unpacks to a thousand times its size is given up early.
func TestReadBomb(t *testing.T) {
	header := sample[:4] + "\x00\x00\x0a\x00\x00\x00\x40\x00" // 2560 x 16384
	zeros := header + strings.Repeat("\x00", 2560<<14)
	if _, err := Read(strings.NewReader(zeros)); err != nil {
		t.Error(err)
	}
	for name, input := range map[string]string{
		"whole":   compress(zeros),
		"promise": compress(large + zeros[len(header):]),
		"members": compress(header) + strings.Repeat(compress(zeros[len(header):][:1<<18]), 160),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		_, err := Read(strings.NewReader(input))
		elapsed := time.Since(start)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: error %v", name, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
			t.Errorf("%s: %d bytes of memory for %d", name, used, len(input))
		}
		t.Logf("%s: %d bytes, %v: %v", name, len(input), elapsed, err)
	}
}
