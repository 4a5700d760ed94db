package safetensors

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// assemble returns the file with that header and data.
func assemble(header, data string) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), data...)
}

// equal reports whether two files hold the same.
func equal(a, b *File) bool {
	return len(a.Metadata) == len(b.Metadata) && (len(a.Metadata) == 0 || reflect.DeepEqual(a.Metadata, b.Metadata)) &&
		slices.EqualFunc(a.Tensors, b.Tensors, func(t, u Tensor) bool {
			return t.Name == u.Name && t.Type == u.Type && slices.Equal(t.Shape, u.Shape) && bytes.Equal(t.Data, u.Data)
		})
}

func TestReadFixture(t *testing.T) {
	f, err := ReadFile("testdata/fixture.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tensor := range f.Tensors {
		names = append(names, tensor.Name)
	}
	if want := []string{"0.num_batches_tracked", "0.weight", "half", "brain", "none", "mask"}; !slices.Equal(names, want) {
		t.Errorf("tensors are %q, want %q", names, want)
	}
	if got, want := f.Metadata["classes"], "T-shirt/top\t\"Bag\"\\\x01 été 👟"; got != want {
		t.Errorf("metadata are %q, want %q", got, want)
	}

	floats := []struct {
		name   string
		shape  []int
		values []float32
	}{
		{"0.weight", []int{2, 3}, []float32{0.1, -2.5, 3e-45, float32(math.Inf(1)), float32(math.Copysign(0, -1)), math.MaxFloat32}},
		{"half", []int{4}, []float32{1, -0.333251953125, 0x1p-24, 65504}},
		{"brain", []int{4}, []float32{1, -3.140625, math.Float32frombits(0x7e960000), 0x1p-133}},
		{"none", []int{3, 0}, nil},
	}
	for _, want := range floats {
		tensor, ok := f.Lookup(want.name)
		if !ok {
			t.Errorf("no tensor %q", want.name)
			continue
		}
		values, err := tensor.Float32s()
		if err != nil {
			t.Error(err)
		}
		same := slices.EqualFunc(values, want.values, func(a, b float32) bool {
			return math.Float32bits(a) == math.Float32bits(b)
		})
		if !same || !slices.Equal(tensor.Shape, want.shape) {
			t.Errorf("%s is %v %v, want %v %v", want.name, tensor.Shape, values, want.shape, want.values)
		}
	}
	tensor, _ := f.Lookup("0.num_batches_tracked")
	if values, err := tensor.Int64s(); err != nil || !slices.Equal(values, []int64{-1<<53 - 1}) || len(tensor.Shape) != 0 {
		t.Errorf("num_batches_tracked is %v %v, %v", tensor.Shape, values, err)
	}
	mask, _ := f.Lookup("mask")
	if mask.Type != "BOOL" || !bytes.Equal(mask.Data, []byte{1, 0, 1}) {
		t.Errorf("mask is %v", mask)
	}
}

func TestInt8(t *testing.T) {
	want := []int8{-128, -1, 0, 127}
	tensor := Int8("b", []int{2, 2}, want)
	if !bytes.Equal(tensor.Data, []byte{0x80, 0xff, 0, 0x7f}) {
		t.Errorf("data are %x", tensor.Data)
	}
	if got, err := tensor.Int8s(); err != nil || !slices.Equal(got, want) {
		t.Errorf("elements are %d, %v, want %d", got, err, want)
	}
}

// TestHalf compares the conversion of every binary16 but the NaNs with NumPy's.
func TestHalf(t *testing.T) {
	f, err := ReadFile("testdata/fixture.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.New()
	for h := range 1 << 16 {
		value := halfToFloat32(uint16(h))
		if h&0x7c00 == 0x7c00 && h&0x3ff != 0 {
			if !math.IsNaN(float64(value)) {
				t.Errorf("%#04x converts to %g, want NaN", h, value)
			}
			continue
		}
		hash.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(value)))
	}
	if got, want := hex.EncodeToString(hash.Sum(nil)), f.Metadata["float16.sha256"]; got != want {
		t.Errorf("the float32 of all binary16 have SHA-256 %s, NumPy's %s", got, want)
	}
}

