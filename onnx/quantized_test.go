package onnx

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fnn/quantize"
	"fnn/tensor"
)

// newQuantized returns a quantised form of newModel, and samples.
func newQuantized(t *testing.T, words string) (*quantize.Model, tensor.Bytes) {
	t.Helper()
	stream := tensor.NewStream(1, "samples")
	x := tensor.NewBytes(200, 7)
	for i := range x.Rows {
		for k := range x.Cols {
			x.Row(i)[k] = uint8(stream.IntN(256))
		}
	}
	q, err := quantize.New(newModel(t, words), x)
	if err != nil {
		t.Fatal(err)
	}
	return q, x
}

func exportedQuantized(t *testing.T, q *quantize.Model, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteQuantized(&b, q, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The graph, interpreted operator by operator, computes what the model does, but
// for steps of activations here and there.
func TestQuantized(t *testing.T) {
	for _, words := range []string{"", "5 relu", "40 bn relu dropout:0.4 6", "bn relu 5 relu bn"} {
		q, x := newQuantized(t, words)
		want := tensor.NewMatrix(x.Rows, q.Classes())
		q.Logits(want, x)
		for _, o := range []Options{{}, {Bytes: true}} {
			file := exportedQuantized(t, q, o)
			if !bytes.Equal(file, exportedQuantized(t, q, o)) {
				t.Errorf("%q, %v: two files of a model differ", words, o)
			}
			m, err := decodeModel(file)
			if err != nil {
				t.Fatal(err)
			}
			for i := range x.Rows {
				input := make([]float64, x.Cols)
				for k, v := range x.Row(i) {
					input[k] = float64(v)
					if !o.Bytes {
						input[k] = float64(float32(v) * q.InputScale)
					}
				}
				got := interpret(t, m.graph, input)
				for j, v := range want.Row(i) {
					if !(math.Abs(got[j]-float64(v)) < 0.05) {
						t.Fatalf("%q, %v: logits of sample %d are %.3f, want %.3f", words, o, i, got, want.Row(i))
					}
				}
			}
			scale := map[bool]string{false: "0.003921569", true: "1"}[o.Bytes]
			for _, e := range []entry{{keyQuantization, "int8"}, {keyScale, scale}, {keyClasses, "cat\ndog / wolf\nété"}, {keyWidth, "7"}} {
				if !slices.Contains(m.metadata, e) {
					t.Errorf("%q, %v: metadata %q, want %q among them", words, o, m.metadata, e)
				}
			}
		}
	}
}

// interpret computes the output of a graph for one sample. Tensors are lists of
// numbers; a dense layer's weights are recognised by their two dimensions.
func interpret(t *testing.T, g *graph, input []float64) []float64 {
	t.Helper()
	values := map[string][]float64{inputName: input}
	for _, c := range g.initializers {
		values[c.name] = numbers(t, c)
	}
	var output []float64
	for _, n := range g.nodes {
		var in [3][]float64
		for i, name := range n.inputs {
			in[i] = values[name]
			if in[i] == nil {
				t.Fatalf("%s: there is no %q", n.name, name)
			}
		}
		x := in[0]
		y := make([]float64, len(x))
		switch n.op {
		case "QuantizeLinear":
			for i, v := range x {
				y[i] = min(max(math.RoundToEven(v/in[1][0])+in[2][0], 0), 255)
			}
		case "DequantizeLinear": // per tensor, or by the first dimension
			for i, v := range x {
				j := i * len(in[1]) / len(x)
				y[i] = (v - in[2][j%len(in[2])]) * in[1][j]
			}
		case "Gemm":
			y = slices.Clone(in[2])
			for j := range y {
				for k, v := range x {
					y[j] += v * in[1][j*len(x)+k]
				}
			}
		case "Cast":
			copy(y, x)
		case "Add":
			for i, v := range x {
				y[i] = v + in[1][i]
			}
		case "Gather":
			y = make([]float64, len(in[1]))
			for i, place := range in[1] {
				y[i] = x[int(place)]
			}
		default:
			t.Fatalf("operator %s", n.op)
		}
		values[n.outputs[0]] = y
		output = y
	}
	return output
}

// numbers returns the elements of a constant.
func numbers(t *testing.T, c *constant) []float64 {
	t.Helper()
	var list []float64
	switch c.element {
	case typeUint8:
		for _, v := range c.raw {
			list = append(list, float64(v))
		}
	case typeInt8:
		for _, v := range c.raw {
			list = append(list, float64(int8(v)))
		}
	case typeInt32:
		for v := range slices.Chunk(c.raw, 4) {
			list = append(list, float64(int32(binary.LittleEndian.Uint32(v))))
		}
	case typeFloat:
		for v := range slices.Chunk(c.raw, 4) {
			list = append(list, float64(math.Float32frombits(binary.LittleEndian.Uint32(v))))
		}
	default:
		t.Fatalf("%s: elements of type %d", c.name, c.element)
	}
	return list
}

// An offset that is no int32 in multiples of its scale stays in float32.
func TestQuantizedBias(t *testing.T) {
	q, _ := newQuantized(t, "")
	for _, c := range []struct {
		scale, offset float32
		whole         bool
	}{{1, 3.5, true}, {-0x1p-20, 2000, true}, {0x1p-30, 2, false}, {0, 1, false}, {0, 0, false}} {
		q.Layers[0].Scale[1], q.Layers[0].Offset[1] = c.scale, c.offset
		m, err := decodeModel(exportedQuantized(t, q, Options{}))
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range m.graph.initializers {
			if b.name != "0.bias" {
				continue
			}
			want := float64(c.offset)
			if c.whole {
				want = math.RoundToEven(want / float64(c.scale))
			}
			if got := numbers(t, b)[1]; got != want || (b.element == typeInt32) != c.whole {
				t.Errorf("scale %g, offset %g: a bias of %g and type %d, want %g", c.scale, c.offset, got, b.element, want)
			}
		}
	}
}

func TestSaveQuantized(t *testing.T) {
	q, _ := newQuantized(t, "5 relu")
	name := filepath.Join(t.TempDir(), "m.onnx")
	if err := SaveQuantized(name, q, Options{Softmax: true}); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(file, exportedQuantized(t, q, Options{Softmax: true})) {
		t.Errorf("%d bytes, %v", len(file), err)
	}
	if _, err := LoadFile(name); err == nil || !strings.Contains(err.Error(), "QuantizeLinear") {
		t.Errorf("loading gives error %v", err)
	}
	q.ClassNames = q.ClassNames[1:]
	if err := SaveQuantized(name, q, Options{}); err == nil || err.Error() != "onnx: 2 class names for 3 classes" {
		t.Errorf("error %v", err)
	}
}
