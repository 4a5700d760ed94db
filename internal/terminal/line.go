package terminal

import (
	"strings"
	"unicode/utf8"
)

const (
	minBar, maxBar = 8, 30 // characters between the ends of a bar
	barEnds        = 2
	gap            = 2 // spaces between the parts of a line
)

// line is the text of a bar: a label, the bar proper, and some figures.
type line struct {
	label    []byte
	fraction float64 // of the bar that is full; negative for no bar
	figures  [][]byte
	ranks    []int // of the figures: where there is no room, the greatest goes first
}

// reset makes the line empty but for its memory.
func (l *line) reset() {
	l.label = l.label[:0]
	l.fraction = -1
	l.figures = l.figures[:0]
	l.ranks = l.ranks[:0]
}

// figure adds an empty figure of the given rank and returns it, for the caller
// to append to.
func (l *line) figure(rank int) *[]byte {
	if len(l.figures) < cap(l.figures) {
		l.figures = l.figures[:len(l.figures)+1]
	} else {
		l.figures = append(l.figures, nil)
	}
	l.ranks = append(l.ranks, rank)
	last := &l.figures[len(l.figures)-1]
	*last = (*last)[:0]
	return last
}

// appendFitted appends the line in no more than the given number of columns,
// and returns its length in characters: figures go in the order of their
// ranks, the bar before the last of them, then the end of the label.
func (l *line) appendFitted(b []byte, columns int, unicode bool) (_ []byte, length int) {
	bar := 0
	need := func() int {
		n := utf8.RuneCount(l.label)
		if l.fraction >= 0 {
			n += gap + barEnds + minBar
		}
		for _, f := range l.figures {
			n += gap + utf8.RuneCount(f)
		}
		return n
	}
	for need() > columns && len(l.figures) > 1 {
		l.dropFigure()
	}
	if need() > columns {
		l.fraction = -1
	}
	if need() > columns && len(l.figures) > 0 {
		l.dropFigure()
	}
	room := columns - need()

	for text := l.label; len(text) > 0 && length < columns; length++ {
		_, size := utf8.DecodeRune(text)
		b = append(b, text[:size]...)
		text = text[size:]
	}
	if l.fraction >= 0 {
		bar = min(maxBar, minBar+room)
		b = appendSpaces(b, gap)
		b = appendBar(b, l.fraction, bar, unicode)
		length += gap + barEnds + bar
	}
	for _, f := range l.figures {
		b = appendSpaces(b, gap)
		b = append(b, f...)
		length += gap + utf8.RuneCount(f)
	}
	return b, length
}

func (l *line) dropFigure() {
	drop := 0
	for i, rank := range l.ranks {
		if rank > l.ranks[drop] {
			drop = i
		}
	}
	// The dropped figure goes to the end, where its memory is kept.
	dropped := l.figures[drop]
	copy(l.figures[drop:], l.figures[drop+1:])
	l.figures[len(l.figures)-1] = dropped
	l.figures = l.figures[:len(l.figures)-1]
	l.ranks = append(l.ranks[:drop], l.ranks[drop+1:]...)
}

// appendBar appends a bar with the given number of characters between its
// ends, of which the fraction, from 0 to 1, is full.
func appendBar(b []byte, fraction float64, width int, unicode bool) []byte {
	fraction = min(max(fraction, 0), 1)
	if !unicode {
		full := int(fraction * float64(width))
		b = append(b, '[')
		b = append(b, strings.Repeat("#", full)...)
		b = append(b, strings.Repeat("-", width-full)...)
		return append(b, ']')
	}
	eighths := int(fraction * float64(8*width))
	full := eighths / 8
	b = append(b, '|')
	b = append(b, strings.Repeat("█", full)...)
	if part := eighths % 8; part > 0 {
		b = utf8.AppendRune(b, []rune(" ▏▎▍▌▋▊▉")[part])
		full++
	}
	b = appendSpaces(b, width-full)
	return append(b, '|')
}
