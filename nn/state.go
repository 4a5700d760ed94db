package nn

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"fnn/internal/metadata"
	"fnn/safetensors"
	"fnn/tensor"
)

// A WeightOrder is the order of the dimensions of a dense layer's weights in a
// file.
type WeightOrder int

const (
	DetectOrder   WeightOrder = iota // by the shapes
	OutputsInputs                    // (outputs, inputs), as PyTorch has it
	InputsOutputs                    // (inputs, outputs), as Keras and scikit-learn have it
)

// ErrAmbiguous is wrapped by FromState's error if the file does not say by its
// names and shapes in what order its layers, or the dimensions of its weights,
// are.
var ErrAmbiguous = errors.New("ambiguous")

// StateOptions say of a file what its names and shapes may leave open.
type StateOptions struct {
	Order WeightOrder

	// Layers are the names of the layers that have weights, in their order: what
	// their tensors' names begin with. Without them, names that differ in their
	// numbers alone are taken in the order of these, and others by their shapes.
	Layers []string
}

// FromState returns a model of the given architecture with the weights of a
// file that PyTorch wrote from a state_dict, or that was written from the arrays
// of Keras or scikit-learn. The sizes of input and output are those of the
// weights.
//
// A tensor's name, of a kilobyte at most, is its layer's, a dot or a slash, and what
// it is of the layer: weight, bias, running_mean, running_var and
// num_batches_tracked in PyTorch, kernel, bias, gamma, beta, moving_mean and
// moving_variance in Keras; coefs_0 and intercepts_0 are scikit-learn's. A layer may
// lack its bias. Elements are F64, rounded to float32, F32, F16 or BF16. Keras'
// normalisation divides by sqrt(variance + 0.001), where this package has 0.00001;
// the gain makes up for it.
func FromState(f *safetensors.File, a Architecture, o StateOptions) (*Model, error) {
	m, err := fromState(f, a, o)
	if err != nil {
		return nil, fmt.Errorf("nn: %w", err)
	}
	return m, nil
}

// kerasEpsilon is that of Keras' BatchNormalization, unless it is told another.
const kerasEpsilon = 1e-3

// A stateLayer is what a file holds of a layer, by PyTorch's names.
type stateLayer struct {
	name    string
	tensors map[string]safetensors.Tensor
	keras   bool // whether some of the names are those of Keras or scikit-learn
}

func (l *stateLayer) isDense() bool { return len(l.tensors["weight"].Shape) == 2 }

// stateNames holds PyTorch's names of a layer's tensors, by all names.
var stateNames = map[string]string{
	"weight": "weight", "bias": "bias",
	"running_mean": "running_mean", "running_var": "running_var", "num_batches_tracked": "num_batches_tracked",
	"kernel": "weight", "gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var",
}

// splitName splits a tensor's name into its layer's and PyTorch's name for it.
func splitName(name string) (layer, of string, keras, ok bool) {
	name = strings.TrimSuffix(name, ":0")
	if number, ok := strings.CutPrefix(name, "coefs_"); ok {
		return strings.TrimPrefix(number, "."), "weight", true, true
	}
	if number, ok := strings.CutPrefix(name, "intercepts_"); ok {
		return strings.TrimPrefix(number, "."), "bias", true, true
	}
	last := name
	if i := strings.LastIndexAny(name, "./"); i >= 0 {
		layer, last = name[:i], name[i+1:]
	}
	of, ok = stateNames[last]
	return layer, of, of != last, ok
}

// maxName is the length of the longest name of a tensor, in bytes. The names of
// layers are compared with one another.
const maxName = 1 << 10

