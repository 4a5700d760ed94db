package gosource

import (
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"testing"

	"fnn/internal/gosource/testdata/sampleint8"
	"fnn/nn"
	"fnn/quantize"
	"fnn/tensor"
)

// newQuantized returns a quantised model of random parameters.
func newQuantized(t testing.TB, words string, inputs, classes int) *quantize.Model {
	t.Helper()
	m := newModel(t, words, inputs, classes, plain)
	m.InputScale = 1.0 / 255
	m.ClassNames[1] = `"quoted" \`
	q, err := quantize.New(m, randomBytes(1, 200, inputs))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func randomBytes(seed uint64, rows, cols int) tensor.Bytes {
	s := tensor.NewStream(seed, "bytes")
	x := tensor.NewBytes(rows, cols)
	for i := range rows {
		for k := range cols {
			x.Row(i)[k] = uint8(max(0, s.IntN(384)-128))
		}
	}
	return x
}

func quantizedSample(t testing.TB) *quantize.Model {
	return newQuantized(t, "bn 21 bn relu dropout:0.4 34 relu bn 9", sampleint8.Inputs, sampleint8.Classes)
}

func sourceOfQuantized(t testing.TB, m *quantize.Model, packageName string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteQuantized(&b, m, packageName); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestQuantizedSample(t *testing.T) {
	checkSample(t, "testdata/sampleint8/net.go", sourceOfQuantized(t, quantizedSample(t), "sampleint8"))
}

// The generated code computes the bits of package quantize.
func TestQuantizedBits(t *testing.T) {
	m := quantizedSample(t)
	x := randomBytes(2, 500, sampleint8.Inputs)
	for k := range sampleint8.Inputs {
		x.Row(0)[k], x.Row(1)[k] = 0, 255
	}
	want := tensor.NewMatrix(x.Rows, sampleint8.Classes)
	m.Logits(want, x)
	var got [sampleint8.Classes]float32
	for i := range x.Rows {
		pixels := [sampleint8.Inputs]byte(x.Row(i))
		class := sampleint8.Predict(&got, &pixels)
		if !bytes.Equal(pixels[:], x.Row(i)) {
			t.Fatal("the input has changed")
		}
		if class != nn.Argmax(want.Row(i)) {
			t.Fatalf("class %d, want %d", class, nn.Argmax(want.Row(i)))
		}
		sameBits(t, got[:], want.Row(i))
		nn.Softmax(want.Row(i))
		sampleint8.Softmax(&got)
		sameBits(t, got[:], want.Row(i))
	}
	pixels := [sampleint8.Inputs]byte(x.Row(1))
	if n := testing.AllocsPerRun(10, func() { sampleint8.Predict(&got, &pixels) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
	if sampleint8.ClassNames[1] != m.ClassNames[1] {
		t.Errorf("class name %q, want %q", sampleint8.ClassNames[1], m.ClassNames[1])
	}
}

// Quantised networks of every shape become source, as those of float32 do.
func TestQuantizedArchitectures(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("the go command is not there to compile with")
	}
	const inputs, classes = 7, 3
	x := randomBytes(3, 1, inputs)
	u := user{t: t, folder: t.TempDir()}
	for _, words := range []string{"", "1", "relu", "bn dropout:0.1 relu", "8 8 8 relu", "4 bn 5 relu 6 bn", "4 relu bn relu bn", strconv.Itoa(MaxWidth)} {
		m := newQuantized(t, words, inputs, classes)
		logits := tensor.NewMatrix(1, classes)
		m.Logits(logits, x)
		u.add(words, func(name string) []byte { return sourceOfQuantized(t, m, name) }, "Predict", logits.Row(0))
	}
	u.run(fmt.Sprintf("%#v", [inputs]byte(x.Row(0))))
}

func TestQuantizedErrors(t *testing.T) {
	for _, c := range []struct {
		words, name, want string
	}{
		{"3", "a-b", `gosource: "a-b" is no name of a Go package`},
		{"16385", "net", "gosource: the model has a layer of 16385 values: Go source is for up to 16384"},
	} {
		if err := WriteQuantized(io.Discard, newQuantized(t, c.words, 4, 3), c.name); err == nil || err.Error() != c.want {
			t.Errorf("%q, package %q: error %v, want %s", c.words, c.name, err, c.want)
		}
	}
}
