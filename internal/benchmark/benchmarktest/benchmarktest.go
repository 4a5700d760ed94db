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
// GOMAXPROCS of them, and reports their figures. Of matrix products it reports
// the share of the peak too, as "%peak"; that is measured right before each, since
// processors change their speed from second to second.
func Run(b *testing.B, g benchmark.Group) {
	counts := benchmark.ThreadCounts(runtime.GOMAXPROCS(0))
	teams := make([]*tensor.Team, len(counts))
	for i, threads := range counts {
		teams[i] = tensor.NewTeam(threads)
		defer teams[i].Close()
	}
	for _, c := range g.Cases {
		for i, threads := range counts {
			b.Run(fmt.Sprintf("%s/threads=%d", c.Name, threads), func(b *testing.B) {
				run, work := c.New(teams[i])
				peak := 0.0
				if g.Unit == benchmark.GFLOPS {
					peak = teams[i].MeasurePeak() / 1e9
				}
				for b.Loop() {
					run()
				}
				figure := g.Unit.Figure(work, b.Elapsed().Seconds()/float64(b.N))
				b.ReportMetric(figure, string(g.Unit))
				switch g.Unit {
				case benchmark.GFLOPS:
					b.ReportMetric(100*figure/peak, "%peak")
				case benchmark.MultiplyAdds, benchmark.GigabytesASecond, benchmark.Microseconds:
					b.ReportMetric(0, "ns/op") // a run is many calls
				}
			})
		}
	}
}
