package benchmark_test

import (
	"fmt"
	"os"

	"fnn/internal/benchmark"
	"fnn/internal/machine"
)

func ExampleReport_WriteText() {
	r := benchmark.Report{
		Machine: machine.Machine{
			Version: "(devel)", Go: "go1.26.8", System: "linux", Architecture: "amd64",
			Processor: "Intel(R) Xeon(R) Processor", Processors: 2,
			Kernel: "avx2", Kernels: []string{"avx512", "avx2", "portable"},
		},
		Threads: []int{1, 2},
		Peak:    []float64{130.9, 261.2},
		Groups: []benchmark.Result{
			{Name: "products", Unit: benchmark.GFLOPS, Rows: []benchmark.Row{
				{Name: "forward", Note: "64x128x784", Figures: []float64{117.8, 209.04}, OfPeak: []float64{0.9, 0.8}},
				{Name: "weights", Note: "784x128x64", Figures: []float64{98.2, 203.7}, OfPeak: []float64{0.75, 0.78}},
			}},
			{Name: "training", Unit: benchmark.SamplesASecond, Rows: []benchmark.Row{
				{Name: "A", Figures: []float64{217_034, 352_120}},
			}},
		},
	}
	r.WriteText(os.Stdout)
	// Output:
	// fnn (devel), go1.26.8, linux/amd64
	// Intel(R) Xeon(R) Processor, GOMAXPROCS 2
	// kernel avx2; this machine also runs avx512 and portable
	//
	// peak (GFLOPS)                                     1 thread      2 threads
	//   multiply-adds in registers                         130.9 100%     261.2 100%
	//
	// products (GFLOPS)                                 1 thread      2 threads
	//   forward  64x128x784                                117.8  90%     209.0  80%
	//   weights  784x128x64                                 98.2  75%     203.7  78%
	//
	// training (samples/s)                              1 thread      2 threads
	//   A                                                217,000        352,000
}

func ExampleProducts() {
	for _, c := range benchmark.Products(benchmark.AB, benchmark.Plain).Cases {
		fmt.Print(c.Name, " ")
	}
	// Output: 64x128x784 784x128x64 64x784x128 64x64x128 64x256x784 784x256x64 64x10x64 1x128x784 256x256x256 512x512x512 1024x1024x1024
}
