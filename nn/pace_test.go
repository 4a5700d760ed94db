package nn

import (
	"testing"
	"time"
)

// TestPace has steps that take a team and one thread so long, and counts who takes them.
func TestPace(t *testing.T) {
	var p pace
	for _, phase := range []struct {
		name         string
		team, alone  time.Duration
		hiccup       int     // every so many steps one takes the team a hundred times as long
		least, limit float64 // the part of the steps that one thread takes
	}{
		{"quiet", 100, 180, 0, 0, 0.002},
		{"with hiccups", 100, 180, 1000, 0, 0.04},
		{"busy", 1500, 300, 0, 0.98, 1},
		{"quiet again", 100, 180, 0, 0, 0.03},
		{"one thread is nearly as fast", 100, 101, 0, 0, 0.002},
	} {
		const steps = 100000
		alone := 0
		for i := range steps {
			switch {
			case p.alone > 0:
				alone++
				p.add(phase.alone)
			case phase.hiccup > 0 && i%phase.hiccup == 0:
				p.add(100 * phase.team)
			default:
				p.add(phase.team)
			}
		}
		if part := float64(alone) / float64(steps); part < phase.least || part > phase.limit {
			t.Errorf("%s: one thread takes %.3f of the steps, want %g to %g", phase.name, part, phase.least, phase.limit)
		}
	}
}
