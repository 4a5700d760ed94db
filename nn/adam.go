package nn

import (
	"fmt"
	"math"

	"fnn/tensor"
)

// Adam holds the constants of the optimiser (Kingma and Ba, "Adam: a method for
// stochastic optimization", 2015).
type Adam struct {
	LearningRate float64
	Beta1, Beta2 float64 // decay of the first and second moments
	Epsilon      float64

	// WeightDecay takes a share of each weight off it in each step, before Adam's
	// own change: the learning rate times WeightDecay (Loshchilov and Hutter,
	// "Decoupled weight decay regularization", 2019), as PyTorch's AdamW does. It
	// decays the weights of dense layers, but not their biases, nor the gains and
	// shifts of batch normalisation. 0 decays nothing.
	WeightDecay float64

	// ClipNorm is the largest norm that a step's gradient may have, the Euclidean
	// norm over all parameters together; a larger gradient is scaled down to it
	// (Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural
	// networks", 2013). As in PyTorch's clip_grad_norm_, the factor is
	// ClipNorm/(norm + 1e-6), if that is less than 1. 0 clips nothing.
	ClipNorm float64
}

// NewAdam returns Adam with the given learning rate and the constants of the
// paper, which are PyTorch's defaults: 0.9, 0.999 and 1e-8. There is neither weight decay
// nor clipping.
func NewAdam(learningRate float64) Adam {
	return Adam{LearningRate: learningRate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}
}

func (a Adam) check() error {
	positive := func(x float64) bool { return float32(x) > 0 && x <= math.MaxFloat32 }
	switch {
	case !positive(a.LearningRate):
		return fmt.Errorf("nn: learning rate %g: want a number above 0 that float32 can hold", a.LearningRate)
	case !(a.Beta1 >= 0 && a.Beta1 < 1 && a.Beta2 >= 0 && a.Beta2 < 1):
		return fmt.Errorf("nn: Adam's beta1 %g and beta2 %g: want numbers from 0 to below 1", a.Beta1, a.Beta2)
	case !positive(a.Epsilon):
		return fmt.Errorf("nn: Adam's epsilon %g: want a number above 0 that float32 can hold", a.Epsilon)
	case !(a.WeightDecay >= 0 && a.WeightDecay <= math.MaxFloat32):
		return fmt.Errorf("nn: weight decay %g: want a number from 0 on that float32 can hold", a.WeightDecay)
	case !(a.ClipNorm >= 0 && a.ClipNorm <= math.MaxFloat32):
		return fmt.Errorf("nn: clip norm %g: want a number from 0 on that float32 can hold", a.ClipNorm)
	}
	return nil
}

// step returns what step t, from 1 on, does to the parameters.
func (a Adam) step(t int) adamStep {
	return adamStep{
		AdamStep: tensor.NewAdamStep(a.LearningRate, a.Beta1, a.Beta2, a.Epsilon, t),
		decay:    float32(1 - float64(a.LearningRate*a.WeightDecay)),
	}
}

// An adamStep holds the constants of a step of the optimiser.
type adamStep struct {
	tensor.AdamStep
	decay float32 // what is left of a weight
}
