package sweep

import (
	"slices"
	"testing"
)

func TestCrew(t *testing.T) {
	shares := func(c *crew) []int {
		var all []int
		for _, w := range c.workers {
			all = append(all, c.share(w))
		}
		return all
	}
	check := func(c *crew, want ...int) {
		t.Helper()
		if got := shares(c); !slices.Equal(got, want) {
			t.Errorf("%d threads, workers %v: %v, want %v", c.threads, c.workers, got, want)
		}
	}
	few := newCrew(2, 12)
	check(few, 1, 1)
	few.leave(0)
	check(few, 2)
	few.leave(1)
	check(few)

	many := newCrew(8, 3)
	check(many, 3, 3, 2)
	many.leave(1)
	check(many, 4, 4)
	many.leave(0)
	check(many, 8)
	check(newCrew(1, 5), 1)
	check(newCrew(4, 0))
}
