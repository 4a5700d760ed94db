package terminal

import (
	"io"
	"time"
)

// drawInterval is the least time between two drawings of a bar.
const drawInterval = 100 * time.Millisecond

// Progress shows how far some work is. On a terminal it keeps a bar on the last
// line, redrawn about ten times a second at most; elsewhere, nothing but
// permanent lines shows. It is not safe for concurrent use, and while its bar
// is there, nothing else should write to the same terminal: see
// [Progress.Line] and [Progress.Done].
type Progress struct {
	screen Screen
	quiet  bool
	now    func() time.Time

	drawn time.Time // when the bar was drawn last
	shown int       // characters of the bar on the terminal, 0 without one
	line  line      // of the bar, kept for its memory
	out   []byte    // likewise, with the characters around it

	work  meter // of all there is to do, from 0 to 1
	speed meter // of one pass over some data, in samples or bytes
}

// NewProgress returns a Progress that shows on screen, or that shows nothing
// if quiet.
func NewProgress(screen Screen, quiet bool) *Progress {
	return &Progress{screen: screen, quiet: quiet, now: time.Now}
}

// Line writes text as a line that stays, in place of the bar if there is one.
func (p *Progress) Line(text string) {
	if p.quiet {
		return
	}
	p.Done()
	io.WriteString(p.screen.Writer, text+"\n")
}

// Done removes the bar, if there is one. The next update brings it back.
func (p *Progress) Done() {
	if p.shown == 0 {
		return
	}
	p.out = append(p.out[:0], '\r')
	p.out = appendSpaces(p.out, min(p.shown, p.columns()))
	p.out = append(p.out, '\r')
	p.screen.Writer.Write(p.out)
	p.shown = 0
}

// moves reports whether there is a bar at all.
func (p *Progress) moves() bool { return !p.quiet && p.screen.Width != nil }

// columns returns the length of the longest line that leaves the cursor on it.
func (p *Progress) columns() int { return max(0, p.screen.Width()-1) }

// due reports whether the bar is to be drawn again.
func (p *Progress) due(now time.Time) bool {
	return now.Sub(p.drawn) >= drawInterval
}

// draw puts p.line in place of the bar on the terminal.
func (p *Progress) draw(now time.Time) {
	columns := p.columns()
	p.out = append(p.out[:0], '\r')
	var length int
	p.out, length = p.line.appendFitted(p.out, columns, p.screen.Unicode)
	p.out = appendSpaces(p.out, min(p.shown, columns)-length)
	p.screen.Writer.Write(p.out)
	p.shown = length
	p.drawn = now
}

func appendSpaces(b []byte, n int) []byte {
	for range n {
		b = append(b, ' ')
	}
	return b
}