// stateLayers groups a file's tensors by their layers, in the natural order of
// their names.
func stateLayers(f *safetensors.File) ([]*stateLayer, error) {
	byName := map[string]*stateLayer{}
	var layers []*stateLayer
	for _, t := range f.Tensors {
		if len(t.Name) > maxName {
			return nil, fmt.Errorf("tensor %q has a name of %d bytes: want at most %d", metadata.Shortened(t.Name), len(t.Name), maxName)
		}
		name, of, keras, ok := splitName(t.Name)
		if !ok {
			return nil, fmt.Errorf("tensor %q is none of a dense layer or of batch normalisation, such as 0.weight", metadata.Shortened(t.Name))
		}
		if of != "num_batches_tracked" && t.Type != safetensors.F64 && !isFloat(t) {
			return nil, fmt.Errorf("tensor %q is of type %s: want F64, F32, F16 or BF16", metadata.Shortened(t.Name), t.Type)
		}
		l := byName[name]
		if l == nil {
			l = &stateLayer{name: name, tensors: map[string]safetensors.Tensor{}}
			byName[name] = l
			layers = append(layers, l)
		}
		if other, ok := l.tensors[of]; ok {
			return nil, fmt.Errorf("tensors %q and %q are the same of a layer", metadata.Shortened(other.Name), metadata.Shortened(t.Name))
		}
		l.tensors[of] = t
		l.keras = l.keras || keras
	}
	if most := maxLayers + 1; len(layers) > most {
		return nil, fmt.Errorf("the file holds %d layers with weights: want at most %d", len(layers), most)
	}
	slices.SortFunc(layers, func(a, b *stateLayer) int { return compareNatural(a.name, b.name) })
	return layers, nil
}

// compareNatural compares names as people do: numbers in them by their values.
func compareNatural(a, b string) int {
	for a != "" && b != "" {
		textA, numberA, restA := cutNumber(a)
		textB, numberB, restB := cutNumber(b)
		order := cmp.Or(cmp.Compare(textA, textB), cmp.Compare(len(numberA), len(numberB)), cmp.Compare(numberA, numberB))
		if order != 0 {
			return order
		}
		a, b = restA, restB
	}
	return cmp.Compare(len(a), len(b))
}

// cutNumber cuts a name after its first number, whose leading zeros it drops.
func cutNumber(name string) (text, number, rest string) {
	isDigit := func(r rune) bool { return '0' <= r && r <= '9' }
	start := strings.IndexFunc(name, isDigit)
	if start < 0 {
		return name, "", ""
	}
	end := start
	for end < len(name) && isDigit(rune(name[end])) {
		end++
	}
	return name[:start], strings.TrimLeft(name[start:end], "0"), name[end:]
}

// stem returns a name without its numbers.
func stem(name string) string {
	name = strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return -1
		}
		return r
	}, name)
	return strings.TrimRight(name, "._")
}

// A stateSlot is a layer of the architecture that has weights. A size that only
// the file tells is 0.
type stateSlot struct {
	inputs, outputs int
	norm            bool
}

// slots returns the layers with weights of an architecture.
func (a Architecture) slots() []stateSlot {
	var slots []stateSlot
	width := 0
	for _, word := range append(slices.Clone(a), "0") {
		if word == "bn" {
			slots = append(slots, stateSlot{width, width, true})
		} else if outputs, err := strconv.Atoi(word); err == nil {
			slots = append(slots, stateSlot{width, outputs, false})
			width = outputs
		}
	}
	return slots
}

// fits reports whether a layer of the file may be that of the slot, in an order
// of dimensions.
func (s stateSlot) fits(l *stateLayer, order WeightOrder) bool {
	same := func(want, size int) bool { return want == 0 || want == size }
	shape := l.tensors["weight"].Shape
	if s.norm {
		mean := l.tensors["running_mean"].Shape
		return !l.isDense() && len(mean) == 1 && same(s.outputs, mean[0])
	}
	if !l.isDense() {
		return false
	}
	if order == DetectOrder {
		return s.fits(l, OutputsInputs) || s.fits(l, InputsOutputs)
	}
	outputs, inputs := shape[0], shape[1]
	if order == InputsOutputs {
		outputs, inputs = inputs, outputs
	}
	if bias, ok := l.tensors["bias"]; ok && (len(bias.Shape) != 1 || bias.Shape[0] != outputs) {
		return false
	}
	return same(s.outputs, outputs) && same(s.inputs, inputs)
}

