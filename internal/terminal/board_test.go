package terminal

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"
)

// emulator is a terminal as ECMA-48 has it, with what a Board needs, that can be
// resized.
type emulator struct {
	t             *testing.T
	width, height int
	rewraps       bool
	told          int        // the width that it tells, if it is late
	hold          bool       // lines do not wrap
	rows          []emulated // of the screen and of what scrolled out of it
	row, column   int        // of the cursor
	styles        []string   // that were set
	escapes       int
}

type emulated struct {
	text      []rune
	continued bool // the line goes on in the next row
}

func newEmulator(t *testing.T, width, height int) *emulator {
	return &emulator{t: t, width: width, height: height, rows: make([]emulated, 1)}
}

func (e *emulator) screen() Screen {
	return Screen{
		Writer: e, Width: func() int { return cmp.Or(e.told, e.width) }, Height: func() int { return e.height }, Rewraps: e.rewraps,
	}
}

// top returns the first row on the screen.
func (e *emulator) top() int { return max(0, len(e.rows)-e.height) }

func (e *emulator) Write(b []byte) (int, error) {
	text := string(b)
	for len(text) > 0 {
		if rest, ok := strings.CutPrefix(text, "\x1b["); ok {
			e.escapes++
			end := strings.IndexAny(rest, "AJKmlh")
			if end < 0 {
				e.t.Fatalf("escape sequence %q", text)
			}
			e.escape(rest[:end], rest[end])
			text = rest[end+1:]
			continue
		}
		r, size := utf8.DecodeRuneInString(text)
		text = text[size:]
		switch {
		case r == '\r':
			e.column = 0
		case r == '\n':
			e.rows[e.row].continued = false
			e.down()
		case r < ' ' || r == utf8.RuneError:
			e.t.Errorf("character %q", r)
		default:
			e.put(r)
		}
	}
	return len(b), nil
}

func (e *emulator) escape(parameter string, final byte) {
	switch final {
	case 'A':
		n, err := strconv.Atoi(parameter)
		if err != nil || n < 1 {
			e.t.Errorf("cursor up by %q", parameter)
		}
		e.row = max(e.top(), e.row-n)
	case 'K', 'J':
		row := &e.rows[e.row]
		row.text, row.continued = row.text[:min(e.column, len(row.text))], false
		if final == 'J' {
			for i := range e.rows[e.row+1:] {
				e.rows[e.row+1+i] = emulated{}
			}
		}
	case 'l', 'h':
		if parameter != "?7" {
			e.t.Errorf("mode %q", parameter)
		}
		e.hold = final == 'l'
	case 'm':
		e.styles = append(e.styles, parameter)
	}
}

func (e *emulator) down() {
	if e.row++; e.row == len(e.rows) {
		e.rows = append(e.rows, emulated{})
	}
}

func (e *emulator) put(r rune) {
	if e.column == e.width && e.hold {
		e.column--
	}
	if e.column == e.width {
		e.rows[e.row].continued = true
		e.down()
		e.column = 0
	}
	row := &e.rows[e.row]
	for len(row.text) <= e.column {
		row.text = append(row.text, ' ')
	}
	row.text[e.column] = r
	e.column++
}

// resize changes the size: lines are broken anew, or cut off.
func (e *emulator) resize(width, height int) {
	e.width, e.height = width, height
	var rows []emulated
	row, column := 0, e.column
	var line []rune
	at := -1 // of the cursor in the line
	for i, r := range e.rows {
		if i == e.row {
			at = len(line) + e.column
		}
		line = append(line, r.text...)
		if r.continued {
			continue
		}
		if !e.rewraps {
			if at >= 0 {
				row, column = len(rows), min(at, width-1)
			}
			rows = append(rows, emulated{text: line[:min(len(line), width)]})
		} else {
			if at >= 0 {
				row, column = len(rows)+at/width, at%width
			}
			for {
				n := min(len(line), width)
				rows = append(rows, emulated{slices.Clone(line[:n]), n < len(line)})
				if line = line[n:]; len(line) == 0 {
					break
				}
			}
		}
		line, at = nil, -1
	}
	for len(rows) > row+1 && len(rows[len(rows)-1].text) == 0 {
		rows = rows[:len(rows)-1] // a window scrolls no further than it has to
	}
	e.rows, e.row, e.column = rows, row, column
}

