package gosource

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fnn/internal/gosource/testdata/sample"
	"fnn/nn"
	"fnn/tensor"
)

var update = flag.Bool("update", false, "write testdata anew")

// newModel returns a model whose parameters are all random, those of dense layers
// what weight makes of a random number.
func newModel(t testing.TB, words string, inputs, classes int, weight func(float32) float32) *nn.Model {
	t.Helper()
	architecture, err := nn.ParseArchitecture(words)
	if err != nil {
		t.Fatal(err)
	}
	m, err := nn.New(architecture, inputs, classes)
	if err != nil {
		t.Fatal(err)
	}
	s := tensor.NewStream(1, "test "+words)
	normal := func(values []float32) {
		for i := range values {
			values[i] = s.Normal()
		}
	}
	for _, layer := range m.Layers {
		switch layer := layer.(type) {
		case *nn.Dense:
			for k := range layer.Weight.Rows {
				for j := range layer.Weight.Cols {
					layer.Weight.Set(k, j, weight(s.Normal()))
				}
			}
			for j := range layer.Bias {
				layer.Bias[j] = weight(s.Normal())
			}
		case *nn.BatchNorm:
			normal(layer.Gain)
			normal(layer.Shift)
			normal(layer.RunningMean)
			for i := range layer.RunningVariance {
				layer.RunningVariance[i] = 0.1 + s.Uniform()
			}
		}
	}
	return m
}

func plain(w float32) float32 { return w }

