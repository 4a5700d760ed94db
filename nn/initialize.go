package nn

import (
	"fmt"
	"math"
	"strings"

	"fnn/tensor"
)

// An Initializer is a distribution of first weights. Biases start from zero,
// gains of batch normalisation from one.
type Initializer string

const (
	// Normal is N(0, 0.01²).
	Normal Initializer = "normal"
	// He is N(0, 2/inputs), for layers that a ReLU follows (He et al., "Delving
	// deep into rectifiers", 2015).
	He Initializer = "he"
	// Xavier is the uniform distribution within ±sqrt(6/(inputs+outputs))
	// (Glorot and Bengio, "Understanding the difficulty of training deep
	// feedforward neural networks", 2010).
	Xavier Initializer = "xavier"
)

// Initializers lists the initialisers' names.
var Initializers = []Initializer{Normal, He, Xavier}

// Initialize draws the weights of every dense layer, each layer's from a random
// stream of its own under the seed.
func (m *Model) Initialize(initializer Initializer, seed uint64) error {
	var draw func(s *tensor.Stream, inputs, outputs int) float32
	switch initializer {
	case Normal:
		draw = func(s *tensor.Stream, _, _ int) float32 { return 0.01 * s.Normal() }
	case He:
		draw = func(s *tensor.Stream, inputs, _ int) float32 {
			return float32(math.Sqrt(2/float64(inputs))) * s.Normal()
		}
	case Xavier:
		draw = func(s *tensor.Stream, inputs, outputs int) float32 {
			return float32(math.Sqrt(6/float64(inputs+outputs))) * (float32(2*s.Uniform()) - 1)
		}
	default:
		var names []string
		for _, name := range Initializers {
			names = append(names, string(name))
		}
		return fmt.Errorf("nn: initialiser %q: want one of %s", initializer, strings.Join(names, ", "))
	}
	for i, layer := range m.Layers {
		if d, ok := layer.(*Dense); ok {
			s := tensor.NewStream(seed, "weights", i)
			inputs, outputs := d.Weight.Rows, d.Weight.Cols
			for row := range inputs {
				for column := range outputs {
					d.Weight.Set(row, column, draw(s, inputs, outputs))
				}
			}
			clear(d.Bias)
		}
	}
	return nil
}