func TestWriteBytes(t *testing.T) {
	f := &File{
		Metadata: map[string]string{"b": "x\n\"\\", "a": "é", "c": ""},
		Tensors: []Tensor{
			Float32("w", []int{1, 2}, []float32{1, -2}),
			Int64("n", nil, []int64{-2}),
		},
	}
	header := `{"__metadata__":{"a":"é","b":"x\u000a\"\\","c":""},` +
		`"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},` +
		`"n":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}`
	header += strings.Repeat(" ", (8-len(header)%8)%8)
	want := assemble(header, "\x00\x00\x80\x3f\x00\x00\x00\xc0\xfe\xff\xff\xff\xff\xff\xff\xff")
	for range 10 {
		var b bytes.Buffer
		if err := Write(&b, f); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b.Bytes(), want) {
			t.Fatalf("wrote %q, want %q", b.Bytes(), want)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	fixture, err := ReadFile("testdata/fixture.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*File{
		"empty":   {},
		"fixture": fixture,
		"odd names": {Tensors: []Tensor{
			Float32("", []int{0}, nil),
			Float32("a\"b\\c\x00\x1f\u2028</script>👟", []int{1}, []float32{1}),
		}},
		"larger than the first buffer": {Tensors: []Tensor{Float32("w", []int{300, 100}, make([]float32, 30_000))}},
	}
	for name, f := range files {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "model.safetensors")
			if err := WriteFile(path, f); err != nil {
				t.Fatal(err)
			}
			back, err := ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !equal(f, back) {
				t.Errorf("wrote %v, read %v", f, back)
			}
			contents, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if start := 8 + binary.LittleEndian.Uint64(contents); start%8 != 0 {
				t.Errorf("data begin at %d, want a multiple of 8", start)
			}
			if back, err := Read(iotest.OneByteReader(bytes.NewReader(contents))); err != nil || !equal(f, back) {
				t.Errorf("read byte by byte it is %v, %v", back, err)
			}
		})
	}
}

// manyNames returns so many members of an object, of names of five bytes.
func manyNames(n int, value string) string {
	var members []string
	for i := range n {
		members = append(members, fmt.Sprintf(`"%05x":%s`, i, value))
	}
	return strings.Join(members, ",")
}

