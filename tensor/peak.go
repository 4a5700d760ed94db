package tensor

import "time"

// A saturator keeps the floating-point pipes of a processor full.
type saturator struct {
	// chains is the number of sums that run side by side in registers: enough
	// to hide the latency of a multiply-add on every pipe.
	chains int

	// run adds summand n times, at least once, to each of the chains, by a
	// multiply-add with one. That is 1, which no compiler may know.
	run func(chains []float32, one, summand float32, n int)
}

// saturatePortable has two instructions for a multiply-add, since not every
// machine has one.
func saturatePortable(chains []float32, one, summand float32, n int) {
	c := (*[10]float32)(chains)
	c0, c1, c2, c3, c4 := c[0], c[1], c[2], c[3], c[4]
	c5, c6, c7, c8, c9 := c[5], c[6], c[7], c[8], c[9]
	for range n {
		c0 = float32(c0*one) + summand
		c1 = float32(c1*one) + summand
		c2 = float32(c2*one) + summand
		c3 = float32(c3*one) + summand
		c4 = float32(c4*one) + summand
		c5 = float32(c5*one) + summand
		c6 = float32(c6*one) + summand
		c7 = float32(c7*one) + summand
		c8 = float32(c8*one) + summand
		c9 = float32(c9*one) + summand
	}
	*c = [10]float32{c0, c1, c2, c3, c4, c5, c6, c7, c8, c9}
}

// MeasurePeak returns the floating-point operations a second that the team can do
// at most, two for each multiply-add: those of independent multiply-adds on
// registers, with the instructions of the kernel in use. No matrix product of
// that kernel is faster. The portable kernel has no fused multiply-add; its peak
// is that of separate multiplications and additions, and a product whose A has
// zeros, which it leaves out, may be faster.
//
// It is the best of many short rounds, and takes about a twentieth of a second. Other
// work on the machine makes it too low.
func (t *Team) MeasurePeak() float64 {
	const (
		rounds = 20
		least  = 2 * time.Millisecond // a round, much longer than handing it out takes
	)
	saturator := active().saturator
	chains := make([][]float32, t.Threads())
	for i := range chains {
		chains[i] = make([]float32, saturator.chains)
	}
	n := saturator.steps(least)
	operations := 2 * float64(n) * float64(saturator.chains) * float64(len(chains))
	job := func(w Worker) { saturator.run(chains[w.Index()], 1, 0.5, n) }
	best := 0.0
	for range rounds {
		began := time.Now()
		t.Run(job)
		best = max(best, operations/time.Since(began).Seconds())
	}
	return best
}

// steps returns a power of two of steps that take least and more. One goroutine
// finds it, in several tries, of which the fastest decides: one that waits for a
// processor makes a few steps seem to take as long.
func (s saturator) steps(least time.Duration) int {
	const tries = 5
	chains := make([]float32, s.chains)
	n := 1
	for slow := 0; slow < tries; {
		began := time.Now()
		s.run(chains, 1, 0.5, n)
		if time.Since(began) >= least {
			slow++
		} else {
			n *= 2
			slow = 0
		}
	}
	return n
}
