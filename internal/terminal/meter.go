package terminal

import "time"

// task is what an amount is an amount of.
type task struct {
	epochs, epoch int
	name          string
}

// meter measures how fast an amount grows.
type meter struct {
	task       task
	start      time.Time
	base, last float64
	elapsed    float64 // seconds since start
}

// update takes the amount there is now. The measure begins anew with another
// task, or when the amount has shrunk.
func (m *meter) update(now time.Time, t task, amount float64) {
	if m.start.IsZero() || t != m.task || amount < m.last {
		*m = meter{task: t, start: now, base: amount}
	}
	m.elapsed = now.Sub(m.start).Seconds()
	m.last = amount
}

// perSecond returns the mean growth a second, 0 while there is nothing to tell.
func (m *meter) perSecond() float64 {
	if m.elapsed <= 0 || m.last <= m.base {
		return 0
	}
	return (m.last - m.base) / m.elapsed
}

// left returns the time until the amount is total at the mean growth so far,
// and whether that is known, and below a thousand hours.
func (m *meter) left(total float64) (d time.Duration, ok bool) {
	rate := m.perSecond()
	if rate <= 0 || total < m.last {
		return 0, false
	}
	seconds := (total - m.last) / rate
	if seconds >= 1000*3600 {
		return 0, false
	}
	return time.Duration(seconds * float64(time.Second)), true
}
