package onnx

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"fnn/internal/atomicfile"
	"fnn/internal/metadata"
	"fnn/nn"
	"fnn/tensor"
)

// Options choose what a file's graph does besides what the model does. The zero
// value makes a graph from float32 inputs (batch, inputs) to logits (batch,
// classes).
type Options struct {
	Softmax bool // end in probabilities instead of logits
	Bytes   bool // begin with uint8 inputs, and scale them by the model's InputScale
}

// Names of a graph's input and its output.
const (
	inputName         = "input"
	logitsName        = "logits"
	probabilitiesName = "probabilities"
)

// normEpsilon is that of nn.BatchNorm.
const normEpsilon = 1e-5

// Save writes a model to an ONNX file. The file is written beside its target,
// synced and renamed.
func Save(name string, m *nn.Model, o Options) error {
	message, err := export(m, o)
	return save(name, message, err)
}

// save writes a message to a file, unless there is an error already.
func save(name string, message []byte, err error) error {
	if err == nil {
		err = atomicfile.Write(name, func(w io.Writer) error {
			_, err := w.Write(message)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("onnx: %w", err)
	}
	return nil
}

// Write writes a model as ONNX. The same model always gives the same bytes.
//
// Dense layers become Gemm with weights (outputs, inputs), as PyTorch writes
// them; batch normalisation is BatchNormalization with the running statistics;
// dropout, which does nothing in prediction, is left out. The tensors have the
// names of the model's own file. The metadata hold the names of the classes,
// the input scaling, unless the graph does it, and the model's Info.
func Write(w io.Writer, m *nn.Model, o Options) error {
	message, err := export(m, o)
	if err == nil {
		_, err = w.Write(message)
	}
	if err != nil {
		return fmt.Errorf("onnx: %w", err)
	}
	return nil
}

// export returns the file of a model.
func export(m *nn.Model, o Options) ([]byte, error) {
	if err := cmp.Or(metadata.CheckNames(m.ClassNames, m.Classes()), metadata.CheckScale(m.InputScale)); err != nil {
		return nil, err
	}
	if o.Bytes && m.InputScale == 0 {
		return nil, nn.ErrNoScale
	}
	e := exporter{graph: &graph{name: "fnn"}, value: inputName}
	e.input(m.Inputs, o)
	if o.Bytes {
		e.node("Cast", "Cast", "float_input")
		e.attribute(attribute{name: "to", kind: attributeInt, int: typeFloat})
		e.node("Scale", "Mul", "scaled_input", e.floats(keyScale, nil, []float32{m.InputScale}))
	}
	for i, layer := range m.Layers {
		output := fmt.Sprintf("%d.output", i)
		if i == len(m.Layers)-1 {
			output = logitsName
		}
		switch l := layer.(type) {
		case *nn.Dense:
			e.dense(strconv.Itoa(i), output, l)
		case *nn.BatchNorm:
			e.batchNorm(strconv.Itoa(i), output, l)
		case *nn.ReLU:
			e.node(fmt.Sprintf("%d.Relu", i), "Relu", output)
		case *nn.Dropout:
		default:
			return nil, fmt.Errorf("layer %d, %v, has no ONNX form", i, layer)
		}
	}
	return e.finish(m.ClassNames, m.InputScale, m.Info, o), nil
}

// finish adds what comes after the last layer, and returns the file.
func (e *exporter) finish(classNames []string, scale float32, info map[string]string, o Options) []byte {
	if o.Softmax {
		e.node("Softmax", "Softmax", probabilitiesName)
		e.attribute(attribute{name: "axis", kind: attributeInt, int: 1})
	}
	e.graph.outputs = []port{{name: e.value, element: typeFloat, shape: batchOf(len(classNames)), ranked: true}}
	if o.Bytes {
		scale = 1 // the graph scales
	}
	file := &model{
		irVersion: irVersion, producer: "fnn",
		opsets:   []opset{{"", opsetVersion}},
		metadata: entries(classNames, scale, info),
		graph:    e.graph,
	}
	return file.encode(nil)
}

// entries returns those of a file's metadata, sorted by their keys.
func entries(classNames []string, scale float32, info map[string]string) []entry {
	values := map[string]string{}
	maps.Copy(values, info)
	values[keyVersion] = formatVersion
	values[keyClasses] = strings.Join(classNames, "\n")
	metadata.SetScale(values, scale)
	var sorted []entry
	for _, key := range slices.Sorted(maps.Keys(values)) {
		sorted = append(sorted, entry{key, values[key]})
	}
	return sorted
}

// batchOf returns the shape of any number of rows of so many values.
func batchOf(values int) []dimension {
	return []dimension{{name: "batch"}, {size: int64(values)}}
}

// An exporter adds one operator after the other to a graph.
type exporter struct {
	graph *graph
	value string // the last operator's output
}

// input adds the graph's input.
func (e *exporter) input(inputs int, o Options) {
	input := port{name: inputName, element: typeFloat, shape: batchOf(inputs), ranked: true}
	if o.Bytes {
		input.element = typeUint8
	}
	e.graph.inputs = []port{input}
}

// node adds an operator that takes the last one's output, and constants.
func (e *exporter) node(name, op, output string, constants ...string) {
	e.graph.nodes = append(e.graph.nodes, &node{
		name: name, op: op,
		inputs:  append([]string{e.value}, constants...),
		outputs: []string{output},
	})
	e.value = output
}

// attribute adds an attribute to the last operator.
func (e *exporter) attribute(a attribute) {
	last := e.graph.nodes[len(e.graph.nodes)-1]
	last.attributes = append(last.attributes, a)
}

// constant adds an initializer, of little-endian elements, and returns its name.
func (e *exporter) constant(name string, element int64, dims []int64, raw []byte) string {
	e.graph.initializers = append(e.graph.initializers, &constant{name: name, element: element, dims: dims, raw: raw})
	return name
}

func (e *exporter) floats(name string, dims []int64, values []float32) string {
	raw := make([]byte, 0, 4*len(values))
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return e.constant(name, typeFloat, dims, raw)
}

func (e *exporter) vector(name string, values []float32) string {
	return e.floats(name, []int64{int64(len(values))}, values)
}

func (e *exporter) dense(layer, output string, d *nn.Dense) {
	inputs, outputs := d.Weight.Rows, d.Weight.Cols
	turned := tensor.New(outputs, inputs)
	tensor.Transpose(turned.Matrix(), d.Weight)
	e.node(layer+".Gemm", "Gemm", output,
		e.floats(layer+".weight", []int64{int64(outputs), int64(inputs)}, turned.Data),
		e.vector(layer+".bias", d.Bias))
	e.attribute(attribute{name: "transB", kind: attributeInt, int: 1})
}

func (e *exporter) batchNorm(layer, output string, b *nn.BatchNorm) {
	e.node(layer+".BatchNormalization", "BatchNormalization", output,
		e.vector(layer+".weight", b.Gain), e.vector(layer+".bias", b.Shift),
		e.vector(layer+".running_mean", b.RunningMean), e.vector(layer+".running_var", b.RunningVariance))
	e.attribute(attribute{name: "epsilon", kind: attributeFloat, float: normEpsilon})
}
