package onnx

import "fnn/internal/protobuf"

// The messages of onnx.proto, with the fields that this package reads or writes.
type (
	model struct { // ModelProto
		irVersion int64
		producer  string
		opsets    []opset
		metadata  []entry
		graph     *graph
	}

	opset struct { // OperatorSetIdProto
		domain  string
		version int64
	}

	entry struct{ key, value string } // StringStringEntryProto

	graph struct { // GraphProto
		name            string
		nodes           []*node
		initializers    []*constant
		inputs, outputs []port
		sparse          bool // whether it has sparse initializers
	}

	port struct { // ValueInfoProto, of a tensor
		name    string
		element int64
		shape   []dimension
		ranked  bool // whether there is a shape
	}

	dimension struct { // TensorShapeProto.Dimension
		size int64
		name string // of one that varies
	}

	node struct { // NodeProto
		name, op, domain string
		inputs, outputs  []string
		attributes       []attribute
		number           int // in the graph, from 0
	}

	attribute struct { // AttributeProto
		name   string
		kind   int64
		float  float32
		int    int64
		tensor *constant
		floats []byte // packed
		ints   []byte // packed
		texts  []string
	}

	// A constant is a tensor that the file holds: an initializer, or an
	// attribute. Its elements are as the file has them until they are wanted.
	constant struct { // TensorProto
		name     string
		element  int64
		dims     []int64
		raw      []byte // raw_data, float_data or double_data: little-endian
		varints  []byte // int32_data, int64_data or uint64_data, packed
		texts    []string
		external []entry
		location int64
	}
)

// Types of elements, TensorProto.DataType.
const (
	typeFloat    = 1
	typeUint8    = 2
	typeInt8     = 3
	typeUint16   = 4
	typeInt16    = 5
	typeInt32    = 6
	typeInt64    = 7
	typeString   = 8
	typeBool     = 9
	typeFloat16  = 10
	typeDouble   = 11
	typeUint32   = 12
	typeUint64   = 13
	typeBfloat16 = 16
)

// Types of attributes, AttributeProto.AttributeType.
const (
	attributeFloat = 1
	attributeInt   = 2
)

// locationExternal marks a constant whose elements are in another file.
const locationExternal = 1

// encode appends the message's fields to b.
func (m *model) encode(b []byte) []byte {
	b = protobuf.AppendInt64(b, 1, m.irVersion)
	b = protobuf.AppendString(b, 2, m.producer)
	b = protobuf.AppendBytes(b, 7, m.graph.encode(nil))
	for _, o := range m.opsets {
		opset := protobuf.AppendString(nil, 1, o.domain)
		b = protobuf.AppendBytes(b, 8, protobuf.AppendInt64(opset, 2, o.version))
	}
	for _, e := range m.metadata {
		b = protobuf.AppendBytes(b, 14, protobuf.AppendString(protobuf.AppendString(nil, 1, e.key), 2, e.value))
	}
	return b
}

func (g *graph) encode(b []byte) []byte {
	for _, n := range g.nodes {
		b = protobuf.AppendBytes(b, 1, n.encode(nil))
	}
	b = protobuf.AppendString(b, 2, g.name)
	for _, c := range g.initializers {
		b = protobuf.AppendBytes(b, 5, c.encode(nil))
	}
	for _, p := range g.inputs {
		b = protobuf.AppendBytes(b, 11, p.encode(nil))
	}
	for _, p := range g.outputs {
		b = protobuf.AppendBytes(b, 12, p.encode(nil))
	}
	return b
}

func (n *node) encode(b []byte) []byte {
	for _, name := range n.inputs {
		b = protobuf.AppendString(b, 1, name)
	}
	for _, name := range n.outputs {
		b = protobuf.AppendString(b, 2, name)
	}
	b = protobuf.AppendString(b, 3, n.name)
	b = protobuf.AppendString(b, 4, n.op)
	for _, a := range n.attributes {
		b = protobuf.AppendBytes(b, 5, a.encode(nil))
	}
	return b
}

// encode appends an attribute that is a float or an int.
func (a *attribute) encode(b []byte) []byte {
	b = protobuf.AppendString(b, 1, a.name)
	if a.kind == attributeFloat {
		b = protobuf.AppendFloat32(b, 2, a.float)
	} else {
		b = protobuf.AppendInt64(b, 3, a.int)
	}
	return protobuf.AppendInt64(b, 20, a.kind)
}

// encode appends a constant whose elements are raw.
func (c *constant) encode(b []byte) []byte {
	for _, d := range c.dims {
		b = protobuf.AppendInt64(b, 1, d)
	}
	b = protobuf.AppendInt64(b, 2, c.element)
	b = protobuf.AppendString(b, 8, c.name)
	return protobuf.AppendBytes(b, 9, c.raw)
}

func (p *port) encode(b []byte) []byte {
	var shape []byte
	for _, d := range p.shape {
		var dimension []byte
		if d.name != "" {
			dimension = protobuf.AppendString(nil, 2, d.name)
		} else {
			dimension = protobuf.AppendInt64(nil, 1, d.size)
		}
		shape = protobuf.AppendBytes(shape, 1, dimension)
	}
	tensor := protobuf.AppendBytes(protobuf.AppendInt64(nil, 1, p.element), 2, shape)
	b = protobuf.AppendString(b, 1, p.name)
	return protobuf.AppendBytes(b, 2, protobuf.AppendBytes(nil, 1, tensor))
}