// sampleModel is the model of package sample.
func sampleModel(t testing.TB) *nn.Model {
	m := newModel(t, "bn 21 bn relu dropout:0.4 34 relu 9 bn", 37, 5, plain)
	m.InputScale = 1.0 / 255
	m.ClassNames[1] = `"quoted" \`
	return m
}

func source(t testing.TB, m *nn.Model, packageName string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, m, packageName); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What Write writes is what is committed, so that package sample is a test of it
// on machines without the go command.
func TestSample(t *testing.T) {
	checkSample(t, "testdata/sample/net.go", source(t, sampleModel(t), "sample"))
}

func checkSample(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what Write writes: see it with go test -update", name)
	}
}

// The generated code computes the bits of package nn, for inputs of any size.
func TestSameBits(t *testing.T) {
	m := sampleModel(t)
	s := tensor.NewStream(1, "inputs")
	inputs := map[string]func() float32{
		"pixels":       func() float32 { return float32(s.IntN(256)) / 255 },
		"mostly zeros": func() float32 { return max(0, s.Normal()-1) },
		"all zero":     func() float32 { return 0 },
		"minus zero":   func() float32 { return float32(math.Copysign(0, -1)) },
		"normal":       func() float32 { return s.Normal() },
		"tiny":         func() float32 { return s.Normal() * 0x1p-140 },
		"huge":         func() float32 { return s.Normal() * 0x1p120 },
		"any":          func() float32 { return s.Normal() * float32(math.Ldexp(1, s.IntN(200)-100)) },
		"coarse":       func() float32 { return float32(s.IntN(9)) * 0x1p-3 },
	}
	for name, value := range inputs {
		t.Run(name, func(t *testing.T) {
			for range 200 {
				var x [sample.Inputs]float32
				for i := range x {
					x[i] = value()
				}
				compare(t, m, x)
			}
		})
	}
}

func compare(t *testing.T, m *nn.Model, x [sample.Inputs]float32) {
	t.Helper()
	want := tensor.NewMatrix(1, sample.Classes)
	m.Logits(want, tensor.FromSlice(x[:], 1, len(x)).Matrix())
	var got [sample.Classes]float32
	before := x
	class := sample.Logits(&got, &x)
	if x != before {
		t.Fatal("the input has changed")
	}
	if class != nn.Argmax(want.Row(0)) {
		t.Fatalf("class %d, want %d", class, nn.Argmax(want.Row(0)))
	}
	sameBits(t, got[:], want.Row(0))
	nn.Softmax(want.Row(0))
	sample.Softmax(&got)
	sameBits(t, got[:], want.Row(0))
}

func sameBits(t *testing.T, got, want []float32) {
	t.Helper()
	for j := range want {
		bothNaN := got[j] != got[j] && want[j] != want[j]
		if math.Float32bits(got[j]) != math.Float32bits(want[j]) && !bothNaN {
			t.Fatalf("%v, want %v", got, want)
		}
	}
}

func TestPredict(t *testing.T) {
	m := sampleModel(t)
	s := tensor.NewStream(1, "pixels")
	var pixels [sample.Inputs]byte
	row := make([]float32, sample.Inputs)
	want := tensor.NewMatrix(1, sample.Classes)
	var got [sample.Classes]float32
	for range 100 {
		for i := range pixels {
			pixels[i] = byte(s.IntN(256))
		}
		tensor.ScaleBytes(row, pixels[:], m.InputScale)
		m.Logits(want, tensor.FromSlice(row, 1, len(row)).Matrix())
		if class := sample.Predict(&got, &pixels); class != nn.Argmax(want.Row(0)) {
			t.Fatalf("class %d, want %d", class, nn.Argmax(want.Row(0)))
		}
		sameBits(t, got[:], want.Row(0))
	}
	if n := testing.AllocsPerRun(10, func() { sample.Predict(&got, &pixels) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
	if sample.ClassNames[1] != m.ClassNames[1] {
		t.Errorf("class name %q, want %q", sample.ClassNames[1], m.ClassNames[1])
	}
}

// Networks of every shape, and with every kind of weights, become source that is
// formatted, that Go 1.17 would compile, and that computes the bits of package nn
// without allocation.
func TestArchitectures(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("the go command is not there to compile with")
	}
	const inputs, classes = 7, 3
	cases := []struct {
		words  string
		weight func(float32) float32 // makes a weight of a random one
	}{
		{"", plain}, {"1", plain}, {"relu", plain}, {"bn dropout:0.1 relu", plain}, {"dropout:0.5", plain},
		{"8 8 8 relu", plain}, {"4 bn 5 relu 6 bn", plain}, {strconv.Itoa(MaxWidth), plain},
		{"3", func(w float32) float32 { return w * 0x1p-140 }},
		{"3", func(w float32) float32 { return w * 0x1p125 }},
		{"3", func(w float32) float32 { return w * float32(math.Inf(1)) }},
		{"3", func(w float32) float32 { return w * 0 }}, // of either sign
	}
	var x [inputs]float32
	for i := range x {
		x[i] = float32(i%3)*0.7 - 0.7
	}

	u := user{t: t, folder: t.TempDir()}
	for _, c := range cases {
		m := newModel(t, c.words, inputs, classes, c.weight)
		logits := tensor.NewMatrix(1, classes)
		m.Logits(logits, tensor.FromSlice(x[:], 1, inputs).Matrix())
		u.add(c.words, func(name string) []byte { return source(t, m, name) }, "Logits", logits.Row(0))
	}
	u.run(fmt.Sprintf("%#v", x))
}

// A user is a module with a program that predicts with generated packages.
type user struct {
	t                    *testing.T
	folder               string
	packages             int
	imports, calls, want strings.Builder
}

// add adds a package, and a call of its function that has to give these logits
// without allocation.
func (u *user) add(words string, source func(name string) []byte, function string, logits []float32) {
	u.t.Helper()
	name := fmt.Sprintf("net%d", u.packages)
	u.packages++
	text := source(name)
	if formatted, err := format.Source(text); err != nil || !bytes.Equal(text, formatted) {
		u.t.Errorf("%q: not formatted: %v", words, err)
	}
	u.write(filepath.Join(name, "net.go"), text)
	fmt.Fprintf(&u.imports, "\t%q\n", "user/"+name)
	fmt.Fprintf(&u.calls, "\tshow(&logits, func() { %s.%s(&logits, &x) })\n", name, function)
	fmt.Fprintln(&u.want, show(logits), "in 0 allocations")
}

func (u *user) write(name string, text []byte) {
	u.t.Helper()
	name = filepath.Join(u.folder, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		u.t.Fatal(err)
	}
	if err := os.WriteFile(name, text, 0o666); err != nil {
		u.t.Fatal(err)
	}
}

// run runs the program with an input, written as Go.
func (u *user) run(input string) {
	u.t.Helper()
	u.write("go.mod", []byte("module user\n\ngo 1.17\n"))
	u.write("main.go", fmt.Appendf(nil, userSource, u.imports.String(), input, u.calls.String()))
	run := exec.Command("go", "run", ".")
	run.Dir = u.folder
	// The test may be for another machine than the one it runs on.
	run.Env = append(os.Environ(), "GOOS=", "GOARCH=", "GOFLAGS=", "GOWORK=off")
	var complaints strings.Builder
	run.Stderr = &complaints
	got, err := run.Output()
	if err != nil {
		u.t.Fatalf("go run: %v\n%s", err, &complaints)
	}
	if string(got) != u.want.String() {
		u.t.Errorf("got\n%swant\n%s", got, &u.want)
	}
}

// show returns numbers as the program of userSource prints them.
func show(row []float32) string {
	var words []string
	for _, v := range row {
		if v != v {
			words = append(words, "NaN")
		} else {
			words = append(words, fmt.Sprintf("%08x", math.Float32bits(v)))
		}
	}
	return strings.Join(words, " ")
}

const userSource = `package main

import (
	"fmt"
	"math"
	"testing"

%s)

func main() {
	x := %s
	var logits [3]float32
%s}

func show(logits *[3]float32, predict func()) {
	allocations := testing.AllocsPerRun(10, predict)
	for _, v := range logits {
		if v != v {
			fmt.Print("NaN ")
		} else {
			fmt.Printf("%%08x ", math.Float32bits(v))
		}
	}
	fmt.Println("in", allocations, "allocations")
}
`

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		words, name string
		inputs      int
		want        string
	}{
		{"3", "", 4, `gosource: "" is no name of a Go package`},
		{"3", "func", 4, `gosource: "func" is no name of a Go package`},
		{"3", "a-b", 4, `gosource: "a-b" is no name of a Go package`},
		{"3", "_", 4, `gosource: "_" is no name of a Go package`},
		{"3", "net", MaxWidth + 1, "gosource: the model has a layer of 16385 values: Go source is for up to 16384"},
		{"16385", "net", 4, "gosource: the model has a layer of 16385 values: Go source is for up to 16384"},
		{"8192 2048", "net", 2, "gosource: the model has 16799744 weights: Go source is for up to 16777216"},
	} {
		architecture, err := nn.ParseArchitecture(c.words)
		if err != nil {
			t.Fatal(err)
		}
		m, err := nn.New(architecture, c.inputs, 3)
		if err != nil {
			t.Fatal(err)
		}
		if err := Write(io.Discard, m, c.name); err == nil || err.Error() != c.want {
			t.Errorf("%d inputs, %q, package %q: error %v, want %s", c.inputs, c.words, c.name, err, c.want)
		}
	}
}

// A failing writer's error is the caller's to name.
func TestWriterFails(t *testing.T) {
	reader, writer := io.Pipe()
	reader.CloseWithError(io.ErrShortWrite)
	if err := Write(writer, sampleModel(t), "sample"); err != io.ErrShortWrite {
		t.Errorf("error %v, want %v", err, io.ErrShortWrite)
	}
	if err := WriteQuantized(writer, quantizedSample(t), "sample"); err != io.ErrShortWrite {
		t.Errorf("quantised: error %v, want %v", err, io.ErrShortWrite)
	}
}
