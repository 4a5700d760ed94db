package sweep

import (
	"slices"
	"sync"
)

// A crew shares threads out among the workers that train experiments: evenly, so
// that those left at the end have more threads each. Who has how many changes no
// result.
type crew struct {
	mu      sync.Mutex
	threads int
	workers []int // those at work
}

// newCrew returns a crew of workers 0, 1 and so on, as many as there are
// experiments, but no more than threads.
func newCrew(threads, experiments int) *crew {
	c := &crew{threads: threads}
	for i := range min(threads, experiments) {
		c.workers = append(c.workers, i)
	}
	return c
}

// share returns how many threads a worker has now.
func (c *crew) share(worker int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.threads / len(c.workers)
	if slices.Index(c.workers, worker) < c.threads%len(c.workers) {
		n++
	}
	return n
}

// leave gives a worker's threads to the others.
func (c *crew) leave(worker int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.Index(c.workers, worker)
	c.workers = slices.Delete(c.workers, i, i+1)
}