func TestReadHostile(t *testing.T) {
	const w = `"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}`
	entry := func(dtype, shape, offsets string) string {
		return `{"w":{"dtype":` + dtype + `,"shape":` + shape + `,"data_offsets":` + offsets + `}}`
	}
	tests := []struct {
		name, header, data string
		offset             int64 // of the error
		reason             string
	}{
		{"empty header", ``, "", 8, "the header is empty, expected '{'"},
		{"array", `[]`, "", 8, "the header begins with '[', expected '{'"},
		{"space first", ` {}`, "", 8, "the header begins with ' ', expected '{'"},
		{"unclosed", `{`, "", 9, "the header ends, expected '\"'"},
		{"two objects", `{} {}`, "", 11, "expected only spaces"},
		{"NUL padding", "{}\x00", "", 10, `'\x00' in the header after its object`},
		{"not UTF-8", "{\"\xff\":1}", "", 8, "not valid UTF-8"},
		{"name without quotes", `{w:1}`, "", 9, "'w' in the header, expected '\"'"},
		{"no colon", `{"w" 1}`, "", 13, "expected ':'"},
		{"trailing comma", `{` + w + `,}`, "1234", 8 + 2 + int64(len(w)), "'}' in the header, expected '\"'"},
		{"no comma", `{` + w + w + `}`, "1234", 8 + 1 + int64(len(w)), "expected ',' or '}'"},
		{"unclosed string", `{"w`, "", 11, "ends within a string"},
		{"control character", "{\"\n\":1}", "", 10, "control character 0x0a"},
		{"unknown escape", `{"\x41":1}`, "", 10, "unknown escape"},
		{"short escape", `{"\u41":1}`, "", 10, "unknown escape"},
		{"lone surrogate", `{"\ud83d":1}`, "", 10, "unknown escape"},
		{"surrogates swapped", `{"\udc5f\ud83d":1}`, "", 10, "unknown escape"},
		{"entry is a number", `{"w":1}`, "", 13, "'1' in the header, expected '{'"},
		{"entry is null", `{"w":null}`, "", 13, "'n' in the header, expected '{'"},
		{"unknown key", `{"w":{"strides":[1]}}`, "", 24, `tensor "w": unknown key "strides"`},
		{"many names", `{"__metadata__":{` + manyNames(MaxNames+1, `""`) + `}}`, "", 8 + 17 + MaxNames*11, "more than 65536 names in one object"},
		{"many tensors", `{` + manyNames(MaxNames+1, `{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`) + `}`, "", 8 + 1 + MaxNames*56, "more than 65536 names in one object"},
		{"deep nesting", `{"w":{"shape":` + strings.Repeat("[", 1e6), "", 23, "'[' in the header, expected a whole number"},
		{"deep objects", strings.Repeat(`{"w":`, 1e5), "", 18, `unknown key "w"`},

		{"metadata number", `{"__metadata__":{"a":1}}`, "", 29, "'1' in the header, expected '\"'"},
		{"metadata null", `{"__metadata__":null}`, "", 24, "expected '{'"},
		{"metadata nested", `{"__metadata__":{"a":{"b":""}}}`, "", 29, "expected '\"'"},
		{"metadata twice", `{"__metadata__":{},"__metadata__":{}}`, "", 27, `name "__metadata__" occurs twice`},
		{"metadata key twice", `{"__metadata__":{"a":"","a":""}}`, "", 32, `name "a" occurs twice`},
		{"tensor twice", `{` + w + `,` + w + `}`, "1234", 8 + 2 + int64(len(w)), `name "w" occurs twice`},
		{"tensor twice by escape", `{` + w + `,"\u0077":1}`, "1234", 8 + 2 + int64(len(w)), `name "w" occurs twice`},
		{"key twice", `{"w":{"dtype":"F32","dtype":"F32"}}`, "", 28, `name "dtype" occurs twice`},

		{"no dtype", `{"w":{"shape":[1],"data_offsets":[0,4]}}`, "1234", 13, `expected "dtype"`},
		{"no shape", `{"w":{"dtype":"F32","data_offsets":[0,4]}}`, "1234", 13, `expected "dtype", "shape"`},
		{"no offsets", `{"w":{"dtype":"F32","shape":[0]}}`, "", 13, `"data_offsets" of two numbers`},
		{"one offset", entry(`"F32"`, "[1]", "[0]"), "1234", 13, "of two numbers"},
		{"three offsets", entry(`"F32"`, "[1]", "[0,4,8]"), "1234", 60, `more than 2 numbers in "data_offsets"`},
		{"unknown dtype", entry(`"float32"`, "[1]", "[0,4]"), "1234", 13, `tensor "w": unknown dtype "float32"`},
		{"dtype number", entry(`32`, "[1]", "[0,4]"), "1234", 22, "'3' in the header, expected '\"'"},
		{"shape number", entry(`"F32"`, "1", "[0,4]"), "1234", 36, "'1' in the header, expected '['"},
		{"negative", entry(`"F32"`, "[-1]", "[0,4]"), "1234", 37, "'-' in the header, expected a whole number"},
		{"fraction", entry(`"F32"`, "[1.0]", "[0,4]"), "1234", 38, "'.' in the header, expected ',' or ']'"},
		{"exponent", entry(`"F32"`, "[1e0]", "[0,4]"), "1234", 38, "'e' in the header, expected ',' or ']'"},
		{"leading zero", entry(`"F32"`, "[01]", "[0,4]"), "1234", 37, "begins with a zero"},
		{"dimension of 2^30+1", entry(`"F32"`, "[1073741825]", "[0,4]"), "1234", 37, "too large, expected at most 1073741824"},
		{"dimension of 2^64+1", entry(`"F32"`, "[18446744073709551617]", "[0,4]"), "1234", 37, "too large"},
		{"too many dimensions", entry(`"F32"`, "[1"+strings.Repeat(",1", 64)+"]", "[0,4]"), "1234", 8 + 29 + 2*64, "more than 64 numbers"},
		{"product of 2^32", entry(`"F32"`, "[65536,65536]", "[0,0]"), "", 13, "more than the limit of 1073741824 bytes"},
		{"product of 2^64", entry(`"U8"`, "[65536,65536,65536,65536]", "[0,0]"), "", 13, "more than the limit"},
		{"product of 2^60 times 2^30", entry(`"U8"`, "[1073741824,1073741824,1073741824]", "[0,0]"), "", 13, "more than the limit"},
		{"half a byte", entry(`"F4"`, "[3]", "[0,2]"), "12", 13, "12 bits, expected a whole number of bytes"},

		{"span too short", entry(`"F32"`, "[2]", "[0,4]"), "1234", 13, "data from 0 to 4, expected 8 bytes for shape [2] of F32"},
		{"span too long", entry(`"F32"`, "[]", "[0,8]"), "12345678", 13, "expected 4 bytes for shape []"},
		{"span backwards", entry(`"F32"`, "[1]", "[4,0]"), "1234", 13, "data from 4 to 0"},
		{"hole at the start", entry(`"F32"`, "[1]", "[4,8]"), "12345678", 13, "data begin at 4, expected 0"},
		{"hole", `{` + w + `,"v":{"dtype":"U8","shape":[1],"data_offsets":[5,6]}}`, "123456", 66, `tensor "v": data begin at 5, expected 4`},
		{"overlap", `{` + w + `,"v":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}}`, "12345", 66, `tensor "v": data begin at 3, expected 4`},
		{"same data twice", `{` + w + `,"v":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}`, "1234", 66, `tensor "v": data begin at 0, expected 4`},
		{"empty within another", `{` + w + `,"v":{"dtype":"U8","shape":[0],"data_offsets":[2,2]}}`, "1234", 66, `data begin at 2, expected 4`},

		{"truncated data", `{` + w + `}`, "123", 8 + 2 + int64(len(w)) + 3, `within the data of tensor "w", expected them to go on to 66`},
		{"no data", `{` + w + `}`, "", 8 + 2 + int64(len(w)), "within the data"},
		{"trailing data", `{` + w + `}`, "12345", 8 + 2 + int64(len(w)) + 4, "expected the file to end"},
		{"data and no tensor", `{}`, "1", 10, "expected the file to end"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Read(bytes.NewReader(assemble(test.header, test.data)))
			var format *FormatError
			if !errors.As(err, &format) {
				t.Fatalf("error is %v, want a FormatError", err)
			}
			if format.Offset != test.offset || !strings.Contains(format.Reason, test.reason) {
				t.Errorf("got %q, want offset %d and %q", err, test.offset, test.reason)
			}
			if len(err.Error()) > 400 {
				t.Errorf("the error is %d characters long", len(err.Error()))
			}
		})
	}
}

