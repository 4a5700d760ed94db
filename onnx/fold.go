package onnx

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"

	"fnn/internal/protobuf"
)

// maxShape is the most numbers that operators on shapes take.
const maxShape = 4 * maxRank

// unpack returns the integers of an attribute.
func unpack(packed []byte) ([]int64, error) { return protobuf.Int64s(packed, 0, maxParts) }

func decimals(ints []int64) []string {
	names := make([]string, 0, len(ints))
	for _, v := range ints {
		names = append(names, strconv.FormatInt(v, 10))
	}
	return names
}

// fold computes a node that takes constants alone, or the shape of the samples.
func (im *importer) fold(n *node) (*array, error) {
	if n.op == "Constant" {
		return constantOf(n)
	}
	if len(n.inputs) == 0 {
		return nil, im.unknown(n)
	}
	switch n.op {
	case "Shape":
		if v := im.values[n.inputs[0]]; v.role == samples {
			return im.shapeOf(n)
		}
	case "Concat":
		return im.concat(n)
	}
	first := im.values[n.inputs[0]].array
	if first == nil {
		return nil, fmt.Errorf("its first input is missing")
	}
	switch n.op {
	case "Identity":
		return first, nil
	case "Cast":
		return im.cast(n, first)
	case "Transpose":
		return im.transpose(n, first)
	case "Reshape":
		return im.reshapeConstant(n, first)
	case "Gather":
		return im.gather(n, first)
	case "Unsqueeze", "Squeeze":
		// Only used on shapes and scalars, where it makes no difference which
		// dimensions of one are meant.
		if first.size() > maxShape {
			return nil, fmt.Errorf("a constant of shape %v: want at most %d numbers", first.dims, maxShape)
		}
		folded := *first
		folded.dims = []int{first.size()}
		if n.op == "Squeeze" && first.size() == 1 {
			folded.dims = nil
		}
		return &folded, nil
	}
	return nil, im.unknown(n)
}

func (im *importer) unknown(n *node) error {
	if n.op == "QuantizeLinear" || n.op == "DequantizeLinear" {
		return fmt.Errorf("operator %q is of a quantised graph, which fnn writes but does not read", n.op)
	}
	return fmt.Errorf("operator %.80q is none of a multilayer perceptron that fnn can hold", n.op)
}

// constantOf returns what a Constant node holds.
func constantOf(n *node) (*array, error) {
	for _, a := range n.attributes {
		switch a.name {
		case "value":
			if a.tensor != nil {
				return newArray(a.tensor)
			}
		case "value_float":
			return &array{floats: []float32{a.float}}, nil
		case "value_int":
			return &array{ints: []int64{a.int}}, nil
		case "value_floats":
			floats := make([]float32, len(a.floats)/4)
			for i := range floats {
				floats[i] = math.Float32frombits(binary.LittleEndian.Uint32(a.floats[4*i:]))
			}
			return &array{dims: []int{len(floats)}, floats: floats}, nil
		case "value_ints":
			ints, err := unpack(a.ints)
			return &array{dims: []int{len(ints)}, ints: ints}, err
		}
	}
	return nil, fmt.Errorf("it holds no numbers")
}

// shapeOf returns the shape of the samples. The batch, whose size nobody knows,
// is 0, which Reshape takes for that of its input.
func (im *importer) shapeOf(n *node) (*array, error) {
	if len(n.attributes) > 0 {
		return nil, fmt.Errorf("a part of a shape")
	}
	a := &array{dims: []int{1 + len(im.shape)}, ints: []int64{0}}
	for _, d := range im.shape {
		if d < 0 {
			return nil, fmt.Errorf("the input's shape is not known")
		}
		a.ints = append(a.ints, int64(d))
	}
	return a, nil
}

// shapeNumbers returns the elements of a small array of integers.
func (im *importer) shapeNumbers(a *array) ([]int64, error) {
	if a == nil || a.size() > maxShape || len(a.dims) > 1 {
		return nil, fmt.Errorf("want a shape of at most %d numbers", maxShape)
	}
	return im.intsOf(a)
}

