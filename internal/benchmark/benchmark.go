// Package benchmark is what is worth measuring about fnn on a machine: matrix
// products, vector kernels, training and prediction. The command's bench
// measures it in some seconds; package benchmarktest makes Go benchmarks of it.
package benchmark

import (
	"context"
	"math"
	"time"

	"fnn/tensor"
)

// A Group is a list of cases whose figures have one unit.
type Group struct {
	Name  string
	Unit  Unit
	Cases []Case
}

// A Case is something to measure.
type Case struct {
	Name string
	Note string // what else a reader wants to know of it; may be empty

	// New prepares the case for a team of threads. It returns what to time, and
	// how much work that is: floating-point operations, bytes, samples or calls,
	// as the unit of the group has it.
	New func(team *tensor.Team) (run func(), work float64)
}

// A Unit is what a figure counts.
type Unit string

const (
	GFLOPS           Unit = "GFLOPS"    // 10⁹ floating-point operations a second
	MultiplyAdds     Unit = "GMAC/s"    // 10⁹ multiply-adds of integers a second
	GigabytesASecond Unit = "GB/s"      // 10⁹ bytes read or written a second
	SamplesASecond   Unit = "samples/s" // pictures a second
	Microseconds     Unit = "µs"        // 10⁻⁶ seconds a call
)

// Figure returns in the unit what it is to do some work in some seconds.
func (u Unit) Figure(work, seconds float64) float64 {
	switch u {
	case SamplesASecond:
		return work / seconds
	case Microseconds:
		return 1e6 * seconds / work
	}
	return work / seconds / 1e9
}

// ThreadCounts returns the numbers of threads to measure with: one, and the most
// if that is another.
func ThreadCounts(most int) []int {
	if most > 1 {
		return []int{1, most}
	}
	return []int{1}
}

// best returns the least number of seconds that a call of run takes in rounds of
// many, which go on until about the given time has passed.
func best(ctx context.Context, limit time.Duration, run func()) (float64, error) {
	least := limit / 16 // a round, long enough for the clock
	fastest := math.Inf(1)
	calls := 1
	for spent := time.Duration(0); spent < limit || math.IsInf(fastest, 1); {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		began := time.Now()
		for range calls {
			run()
		}
		took := time.Since(began)
		spent += took
		if took < least {
			calls *= 2
			continue
		}
		fastest = min(fastest, took.Seconds()/float64(calls))
	}
	return fastest, nil
}

// together returns a function that has each member of a team do something of its
// own a number of times. New is called for each member, to make what that is.
func together(team *tensor.Team, times int, new func() func()) func() {
	var members []func()
	for range team.Threads() {
		members = append(members, new())
	}
	job := func(w tensor.Worker) {
		do := members[w.Index()]
		for range times {
			do()
		}
	}
	return func() { team.Run(job) }
}

// random returns n numbers in [-1, 1).
func random(n int) []float32 {
	s := tensor.NewStream(1, "benchmark")
	x := apart(n)
	for i := range x {
		x[i] = 2*s.Uniform() - 1
	}
	return x
}

// filled returns n numbers that are all x.
func filled(n int, x float32) []float32 {
	all := apart(n)
	for i := range all {
		all[i] = x
	}
	return all
}

// apart returns n zeros at a page's distance from what lies behind them. Without
// it, the prefetchers of a thread that comes to their end would take the first
// lines from a thread that writes there.
func apart(n int) []float32 { return tensor.New(n + 1024).Data[:n] }
