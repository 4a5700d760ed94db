package onnx

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fnn/nn"
	"fnn/safetensors"
)

// FuzzLoad checks that no file makes Load panic, and that a model that it gives
// comes back the same from an export.
func FuzzLoad(f *testing.F) {
	names, err := filepath.Glob("testdata/*.onnx")
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	for _, name := range names {
		file, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Add(exported(f, newModel(f, "5 bn relu dropout:0.4"), Options{Softmax: true, Bytes: true}))
	f.Fuzz(func(t *testing.T, file []byte) { checkLoad(t, file) })
}

// graphOps are the operators of the graphs that FuzzGraph makes.
var graphOps = []string{
	"MatMul", "Gemm", "Add", "Sub", "Mul", "Div", "Relu", "BatchNormalization", "Dropout", "Softmax", "LogSoftmax",
	"Flatten", "Reshape", "Identity", "Cast", "Constant", "Transpose", "Shape", "Concat", "Gather", "Unsqueeze", "Squeeze",
	"ArgMax", "ArrayFeatureExtractor", "ZipMap", "Sigmoid",
}

// graphAttributes are the attributes that a node may have.
var graphAttributes = []string{"transA", "transB", "axis", "to", "value_int", "training_mode"}

// FuzzGraph does as FuzzLoad does, with graphs whose nodes read what is there, and
// checks that a model computes what its graph says.
func FuzzGraph(f *testing.F) {
	const none = 7 // attribute

	f.Add([]byte{0, 0, 1, 0, none, 6, 0, 0, 0, none, 0, 0, 5, 0, none}, false)                                     // x·w, Relu, ·v
	f.Add([]byte{11, 0, 0, 0, none, 1, 0, 2, 3, none, 7, 0, 4, 4, none, 0, 0, 6, 0, none}, true)                   // Flatten, Gemm, BatchNormalization, ·v
	f.Add([]byte{5, 0, 5, 0, none, 0, 0, 2, 0, none, 2, 0, 4, 0, none, 9, 0, 0, 0, none}, false)                   // x/s·w + b, Softmax
	f.Add([]byte{16, 1, 0, 0, none, 1, 1, 0, 3, 9, 8, 0, 0, 0, none, 4, 0, 8, 0, none}, false)                     // Gemm, Dropout, times s
	f.Add([]byte{4, 0, 5, 0, none, 6, 0, 0, 0, none, 7, 0, 8, 8, none, 0, 0, 4, 0, none, 7, 0, 6, 6, none}, false) // s·x, Relu, BatchNormalization around ·w
	f.Fuzz(func(t *testing.T, program []byte, pictures bool) {
		m := graphFrom(program, pictures)
		if model := checkLoad(t, m.encode(nil)); model != nil && !pictures {
			checkMeaning(t, m.graph, model)
		}
	})
}

// graphFrom returns the graph that a program makes. Of each node, five bytes tell the
// operator, up to three inputs, the last nodes' outputs first, and an attribute.
func graphFrom(program []byte, pictures bool) *model {
	m := graphOf()
	g := m.graph
	g.initializers = append(g.initializers,
		&constant{name: "s", element: typeFloat, raw: []byte{0, 0, 0x20, 0x40}}, // 2.5
		ones("g", typeFloat, 4), ones("q", typeFloat, 3, 3), ones("c", typeFloat, 3, 1), ones("d", typeDouble, 1, 4),
		&constant{name: "i", element: typeInt64, dims: []int64{2}, raw: append(make([]byte, 8), bytes.Repeat([]byte{255}, 8)...)}) // 0, -1
	if pictures {
		g.inputs[0].element = typeUint8
		g.inputs[0].shape = append(batchOf(2), dimension{size: 2})
	}
	var names []string // the newest last
	for _, c := range g.initializers {
		names = append(names, c.name)
	}
	slices.Reverse(names)
	names = append(names, "x")
	for i := 0; i+5 <= len(program) && len(g.nodes) < 30; i += 5 {
		n := &node{op: graphOps[int(program[i])%len(graphOps)], number: len(g.nodes)}
		inputs := 1 + int(program[i]/64)
		switch n.op {
		case "MatMul", "Add", "Sub", "Mul", "Div", "Reshape", "Gather", "Concat", "ArrayFeatureExtractor":
			inputs = 2
		case "Gemm":
			inputs = 3
		case "BatchNormalization":
			inputs = 5
		}
		for j := range inputs {
			which := int(program[i+1+min(j, 2)]) % len(names)
			n.inputs = append(n.inputs, names[len(names)-1-which])
		}
		if which, value := program[i+4]&7, int64(int8(program[i+4]))>>3; int(which) < len(graphAttributes) {
			n.attributes = []attribute{integer(graphAttributes[which], value)}
		}
		n.outputs = []string{fmt.Sprint("n", n.number)}
		names = append(names, n.outputs[0])
		g.nodes = append(g.nodes, n)
	}
	g.outputs[0].name = names[len(names)-1]
	return m
}

// checkLoad checks that a file gives an error in one line, or a model that comes back
// the same from an export, which it returns.
func checkLoad(t *testing.T, file []byte) *nn.Model {
	t.Helper()
	m, err := Load(bytes.NewReader(file))
	if err != nil {
		if len(err.Error()) > 10_000 || strings.Contains(err.Error(), "\n") {
			t.Errorf("an error of %d bytes: %.200q", len(err.Error()), err)
		}
		return nil
	}
	again, err := Load(bytes.NewReader(exported(t, m, Options{})))
	if err != nil {
		t.Fatal(err)
	}
	if again.InputScale != m.InputScale || !slices.Equal(again.ClassNames, m.ClassNames) || again.Inputs != m.Inputs {
		t.Errorf("%v, %v", again, m)
	}
	if want, got := weights(t, m), weights(t, again); !slices.EqualFunc(want, got, func(a, b safetensors.Tensor) bool {
		return slices.Equal(a.Shape, b.Shape) && bytes.Equal(a.Data, b.Data)
	}) {
		t.Errorf("weights %v, want %v", got, want)
	}
	return m
}