func (im *importer) concat(n *node) (*array, error) {
	result := new(array)
	for _, name := range n.inputs {
		ints, err := im.shapeNumbers(im.values[name].array)
		if err != nil {
			return nil, err
		}
		result.ints = append(result.ints, ints...)
		if len(result.ints) > maxShape {
			return nil, fmt.Errorf("more than %d numbers", maxShape)
		}
	}
	result.dims = []int{len(result.ints)}
	return result, nil
}

func (im *importer) gather(n *node, from *array) (*array, error) {
	values, err := im.shapeNumbers(from)
	if err != nil {
		return nil, err
	}
	if len(n.inputs) != 2 {
		return nil, fmt.Errorf("%d inputs: want 2", len(n.inputs))
	}
	indices := im.values[n.inputs[1]].array
	at, err := im.shapeNumbers(indices)
	if err != nil {
		return nil, err
	}
	result := &array{dims: slices.Clone(indices.dims), ints: []int64{}}
	for _, i := range at {
		if i < 0 {
			i += int64(len(values))
		}
		if i < 0 || i >= int64(len(values)) {
			return nil, fmt.Errorf("index %d into %d numbers", i, len(values))
		}
		result.ints = append(result.ints, values[i])
	}
	return result, nil
}

func (im *importer) cast(n *node, a *array) (*array, error) {
	switch to := n.int("to", 0); to {
	case typeFloat, typeDouble, typeFloat16, typeBfloat16:
		floats, err := im.floatsOf(a)
		return &array{dims: a.dims, floats: floats}, err
	case typeInt32, typeInt64:
		ints, err := im.intsOf(a)
		return &array{dims: a.dims, ints: ints}, err
	default:
		return nil, fmt.Errorf("a cast to type %d", to)
	}
}

// transpose turns the rows of a matrix into columns.
func (im *importer) transpose(n *node, a *array) (*array, error) {
	permutation, _ := n.attribute("perm")
	order, err := unpack(permutation.ints)
	if err != nil || len(a.dims) != 2 || len(order) > 0 && !slices.Equal(order, []int64{1, 0}) {
		return nil, fmt.Errorf("dimensions %v in the order %v: want a matrix transposed", a.dims, order)
	}
	floats, err := im.floatsOf(a)
	if err != nil {
		return nil, err
	}
	if err := im.spend(len(floats), 4); err != nil {
		return nil, err
	}
	rows, cols := a.dims[0], a.dims[1]
	turned := make([]float32, 0, len(floats))
	for j := range cols {
		for i := range rows {
			turned = append(turned, floats[i*cols+j])
		}
	}
	return &array{dims: []int{cols, rows}, floats: turned}, nil
}

func (im *importer) reshapeConstant(n *node, a *array) (*array, error) {
	shape, err := im.target(n)
	if err != nil {
		return nil, err
	}
	size, open := 1, -1
	dims := make([]int, len(shape))
	for i, d := range shape {
		switch {
		case d == 0 && i < len(a.dims):
			d = int64(a.dims[i])
		case d == -1 && open < 0:
			open, d = i, 1
		}
		if d < 0 || d > maxFile || size > 0 && int(d) > maxFile/size {
			return nil, fmt.Errorf("a constant of shape %v into %v", a.dims, shape)
		}
		dims[i] = int(d)
		size *= dims[i]
	}
	if open >= 0 && size > 0 {
		dims[open] = a.size() / size
		size *= dims[open]
	}
	if size != a.size() {
		return nil, fmt.Errorf("a constant of shape %v into %v", a.dims, shape)
	}
	reshaped := *a
	reshaped.dims = dims
	return &reshaped, nil
}

// target returns the shape that a Reshape node is told.
func (im *importer) target(n *node) ([]int64, error) {
	if len(n.inputs) != 2 {
		return nil, fmt.Errorf("%d inputs: want 2", len(n.inputs))
	}
	return im.shapeNumbers(im.values[n.inputs[1]].array)
}
