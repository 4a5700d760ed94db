package main

import (
	"encoding/binary"
	"fmt"

	"fnn/nn"
	"fnn/tensor"
)

// A message is a protobuf message in the making (protobuf.dev, "Encoding").
type message []byte

func (m message) varint(field int, value uint64) message {
	m = binary.AppendUvarint(m, uint64(field)<<3)
	return binary.AppendUvarint(m, value)
}

func (m message) bytes(field int, value []byte) message {
	m = binary.AppendUvarint(m, uint64(field)<<3|2)
	m = binary.AppendUvarint(m, uint64(len(value)))
	return append(m, value...)
}

func (m message) text(field int, values ...string) message {
	for _, value := range values {
		m = m.bytes(field, []byte(value))
	}
	return m
}

// The field numbers that follow are those of onnx.proto.

// onnxModel returns a model as an ONNX file, from "x" (N, inputs) to its one output,
// the logits (N, classes).
func onnxModel(m *nn.Model) ([]byte, error) {
	var nodes, initializers []message
	value, width := "x", m.Inputs
	weights := func(data []float32, dims ...int) string {
		name := fmt.Sprint("w", len(initializers))
		initializers = append(initializers, onnxTensor(name, dims, data))
		return name
	}
	node := func(op string, inputs ...string) {
		value = fmt.Sprint("y", len(nodes))
		nodes = append(nodes, message{}.text(1, inputs...).text(2, value).text(4, op))
	}
	for _, layer := range m.Layers {
		switch layer := layer.(type) {
		case *nn.Dense:
			width = layer.Weight.Cols
			node("Gemm", value, weights(rowMajor(layer.Weight), layer.Weight.Rows, width), weights(layer.Bias, width))
		case *nn.BatchNorm: // whose epsilon is ONNX's default
			node("BatchNormalization", value, weights(layer.Gain, width), weights(layer.Shift, width),
				weights(layer.RunningMean, width), weights(layer.RunningVariance, width))
		case *nn.ReLU:
			node("Relu", value)
		case *nn.Dropout: // nothing in prediction
		default:
			return nil, fmt.Errorf("no ONNX operator for layer %v", layer)
		}
	}

	graph := message{}.text(2, "fnn")
	for _, n := range nodes {
		graph = graph.bytes(1, n)
	}
	for _, t := range initializers {
		graph = graph.bytes(5, t)
	}
	graph = graph.bytes(11, onnxValue("x", m.Inputs)).bytes(12, onnxValue(value, m.Classes()))
	opset := message{}.varint(2, 17)
	return message{}.varint(1, 8).bytes(7, graph).bytes(8, opset), nil
}

func rowMajor(m tensor.Matrix) []float32 {
	var data []float32
	for i := range m.Rows {
		for j := range m.Cols {
			data = append(data, m.At(i, j))
		}
	}
	return data
}

const onnxFloat = 1

func onnxTensor(name string, dims []int, data []float32) message {
	var t message
	for _, dim := range dims {
		t = t.varint(1, uint64(dim))
	}
	raw, err := binary.Append(nil, binary.LittleEndian, data)
	if err != nil {
		panic(err) // float32 has a size
	}
	return t.varint(2, onnxFloat).text(8, name).bytes(9, raw)
}

// onnxValue describes a matrix with any number of rows.
func onnxValue(name string, cols int) message {
	shape := message{}.bytes(1, message{}.text(2, "N")).bytes(1, message{}.varint(1, uint64(cols)))
	matrix := message{}.varint(1, onnxFloat).bytes(2, shape)
	return message{}.text(1, name).bytes(2, message{}.bytes(1, matrix))
}
