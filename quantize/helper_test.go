package quantize

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"fnn/nn"
	"fnn/safetensors"
	"fnn/tensor"
)

// architectures are all the ways in which layers may follow each other.
var architectures = []string{
	"", "A", "B", "C",
	"relu", "dropout:0.5", "bn", "bn bn", "bn relu bn",
	"8", "8 8", "8 relu relu", "8 bn bn relu", "8 relu bn", "8 relu bn relu bn",
	"relu bn relu 20 dropout:0.2 bn relu dropout:0.1 bn 70 bn bn relu bn relu",
	"1 relu 1",
}

// newModel returns a float32 model whose parameters are all random, running
// statistics and biases included, and which gives logits of a few units.
func newModel(t testing.TB, words string, inputs, classes int) *nn.Model {
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
	for _, layer := range m.Layers {
		switch l := layer.(type) {
		case *nn.Dense:
			spread := 2 / float32(math.Sqrt(float64(l.Weight.Rows)))
			for k := range l.Weight.Rows {
				for j := range l.Weight.Cols {
					l.Weight.Set(k, j, spread*s.Normal())
				}
			}
			for j := range l.Bias {
				l.Bias[j] = 0.3 * s.Normal()
			}
		case *nn.BatchNorm:
			for j := range l.Gain {
				l.Gain[j] = 0.5 + s.Uniform()
				l.Shift[j] = 0.5 * s.Normal()
				l.RunningMean[j] = 0.5 * s.Normal()
				l.RunningVariance[j] = 0.5 + s.Uniform()
			}
		}
	}
	m.InputScale = 1.0 / 255
	m.ClassNames[0] = "T-shirt/top"
	m.Info = map[string]string{"image_height": "1"}
	return m
}

// samples returns random bytes, half of them 0.
func samples(seed uint64, rows, inputs int) tensor.Bytes {
	s := tensor.NewStream(seed, "samples")
	x := tensor.NewBytes(rows, inputs)
	for i := range rows {
		row := x.Row(i)
		for k := range row {
			row[k] = uint8(max(0, s.IntN(512)-256))
		}
	}
	return x
}

func newQuantized(t testing.TB, m *nn.Model, calibration tensor.Bytes) *Model {
	t.Helper()
	q, err := New(m, calibration)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func file(t testing.TB, m *Model) *safetensors.File {
	t.Helper()
	f, err := m.File()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// written returns the bytes of a model's file.
func written(t testing.TB, m *Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := safetensors.Write(&b, file(t, m)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// scaled returns the inputs of the float32 model.
func scaled(x tensor.Bytes, scale float32) tensor.Matrix {
	y := tensor.NewMatrix(x.Rows, x.Cols)
	for i := range x.Rows {
		tensor.ScaleBytes(y.Row(i), x.Row(i), scale)
	}
	return y
}

// sameBits says whether two matrices hold the same bits.
func sameBits(x, y tensor.Matrix) bool {
	return slices.EqualFunc(x.Data, y.Data, func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) })
}

// eachKernel runs test with every kernel of this machine in turn.
func eachKernel(t *testing.T, test func(t *testing.T)) {
	before := tensor.Kernel()
	defer tensor.SetKernel(before)
	for _, name := range tensor.Kernels() {
		if err := tensor.SetKernel(name); err != nil {
			t.Fatal(err)
		}
		t.Run(name, test)
	}
}
