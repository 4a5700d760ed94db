package nn

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"fnn/internal/metadata"
	"fnn/safetensors"
	"fnn/tensor"
)

// ErrNotModel is wrapped by the errors of LoadFile and FromFile for a safetensors
// file that is sound, but holds no model of this package.
var ErrNotModel = errors.New("not an fnn model")

// keyFormat says of a file what its tensors' names and layouts are: those of the
// state_dict of a torch.nn.Sequential of the same layers (docs/formats.md).
const keyFormat = "format"

// Save writes the model to a safetensors file, which PyTorch loads as it is. It is an
// error if the classes do not have a name each, of one line, or if InputScale is below 0
// or no number.
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
		Architecture: m.Architecture.String(), Inputs: m.Inputs,
		ClassNames: m.ClassNames, InputScale: m.InputScale, Info: m.Info,
	}.Texts(m.Classes())
	if err != nil {
		return nil, fmt.Errorf("nn: %w", err)
	}
	texts[keyFormat] = "pt"
	f := &safetensors.File{Metadata: texts}
	for i, layer := range m.Layers {
		for _, p := range layer.parameters() {
			f.Tensors = append(f.Tensors, encode(tensorName(i, p.name), p))
		}
		if b, ok := layer.(*BatchNorm); ok {
			f.Tensors = append(f.Tensors, safetensors.Int64(tensorName(i, "num_batches_tracked"), nil, []int64{b.Batches}))
		}
	}
	return f, nil
}

// tensorName returns the name in a file of a tensor of layer i.
func tensorName(i int, name string) string { return strconv.Itoa(i) + "." + name }

// encode returns a parameter in the layout of files, where a matrix is (outputs,
// inputs).
func encode(name string, p parameter) safetensors.Tensor {
	if !p.isMatrix() {
		return safetensors.Float32(name, []int{len(p.vector)}, p.vector)
	}
	turned := tensor.New(p.matrix.Cols, p.matrix.Rows)
	tensor.Transpose(turned.Matrix(), p.matrix)
	return safetensors.Float32(name, turned.Shape, turned.Data)
}

// tensors finds a file's tensors by their names.
type tensors map[string]safetensors.Tensor

func tensorsOf(f *safetensors.File) tensors {
	byName := make(tensors, len(f.Tensors))
	for _, t := range f.Tensors {
		byName[t.Name] = t
	}
	return byName
}

// find returns the tensor of that name, if it is one of numbers of the shape.
func (byName tensors) find(name string, shape []int) (safetensors.Tensor, error) {
	stored, ok := byName[name]
	if !ok {
		return stored, fmt.Errorf("there is no tensor %q", name)
	}
	if !slices.Equal(stored.Shape, shape) {
		return stored, fmt.Errorf("tensor %q has shape %v: want %v", name, stored.Shape, shape)
	}
	if !isFloat(stored) {
		return stored, fmt.Errorf("tensor %q is of type %s: want F32, F16 or BF16", name, stored.Type)
	}
	return stored, nil
}

// isFloat reports whether a tensor has elements that are float32s, perhaps in a
// shorter form.
func isFloat(t safetensors.Tensor) bool {
	return t.Type == safetensors.F32 || t.Type == safetensors.F16 || t.Type == safetensors.BF16
}

// decode sets p to the tensor of that name.
func (byName tensors) decode(name string, p parameter) error {
	want := []int{len(p.vector)}
	if p.isMatrix() {
		want = []int{p.matrix.Cols, p.matrix.Rows}
	}
	stored, err := byName.find(name, want)
	if err != nil {
		return err
	}
	values, err := stored.Float32s()
	if err != nil {
		return err
	}
	if p.isMatrix() {
		tensor.Transpose(p.matrix, tensor.FromSlice(values, want...).Matrix())
	} else {
		copy(p.vector, values)
	}
	return nil
}

// LoadFile reads a model from a file that Save wrote.
func LoadFile(name string) (*Model, error) {
	f, err := safetensors.ReadFile(name)
	if err != nil {
		return nil, err
	}
	m, err := fromFile(f)
	if err != nil {
		return nil, fmt.Errorf("nn: %s: %w", name, err)
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
		return nil, fmt.Errorf("nn: %w", err)
	}
	return m, nil
}

