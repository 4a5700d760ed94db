// Package terminal shows what the command has to say on standard error: bars that
// move on a terminal, and plain lines elsewhere.
//
// A single bar is drawn with carriage return and spaces alone, so that it works on
// every terminal. Escape sequences are for a board of several bars, which moves
// the cursor, and for colour; they never reach what is not a terminal, or one that
// calls itself dumb. Colours never reach one whose user has set NO_COLOR
// (https://no-color.org).
package terminal

import (
	"io"
	"os"
	"strings"
)

// The size that is taken for that of a terminal that does not know it.
const (
	defaultWidth  = 80
	defaultHeight = 24
)

// IsTerminal reports whether f is a terminal. On systems without a terminal
// of their own, as js/wasm, no file is.
func IsTerminal(f *os.File) bool {
	_, _, ok := size(f)
	return ok
}

// Size returns how many characters fit on a line of f now, and how many lines on
// its screen: 80 and 24 if f is not a terminal or does not tell.
func Size(f *os.File) (width, height int) {
	if width, height, ok := size(f); ok && width > 0 && height > 0 {
		return width, height
	}
	return defaultWidth, defaultHeight
}

// A Screen is a place for messages, and what it can show. The zero values of
// all fields but Writer make a plain file of it.
type Screen struct {
	Writer io.Writer

	// Width returns the number of characters on a line, which may change
	// between calls. It is nil if a line, once written, cannot be replaced.
	Width func() int

	// Height returns the number of lines. It is nil if escape sequences that move
	// the cursor up and clear lines are not understood.
	Height func() int

	// Rewraps says that a terminal that is made narrower breaks the lines that it
	// shows, where others cut them off.
	Rewraps bool

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
	s.Width = func() int { width, _ := Size(f); return width }
	if enableEscapes(f) {
		s.Height = func() int { _, height := Size(f); return height }
		s.Color = os.Getenv("NO_COLOR") == ""
	}
	s.Rewraps = rewraps(os.Getenv)
	s.Unicode = unicodeLocale(os.Getenv)
	return s
}

// rewraps tells by the environment whether the terminal breaks lines anew when it
// is resized. Most do; xterm, screen and the Linux console do not.
func rewraps(getenv func(string) string) bool {
	switch {
	case getenv("TMUX") != "":
		return true
	case getenv("XTERM_VERSION") != "" || getenv("STY") != "" || getenv("TERM") == "linux":
		return false
	}
	return true
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
