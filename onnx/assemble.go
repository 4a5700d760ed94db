package onnx

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"fnn/internal/metadata"
	"fnn/nn"
	"fnn/tensor"
)

// model returns the model that the importer's steps are.
func (im *importer) model(file *model) (*nn.Model, error) {
	scale, err := im.inputScale(file)
	if err != nil {
		return nil, err
	}
	if err := im.settle(); err != nil {
		return nil, err
	}
	var words nn.Architecture
	last := im.steps[len(im.steps)-1].dense
	inputs := 0
	for i, s := range im.steps {
		switch {
		case s.dense != nil:
			inputs = cmp.Or(inputs, s.dense.inputs)
			if i < len(im.steps)-1 {
				words = append(words, strconv.Itoa(s.dense.outputs))
			}
		case s.norm != nil:
			inputs = cmp.Or(inputs, len(s.norm.gain))
			words = append(words, "bn")
		case s.relu:
			words = append(words, "relu")
		default:
			words = append(words, "dropout:"+strconv.FormatFloat(s.dropout, 'g', -1, 32))
		}
	}
	architecture, err := nn.ParseArchitecture(words.String())
	if err != nil {
		return nil, err
	}
	m, err := nn.New(architecture, inputs, last.outputs)
	if err != nil {
		return nil, err
	}
	for i, layer := range m.Layers {
		switch l := layer.(type) {
		case *nn.Dense:
			im.steps[i].dense.copyTo(l)
		case *nn.BatchNorm:
			im.steps[i].norm.copyTo(l)
		}
	}
	m.InputScale = scale
	if err := im.describe(m, file); err != nil {
		return nil, err
	}
	return m, nil
}

// metadataOf returns a file's metadata, and whether fnn wrote them.
func metadataOf(file *model) (values map[string]string, ours bool) {
	values = map[string]string{}
	for _, e := range file.metadata {
		values[e.key] = e.value
	}
	return values, values[keyVersion] == formatVersion
}

// inputScale returns what 8-bit values are multiplied by before they enter the
// model, and takes that step off a graph that does it.
func (im *importer) inputScale(file *model) (scale float32, err error) {
	scale = 1
	texts, ours := metadataOf(file)
	if ours {
		if scale, err = metadata.ParseScale(texts); err != nil {
			return 0, err
		}
	}
	var first *scaling
	if len(im.steps) > 0 {
		first = im.steps[0].scaling
	}
	switch {
	case im.bytes:
		if first != nil && len(first.factor) == 1 && len(first.shift) == 1 && first.shift[0] == 0 {
			if by := scale * float32(first.factor[0]); by > 0 && metadata.CheckScale(by) == nil {
				im.steps = im.steps[1:]
				return by, nil
			}
		}
	case ours:
	default:
		const whole = 1.0 / 16 // a factor below it is for 8-bit values
		if first == nil || math.Abs(first.factor[0]) > whole {
			scale = 1.0 / 255
		}
	}
	return scale, nil
}

// settle makes of the steps what the layers of a model can be: every scaling
// becomes part of a dense layer, or a batch normalisation; a dense layer is the
// last.
func (im *importer) settle() error {
	// What follows the last dense layer joins it.
	for len(im.steps) > 0 && im.steps[len(im.steps)-1].isDropout() {
		im.steps = im.steps[:len(im.steps)-1]
	}
	for i := len(im.steps) - 1; i >= 0; i-- {
		s := im.steps[i]
		if s.norm != nil {
			if err := im.spend(len(s.norm.gain), 16); err != nil {
				return err
			}
			s.scaling, s.norm = s.norm.asScaling(), nil
		}
		if s.dense != nil || s.relu {
			break
		}
	}
	var settled []*step
	for i, s := range im.steps {
		if s.scaling == nil {
			settled = append(settled, s)
			continue
		}
		before, after := denseIn(slices.Backward(settled)), denseIn(slices.All(im.steps[i+1:]))
		switch {
		case before != nil:
			if err := im.spend(len(before.weight), 4); err != nil {
				return err
			}
			before.scaleOutputs(s.scaling)
		case after != nil:
			if err := im.spend(len(after.weight), 4); err != nil {
				return err
			}
			after.scaleInputs(s.scaling)
		case i < len(im.steps)-1:
			width, err := im.widthAt(i)
			if err != nil {
				return fmt.Errorf("%s: %w", s.node.describe(), err)
			}
			if err := im.spend(width, 32); err != nil { // here and in the model
				return err
			}
			settled = append(settled, &step{node: s.node, norm: s.scaling.asNorm(width)})
		default:
			return fmt.Errorf("%s scales what no dense layer makes", s.node.describe())
		}
	}
	im.steps = settled
	if len(settled) == 0 {
		return errors.New("the graph has no layers")
	}
	if last := settled[len(settled)-1]; last.dense == nil {
		return fmt.Errorf("%s is the last layer: want a dense one, Gemm or MatMul, whose outputs are the classes' logits", last.node.describe())
	}
	return nil
}

