package nn

import (
	"fmt"
	"testing"

	"fnn/tensor"
)

func BenchmarkStep(b *testing.B) {
	for _, words := range []string{"A", "B", "C", "512 bn relu dropout:0.2 512 bn relu dropout:0.2"} {
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/threads=%d", words, threads), func(b *testing.B) {
				a, err := ParseArchitecture(words)
				if err != nil {
					b.Fatal(err)
				}
				m, err := New(a, 784, 10)
				if err != nil {
					b.Fatal(err)
				}
				m.Initialize(Normal, 1)
				team := tensor.NewTeam(threads)
				defer team.Close()
				trainer, err := NewTrainer(m, NewAdam(0.001), 64, 1, team)
				if err != nil {
					b.Fatal(err)
				}
				s := tensor.NewStream(1, "benchmark")
				x := tensor.NewMatrix(64, 784)
				for i := range x.Data {
					x.Data[i] = s.Uniform()
				}
				labels := make([]int, 64)
				for i := range labels {
					labels[i] = s.IntN(10)
				}
				input := Rows(x)
				for b.Loop() {
					if _, _, err := trainer.Step(input, labels); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(64*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
			})
		}
	}
}
