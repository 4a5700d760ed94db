package onnx

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"fnn/internal/protobuf"
)

// op returns a node with its inputs, separated by spaces, an output, and
// attributes that are integers.
func op(name, inputs, output string, attributes ...attribute) *node {
	return &node{op: name, inputs: strings.Fields(inputs), outputs: []string{output}, attributes: attributes}
}

func integer(name string, v int64) attribute {
	return attribute{name: name, kind: attributeInt, int: v}
}

// ones returns a constant of float32 or int64 elements, all 1.
func ones(name string, element int64, dims ...int64) *constant {
	size := int64(widths[element])
	for _, d := range dims {
		size *= d
	}
	raw := make([]byte, size)
	for i := 0; i < len(raw); i += widths[element] {
		if element == typeInt64 {
			raw[i] = 1
		} else {
			raw[i+2], raw[i+3] = 0x80, 0x3f
		}
	}
	return &constant{name: name, element: element, dims: dims, raw: raw}
}

// graphOf returns a graph of nodes from "x" (batch, 4) to "y", with constants:
// w (4, 3), b (3), v (3, 2), n (1) an integer.
func graphOf(nodes ...*node) *model {
	return &model{irVersion: irVersion, producer: "test", opsets: []opset{{"", opsetVersion}}, graph: &graph{
		name:  "test",
		nodes: nodes,
		initializers: []*constant{
			ones("w", typeFloat, 4, 3), ones("b", typeFloat, 3), ones("v", typeFloat, 3, 2), ones("n", typeInt64, 1),
		},
		inputs:  []port{{name: "x", element: typeFloat, shape: batchOf(4), ranked: true}},
		outputs: []port{{name: "y", element: typeFloat, shape: batchOf(3), ranked: true}},
	}}
}