func TestReadHostileLength(t *testing.T) {
	tests := []struct {
		name, file string
		offset     int64
		reason     string
	}{
		{"empty file", "", 0, "within the header's length, expected 8 bytes"},
		{"seven bytes", "\x02\x00\x00\x00\x00\x00\x00", 7, "within the header's length"},
		{"length alone", "\x02\x00\x00\x00\x00\x00\x00\x00", 8, "within the header, expected the header to go on to 10"},
		{"truncated header", "\x02\x00\x00\x00\x00\x00\x00\x00{", 9, "expected the header to go on to 10"},
		{"100 MB and a byte", "\x01\xe1\xf5\x05\x00\x00\x00\x00{}", 0, "header of 100000001 bytes, expected at most 100000000"},
		{"2^32 + 2", "\x02\x00\x00\x00\x01\x00\x00\x00{}", 0, "header of 4294967298 bytes"},
		{"2^64 - 1", "\xff\xff\xff\xff\xff\xff\xff\xff{}", 0, "header of 18446744073709551615 bytes"},
		{"a zip file, as torch.save writes", "PK\x03\x04\x00\x00\x08\x08", 0, "expected at most"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(test.file))
			var format *FormatError
			if !errors.As(err, &format) {
				t.Fatalf("error is %v, want a FormatError", err)
			}
			if format.Offset != test.offset || !strings.Contains(format.Reason, test.reason) {
				t.Errorf("got %q, want offset %d and %q", err, test.offset, test.reason)
			}
		})
	}
}

