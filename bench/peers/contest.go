package main

import (
	"fmt"
	"log"
	"time"
)

// A measurement is what one contender took for one task: seconds, a turn each.
type measurement struct {
	contender
	seconds sample
}

// enough is the time that a worker gets for a task: when it has spent it, it gets
// no more turns. It is for those that are slower than the others by far.
const enough = 10 * time.Second

// A contest is a field of workers that take turns at the same tasks.
type contest struct {
	workers []*worker
	record  *record
}

// newContest starts the contenders' workers. Those that cannot be started are
// noted as missing.
func newContest(contenders []contender, r *record) *contest {
	c := &contest{record: r}
	for _, contender := range contenders {
		w, err := start(contender)
		if err != nil {
			r.missing(contender.name(), err)
			continue
		}
		r.version(w.version)
		c.workers = append(c.workers, w)
	}
	return c
}

// close ends the workers.
func (c *contest) close() {
	for _, w := range c.workers {
		w.stop()
	}
}

// A judge says whether a worker's check is right, given that of the first worker.
type judge func(check, first float64) bool

// run gives each worker a turn at the task, then each a second, and so on. Another
// begins each time, as who goes before a worker may leave it a faster or a slower
// processor. A worker that fails, or whose check is not right, has no measurement.
func (c *contest) run(task string, rounds int, right judge) []measurement {
	log.Print(task)
	all := make([]measurement, len(c.workers))
	spent := make([]time.Duration, len(c.workers))
	failed := make([]bool, len(c.workers))
	var first float64
	for round := range rounds {
		begins := round * len(c.workers) / rounds
		for turn := range c.workers {
			i := (begins + turn) % len(c.workers)
			w := c.workers[i]
			if failed[i] || spent[i] > enough {
				continue
			}
			begin := time.Now()
			seconds, check, err := w.ask(task)
			spent[i] += time.Since(begin)
			if i == 0 && round == 0 {
				first = check
			}
			if err == nil && !right(check, first) {
				err = fmt.Errorf("a check of %v where %s has %v", check, c.workers[0].name(), first)
			}
			if err != nil {
				c.record.missing(w.name(), fmt.Errorf("%s: %w", task, err))
				failed[i] = true
				continue
			}
			all[i].contender = w.contender
			all[i].seconds = append(all[i].seconds, seconds)
		}
	}
	var sound []measurement
	for i, m := range all {
		if !failed[i] {
			sound = append(sound, m)
		}
	}
	return sound
}
