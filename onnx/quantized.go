package onnx

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math"
	"strconv"

	"fnn/internal/metadata"
	"fnn/quantize"
)

// SaveQuantized writes a quantised model to an ONNX file, as WriteQuantized does.
// The file is written beside its target, synced and renamed.
func SaveQuantized(name string, m *quantize.Model, o Options) error {
	message, err := exportQuantized(m, o)
	return save(name, message, err)
}

// WriteQuantized writes a quantised model as ONNX, in the form of
// onnxruntime.quantization's QDQ: each dense layer is a Gemm between operators that
// make float32 of integers, DequantizeLinear, and integers of float32,
// QuantizeLinear. ONNX Runtime makes products of integers of them.
//
// As a Gemm of integers has a bias of integers, offsets are rounded to whole
// multiples of the scales, by which an activation may differ by one from package
// quantize's. [Options] mean what they do for [Write].
func WriteQuantized(w io.Writer, m *quantize.Model, o Options) error {
	message, err := exportQuantized(m, o)
	if err == nil {
		_, err = w.Write(message)
	}
	if err != nil {
		return fmt.Errorf("onnx: %w", err)
	}
	return nil
}

func exportQuantized(m *quantize.Model, o Options) ([]byte, error) {
	if err := cmp.Or(metadata.CheckNames(m.ClassNames, m.Classes()), metadata.CheckScale(m.InputScale)); err != nil {
		return nil, err
	}
	e := exporter{graph: &graph{name: "fnn"}, value: inputName}
	e.input(m.Inputs, o)
	e.constant("zero", typeUint8, nil, []byte{0})
	e.floats("one", nil, []float32{1})
	if !o.Bytes {
		e.node("QuantizeInput", "QuantizeLinear", "input.bytes", e.floats(keyScale, nil, []float32{m.InputScale}), "zero")
	}
	for i, l := range m.Layers {
		name := strconv.Itoa(i)
		if l.Table != nil {
			e.look(name, l)
		}
		if i == len(m.Layers)-1 {
			e.product(name, logitsName, l)
		} else {
			e.product(name, name+".output", l)
			e.node(name+".QuantizeLinear", "QuantizeLinear", name+".bytes", "one", "zero")
		}
	}
	info := map[string]string{}
	maps.Copy(info, m.Info)
	info[keyQuantization] = "int8"
	return e.finish(m.ClassNames, m.InputScale, info, o), nil
}

// look replaces each byte by that of the layer's table: the element of its number
// in its input's part of the table.
func (e *exporter) look(layer string, l quantize.Layer) {
	var starts []byte
	for k := range l.Inputs {
		starts = binary.LittleEndian.AppendUint32(starts, uint32(256*k))
	}
	table := e.constant(layer+".table", typeUint8, []int64{int64(len(l.Table))}, l.Table)
	e.node(layer+".Cast", "Cast", layer+".index")
	e.attribute(attribute{name: "to", kind: attributeInt, int: typeInt32})
	e.node(layer+".Add", "Add", layer+".place", e.constant(layer+".starts", typeInt32, []int64{int64(l.Inputs)}, starts))
	place := e.value
	e.value = table
	e.node(layer+".Gather", "Gather", layer+".looked", place)
}

// product adds a layer's product. Each activation's byte stands for its number, so
// that the steps are in the weights alone.
func (e *exporter) product(layer, output string, l quantize.Layer) {
	e.node(layer+".DequantizeLinear", "DequantizeLinear", layer+".input", "one", "zero")
	input := e.value

	outputs := []int64{int64(l.Outputs)}
	scale := e.vector(layer+".scale", l.Scale)
	weights := make([]byte, 0, len(l.Weights))
	for j := range l.Outputs {
		for k := range l.Inputs {
			weights = append(weights, byte(l.Weights[k*l.Outputs+j]))
		}
	}
	e.value = e.constant(layer+".weight", typeInt8, []int64{int64(l.Outputs), int64(l.Inputs)}, weights)
	// Without zero points, which are 0 anyway, ONNX Runtime computes in float32.
	zeros := e.constant(layer+".weight.zero", typeInt8, outputs, make([]byte, l.Outputs))
	e.node(layer+".weight.DequantizeLinear", "DequantizeLinear", layer+".weight.float", scale, zeros)
	e.attribute(attribute{name: "axis", kind: attributeInt, int: 0})
	weight := e.value

	bias, whole := wholeBias(l)
	if whole {
		e.value = e.constant(layer+".bias", typeInt32, outputs, bias)
		zeros := e.constant(layer+".bias.zero", typeInt32, outputs, make([]byte, 4*l.Outputs))
		e.node(layer+".bias.DequantizeLinear", "DequantizeLinear", layer+".bias.float", scale, zeros)
		e.attribute(attribute{name: "axis", kind: attributeInt, int: 0})
	} else {
		e.value = e.vector(layer+".bias", l.Offset)
	}
	offset := e.value

	e.value = input
	e.node(layer+".Gemm", "Gemm", output, weight, offset)
	e.attribute(attribute{name: "transB", kind: attributeInt, int: 1})
}

// wholeBias returns a layer's offsets in multiples of its scales, as int32, and
// whether they fit.
func wholeBias(l quantize.Layer) (raw []byte, ok bool) {
	for j, offset := range l.Offset {
		b := math.RoundToEven(float64(offset) / float64(l.Scale[j]))
		if !(math.Abs(b) <= math.MaxInt32) {
			return nil, false
		}
		raw = binary.LittleEndian.AppendUint32(raw, uint32(int32(b)))
	}
	return raw, true
}