// TestHostileMemory gives a small file that promises much, and counts what reading it allocates.
func TestHostileMemory(t *testing.T) {
	data := assemble(`{"w":{"dtype":"U8","shape":[1073741824],"data_offsets":[0,1073741824]}}`, "1234")
	header := append(binary.LittleEndian.AppendUint64(nil, MaxHeader), make([]byte, 92)...)
	for name, file := range map[string][]byte{"header": header, "data": data} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Read(bytes.NewReader(file))
			runtime.ReadMemStats(&after)
			if err == nil {
				t.Error("no error")
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
				t.Errorf("a file of %d bytes made Read allocate %d", len(file), n)
			}
		})
	}
}

func TestReadErrors(t *testing.T) {
	valid := assemble(`{"w":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}`, "1234")
	for n := range len(valid) + 1 {
		broken := io.MultiReader(bytes.NewReader(valid[:n]), iotest.ErrReader(os.ErrDeadlineExceeded))
		if _, err := Read(broken); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("reader that fails after %d bytes: error is %v", n, err)
		}
		if _, err := Read(bytes.NewReader(valid[:n])); n < len(valid) && err == nil {
			t.Errorf("file cut to %d bytes: no error", n)
		}
	}

	name := filepath.Join(t.TempDir(), "model.safetensors")
	if _, err := ReadFile(name); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), name) {
		t.Errorf("absent file: error is %v", err)
	}
	if err := os.WriteFile(name, []byte("short"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := ReadFile(name)
	if want := "safetensors: " + name + ": offset 5: the file ends within the header's length, expected 8 bytes"; err == nil || err.Error() != want {
		t.Errorf("short file: error is %v, want %s", err, want)
	}
}

func TestWriteRefuses(t *testing.T) {
	block := Tensor{Type: "U8", Shape: []int{1 << 28}, Data: make([]byte, 1<<28)}
	var blocks []Tensor
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		block.Name = name
		blocks = append(blocks, block)
	}
	one := []float32{1}
	tests := []struct {
		name string
		file File
		want string
	}{
		{"shape and values", File{Tensors: []Tensor{Float32("w", []int{2}, one)}}, `tensor "w": shape [2] of F32 takes 8 bytes, the data have 4`},
		{"negative", File{Tensors: []Tensor{Float32("w", []int{-1, -1}, one)}}, "dimension -1, expected 0 to"},
		{"negative beside zero", File{Tensors: []Tensor{Float32("w", []int{0, -1}, nil)}}, "dimension -1, expected 0 to"},
		{"rank", File{Tensors: []Tensor{Float32("w", slices.Repeat([]int{1}, 65), one)}}, "65 dimensions, expected at most 64"},
		{"type", File{Tensors: []Tensor{{Name: "w", Type: "float"}}}, `unknown dtype "float"`},
		{"name twice", File{Tensors: []Tensor{Float32("w", nil, one), Float32("w", nil, one)}}, `tensor "w": name is taken`},
		{"reserved name", File{Tensors: []Tensor{Float32("__metadata__", nil, one)}}, "name is taken"},
		{"name not UTF-8", File{Tensors: []Tensor{Float32("\xff", nil, one)}}, `tensor "\xff": name is not valid UTF-8`},
		{"key not UTF-8", File{Metadata: map[string]string{"\xff": ""}}, "not valid UTF-8"},
		{"value not UTF-8", File{Metadata: map[string]string{"a": "\xff"}}, `metadata "a": text is not valid UTF-8`},
		{"too many", File{Tensors: make([]Tensor, MaxNames)}, "65536 tensors and 0 keys of metadata, expected fewer than 65536"},
		{"too large", File{Tensors: blocks}, `tensor "e": data end beyond the limit of 1073741824 bytes`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			err := Write(&b, &test.file)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "safetensors: ") {
				t.Errorf("error is %v, want %q", err, test.want)
			}
			if b.Len() > 0 {
				t.Errorf("%d bytes were written before the error", b.Len())
			}
			folder := t.TempDir()
			name := filepath.Join(folder, "model.safetensors")
			if err := WriteFile(name, &test.file); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("WriteFile's error is %v, want one that names the file", err)
			}
			if entries, err := os.ReadDir(folder); err != nil || len(entries) > 0 {
				t.Errorf("WriteFile left %v, %v", entries, err)
			}
		})
	}
}

