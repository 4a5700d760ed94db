package fnn

import (
	"testing"

	"fnn/internal/benchmark"
	"fnn/internal/benchmark/benchmarktest"
)

// These benchmarks are the short of it, on random data; packages tensor and bench
// have more.

func BenchmarkMatMul(b *testing.B) { benchmarktest.Run(b, benchmark.StepProducts()) }
func BenchmarkTrain(b *testing.B) {
	benchmarktest.Run(b, benchmark.Training(benchmark.RandomSet(4096)))
}
func BenchmarkPredict(b *testing.B) { benchmarktest.Run(b, benchmark.Prediction(10000)) }
func BenchmarkLatency(b *testing.B) { benchmarktest.Run(b, benchmark.Latency(1)) }