// maxNamed is how many of a file's layers a message names.
const maxNamed = 20

// arrange returns the file's layers in the order of the slots.
func arrange(slots []stateSlot, layers []*stateLayer, o StateOptions) ([]*stateLayer, error) {
	if o.Layers != nil {
		byName := map[string]*stateLayer{}
		var known []string
		for _, l := range layers {
			byName[l.name] = l
			if len(known) < maxNamed {
				known = append(known, metadata.Shortened(l.name))
			}
		}
		var arranged []*stateLayer
		for _, name := range o.Layers {
			l, ok := byName[name]
			if !ok {
				return nil, fmt.Errorf("there is no layer %q: want each of %q once", metadata.Shortened(name), known)
			}
			delete(byName, name)
			arranged = append(arranged, l)
		}
		if len(byName) > 0 {
			return nil, fmt.Errorf("%d layers are named: want each of %q once", len(o.Layers), known)
		}
		return arranged, nil
	}
	arranged := make([]*stateLayer, len(slots))
	for _, norm := range []bool{false, true} {
		if err := arrangeKind(arranged, slots, layers, norm, o.Order); err != nil {
			return nil, err
		}
	}
	return arranged, nil
}

// arrangeKind arranges the dense layers, or the normalisations.
func arrangeKind(arranged []*stateLayer, slots []stateSlot, layers []*stateLayer, norm bool, order WeightOrder) error {
	var places []int
	var left []*stateLayer
	for i, s := range slots {
		if s.norm == norm {
			places = append(places, i)
		}
	}
	numbered := true
	for _, l := range layers {
		if l.isDense() != norm {
			left = append(left, l)
			numbered = numbered && stem(l.name) == stem(left[0].name)
		}
	}
	if len(places) != len(left) {
		kind := "dense layers, the output layer included"
		if norm {
			kind = "batch normalisations"
		}
		return fmt.Errorf("the file holds %d %s: the architecture has %d", len(left), kind, len(places))
	}
	if numbered {
		for i, place := range places {
			arranged[place] = left[i]
		}
		return nil
	}
	for len(left) > 0 {
		progress := false
		for _, place := range places {
			if arranged[place] != nil {
				continue
			}
			candidate, count := 0, 0
			for i, l := range left {
				if slots[place].fits(l, order) {
					candidate = i
					count++
				}
			}
			if count == 0 {
				return fmt.Errorf("no layer of the file fits layer %d of those with weights", place)
			}
			if count == 1 {
				arranged[place] = left[candidate]
				left = slices.Delete(left, candidate, candidate+1)
				progress = true
			}
		}
		if !progress {
			var names []string
			for _, l := range left[:min(len(left), maxNamed)] {
				names = append(names, metadata.Shortened(l.name))
			}
			return fmt.Errorf("%w: in what order are the layers %q?", ErrAmbiguous, names)
		}
	}
	return nil
}

// orderOf returns the order of the weights' dimensions.
func orderOf(slots []stateSlot, layers []*stateLayer, order WeightOrder) (WeightOrder, error) {
	possible := []WeightOrder{OutputsInputs, InputsOutputs}
	if order != DetectOrder {
		possible = []WeightOrder{order}
	}
	var fitting []WeightOrder
	keras := false
	for _, l := range layers {
		keras = keras || l.keras
	}
	var misfit error
	for _, order := range possible {
		misfits := 0
		for i, s := range slots {
			if l := layers[i]; !s.fits(l, order) {
				misfits++
				if misfit == nil {
					misfit = fmt.Errorf("layer %q has weights of shape %v and a bias of shape %v: they do not fit the architecture",
						metadata.Shortened(l.name), l.tensors["weight"].Shape, l.tensors["bias"].Shape)
				}
			}
		}
		if misfits == 0 && chained(slots, layers, order) {
			fitting = append(fitting, order)
		}
	}
	switch {
	case len(fitting) == 0 && misfit == nil:
		return 0, errors.New("the weights' shapes do not fit one another")
	case len(fitting) == 0:
		return 0, misfit
	case len(fitting) == 1:
		return fitting[0], nil
	case keras:
		return InputsOutputs, nil
	}
	return 0, fmt.Errorf("%w: the weights' shapes are right for (outputs, inputs) and for (inputs, outputs)", ErrAmbiguous)
}