func TestRefuses(t *testing.T) {
	dense := op("MatMul", "x w", "y")
	with := func(change func(m *model)) *model {
		m := graphOf(dense)
		change(m)
		return m
	}
	tests := []struct {
		model *model
		want  string
	}{
		{graphOf(dense), ""},
		{graphOf(op("MatMul", "x w", "h"), op("Sigmoid", "h", "y")), `node 1, "y" (Sigmoid): operator "Sigmoid" is none`},
		{graphOf(op("QuantizeLinear", "x n", "h"), dense), `(QuantizeLinear): operator "QuantizeLinear" is of a quantised graph, which fnn writes but does not read`},
		{graphOf(op("DequantizeLinear", "w n", "v2"), dense), `(DequantizeLinear): operator "DequantizeLinear" is of a quantised graph`},
		{graphOf(op("RandomNormal", "", "r"), dense), `(RandomNormal): operator "RandomNormal" is none`},
		{graphOf(op("MatMul", "x w", "h"), op("Relu", "h", "y")), `node 1, "y" (Relu) is the last layer: want a dense one`},
		{graphOf(op("MatMul", "x v", "y")), "it takes samples of 3 values, where the node before gives 4"},
		{graphOf(op("MatMul", "w x", "y")), "its first input is a constant: want the samples"},
		{graphOf(op("MatMul", "x x", "y")), `it reads "x" twice`},
		{graphOf(op("MatMul", "x w", "h"), op("Identity", "b h", "y")), "2 inputs: want 1 to 1"},
		{graphOf(op("MatMul", "x b", "y")), "weights of shape [3]: want two dimensions"},
		{graphOf(op("MatMul", "x n", "y")), "weights of shape [1]"},
		{graphOf(op("MatMul", "x", "y")), "1 inputs: want 2 to 2"},
		{graphOf(op("Gemm", "x w", "y", integer("transA", 1))), "transA"},
		{graphOf(op("Gemm", "x w", "y", integer("transB", 1))), "it takes samples of 3 values"},
		{graphOf(op("Gemm", "x w v", "y")), "a constant of shape [3 2] with samples of shape [3]"},
		{graphOf(op("MatMul", "x w", "h"), op("MatMul", "h v", "i"), op("Add", "h b", "y")), `it reads "h", but the graph goes on from there to "i"`},
		{graphOf(op("MatMul", "x w", "h"), op("Add", "h h", "y")), `it reads "h" twice, or with itself`},
		{graphOf(op("MatMul", "z w", "y"), op("Relu", "y", "z")), `it reads "z", which no node before it makes`},
		{graphOf(op("MatMul", "y w", "y")), `it reads "y", which no node before it makes`},
		{graphOf(dense, op("Relu", "y", "y")), `"y" is made twice`},
		{graphOf(op("MatMul", "x w", "x")), `"x" is made twice`},
		{graphOf(op("MatMul", "x w", "h"), op("Softmax", "h", "i"), op("MatMul", "i v", "y")), "it follows node 1"},
		{graphOf(op("MatMul", "x w", "h"), op("Softmax", "h", "y", integer("axis", 0))), "axis 0: want 1"},
		{graphOf(op("Div", "b x", "h"), op("MatMul", "h w", "y")), "with samples of shape [4]"},
		{graphOf(op("Div", "n x", "h"), op("MatMul", "h w", "y")), "it divides by the samples"},
		{graphOf(op("Flatten", "x", "h", integer("axis", 0)), op("MatMul", "h w", "y")), "axis 0: want 1"},
		{graphOf(op("Reshape", "x n", "h"), op("MatMul", "h w", "y")), "it makes [1] of samples of shape [4]"},
		{graphOf(op("Cast", "x", "h", integer("to", typeInt64)), op("MatMul", "h w", "y")), "a cast of the samples to type 7"},
		{graphOf(op("BatchNormalization", "x b b b b", "h"), op("MatMul", "h w", "y")), "it takes samples of 3 values, where the node before gives 4"},
		{graphOf(op("Dropout", "x n", "h"), op("MatMul", "h w", "y")), "ratio 1: want 0 to below 1"},
		{graphOf(&node{op: "Dropout", inputs: []string{"x"}, outputs: []string{"h", "mask"}}, op("Mul", "h mask", "y")), `it reads "mask", an output that is for training`},
		{graphOf(), `output "y", which no node makes`},
		{graphOf(op("MatMul", "x w", "h"), op("Relu", "h", "i"), op("Identity", "b", "y")), `"i", which the last layer makes, is no output`},
		{with(func(m *model) { m.graph = graphOf().graph; m.graph.outputs[0].name = "x" }), "the graph has no layers"},
		{with(func(m *model) { m.graph.nodes = []*node{op("Relu", "x", "y")} }), "is the last layer"},
		{with(func(m *model) { m.opsets = nil }), "operators of version 0: want 7 or later"},
		{with(func(m *model) { m.graph.inputs = nil }), "0 inputs: want one"},
		{with(func(m *model) { m.graph.inputs = append(m.graph.inputs, port{name: "z"}) }), "2 inputs: want one"},
		{with(func(m *model) { m.graph.inputs[0].element = typeString }), "elements of type 8: want numbers"},
		{with(func(m *model) { m.graph.inputs[0].shape = m.graph.inputs[0].shape[:1] }), "1 dimensions: want 2 or more"},
		{with(func(m *model) { m.graph.inputs[0].shape[1].size = 1 << 40 }), "want at most 1048576 values"},
		{with(func(m *model) { m.graph.initializers[1].name = "w" }), `"w" is made twice`},
		{with(func(m *model) { m.graph.initializers[0].dims[0] = 5 }), "it takes samples of 5 values"},
		{with(func(m *model) { m.graph.initializers[0].raw = make([]byte, 47) }), `constant "w" of shape [4 3] has 47 bytes of data: want 48`},
		{with(func(m *model) { m.graph.initializers[0].dims = []int64{1 << 31, 1 << 31} }), "beyond any file's size"},
		{with(func(m *model) { m.graph.initializers[0].dims = []int64{-1, 3} }), "beyond any file's size"},
		{with(func(m *model) { m.graph.initializers[0].dims = []int64{4, 1 << 29} }), "beyond any file's size"},
		{with(func(m *model) { m.graph.initializers[0].dims = []int64{0, 3} }), "it takes samples of 0 values"},
		{with(func(m *model) { m.graph.initializers[0].element = typeString }), "elements of type 8: want numbers"},
		{with(func(m *model) { m.metadata = []entry{{keyVersion, "1"}, {keyScale, "-1"}} }), `input_scale "-1": want a number above 0`},
		{with(func(m *model) {
			m.metadata = []entry{{keyVersion, "1"}, {keyScale, "1"}, {keyClasses, "a\nb"}}
		}), "2 class names for 3 classes"},
	}
	for _, test := range tests {
		file := test.model.encode(nil)
		_, err := Load(bytes.NewReader(file))
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("error %v, want %q", err, test.want)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "onnx: ") {
			t.Errorf("error %v", err)
		}
	}
}

// repeat returns a graph of a node n times, each reading the one before.
func repeat(n int, make func(input, output string) *node) []*node {
	var nodes []*node
	name := "x"
	for i := range n {
		next := fmt.Sprint("s", i)
		nodes = append(nodes, make(name, next))
		name = next
	}
	return append(nodes, op("Identity", name, "y"))
}

