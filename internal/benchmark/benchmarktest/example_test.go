package benchmarktest_test

import (
	"testing"

	"fnn/internal/benchmark"
	"fnn/internal/benchmark/benchmarktest"
)

func ExampleRun() {
	// In a test file, this function would be called BenchmarkTrain.
	train := func(b *testing.B) {
		benchmarktest.Run(b, benchmark.Training(benchmark.RandomSet(4096)))
	}
	testing.Benchmark(train)
}
