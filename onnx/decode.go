package onnx

import (
	"fmt"

	"fnn/internal/protobuf"
)

// Limits of a file, far above what a multilayer perceptron needs. They keep a
// hostile file from costing many times its size in memory.
const (
	maxFile  = 1 << 30
	maxParts = 1 << 16 // nodes, constants, names and the like, together
	maxRank  = 16
)

// A decoder reads the messages of a file. A constant's elements share the
// file's memory.
type decoder struct {
	parts int // read so far
}

// count counts another part.
func (d *decoder) count() error {
	if d.parts == maxParts {
		return fmt.Errorf("more than %d nodes, constants and names", maxParts)
	}
	d.parts++
	return nil
}

// each calls decode for the fields of a message until one fails.
func each(m protobuf.Message, decode func(f protobuf.Field) error) error {
	for f, err := range m.Fields() {
		if err != nil {
			return err
		}
		if err := decode(f); err != nil {
			return err
		}
	}
	return nil
}

// within calls decode for the fields of the message that a field holds.
func within(f protobuf.Field, decode func(f protobuf.Field) error) error {
	m, err := f.Message()
	if err != nil {
		return err
	}
	return each(m, decode)
}

// part counts the message that a field holds, and calls decode for its fields.
func (d *decoder) part(f protobuf.Field, decode func(f protobuf.Field) error) error {
	if err := d.count(); err != nil {
		return err
	}
	return within(f, decode)
}

func (d *decoder) text(list []string, f protobuf.Field) ([]string, error) {
	if err := d.count(); err != nil {
		return nil, err
	}
	text, err := f.String()
	return append(list, text), err
}

func (d *decoder) entry(list []entry, f protobuf.Field) ([]entry, error) {
	var e entry
	err := d.part(f, func(f protobuf.Field) (err error) {
		switch f.Number {
		case 1:
			e.key, err = f.String()
		case 2:
			e.value, err = f.String()
		}
		return err
	})
	return append(list, e), err
}

// decodeModel reads a file.
func decodeModel(file []byte) (*model, error) {
	m, d := new(model), new(decoder)
	err := each(protobuf.Message{Data: file}, func(f protobuf.Field) (err error) {
		switch f.Number {
		case 1:
			m.irVersion, err = f.Int64()
		case 2:
			m.producer, err = f.String()
		case 7:
			if m.graph != nil {
				return fmt.Errorf("two graphs")
			}
			m.graph = new(graph)
			err = d.part(f, func(f protobuf.Field) error { return d.graph(m.graph, f) })
		case 8:
			var o opset
			err = d.part(f, func(f protobuf.Field) (err error) {
				switch f.Number {
				case 1:
					o.domain, err = f.String()
				case 2:
					o.version, err = f.Int64()
				}
				return err
			})
			m.opsets = append(m.opsets, o)
		case 14:
			m.metadata, err = d.entry(m.metadata, f)
		}
		return err
	})
	return m, err
}

func (d *decoder) graph(g *graph, f protobuf.Field) (err error) {
	switch f.Number {
	case 1:
		n := &node{number: len(g.nodes)}
		g.nodes = append(g.nodes, n)
		err = d.part(f, func(f protobuf.Field) error { return d.node(n, f) })
	case 2:
		g.name, err = f.String()
	case 5:
		c := new(constant)
		g.initializers = append(g.initializers, c)
		err = d.part(f, func(f protobuf.Field) error { return d.constant(c, f) })
	case 11:
		g.inputs, err = d.port(g.inputs, f)
	case 12:
		g.outputs, err = d.port(g.outputs, f)
	case 15:
		g.sparse = true
	}
	return err
}

func (d *decoder) port(list []port, f protobuf.Field) ([]port, error) {
	var p port
	err := d.part(f, func(f protobuf.Field) (err error) {
		switch f.Number {
		case 1:
			p.name, err = f.String()
		case 2:
			err = within(f, func(f protobuf.Field) error {
				if f.Number == 1 {
					return within(f, func(f protobuf.Field) error { return d.tensorType(&p, f) })
				}
				return nil // a sequence or a map
			})
		}
		return err
	})
	return append(list, p), err
}

func (d *decoder) tensorType(p *port, f protobuf.Field) (err error) {
	switch f.Number {
	case 1:
		p.element, err = f.Int64()
	case 2:
		p.ranked = true
		err = within(f, func(f protobuf.Field) error {
			if f.Number != 1 {
				return nil
			}
			var size dimension
			err := d.part(f, func(f protobuf.Field) (err error) {
				switch f.Number {
				case 1:
					size.size, err = f.Int64()
				case 2:
					size.name, err = f.String()
				}
				return err
			})
			p.shape = append(p.shape, size)
			return err
		})
	}
	return err
}

func (d *decoder) node(n *node, f protobuf.Field) (err error) {
	switch f.Number {
	case 1:
		n.inputs, err = d.text(n.inputs, f)
	case 2:
		n.outputs, err = d.text(n.outputs, f)
	case 3:
		n.name, err = f.String()
	case 4:
		n.op, err = f.String()
	case 5:
		n.attributes = append(n.attributes, attribute{})
		a := &n.attributes[len(n.attributes)-1]
		err = d.part(f, func(f protobuf.Field) error { return d.attribute(a, f) })
	case 7:
		n.domain, err = f.String()
	}
	return err
}

func (d *decoder) attribute(a *attribute, f protobuf.Field) (err error) {
	switch f.Number {
	case 1:
		a.name, err = f.String()
	case 2:
		a.float, err = f.Float32()
	case 3:
		a.int, err = f.Int64()
	case 5:
		a.tensor = new(constant)
		err = d.part(f, func(f protobuf.Field) error { return d.constant(a.tensor, f) })
	case 7:
		a.floats, err = f.AppendPacked(a.floats, protobuf.Fixed32)
	case 8:
		a.ints, err = f.AppendPacked(a.ints, protobuf.Varint)
	case 9:
		a.texts, err = d.text(a.texts, f)
	case 20:
		a.kind, err = f.Int64()
	}
	return err
}

func (d *decoder) constant(c *constant, f protobuf.Field) (err error) {
	switch f.Number {
	case 1:
		var packed []byte
		var dims []int64
		if packed, err = f.AppendPacked(nil, protobuf.Varint); err == nil {
			dims, err = protobuf.Int64s(packed, f.Offset, maxRank-len(c.dims))
		}
		c.dims = append(c.dims, dims...)
	case 2:
		c.element, err = f.Int64()
	case 4:
		c.raw, err = f.AppendPacked(c.raw, protobuf.Fixed32)
	case 5, 7, 11:
		c.varints, err = f.AppendPacked(c.varints, protobuf.Varint)
	case 6:
		c.texts, err = d.text(c.texts, f)
	case 8:
		c.name, err = f.String()
	case 9:
		c.raw, err = f.Bytes()
	case 10:
		c.raw, err = f.AppendPacked(c.raw, protobuf.Fixed64)
	case 13:
		c.external, err = d.entry(c.external, f)
	case 14:
		c.location, err = f.Int64()
	}
	return err
}
