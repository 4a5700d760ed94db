package bench

import (
	"testing"

	"fnn/dataset"
	"fnn/internal/benchmark"
	"fnn/internal/benchmark/benchmarktest"
)

const fashion = "../data/fashion-mnist"

// BenchmarkTrain measures training steps of 64 samples, taken from the real
// images in shuffled order.
func BenchmarkTrain(b *testing.B) {
	set, _, err := dataset.Load(fashion)
	if err != nil {
		b.Fatal(err)
	}
	benchmarktest.Run(b, benchmark.Training(set))
}

// BenchmarkPredict measures prediction with model A of samples that the threads
// share out.
func BenchmarkPredict(b *testing.B) {
	benchmarktest.Run(b, benchmark.Prediction(64, 1024, 10000))
}

// BenchmarkPredictInt8 is BenchmarkPredict by the quantised model.
func BenchmarkPredictInt8(b *testing.B) {
	benchmarktest.Run(b, benchmark.PredictionInt8(64, 1024, 10000))
}

// BenchmarkLatency measures prediction with model A by as many callers as there
// are threads, each of samples of its own.
func BenchmarkLatency(b *testing.B) {
	benchmarktest.Run(b, benchmark.Latency(1, 64, 1024, 10000))
}

// BenchmarkLoad measures reading the data set, decompression included.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, _, err := dataset.Load(fashion); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(70000*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
}
