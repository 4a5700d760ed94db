package tensor

import (
	"sync/atomic"
	"time"
)

// A handOff knows how much work is worth handing to a team. That depends on how long its
// members take to meet, and be done: a third of a microsecond where their processors share
// a cache, and more than one where they do not, which a virtual machine's may from one
// second to the next.
type handOff struct {
	asked atomic.Int64 // how often it mattered
	due   atomic.Int64 // by that count, when it is to be measured again
	least atomic.Int64 // the least work that is worth it, as last measured
}

// Work below leastHandOff takes one thread no longer than the fastest hand-off, and
// mostHandOff takes it longer than the slowest. In between, a product is handed out if its
// work is at least workInTime for each nanosecond that the members take to meet.
const (
	leastHandOff = 1 << 17
	mostHandOff  = 1 << 19
	workInTime   = 320
)

// To measure takes some microseconds. At least so many products go by from one time to the
// next; and if it has taken long, so many more that it takes a hundredth of all time at most.
const handOffsBetween = 1024

// pays says whether a product takes the team less time than it takes one thread. A
// multiply-add counts as a unit of work, and to read an element of A or B as two, since a
// product of few rows takes as long as its operands take to arrive.
func (t *Team) pays(p *product) bool {
	m, n := int64(p.m), int64(p.n)
	work := (m*n + 2*(m+n)) * int64(p.k)
	switch {
	case t == nil || work < leastHandOff:
		return false
	case work >= mostHandOff:
		return true
	}
	h := &t.handOff
	asked, due := h.asked.Add(1), h.due.Load()
	if asked > due && h.due.CompareAndSwap(due, asked+handOffsBetween) {
		h.due.Add(t.measureHandOff().Nanoseconds() / 4)
	}
	return work >= h.least.Load()
}

// measureHandOff measures how long the members take to meet, the best of some times since
// at first they may sleep. It returns the time it has taken.
func (t *Team) measureHandOff() time.Duration {
	t.lock()
	defer t.mu.Unlock()
	const longest = mostHandOff / workInTime * time.Nanosecond
	var all time.Duration
	best := longest
	for i := 0; i < 8 && all < time.Millisecond; i++ {
		start := time.Now()
		t.run(func(Worker) {})
		once := time.Since(start)
		all += once
		best = min(best, once)
	}
	t.handOff.least.Store(best.Nanoseconds() * workInTime)
	return all
}
