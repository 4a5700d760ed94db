package fnn

import (
	"fmt"
	"runtime"
	"testing"

	"fnn/tensor"
)

// BenchmarkMatMul measures the products of a training step of model A at batch
// 64, in GFLOPS; package tensor has more shapes and forms, package bench has
// training and prediction as wholes.
func BenchmarkMatMul(b *testing.B) {
	for _, product := range []struct {
		name    string
		m, n, k int
		run     func(t *tensor.Team, c, x, y tensor.Matrix)
	}{
		{"forward", 64, 128, 784, (*tensor.Team).MatMul},
		{"weights", 784, 128, 64, (*tensor.Team).MatMulTransA},
		{"backward", 64, 128, 64, (*tensor.Team).MatMulTransB},
		{"square", 512, 512, 512, (*tensor.Team).MatMul},
	} {
		for _, threads := range threadCounts() {
			b.Run(fmt.Sprintf("%s/%dx%dx%d/threads=%d", product.name, product.m, product.n, product.k, threads), func(b *testing.B) {
				c, x, y := tensor.NewMatrix(product.m, product.n), tensor.NewMatrix(product.m, product.k), tensor.NewMatrix(product.k, product.n)
				switch product.name {
				case "weights":
					x = tensor.NewMatrix(product.k, product.m)
				case "backward":
					y = tensor.NewMatrix(product.n, product.k)
				}
				team := tensor.NewTeam(threads)
				defer team.Close()
				for b.Loop() {
					product.run(team, c, x, y)
				}
				flops := 2 * float64(product.m) * float64(product.n) * float64(product.k)
				b.ReportMetric(flops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOPS")
			})
		}
	}
}

// threadCounts returns one, and as many as there are processors.
func threadCounts() []int {
	if n := runtime.GOMAXPROCS(0); n > 1 {
		return []int{1, n}
	}
	return []int{1}
}
