// Package benchmarktest makes Go benchmarks of what package benchmark measures.
package benchmarktest

import (
	"fmt"
	"runtime"
	"testing"

	"fnn/internal/benchmark"
	"fnn/tensor"
)

// Run runs the cases of a group as benchmarks, with one thread and with
// GOMAXPROCS of them, and reports their figures. For matrix products it measures
// the peak first, and reports the share of it as "%peak".
func Run(b *testing.B, g benchmark.Group) {
	counts := benchmark.ThreadCounts(runtime.GOMAXPROCS(0))
	teams, peaks := make([]*tensor.Team, len(counts)), make([]float64, len(counts))
	for i, threads := range counts {
		teams[i] = tensor.NewTeam(threads)
		defer teams[i].Close()
		if g.Unit == benchmark.GFLOPS {
			peaks[i] = teams[i].MeasurePeak() / 1e9
		}
	}
	for _, c := range g.Cases {
		for i, threads := range counts {
			b.Run(fmt.Sprintf("%s/threads=%d", c.Name, threads), func(b *testing.B) {
				run, work := c.New(teams[i])
				for b.Loop() {
					run()
				}
				figure := g.Unit.Figure(work, b.Elapsed().Seconds()/float64(b.N))
				b.ReportMetric(figure, string(g.Unit))
				switch g.Unit {
				case benchmark.GFLOPS:
					b.ReportMetric(100*figure/peaks[i], "%peak")
				case benchmark.GigabytesASecond, benchmark.Microseconds:
					b.ReportMetric(0, "ns/op") // a run is many calls
				}
			})
		}
	}
}