func (s *step) isDropout() bool {
	return s.dense == nil && s.scaling == nil && s.norm == nil && !s.relu
}

// denseIn returns the dense layer that comes first, dropout aside, or nil if
// another one does.
func denseIn(steps iter.Seq2[int, *step]) *dense {
	for _, s := range steps {
		if !s.isDropout() {
			return s.dense
		}
	}
	return nil
}

// widthAt returns the number of values that step i takes.
func (im *importer) widthAt(i int) (int, error) {
	for _, s := range im.steps[i:] {
		switch {
		case s.dense != nil:
			return s.dense.inputs, nil
		case s.norm != nil:
			return len(s.norm.gain), nil
		}
	}
	return 0, errors.New("no dense layer follows")
}

// copyTo sets a layer's weights.
func (d *dense) copyTo(l *nn.Dense) {
	copy(l.Bias, d.bias)
	if d.turned {
		tensor.Transpose(l.Weight, tensor.FromSlice(d.weight, d.outputs, d.inputs).Matrix())
		return
	}
	for i := range d.inputs {
		l.Weight.SetRow(i, d.weight[i*d.outputs:][:d.outputs])
	}
}

// copyTo sets a layer's weights and statistics. Where the epsilon is another
// than fnn's, the gain makes up for it.
func (b *norm) copyTo(l *nn.BatchNorm) {
	copy(l.Gain, b.gain)
	copy(l.Shift, b.shift)
	copy(l.RunningMean, b.mean)
	copy(l.RunningVariance, b.variance)
	if b.epsilon == normEpsilon {
		return
	}
	for i, v := range b.variance {
		l.Gain[i] = multiply(b.gain[i], math.Sqrt((float64(v)+normEpsilon)/(float64(v)+float64(b.epsilon))))
	}
}

// describe gives a model the names of its classes and what else the file says.
func (im *importer) describe(m *nn.Model, file *model) error {
	texts, ours := metadataOf(file)
	if ours {
		im.classes = strings.Split(texts[keyClasses], "\n")
	}
	if im.classes != nil {
		if err := metadata.CheckNames(im.classes, m.Classes()); err != nil {
			return err
		}
		m.ClassNames = im.classes
	}
	for _, key := range []string{keyVersion, keyClasses, keyScale} {
		delete(texts, key)
	}
	m.Info = texts
	if height, width, ok := im.pictureSize(); ok && texts[keyHeight] == "" && texts[keyWidth] == "" {
		m.Info[keyHeight], m.Info[keyWidth] = strconv.Itoa(height), strconv.Itoa(width)
	}
	return nil
}

// pictureSize returns the size of the pictures that the graph takes, if it takes
// its samples in two dimensions, apart from those of 1.
func (im *importer) pictureSize() (height, width int, ok bool) {
	n := len(im.input)
	if n < 2 || im.input[n-2] < 1 || im.input[n-1] < 1 {
		return 0, 0, false
	}
	for _, d := range im.input[:n-2] {
		if d != 1 {
			return 0, 0, false
		}
	}
	return im.input[n-2], im.input[n-1], true
}
