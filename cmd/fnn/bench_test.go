package main

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"fnn/internal/benchmark"
	"fnn/tensor"
)

// testPlan measures one small product.
func testPlan(threads int) benchmark.Plan {
	product := benchmark.Product{M: 2, N: 3, K: 4, Form: benchmark.AB, A: benchmark.Plain, B: benchmark.Plain, C: benchmark.Plain}
	return benchmark.Plan{Threads: threads, Time: time.Millisecond, Groups: []benchmark.Group{
		{Name: "small products", Unit: benchmark.GFLOPS, Cases: []benchmark.Case{{Name: "2x3x4", New: product.New}}},
	}}
}

func TestBench(t *testing.T) {
	tests := []struct {
		args    []string
		columns []int
	}{
		{[]string{"bench", "-threads", "1"}, []int{1}},
		{[]string{"bench", "-threads=3"}, []int{1, 3}},
		{[]string{"bench"}, benchmark.ThreadCounts(runtime.GOMAXPROCS(0))},
	}
	for _, test := range tests {
		status, stdout, stderr := fnn(t, test.args...)
		heading := " +1 thread"
		if n := len(test.columns); n > 1 {
			heading += fmt.Sprintf(" +%d threads", test.columns[n-1])
		}
		peak := strings.Repeat(` +[0-9.,]+ 100%`, len(test.columns))
		figures := strings.Repeat(` +[0-9.,]+ +[0-9]+%`, len(test.columns))
		want := regexp.MustCompile(`^fnn \S+, \S+, ` + runtime.GOOS + "/" + runtime.GOARCH + `
.+, GOMAXPROCS ` + fmt.Sprint(runtime.GOMAXPROCS(0)) + `
kernel ` + tensor.Kernel() + `[;,] .+

peak \(GFLOPS\)` + heading + `
  multiply-adds in registers` + peak + `

small products \(GFLOPS\)` + heading + `
  2x3x4` + figures + `
$`)
		_, version, _ := fnn(t, "version")
		if status != done || stderr != "" || !strings.HasPrefix(stdout, version) || strings.Count(version, "\n") != 3 || !want.MatchString(stdout) {
			t.Errorf("%q: status %d, %q\n%s", test.args, status, stderr, stdout)
		}
	}
}

func TestBenchJSON(t *testing.T) {
	defer tensor.SetKernel("")
	t.Setenv("FNN_KERNEL", "portable")
	status, stdout, stderr := fnn(t, "bench", "-json", "-threads", "2")
	if status != done || stderr != "" || strings.Count(stdout, "\n") != 1 {
		t.Fatalf("status %d, %q, %q", status, stderr, stdout)
	}
	var got struct {
		Version, Go, System, Architecture, Processor, Kernel string
		Processors                                           int
		Kernels                                              []string
		Threads                                              []int
		PeakGFLOPS                                           []float64 `json:"peak_gflops"`
		Groups                                               []struct {
			Name, Unit string
			Rows       []struct {
				Name    string
				Figures []float64
				OfPeak  []float64 `json:"of_peak"`
			}
		}
	}
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	if got.Kernel != "portable" || !slices.Equal(got.Kernels, tensor.Kernels()) || got.Version == "" || got.Go == "" || got.Processor == "" ||
		got.System != runtime.GOOS || got.Architecture != runtime.GOARCH || got.Processors < 1 || !slices.Equal(got.Threads, []int{1, 2}) {
		t.Errorf("%s", stdout)
	}
	if len(got.PeakGFLOPS) != 2 || len(got.Groups) != 1 || got.Groups[0].Unit != "GFLOPS" || len(got.Groups[0].Rows) != 1 {
		t.Fatalf("%s", stdout)
	}
	if row := got.Groups[0].Rows[0]; row.Name != "2x3x4" || len(row.Figures) != 2 || len(row.OfPeak) != 2 || !(row.Figures[1] > 0) {
		t.Errorf("%s", stdout)
	}
}

// An interrupt ends bench while it measures something slow.
func TestBenchInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	defer close(release)
	var stdout, stderr strings.Builder
	e := newEnv(&stdout, &stderr)
	e.plan = func(threads int) benchmark.Plan {
		slow := func(*tensor.Team) (func(), float64) {
			return func() {
				cancel()
				<-release
			}, 1
		}
		return benchmark.Plan{Threads: 1, Time: time.Millisecond, Groups: []benchmark.Group{{Cases: []benchmark.Case{{New: slow}}}}}
	}
	status := execute(ctx, e, []string{"bench"})
	if status != 130 || stdout.Len() > 0 || stderr.String() != "fnn: interrupted\n" {
		t.Errorf("status %d, %q, %q", status, stdout.String(), stderr.String())
	}
}
