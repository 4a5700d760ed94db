package nn

import (
	"fmt"
	"math"
)

// Adam holds the constants of the optimiser (Kingma and Ba, "Adam: a method for
// stochastic optimization", 2015).
type Adam struct {
	LearningRate float64
	Beta1, Beta2 float64 // decay of the first and second moments
	Epsilon      float64
}

// NewAdam returns Adam with the given learning rate and the constants of the
// paper, which are PyTorch's defaults: 0.9, 0.999 and 1e-8.
func NewAdam(learningRate float64) Adam {
	return Adam{LearningRate: learningRate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}
}

func (a Adam) check() error {
	switch {
	case !(a.LearningRate > 0 && a.LearningRate <= math.MaxFloat32):
		return fmt.Errorf("nn: learning rate %g: want a number above 0 that float32 can hold", a.LearningRate)
	case !(a.Beta1 >= 0 && a.Beta1 < 1 && a.Beta2 >= 0 && a.Beta2 < 1):
		return fmt.Errorf("nn: Adam's beta1 %g and beta2 %g: want numbers from 0 up to 1", a.Beta1, a.Beta2)
	case !(a.Epsilon > 0):
		return fmt.Errorf("nn: Adam's epsilon %g: want a number above 0", a.Epsilon)
	}
	return nil
}
