package turn

import (
	"sync"

	"fnn/dataset"
	"fnn/nn"
)

// Batch is the number of samples in a training step, Samples that of an epoch.
const (
	Batch   = 64
	Samples = 48000
)

// Fashion returns the first samples of Fashion-MNIST's training set.
var Fashion = sync.OnceValues(func() (*dataset.Set, error) {
	set, _, err := dataset.Load("data/fashion-mnist")
	if err != nil {
		return nil, err
	}
	first := make([]int, Samples)
	for i := range first {
		first[i] = i
	}
	return set.Subset(first), nil
})

// NewModel returns a model of ours for Fashion-MNIST that has learned nothing yet,
// of an architecture's words or name.
func NewModel(words string) (*nn.Model, error) {
	architecture, err := nn.ParseArchitecture(words)
	if err != nil {
		return nil, err
	}
	m, err := nn.New(architecture, 28*28, 10)
	if err != nil {
		return nil, err
	}
	return m, m.Initialize(nn.He, 1)
}
