// Package terminal shows what the command has to say on standard error: a bar
// that moves on a terminal, and plain lines elsewhere.
//
// A bar is drawn with carriage return and spaces alone, so that it works on
// every terminal. Escape sequences are for colour only, and never reach what
// is not a terminal, one that calls itself dumb, or one whose user has set
// NO_COLOR (https://no-color.org).
package terminal

import (
	"io"
	"os"
	"strings"
)

// defaultWidth is taken for the width of a terminal that does not know it.
const defaultWidth = 80

// IsTerminal reports whether f is a terminal. On systems without a terminal
// of their own, as js/wasm, no file is.
func IsTerminal(f *os.File) bool {
	_, ok := width(f)
	return ok
}

// Width returns how many characters fit on a line of f now: 80 if f is not a
// terminal or does not tell.
func Width(f *os.File) int {
	if w, ok := width(f); ok && w > 0 {
		return w
	}
	return defaultWidth
}

// A Screen is a place for messages, and what it can show. The zero values of
// all fields but Writer make a plain file of it.
type Screen struct {
	Writer io.Writer

	// Width returns the number of characters on a line, which may change
	// between calls. It is nil if a line, once written, cannot be replaced.
	Width func() int

	// Color says that escape sequences for colour are understood.
	Color bool

	// Unicode says that block characters can be shown.
	Unicode bool
}

// NewScreen returns the screen that f is, judging by f itself and by the
// environment: TERM=dumb makes a plain file of a terminal, NO_COLOR, when not
// empty, takes its colours, and the locale (LC_ALL, LC_CTYPE or LANG, the first
// that is not empty) says whether it shows Unicode. Windows has no such
// variables as a rule, so its bars are plain ASCII.
func NewScreen(f *os.File) Screen {
	s := Screen{Writer: f}
	if !IsTerminal(f) || os.Getenv("TERM") == "dumb" {
		return s
	}
	s.Width = func() int { return Width(f) }
	s.Color = os.Getenv("NO_COLOR") == "" && enableColor(f)
	s.Unicode = unicodeLocale(os.Getenv)
	return s
}

func unicodeLocale(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(getenv(name)); locale != "" {
			return strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
		}
	}
	return false
}

// A Style is a way to write text: the parameter of a terminal's SGR escape
// sequence (ECMA-48, section 8.3.117).
type Style string

const (
	Bold  Style = "1"
	Red   Style = "31"
	Green Style = "32"
)

// Paint returns text in the given style if s has colours, else as it is.
func (s Screen) Paint(style Style, text string) string {
	if !s.Color {
		return text
	}
	return "\x1b[" + string(style) + "m" + text + "\x1b[0m"
}