// thousand returns a graph that uses a constant of 64K values, and of 256 kB, as
// often as make says, and ends in a dense layer.
func thousand(make func(input, output string) []*node) []byte {
	var nodes []*node
	name := "x"
	for i := range 900 {
		next := fmt.Sprint("s", i)
		nodes = append(nodes, make(name, next)...)
		name = next
	}
	m := graphOf(append(nodes, op("MatMul", name+" long", "y"))...)
	m.graph.inputs[0].shape[1].size = 1 << 16
	m.graph.initializers = append(m.graph.initializers,
		ones("long", typeFloat, 1<<16, 1), ones("turned", typeFloat, 1, 1<<16), ones("one", typeFloat, 1), ones("wide", typeFloat, 1<<16))
	return m.encode(nil)
}

// withConstant returns a file whose graph also has the constants given, one of them
// encoded.
func withConstant(m *model, c *constant, encoded []byte) []byte {
	m.graph.initializers = append(m.graph.initializers, c)
	g := protobuf.AppendBytes(m.graph.encode(nil), 5, encoded)
	opset := protobuf.AppendInt64(nil, 2, opsetVersion)
	return protobuf.AppendBytes(protobuf.AppendBytes([]byte("\x08\x08"), 8, opset), 7, g)
}

// Whatever a file holds, reading it takes time and memory in proportion to its
// size: here, files of less than a megabyte.
func TestHostile(t *testing.T) {
	wide := func(nodes []*node) []byte {
		m := graphOf(nodes...)
		m.graph.inputs[0].shape = []dimension{{name: "batch"}, {size: 1 << 10}, {size: 1 << 10}}
		m.graph.initializers = append(m.graph.initializers, ones("long", typeFloat, 1<<10, 1))
		return m.encode(nil)
	}
	square := func(nodes []*node) []byte {
		m := graphOf(nodes...)
		m.graph.inputs[0].shape[1].size = 1 << 7
		m.graph.initializers = append(m.graph.initializers, ones("square", typeFloat, 1<<7, 1<<7))
		return m.encode(nil)
	}
	nested := []byte{}
	for range 1 << 10 {
		nested = protobuf.AppendBytes(nil, 7, nested)
	}
	tests := []struct {
		name string
		file []byte
	}{
		{"broadcast", wide(repeat(5000, func(in, out string) *node { return op("Add", in+" long", out) }))},
		{"shared weights", square(repeat(5000, func(in, out string) *node { return op("MatMul", in+" square", out) }))},
		{"transposes", square(repeat(5000, func(in, out string) *node { return op("Transpose", "square", out) }))},
		{"layers", square(repeat(8000, func(in, out string) *node { return op("Relu", in, out) }))},
		{"dropout", square(repeat(8000, func(in, out string) *node { return op("Dropout", in, out) }))},
		{"casts of numbers in a node", func() []byte {
			numbers := protobuf.AppendBytes(protobuf.AppendString(nil, 1, "value_ints"), 8, bytes.Repeat([]byte{1}, 1<<16))
			file := protobuf.AppendBytes(protobuf.AppendString(protobuf.AppendString(nil, 2, "c"), 4, "Constant"), 5, numbers)
			file = protobuf.AppendBytes(nil, 1, file)
			for _, n := range repeat(12_000, func(in, out string) *node { return op("Cast", "c", out, integer("to", typeFloat)) }) {
				file = protobuf.AppendBytes(file, 1, n.encode(nil))
			}
			file = protobuf.AppendBytes(file, 11, graphOf().graph.inputs[0].encode(nil))
			opset := protobuf.AppendBytes([]byte("\x08\x08"), 8, protobuf.AppendInt64(nil, 2, opsetVersion))
			return protobuf.AppendBytes(opset, 7, file)
		}()},
		{"dimensions of the input", func() []byte {
			m := graphOf(repeat(8000, func(in, out string) *node { return op("Add", in+" b", out) })...)
			m.graph.inputs[0].shape = append([]dimension{{name: "batch"}}, slices.Repeat([]dimension{{size: 1}}, 30_000)...)
			m.graph.inputs[0].shape = append(m.graph.inputs[0].shape, dimension{size: 3})
			return m.encode(nil)
		}()},
		{"numbers in another shape", func() []byte {
			m := graphOf()
			in := "x"
			for i := range 100 {
				out := fmt.Sprint("s", i)
				m.graph.nodes = append(m.graph.nodes, op("Reshape", "numbers shape", out+"r"), op("Add", in+" "+out+"r", out))
				in = out
			}
			m.graph.inputs[0].shape[1].size = 1 << 19
			shape := ones("shape", typeInt64, 1)
			shape.raw[0], shape.raw[2] = 0, 1<<3
			numbers := protobuf.AppendInt64(protobuf.AppendInt64(nil, 1, 1<<19), 2, typeUint8)
			numbers = protobuf.AppendBytes(protobuf.AppendString(numbers, 8, "numbers"), 5, bytes.Repeat([]byte{1}, 1<<19))
			return withConstant(m, shape, numbers)
		}()},
		{"narrow layers", thousand(func(in, out string) []*node {
			return []*node{op("MatMul", in+" long", in+"1"), op("MatMul", in+"1 turned", out)}
		})},
		{"scaled layers", thousand(func(in, out string) []*node {
			if in != "x" {
				return []*node{op("Dropout", in, in+"d"), op("Mul", in+"d one", out)}
			}
			return []*node{op("MatMul", "x long", "x1"), op("MatMul", "x1 turned", out)}
		})},
		{"scalings alone", thousand(func(in, out string) []*node {
			return []*node{op("Mul", in+" one", in+"m"), op("Relu", in+"m", out)}
		})},
		{"normalisations", thousand(func(in, out string) []*node {
			return []*node{op("BatchNormalization", in+" wide wide wide wide", out)}
		})},
		{"a matrix without elements", func() []byte {
			m := graphOf(op("Transpose", "d", "t"), op("MatMul", "x t", "y"))
			m.graph.initializers = append(m.graph.initializers, &constant{name: "d", element: typeDouble, dims: []int64{1 << 15, 1 << 14}})
			return m.encode(nil)
		}()},
		{"scaled without elements", func() []byte {
			m := graphOf(op("MatMul", "x d", "t"), op("Mul", "t n", "y"))
			m.graph.inputs[0].shape[1].size = 1 << 15
			m.graph.initializers = append(m.graph.initializers, &constant{name: "d", element: typeDouble, dims: []int64{1 << 15, 1 << 14}})
			return m.encode(nil)
		}()},
		{"a long name", graphOf(op("MatMul", "x "+strings.Repeat("w", 1<<20), "y")).encode(nil)},
		{"a long operator", graphOf(op(strings.Repeat("\n", 1<<20), "x", "y")).encode(nil)},
		{"nodes", protobuf.AppendBytes([]byte("\x08\x08"), 7, bytes.Repeat([]byte{0x0a, 0}, 1<<18))},
		{"attributes", protobuf.AppendBytes([]byte("\x08\x08"), 7, protobuf.AppendBytes(nil, 1, bytes.Repeat([]byte{0x2a, 2, 0x2a, 0}, 1<<17)))},
		{"dimensions", protobuf.AppendBytes([]byte("\x08\x08"), 7, protobuf.AppendBytes(nil, 5, bytes.Repeat([]byte{8, 1}, 1<<18)))},
		{"numbers", protobuf.AppendBytes([]byte("\x08\x08"), 7, protobuf.AppendBytes(nil, 5, bytes.Repeat([]byte{0x25, 0, 0, 0, 0}, 1<<17)))},
		{"texts", protobuf.AppendBytes([]byte("\x08\x08"), 7, protobuf.AppendBytes(nil, 1, bytes.Repeat([]byte{0x0a, 0}, 1<<18)))},
		{"metadata", bytes.Repeat([]byte{0x72, 0}, 1<<18)},
		{"nesting", nested},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err := Load(bytes.NewReader(test.file))
			elapsed := time.Since(start)
			runtime.ReadMemStats(&after)
			if err == nil {
				t.Fatal("no error")
			}
			if len(err.Error()) > 1000 || strings.Contains(err.Error(), "\n") {
				t.Errorf("an error of %d bytes: %.200v", len(err.Error()), err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
				t.Errorf("%d bytes of file took %d bytes of memory: %v", len(test.file), used, err)
			}
			t.Logf("%d bytes, %v, %d kB: %v", len(test.file), elapsed, (after.TotalAlloc-before.TotalAlloc)>>10, err)
		})
	}
}

// A file that is cut anywhere, or has a bit turned, is an error or another model,
// and never more than that.
func TestDamaged(t *testing.T) {
	names := []string{"handmade_gemm.onnx", "handmade_keras_scaled.onnx", "handmade_skl2onnx_numbers.onnx", "pytorch_sequential.onnx"}
	if testing.Short() {
		names = names[:1]
	}
	for _, name := range names {
		file, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		whole := 0
		for i := range file {
			if _, err := Load(bytes.NewReader(file[:i])); err == nil {
				whole++
			}
		}
		if whole > 100 { // the end may hold nothing but metadata and versions
			t.Errorf("%s: %d of %d beginnings load", name, whole, len(file))
		}
		for i := range file {
			for bit := range 8 {
				file[i] ^= 1 << bit
				Load(bytes.NewReader(file))
				file[i] ^= 1 << bit
			}
		}
	}
}
