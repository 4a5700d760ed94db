package tensor

import (
	"math"
	"runtime"
	"testing"
)

func TestPays(t *testing.T) {
	team := NewTeam(2)
	defer team.Close()
	team.handOff.due.Store(math.MaxInt64) // not to be measured
	for _, c := range []struct {
		nanoseconds  int64
		m, n, k      int
		none, shared bool // whether it pays without a team, and with one
	}{
		{0, 64, 10, 64, false, false},
		{350, 64, 10, 64, false, false},
		{0, 1, 128, 784, false, true},
		{350, 1, 128, 784, false, true},
		{1100, 1, 128, 784, false, false},
		{350, 64, 64, 64, false, true},
		{1100, 64, 64, 64, false, false},
		{1100, 64, 64, 128, false, true},
		{1e9, 64, 128, 784, false, true},
		{350, 0, 128, 784, false, true}, // B is read, for nothing
		{350, 0, 0, 784, false, false},
		{350, 64, 128, 0, false, false},
		{350, math.MaxInt32, 1, 1, false, true},
	} {
		team.handOff.least.Store(c.nanoseconds * workInTime)
		p := product{m: c.m, n: c.n, k: c.k}
		if got := (*Team)(nil).pays(&p); got != c.none {
			t.Errorf("%dx%dx%d: without a team, to share it out pays: %v", c.m, c.n, c.k, got)
		}
		if got := team.pays(&p); got != c.shared {
			t.Errorf("%dx%dx%d, %d ns: to share it out pays: %v", c.m, c.n, c.k, c.nanoseconds, got)
		}
	}
}

// TestMeasureHandOff counts how often products make a team measure.
func TestMeasureHandOff(t *testing.T) {
	team := NewTeam(2)
	defer team.Close()
	h := &team.handOff
	p := product{m: 64, n: 64, k: 64}
	h.least.Store(-1)
	team.pays(&p)
	if h.least.Load() < 0 {
		t.Error("the first product has not made the team measure")
	}
	if due := h.due.Load(); due <= handOffsBetween {
		t.Errorf("measured again at product %d, want some more than %d", due, handOffsBetween)
	}
	h.due.Store(5)
	h.least.Store(-1)
	for range 4 {
		team.pays(&p)
	}
	if h.least.Load() != -1 {
		t.Error("measured before it was due")
	}
	team.pays(&p)
	if h.least.Load() < 0 {
		t.Error("not measured when it was due")
	}
}

// TestMeasureHandOffWhenBusy has a team with fewer processors than members, of whom one
// waits for the other in vain for a while.
func TestMeasureHandOffWhenBusy(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	team := NewTeam(2)
	defer team.Close()
	team.handOff.least.Store(-1)
	team.measureHandOff()
	if least := team.handOff.least.Load(); least <= mostHandOff-workInTime || least > mostHandOff {
		t.Errorf("the least work worth a hand-off is %d, want about %d", least, mostHandOff)
	}
}
