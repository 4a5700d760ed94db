package bench

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	"fnn/dataset"
	"fnn/nn"
	"fnn/tensor"
)

// models are the report's, and a wide one.
var models = []struct{ name, words string }{
	{"A", "A"}, {"B", "B"}, {"C", "C"}, {"W", "512 bn relu dropout:0.2 512 bn relu dropout:0.2"},
}

// fashion loads the training set once.
var fashion = sync.OnceValues(func() (*dataset.Set, error) {
	train, _, err := dataset.Load("../data/fashion-mnist")
	return train, err
})

func threadCounts() []int {
	if n := runtime.GOMAXPROCS(0); n > 1 {
		return []int{1, n}
	}
	return []int{1}
}

func newModel(b *testing.B, words string) *nn.Model {
	architecture, err := nn.ParseArchitecture(words)
	if err != nil {
		b.Fatal(err)
	}
	m, err := nn.New(architecture, 784, 10)
	if err != nil {
		b.Fatal(err)
	}
	if err := m.Initialize(nn.Normal, 1); err != nil {
		b.Fatal(err)
	}
	return m
}

// BenchmarkTrain measures training steps of 64 samples, taken from the real
// images in shuffled order.
func BenchmarkTrain(b *testing.B) {
	set, err := fashion()
	if err != nil {
		b.Fatal(err)
	}
	for _, model := range models {
		for _, threads := range threadCounts() {
			b.Run(fmt.Sprintf("%s/threads=%d", model.name, threads), func(b *testing.B) {
				const batch = 64
				team := tensor.NewTeam(threads)
				defer team.Close()
				trainer, err := nn.NewTrainer(newModel(b, model.words), nn.NewAdam(0.001), batch, 1, team)
				if err != nil {
					b.Fatal(err)
				}
				batches := dataset.NewBatches(set, batch, 1)
				input := nn.Input(batches.Row)
				epoch, samples := 0, 0
				for b.Loop() {
					if !batches.Next() {
						epoch++
						batches.Start(epoch)
						batches.Next()
					}
					if _, _, err := trainer.Step(input, batches.Labels()); err != nil {
						b.Fatal(err)
					}
					samples += batches.Len()
				}
				b.ReportMetric(float64(samples)/b.Elapsed().Seconds(), "samples/s")
			})
		}
	}
}

// BenchmarkPredict measures prediction with model A: the time of a call, and the
// samples in a second.
func BenchmarkPredict(b *testing.B) {
	m := newModel(b, "A")
	for _, n := range []int{1, 64, 1024, 10000} {
		x, logits := tensor.NewMatrix(n, m.Inputs), tensor.NewMatrix(n, m.Classes())
		for i := range x.Data {
			x.Data[i] = 0.5
		}
		input := nn.Rows(x)
		for _, threads := range threadCounts() {
			b.Run(fmt.Sprintf("samples=%d/threads=%d", n, threads), func(b *testing.B) {
				team := tensor.NewTeam(threads)
				defer team.Close()
				for b.Loop() {
					if threads == 1 {
						m.Logits(logits, x)
					} else {
						m.LogitsOf(team, logits, input)
					}
				}
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
			})
		}
	}
}

// BenchmarkLoad measures reading the data set, decompression included.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, _, err := dataset.Load("../data/fashion-mnist"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(70000*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
}
