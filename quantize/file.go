package quantize

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"fnn/internal/metadata"
	"fnn/nn"
	"fnn/safetensors"
	"fnn/tensor"
)

// ErrNotQuantized is wrapped by the errors of LoadFile, Load and FromFile for a
// safetensors file that is sound, but holds no model of this package.
var ErrNotQuantized = errors.New("not a quantised fnn model")

// quantization is the type of the weights, which the metadata tell.
const quantization = "int8"

// Save writes the model to a safetensors file (docs/formats.md), beside its target,
// synced and renamed. It is an error if the classes do not have a name each, of one
// line, or if InputScale is not above 0.
func (m *Model) Save(name string) error {
	f, err := m.File()
	if err != nil {
		return err
	}
	return safetensors.WriteFile(name, f)
}

// File returns the model as Save writes it.
func (m *Model) File() (*safetensors.File, error) {
	texts, err := metadata.Metadata{
		Quantization: quantization, Architecture: m.Architecture.String(), Inputs: m.Inputs,
		ClassNames: m.ClassNames, InputScale: m.InputScale, Info: m.Info,
	}.Texts(m.Classes())
	if err != nil {
		return nil, fmt.Errorf("quantize: %w", err)
	}
	if m.InputScale == 0 {
		return nil, fmt.Errorf("quantize: %w", nn.ErrNoScale)
	}
	f := &safetensors.File{Metadata: texts}
	for i := range m.Layers {
		l := &m.Layers[i]
		if l.Table != nil {
			f.Tensors = append(f.Tensors, safetensors.Tensor{
				Name: tensorName(i, "table"), Type: safetensors.U8, Shape: []int{l.Inputs, levels}, Data: l.Table,
			})
		}
		f.Tensors = append(f.Tensors,
			safetensors.Int8(tensorName(i, "weight"), []int{l.Outputs, l.Inputs}, transposed(l.Weights, l.Inputs, l.Outputs)),
			safetensors.Float32(tensorName(i, "scale"), []int{l.Outputs}, l.Scale),
			safetensors.Float32(tensorName(i, "offset"), []int{l.Outputs}, l.Offset))
	}
	return f, nil
}

// tensorName returns the name in a file of a tensor of dense layer i.
func tensorName(i int, name string) string { return strconv.Itoa(i) + "." + name }

// transposed returns a matrix (rows, cols) as (cols, rows).
func transposed(x []int8, rows, cols int) []int8 {
	y := make([]int8, len(x))
	for i := range rows {
		for j := range cols {
			y[j*rows+i] = x[i*cols+j]
		}
	}
	return y
}

// LoadFile reads a model from a file that Save wrote.
func LoadFile(name string) (*Model, error) {
	f, err := safetensors.ReadFile(name)
	if err != nil {
		return nil, err
	}
	m, err := fromFile(f)
	if err != nil {
		return nil, fmt.Errorf("quantize: %s: %w", name, err)
	}
	return m, nil
}

// Load reads a model as Save writes it, from an embedded file, say.
func Load(r io.Reader) (*Model, error) {
	f, err := safetensors.Read(r)
	if err != nil {
		return nil, err
	}
	return FromFile(f)
}

// FromFile returns the model that a file holds.
func FromFile(f *safetensors.File) (*Model, error) {
	m, err := fromFile(f)
	if err != nil {
		return nil, fmt.Errorf("quantize: %w", err)
	}
	return m, nil
}

func fromFile(f *safetensors.File) (*Model, error) {
	d, err := metadata.Parse(f.Metadata, ErrNotQuantized)
	if err != nil {
		return nil, err
	}
	switch d.Quantization {
	case quantization:
	case "":
		return nil, fmt.Errorf("%w, but one of float32, which package nn reads", ErrNotQuantized)
	default:
		return nil, fmt.Errorf("%w: its weights are quantised to %s, want %s", ErrNotQuantized, metadata.Shortened(d.Quantization), quantization)
	}
	if d.InputScale == 0 {
		return nil, fmt.Errorf("its metadata has no %s", metadata.KeyScale)
	}
	architecture, err := nn.ParseArchitecture(d.Architecture)
	if err != nil {
		return nil, err
	}
	m := &Model{
		Architecture: architecture, Inputs: d.Inputs,
		ClassNames: d.ClassNames, InputScale: d.InputScale, Info: d.Info,
	}
	stored := make(tensors, len(f.Tensors))
	for _, t := range f.Tensors {
		stored[t.Name] = t
	}
	inputs := m.Inputs
	for i, width := range widths(architecture, len(m.ClassNames)) {
		l, err := stored.layer(i, inputs, width)
		if err != nil {
			return nil, err
		}
		m.Layers = append(m.Layers, l)
		inputs = width
	}
	m.pack()
	return m, nil
}

// widths returns the numbers of outputs of an architecture's dense layers, the
// output layer included.
func widths(a nn.Architecture, classes int) []int {
	var widths []int
	for _, word := range a {
		if width, err := strconv.Atoi(word); err == nil {
			widths = append(widths, width)
		}
	}
	return append(widths, classes)
}

// tensors finds a file's tensors by their names.
type tensors map[string]safetensors.Tensor

// layer returns dense layer i.
func (stored tensors) layer(i, inputs, outputs int) (l Layer, err error) {
	l.Inputs, l.Outputs = inputs, outputs
	if inputs > tensor.MaxInt8Rows {
		return l, fmt.Errorf("dense layer %d has %d inputs: want at most %d", i, inputs, tensor.MaxInt8Rows)
	}
	weight, err := stored.tensor(tensorName(i, "weight"), safetensors.I8, outputs, inputs)
	if err != nil {
		return l, err
	}
	weights, err := weight.Int8s()
	if err != nil {
		return l, err
	}
	l.Weights = transposed(weights, outputs, inputs)
	for _, v := range []struct {
		name   string
		values *[]float32
	}{{"scale", &l.Scale}, {"offset", &l.Offset}} {
		t, err := stored.tensor(tensorName(i, v.name), safetensors.F32, outputs)
		if err != nil {
			return l, err
		}
		if *v.values, err = t.Float32s(); err != nil {
			return l, err
		}
	}
	if _, ok := stored[tensorName(i, "table")]; ok {
		table, err := stored.tensor(tensorName(i, "table"), safetensors.U8, inputs, levels)
		if err != nil {
			return l, err
		}
		if len(table.Data) != inputs*levels {
			return l, fmt.Errorf("tensor %q of shape %v has %d bytes", table.Name, table.Shape, len(table.Data))
		}
		l.Table = table.Data
	}
	if err := l.check(); err != nil {
		return l, fmt.Errorf("dense layer %d: %w", i, err)
	}
	return l, nil
}

// tensor returns the tensor of a name, which has to be of that type and shape.
func (stored tensors) tensor(name string, kind safetensors.Type, shape ...int) (safetensors.Tensor, error) {
	t, ok := stored[name]
	if !ok {
		return t, fmt.Errorf("there is no tensor %q", name)
	}
	if t.Type != kind || !slices.Equal(t.Shape, shape) {
		return t, fmt.Errorf("tensor %q is of type %s and shape %v: want %s %v", name, t.Type, t.Shape, kind, shape)
	}
	return t, nil
}
