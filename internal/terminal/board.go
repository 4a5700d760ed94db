package terminal

import (
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"
)

// A Board shows how far several pieces of work are, training runs say, that go on
// side by side. On a terminal it keeps a line for each, with a bar, and a line for
// all of them, at the bottom of what is written; if there are more than lines on
// the screen, those at work and a count of the others; if lines are too short for
// more than names, only the one for all. It is redrawn about ten times a second at
// most, and adapts to the size that the terminal has then. Elsewhere, nothing but
// permanent lines shows.
//
// Any number of goroutines may call its methods.
type Board struct {
	mu     sync.Mutex
	screen Screen
	quiet  bool
	now    func() time.Time

	width int // of the names
	rows  []row
	began bool  // some work has
	work  meter // of all the work there is, from 0 to 1

	drawn time.Time
	shown []int  // the lengths in characters of the lines on the terminal
	line  line   // kept for its memory
	out   []byte // likewise
}

// Work is a piece of work on a board.
type Work struct {
	Name   string
	Weight float64 // how long it takes, compared with the others
}

// A row is what is known of one piece of work.
type row struct {
	Work    // its name padded to the width of the longest
	state   rowState
	status  Status
	text    string // of the end
	samples int    // in the epochs before the current one, since it began here
	speed   meter
}

type rowState int

const (
	waiting rowState = iota
	running
	done
	failed
)

// NewBoard returns a board for pieces of work that are all waiting.
func NewBoard(screen Screen, quiet bool, all []Work) *Board {
	width := len("total")
	for _, w := range all {
		width = max(width, utf8.RuneCountInString(w.Name))
	}
	b := &Board{screen: screen, quiet: quiet, now: time.Now, width: width}
	for _, w := range all {
		b.rows = append(b.rows, row{Work: Work{fmt.Sprintf("%-*s", width, w.Name), w.Weight}})
	}
	return b
}

