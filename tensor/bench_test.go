package tensor_test

import (
	"fmt"
	"runtime"
	"testing"

	"fnn/internal/benchmark"
	"fnn/internal/benchmark/benchmarktest"
	"fnn/tensor"
)

// BenchmarkPeak measures what the others are compared with.
func BenchmarkPeak(b *testing.B) {
	for _, threads := range benchmark.ThreadCounts(runtime.GOMAXPROCS(0)) {
		b.Run(fmt.Sprintf("threads=%d", threads), func(b *testing.B) {
			team := tensor.NewTeam(threads)
			defer team.Close()
			best := 0.0
			for b.Loop() {
				best = max(best, team.MeasurePeak())
			}
			b.ReportMetric(best/1e9, string(benchmark.GFLOPS))
		})
	}
}

// BenchmarkMatMul measures all shapes in each form and layout.
func BenchmarkMatMul(b *testing.B) {
	for _, form := range []benchmark.Form{benchmark.AB, benchmark.ATB, benchmark.ABT} {
		for _, layout := range []benchmark.Layout{benchmark.Plain, benchmark.Panels} {
			b.Run(fmt.Sprintf("%s/%s", form, layout), func(b *testing.B) {
				benchmarktest.Run(b, benchmark.Products(form, layout))
			})
		}
	}
}

func BenchmarkInt8(b *testing.B) { benchmarktest.Run(b, benchmark.Int8Products()) }

func BenchmarkVectors(b *testing.B) { benchmarktest.Run(b, benchmark.Vectors()) }

func BenchmarkMemory(b *testing.B) { benchmarktest.Run(b, benchmark.Memory()) }