func fromFile(f *safetensors.File) (*Model, error) {
	d, err := metadata.Parse(f.Metadata, ErrNotModel)
	if err != nil {
		return nil, err
	}
	if d.Quantization != "" {
		return nil, fmt.Errorf("%w of float32: its weights are quantised to %s, and package quantize reads them",
			ErrNotModel, metadata.Shortened(d.Quantization))
	}
	architecture, err := parseArchitecture(d.Architecture)
	if err != nil {
		return nil, err
	}

	// Believe the architecture only as far as there are weights for it.
	byName := tensorsOf(f)
	for name, shape := range architecture.tensors(d.Inputs, len(d.ClassNames)) {
		if _, err := byName.find(name, shape); err != nil {
			return nil, err
		}
	}
	m, err := build(architecture, d.Inputs, len(d.ClassNames))
	if err != nil {
		return nil, err
	}
	m.ClassNames, m.InputScale, m.Info = d.ClassNames, d.InputScale, d.Info
	delete(m.Info, keyFormat)
	if err := m.restore(f); err != nil {
		return nil, err
	}
	return m, nil
}

// Restore sets the model's weights to those of a file of the same architecture.
func (m *Model) Restore(f *safetensors.File) error {
	if err := m.restore(f); err != nil {
		return fmt.Errorf("nn: %w", err)
	}
	return nil
}

func (m *Model) restore(f *safetensors.File) error {
	if words, ok := f.Metadata[metadata.KeyArchitecture]; ok && words != m.Architecture.String() {
		if a, err := parseArchitecture(words); err != nil || !slices.Equal(a, m.Architecture) {
			return fmt.Errorf("architecture %q: want %q", metadata.Shortened(words), m.Architecture)
		}
	}
	byName := tensorsOf(f)
	for i, layer := range m.Layers {
		for _, p := range layer.parameters() {
			if err := byName.decode(tensorName(i, p.name), p); err != nil {
				return err
			}
		}
		if b, ok := layer.(*BatchNorm); ok {
			// Files that did not come from training may lack the count.
			if t, ok := byName[tensorName(i, "num_batches_tracked")]; ok {
				batches, err := t.Int64s()
				if err != nil || len(batches) != 1 {
					return fmt.Errorf("tensor %q of %s %v: want one I64", t.Name, t.Type, t.Shape)
				}
				b.Batches = batches[0]
			}
		}
	}
	return nil
}

// Tensors returns what a file needs besides the model for training to go on
// where it stands: Adam's moments, laid out as the weights are. The number of
// steps is not among them.
func (t *Trainer) Tensors() []safetensors.Tensor {
	var tensors []safetensors.Tensor
	for i, layer := range t.layers {
		for _, p := range layer.learned() {
			first, second := momentNames(i, p)
			tensors = append(tensors, encode(first, p.first), encode(second, p.second))
		}
	}
	return tensors
}

// Restore takes up training after the given number of steps, with the moments
// that a file holds under the names that Tensors gave them.
func (t *Trainer) Restore(f *safetensors.File, steps int) error {
	if steps < 0 {
		return fmt.Errorf("nn: %d steps: want 0 or more", steps)
	}
	byName := tensorsOf(f)
	for i, layer := range t.layers {
		for _, p := range layer.learned() {
			first, second := momentNames(i, p)
			if err := byName.decode(first, p.first); err != nil {
				return fmt.Errorf("nn: %w", err)
			}
			if err := byName.decode(second, p.second); err != nil {
				return fmt.Errorf("nn: %w", err)
			}
		}
	}
	t.steps = steps
	return nil
}

// momentNames returns the names in a file of the moments of layer i's parameter,
// which say what PyTorch's Adam calls them.
func momentNames(i int, p *trained) (first, second string) {
	name := "optimizer." + tensorName(i, p.value.name)
	return name + ".exp_avg", name + ".exp_avg_sq"
}
