package nn

import "time"

// A pace finds out whether steps take a team less time than one thread. Mostly they do; but
// members wait for each other at every layer, and where other programs hold their processors
// that can take several times as long as all the work. What a step computes is the same.
type pace struct {
	steps   int           // of the current stretch
	time    time.Duration // that they have taken
	alone   int           // how many stretches one thread takes from here on
	next    int           // how many the next time that the team is slower
	team    int           // how many the team has taken since one thread has
	oneTook time.Duration // what a stretch last took one thread
}

// A stretch is as many steps as are measured together. One thread takes a stretch after the
// team's first, in which memory is touched for the first time, and another after each
// teamStretches. Where the team is slower, one thread takes the next stretch, then two, four
// and so on up to aloneStretches, with one of the team's between.
const (
	stretchSteps   = 16
	teamStretches  = 1000
	aloneStretches = 128
)

// add takes in how long a step has taken.
func (p *pace) add(step time.Duration) {
	p.time += step
	if p.steps++; p.steps < stretchSteps {
		return
	}
	took := p.time
	p.steps, p.time = 0, 0
	switch {
	case p.alone > 0:
		p.oneTook, p.team = took, 0
		p.alone--
	case p.oneTook == 0 || p.team >= teamStretches:
		p.alone = 1
	case took > p.oneTook:
		p.alone = max(p.next, 1)
		p.next = min(2*p.alone, aloneStretches)
	default:
		p.next = 1
		p.team++
	}
}
