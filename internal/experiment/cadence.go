package experiment

import (
	"errors"
	"strconv"
	"time"
)

// A Cadence says how often a run writes a checkpoint within its epochs, besides
// the one at the end of each. The zero Cadence is never. How often changes no
// result.
type Cadence struct {
	Steps int           // after every so many steps of an epoch, or
	Time  time.Duration // after so long
}

// ParseCadence parses a number of steps, "500", or a time, "30s" or "5m".
func ParseCadence(text string) (Cadence, error) {
	if steps, err := strconv.Atoi(text); err == nil && steps > 0 {
		return Cadence{Steps: steps}, nil
	}
	if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return Cadence{Time: d}, nil
	}
	return Cadence{}, errors.New("want a number of steps, such as 500, or a time, such as 30s or 5m")
}

// due says whether it is time, at a step of an epoch and so long after the last
// checkpoint. At the end of an epoch it is not: its own checkpoint follows.
func (c Cadence) due(step, steps int, passed time.Duration) bool {
	switch {
	case step == steps:
		return false
	case c.Steps > 0:
		return step%c.Steps == 0
	}
	return c.Time > 0 && passed >= c.Time
}