// chained reports whether each layer takes as many values as the one before
// gives, which the slots do not say of the first layers.
func chained(slots []stateSlot, layers []*stateLayer, order WeightOrder) bool {
	width := 0
	for i, s := range slots {
		inputs, outputs := layers[i].size(s.norm, order)
		if width != 0 && inputs != width {
			return false
		}
		width = outputs
	}
	return true
}

// size returns the numbers of values that a layer takes and gives.
func (l *stateLayer) size(norm bool, order WeightOrder) (inputs, outputs int) {
	if norm {
		width := l.tensors["running_mean"].Shape[0]
		return width, width
	}
	shape := l.tensors["weight"].Shape
	if order == InputsOutputs {
		return shape[0], shape[1]
	}
	return shape[1], shape[0]
}

func fromState(f *safetensors.File, a Architecture, o StateOptions) (*Model, error) {
	layers, err := stateLayers(f)
	if err != nil {
		return nil, err
	}
	slots := a.slots()
	if layers, err = arrange(slots, layers, o); err != nil {
		return nil, err
	}
	if len(layers) != len(slots) {
		return nil, fmt.Errorf("%d layers with weights: the architecture has %d", len(layers), len(slots))
	}
	order, err := orderOf(slots, layers, o.Order)
	if err != nil {
		return nil, err
	}
	inputs, _ := layers[0].size(slots[0].norm, order)
	_, classes := layers[len(layers)-1].size(false, order)
	m, err := build(a, inputs, classes)
	if err != nil {
		return nil, err
	}
	next := 0
	for _, layer := range m.Layers {
		if len(layer.parameters()) == 0 {
			continue
		}
		if err := layers[next].copyTo(layer, order); err != nil {
			return nil, err
		}
		next++
	}
	return m, nil
}

// copyTo sets a layer's parameters to those that the file holds.
func (l *stateLayer) copyTo(layer Layer, order WeightOrder) error {
	for _, p := range layer.parameters() {
		stored, ok := l.tensors[p.name]
		if !ok {
			if p.trained && p.vector != nil {
				continue // no bias, or a normalisation without gain and shift
			}
			return fmt.Errorf("layer %q has no %s", metadata.Shortened(l.name), p.name)
		}
		values, err := stored.RoundedFloat32s()
		if err != nil {
			return err
		}
		switch {
		case !p.isMatrix() && (len(stored.Shape) != 1 || len(values) != len(p.vector)):
			return fmt.Errorf("tensor %q has shape %v: want [%d]", metadata.Shortened(stored.Name), stored.Shape, len(p.vector))
		case !p.isMatrix():
			copy(p.vector, values)
		case order == OutputsInputs:
			tensor.Transpose(p.matrix, tensor.FromSlice(values, stored.Shape...).Matrix())
		default:
			for i := range p.matrix.Rows {
				p.matrix.SetRow(i, values[i*p.matrix.Cols:])
			}
		}
	}
	if b, ok := layer.(*BatchNorm); ok {
		if stored, ok := l.tensors["num_batches_tracked"]; ok {
			batches, err := stored.Int64s()
			if err != nil || len(batches) != 1 {
				return fmt.Errorf("tensor %q of %s %v: want one I64", metadata.Shortened(stored.Name), stored.Type, stored.Shape)
			}
			b.Batches = batches[0]
		}
		if l.keras {
			for i, v := range b.RunningVariance {
				b.Gain[i] = float32(float64(b.Gain[i]) * math.Sqrt((float64(v)+normEpsilon)/(float64(v)+kerasEpsilon)))
			}
		}
	}
	return nil
}
