package benchmark

import (
	"fmt"

	"fnn/dataset"
	"fnn/nn"
	"fnn/tensor"
)

// models are the report's, and a wide one.
var models = []struct{ name, words, note string }{
	{"A", "A", "128 relu 64 relu"},
	{"B", "B", "A with dropout"},
	{"C", "C", "B with batch normalisation"},
	{"W", "512 bn relu dropout:0.2 512 bn relu dropout:0.2", "512 bn relu dropout:0.2, twice"},
}

// The sizes of Fashion-MNIST, and of a batch.
const (
	features = 28 * 28
	classes  = 10
	batch    = 64
)

// Training returns training steps of the report's models, and of a wide one, with
// batches of 64 from a set of 784 features and 10 classes.
func Training(set *dataset.Set) Group {
	g := Group{Name: "training, batches of 64", Unit: SamplesASecond}
	for _, m := range models {
		g.Cases = append(g.Cases, Case{m.name, m.note, func(team *tensor.Team) (func(), float64) {
			trainer, err := nn.NewTrainer(newModel(m.words), nn.NewAdam(0.001), batch, 1, team)
			if err != nil {
				panic(err)
			}
			batches := dataset.NewBatches(set, batch, 1)
			input := nn.Input(batches.Row)
			epoch := 0
			return func() {
				for !batches.Next() || batches.Len() < batch {
					epoch++
					batches.Start(epoch)
				}
				if _, _, err := trainer.Step(input, batches.Labels()); err != nil {
					panic(err)
				}
			}, batch
		}})
	}
	return g
}

// RandomSet returns a set of samples of 784 random pixels, of 10 classes.
func RandomSet(samples int) *dataset.Set {
	s := tensor.NewStream(1, "benchmark")
	pixels, labels, names := make([]uint8, samples*features), make([]int, samples), make([]string, classes)
	for i := range pixels {
		pixels[i] = uint8(s.IntN(256))
	}
	for i := range labels {
		labels[i] = s.IntN(classes)
	}
	for i := range names {
		names[i] = fmt.Sprint(i)
	}
	set, err := dataset.FromBytes(pixels, []int{features}, labels, names)
	if err != nil {
		panic(err)
	}
	return set
}

// newModel returns a model with first weights.
func newModel(words string) *nn.Model {
	architecture, err := nn.ParseArchitecture(words)
	if err != nil {
		panic(err)
	}
	m, err := nn.New(architecture, features, classes)
	if err != nil {
		panic(err)
	}
	if err := m.Initialize(nn.Normal, 1); err != nil {
		panic(err)
	}
	return m
}