func TestRoundedFloat32s(t *testing.T) {
	doubles := func(values ...float64) Tensor {
		x := Tensor{Name: "d", Type: F64, Shape: []int{len(values)}}
		for _, v := range values {
			x.Data = binary.LittleEndian.AppendUint64(x.Data, math.Float64bits(v))
		}
		return x
	}
	infinite := float32(math.Inf(1))
	tests := []struct {
		tensor  Tensor
		want    []float32
		refused string
	}{
		{doubles(0.1, -1e-60, math.Inf(1), math.MaxFloat32), []float32{0.1, 0, infinite, math.MaxFloat32}, ""},
		{doubles(), nil, ""},
		{doubles(1, -1e39), nil, `tensor "d" holds -1e+39, which is no float32`},
		{Tensor{Name: "d", Type: F64, Shape: []int{2}, Data: make([]byte, 15)}, nil, "takes 16 bytes, the data have 15"},
		{Tensor{Name: "d", Type: F64, Shape: []int{2}}, nil, "takes 16 bytes, the data have 0"},
		{Float32("w", []int{2}, []float32{0.1, infinite}), []float32{0.1, infinite}, ""},
		{Int64("n", nil, []int64{1}), nil, `tensor "n" is of type I64`},
	}
	for _, test := range tests {
		got, err := test.tensor.RoundedFloat32s()
		if !slices.Equal(got, test.want) || (err == nil) != (test.refused == "") || err != nil && !strings.Contains(err.Error(), test.refused) {
			t.Errorf("%v: %v, %v; want %v, %q", test.tensor, got, err, test.want, test.refused)
		}
	}
}

func TestConversionRefuses(t *testing.T) {
	tests := []struct {
		tensor       Tensor
		floats, ints string
		bytes        string
	}{
		{Int64("n", nil, []int64{1}), `tensor "n" is of type I64, expected one of [F32 F16 BF16]`, "", "is of type I64, expected one of [I8]"},
		{Float32("w", nil, []float32{1}), "", `tensor "w" is of type F32, expected one of [I64]`, "is of type F32"},
		{Int8("b", []int{2}, []int8{-1, 1}), "is of type I8", "is of type I8", ""},
		{Tensor{Name: "w", Type: F32, Shape: []int{1}, Data: []byte("123")}, "takes 4 bytes, the data have 3", "is of type F32", "is of type F32"},
		{Tensor{Name: "n", Type: I64, Shape: []int{2}, Data: []byte("12345678")}, "is of type I64", "takes 16 bytes", "is of type I64"},
		{Tensor{Name: "b", Type: I8, Shape: []int{2}, Data: []byte("123")}, "is of type I8", "is of type I8", "takes 2 bytes"},
	}
	for _, test := range tests {
		_, floatErr := test.tensor.Float32s()
		_, intErr := test.tensor.Int64s()
		_, byteErr := test.tensor.Int8s()
		for _, c := range []struct {
			err  error
			want string
		}{{floatErr, test.floats}, {intErr, test.ints}, {byteErr, test.bytes}} {
			if (c.err == nil) != (c.want == "") || c.err != nil && !strings.Contains(c.err.Error(), c.want) {
				t.Errorf("%v: error is %v, want %q", test.tensor, c.err, c.want)
			}
		}
	}
}