// Update shows how far work i is, if it is time to draw. It costs little when it is
// not: it may be called at every step.
func (b *Board) Update(i int, s Status) {
	if !b.moves() {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	r, now := &b.rows[i], b.now()
	if s.Epoch != r.status.Epoch {
		r.samples += r.status.Samples
	}
	r.state, r.status, b.began = running, s, true
	r.speed.update(now, task{}, float64(r.samples+s.Samples))
	if now.Sub(b.drawn) >= drawInterval {
		b.draw(now)
	}
}

// Finish says that work i is done, or has failed, and how, in a few words. What is
// finished before any other work has begun does not count as work of this time.
func (b *Board) Finish(i int, text string, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rows[i].state, b.rows[i].text = done, text
	if !ok {
		b.rows[i].state = failed
	}
	if b.moves() && b.began {
		b.draw(b.now())
	}
}

// Line writes text as a line that stays, above what moves.
func (b *Board) Line(text string) {
	if b.quiet {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.erase()
	io.WriteString(b.screen.Writer, text+"\n")
}

// Done removes what moves. The next update brings it back.
func (b *Board) Done() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.erase()
}

// moves reports whether anything does.
func (b *Board) moves() bool { return !b.quiet && b.screen.Width != nil }

// fraction returns how much of all the work is done.
func (b *Board) fraction() float64 {
	var sum, all float64
	for i := range b.rows {
		r := &b.rows[i]
		all += r.Weight
		switch r.state {
		case running:
			sum += r.Weight * r.status.overall()
		case done, failed:
			sum += r.Weight
		}
	}
	return fraction(sum, all)
}

// erase removes the lines that are shown.
func (b *Board) erase() {
	if b.shown == nil {
		return
	}
	b.out = b.home(b.out[:0])
	b.out = b.clear(b.out, 0)
	b.screen.Writer.Write(b.out)
	b.shown, b.drawn = nil, time.Time{}
}

// home appends what moves the cursor to the beginning of the first line shown. It
// stands at the beginning of the last.
func (b *Board) home(out []byte) []byte {
	up, width := 0, max(1, b.screen.Width())
	for _, length := range b.shown[:max(0, len(b.shown)-1)] {
		up++
		if b.screen.Rewraps {
			up += max(0, length-1) / width
		}
	}
	out = append(out, '\r')
	if up > 0 {
		out = append(strconv.AppendInt(append(out, "\x1b["...), int64(up), 10), 'A') // CUU: cursor up
	}
	return out
}

// clear appends what removes all from the cursor on, behind so many characters of
// a line, and leaves the cursor at the line's beginning.
func (b *Board) clear(out []byte, length int) []byte {
	if b.screen.Height != nil {
		return append(out, "\x1b[J\r"...) // ED: erase to the end of the screen
	}
	if len(b.shown) > 0 {
		out = appendSpaces(out, min(b.shown[0], b.columns())-length)
	}
	return append(out, '\r')
}

// columns returns the length of the longest line that does not wrap.
func (b *Board) columns() int { return max(0, b.screen.Width()-1) }

// draw puts the lines in place of those shown. Lines do not wrap while it does: a
// terminal may be narrower by now than it tells, as tmux is for a quarter of a
// second, and what it broke when it was resized home takes account of as soon as
// it tells.
func (b *Board) draw(now time.Time) {
	b.work.update(now, task{}, b.fraction())
	columns := b.columns()
	b.out = b.home(b.out[:0])
	if b.screen.Height != nil {
		b.out = append(b.out, "\x1b[?7l"...) // DECAWM: no autowrap
	}
	shown := b.shown[:0:0]
	rows, rest := b.choose(columns)
	for _, i := range rows {
		b.compose(i)
		shown = append(shown, b.appendLine(columns, b.rows[i].style()))
		b.out = append(b.out, "\x1b[K\r\n"...) // EL: erase to the end of the line
	}
	if rest != "" {
		b.line.reset()
		b.line.label = append(b.line.label, rest...)
		shown = append(shown, b.appendLine(columns, ""))
		b.out = append(b.out, "\x1b[K\r\n"...)
	}
	b.composeTotal(len(shown) == 0)
	total := b.appendLine(columns, Bold)
	b.out = b.clear(b.out, total)
	if b.screen.Height != nil {
		b.out = append(b.out, "\x1b[?7h"...)
	}
	b.screen.Writer.Write(b.out)
	b.shown, b.drawn = append(shown, total), now
}

// appendLine appends b.line to what is to be written, and returns its length.
func (b *Board) appendLine(columns int, style Style) (length int) {
	start := len(b.out)
	b.out, length = b.line.appendFitted(b.out, columns, b.screen.Unicode)
	if style != "" && b.screen.Color {
		b.out = append(b.out[:start], b.screen.Paint(style, string(b.out[start:]))...)
	}
	return length
}

// choose returns the rows that there is room for, and what to say of the others.
func (b *Board) choose(columns int) (rows []int, rest string) {
	room := 0 // besides the total
	if b.screen.Height != nil && columns >= b.width+len("  epoch 10/20") {
		room = b.screen.Height() - 2
	}
	var count [4]int
	for i := range b.rows {
		r := &b.rows[i]
		if room >= len(b.rows) || r.state == running && len(rows) < room-1 {
			rows = append(rows, i)
			continue
		}
		count[r.state]++
	}
	if len(rows) == len(b.rows) || room < 1 {
		return rows, ""
	}
	rest = "and"
	for state, name := range []string{waiting: "waiting", running: "running", done: "done", failed: "failed"} {
		if n := count[state]; n > 0 {
			if rest != "and" {
				rest += ","
			}
			rest += fmt.Sprintf(" %d %s", n, name)
		}
	}
	return rows, rest
}

func (r *row) style() Style {
	switch r.state {
	case done:
		return Green
	case failed:
		return Red
	}
	return ""
}

// compose makes the line of work i.
func (b *Board) compose(i int) {
	l, r := &b.line, &b.rows[i]
	l.reset()
	l.label = append(l.label, r.Name...)
	switch r.state {
	case waiting:
		l.label = append(l.label, "  waiting"...)
		return
	case done, failed:
		l.label = append(append(l.label, "  "...), r.text...)
		return
	}
	s := r.status
	l.label = fmt.Appendf(l.label, "  epoch %*d/%d", len(strconv.Itoa(s.Epochs)), s.Epoch, s.Epochs)
	l.fraction = s.overall()
	loss := l.figure(2)
	*loss = strconv.AppendFloat(append(*loss, "loss "...), s.Loss, 'f', 4, 64)
	f1 := l.figure(1)
	if s.F1 > 0 {
		*f1 = strconv.AppendFloat(append(*f1, "F1 "...), s.F1, 'f', 4, 64)
	} else {
		*f1 = append(*f1, "F1   -   "...)
	}
	if rate := r.speed.perSecond(); rate > 0 {
		f := l.figure(3)
		*f = fmt.Appendf(*f, "%5s samples/s", Count(rate))
	}
}

// composeTotal makes the line of all work, which may stand alone.
func (b *Board) composeTotal(alone bool) {
	l := &b.line
	l.reset()
	l.label = append(l.label, "total"...)
	if !alone {
		l.label = appendSpaces(l.label, b.width-len("total"))
	}
	l.fraction = b.fraction()
	appendPercent(l.figure(0), l.fraction)
	ended := 0
	for i := range b.rows {
		if state := b.rows[i].state; state == done || state == failed {
			ended++
		}
	}
	count := l.figure(2)
	*count = fmt.Appendf(*count, "%d of %d done", ended, len(b.rows))
	if left, ok := b.work.left(1); ok {
		appendLeft(l.figure(1), left)
	}
}