// lines returns what stands there, without blanks at the ends.
func (e *emulator) lines() []string {
	var lines []string
	for _, r := range e.rows {
		lines = append(lines, strings.TrimRight(string(r.text), " "))
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// newBoard returns a board on an emulator with a clock that the test moves.
func newBoard(e *emulator, works int) (b *Board, clock *time.Time) {
	var all []Work
	for i := range works {
		all = append(all, Work{fmt.Sprintf("work %d", i+1), 1})
	}
	now := time.Unix(1000, 0)
	b = NewBoard(e.screen(), false, all)
	b.now = func() time.Time { return now }
	return b, &now
}

func check(t *testing.T, e *emulator, want ...string) {
	t.Helper()
	if got := strings.Join(e.lines(), "\n"); got != strings.Join(want, "\n") {
		t.Errorf("the terminal shows\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

func TestBoard(t *testing.T) {
	e := newEmulator(t, 100, 24)
	b, now := newBoard(e, 3)
	b.Line("three pieces of work")
	b.Finish(1, "best F1 0.9000", true) // before it began
	check(t, e, "three pieces of work")
	b.Update(0, Status{Epoch: 1, Epochs: 20, Step: 0, Steps: 100})
	check(t, e, "three pieces of work",
		"work 1  epoch  1/20  [------------------------------]  loss 0.0000  F1   -",
		"work 2  best F1 0.9000",
		"work 3  waiting",
		"total   [##########--------------------]   33%  1 of 3 done")
	*now = now.Add(time.Second)
	b.Update(0, Status{Epoch: 1, Epochs: 20, Step: 50, Steps: 100, Samples: 3200, Loss: 0.5})
	check(t, e, "three pieces of work",
		"work 1  epoch  1/20  [------------------------------]  loss 0.5000  F1   -     3.20k samples/s",
		"work 2  best F1 0.9000",
		"work 3  waiting",
		"total   [##########--------------------]   34%  1 of 3 done  1:19 left")
	*now = now.Add(time.Second)
	b.Update(0, Status{Epoch: 1, Epochs: 20, Step: 100, Steps: 100, Samples: 6400, Loss: 0.5})
	b.Update(2, Status{Epoch: 11, Epochs: 20, Step: 0, Steps: 100, F1: 0.75})
	*now = now.Add(time.Second)
	b.Update(0, Status{Epoch: 2, Epochs: 20, Step: 50, Steps: 100, Samples: 3200, Loss: 0.25, F1: 0.5})
	check(t, e, "three pieces of work",
		"work 1  epoch  2/20  [##----------------------------]  loss 0.2500  F1 0.5000  3.20k samples/s",
		"work 2  best F1 0.9000",
		"work 3  epoch 11/20  [###############---------------]  loss 0.0000  F1 0.7500",
		"total   [###############---------------]   52%  1 of 3 done  0:07 left")
	b.Line("a word")
	check(t, e, "three pieces of work", "a word")
	b.Finish(2, "diverged", false)
	b.Update(0, Status{Epoch: 2, Epochs: 20, Step: 51, Steps: 100, Samples: 3264, Loss: 0.25, F1: 0.5}) // too early
	check(t, e, "three pieces of work", "a word",
		"work 1  epoch  2/20  [##----------------------------]  loss 0.2500  F1 0.5000  3.20k samples/s",
		"work 2  best F1 0.9000",
		"work 3  diverged",
		"total   [####################----------]   69%  2 of 3 done  0:03 left")
	b.Done()
	check(t, e, "three pieces of work", "a word")
	b.Done()
	b.Line("the end")
	check(t, e, "three pieces of work", "a word", "the end")
	if len(e.styles) > 0 {
		t.Errorf("styles %q on a screen without colours", e.styles)
	}
}

// More work than lines: what is at work shows, and how much else there is.
func TestBoardOfMany(t *testing.T) {
	e := newEmulator(t, 60, 7)
	b, now := newBoard(e, 40)
	b.Finish(0, "", true)
	b.Finish(39, "", false)
	for i := 10; i < 13; i++ {
		*now = now.Add(time.Second)
		b.Update(i, Status{Epoch: 1, Epochs: 2, Steps: 1, Samples: 10 * i})
	}
	want := []string{
		"work 11  epoch 1/2  [-------------]  loss 0.0000  F1   -",
		"work 12  epoch 1/2  [-------------]  loss 0.0000  F1   -",
		"work 13  epoch 1/2  [-------------]  loss 0.0000  F1   -",
		"and 35 waiting, 1 done, 1 failed",
		"total    [#---------------------------]    5%  2 of 40 done",
	}
	check(t, e, want...)
	e.height = 5
	*now = now.Add(time.Second)
	b.Update(10, Status{Epoch: 1, Epochs: 2, Steps: 1, Samples: 100})
	check(t, e, want[0], want[1], "and 35 waiting, 1 running, 1 done, 1 failed", want[4])
	alone := "total  [#-----------------------------]    5%  2 of 40 done"
	for height, shown := range map[int][]string{3: {"and 35 waiting, 3 running, 1 done, 1 failed", want[4]}, 2: {alone}, 1: {alone}} {
		b.Done()
		e.height = height
		*now = now.Add(time.Second)
		b.Update(10, Status{Epoch: 1, Epochs: 2, Steps: 1, Samples: 100})
		lines := e.lines()
		if got := strings.Join(lines[len(lines)-len(shown):], "\n"); got != strings.Join(shown, "\n") {
			t.Errorf("height %d:\n%s", height, got)
		}
	}
}

// Where lines are too short for more than names, the total shows.
func TestBoardNarrow(t *testing.T) {
	for width, want := range map[int][]string{
		20: {"total   26%"},
		27: {"total  [##---------]   26%"},
		28: {"architecture 1  epoch 11/20", "architecture 2  waiting", "total            26%"},
	} {
		e := newEmulator(t, width, 24)
		b := NewBoard(e.screen(), false, []Work{{"architecture 1", 1}, {"architecture 2", 1}})
		b.Update(0, Status{Epoch: 11, Epochs: 20, Step: 5, Steps: 10})
		check(t, e, want...)
	}
}

// However the window is resized, between one drawing and the next, nothing stays
// of what was drawn before, and nothing of what stands above goes.
func TestBoardResized(t *testing.T) {
	for _, rewraps := range []bool{false, true} {
		random := rand.New(rand.NewPCG(1, 2))
		e := newEmulator(t, 100, 200)
		e.rewraps = rewraps
		b, now := newBoard(e, 8)
		b.screen = e.screen()
		var permanent []string
		for round := range 500 {
			*now = now.Add(time.Second)
			i := random.IntN(8)
			switch random.IntN(8) {
			case 0:
				text := strconv.Itoa(round)
				permanent = append(permanent, text)
				b.Line(text)
			case 1:
				b.Finish(i, strings.Repeat("text ", random.IntN(20)), random.IntN(2) == 0)
			}
			b.Update(i, Status{Epoch: 1, Epochs: 20, Step: round % 100, Steps: 100, Samples: 64 * round, Loss: 1, F1: 0.5})
			lines := e.lines()
			works := 8
			if e.width <= len("work 8  epoch 10/20") {
				works = 0
			}
			if want := len(permanent) + works + 1; len(lines) != want {
				t.Fatalf("rewraps %v, round %d: %d lines, want %d:\n%s", rewraps, round, len(lines), want, strings.Join(lines, "\n"))
			}
			for i, text := range permanent {
				if lines[i] != text {
					t.Fatalf("rewraps %v, round %d: line %d is %q, want %q", rewraps, round, i, lines[i], text)
				}
			}
			for i, line := range lines[len(permanent):] {
				if want := "work " + strconv.Itoa(i+1); i < works && !strings.HasPrefix(line, want[:min(len(want), e.width-1)]) {
					t.Fatalf("rewraps %v, round %d: line %q", rewraps, round, line)
				}
			}
			e.resize(8+random.IntN(120), 200)
		}
	}
}

// A terminal may break its lines before it tells that it is narrower.
func TestBoardResizedLate(t *testing.T) {
	e := newEmulator(t, 100, 200)
	e.rewraps = true
	b, now := newBoard(e, 8)
	b.screen = e.screen()
	b.Line("above")
	update := func(i int) {
		*now = now.Add(time.Second)
		b.Update(i, Status{Epoch: 1, Epochs: 20, Steps: 100, Loss: 1, F1: 0.5})
	}
	for _, width := range []int{70, 50, 40, 30, 90} {
		for i := range 8 {
			update(i)
		}
		e.told = e.width
		e.resize(width, 200)
		for i := range 3 {
			update(i)
		}
		e.told = 0
		update(0)
		if lines := e.lines(); len(lines) != 10 || lines[0] != "above" {
			t.Errorf("width %d:\n%s", width, strings.Join(lines, "\n"))
		}
	}
}

func TestBoardColors(t *testing.T) {
	e := newEmulator(t, 80, 24)
	s := e.screen()
	s.Color, s.Unicode = true, true
	b := NewBoard(s, false, []Work{{"a", 3}, {"b", 1}, {"c", 0}})
	b.Update(2, Status{})
	b.Finish(0, "fine", true)
	b.Finish(1, "broken", false)
	if got, want := strings.Join(e.styles, " "), "1 0 32 0 1 0 32 0 31 0 1 0"; got != want {
		t.Errorf("styles %s, want %s", got, want)
	}
	check(t, e, "a      fine", "b      broken", "c      epoch 0/0  |                              |  loss 0.0000  F1   -",
		"total  |██████████████████████████████|  100%  2 of 3 done  0:00 left")
}

// A console without escape sequences gets the total alone, and a file lines.
func TestBoardPlain(t *testing.T) {
	e := newEmulator(t, 60, 24)
	b, now := newBoard(e, 3)
	b.screen.Height = nil
	b.Line("begins")
	b.Update(1, Status{Epoch: 1, Epochs: 1, Step: 1, Steps: 2})
	check(t, e, "begins", "total  [#####-------------------------]   16%  0 of 3 done")
	e.width = 30
	*now = now.Add(time.Second)
	b.Update(1, Status{Epoch: 1, Epochs: 1, Step: 1, Steps: 2})
	b.Done()
	b.Line("ends")
	if e.escapes > 0 {
		t.Errorf("%d escape sequences", e.escapes)
	}

	var text strings.Builder
	for _, b := range []*Board{NewBoard(Screen{Writer: &text}, false, []Work{{"x", 1}}), NewBoard(e.screen(), true, []Work{{"x", 1}})} {
		b.Line("one")
		b.Update(0, Status{Epoch: 1, Epochs: 1, Step: 1, Steps: 2})
		b.Finish(0, "done", true)
		b.Line("two")
		b.Done()
	}
	if got, want := text.String(), "one\ntwo\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if e.escapes > 0 {
		t.Errorf("quiet, %d escape sequences", e.escapes)
	}
}

// A board belongs to many goroutines.
func TestBoardConcurrently(t *testing.T) {
	var text strings.Builder
	e := newEmulator(t, 80, 24)
	s := e.screen()
	s.Writer = &text
	b := NewBoard(s, false, make([]Work, 8))
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for step := range 1000 {
				b.Update(i, Status{Epoch: 1, Epochs: 1, Step: step, Steps: 1000})
			}
			b.Line("one ends")
			b.Finish(i, "", true)
		}()
	}
	wait.Wait()
	b.Done()
	if n := strings.Count(text.String(), "one ends\n"); n != 8 {
		t.Errorf("%d lines, want 8", n)
	}
}
