package safetensors

import (
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// A scanner reads the JSON of a header (https://www.rfc-editor.org/rfc/rfc8259): objects without
// duplicate names, arrays, strings and natural numbers, where the grammar of the header has them.
// It never descends except where its caller expects to, so nesting cannot exhaust the stack.
//
// After the first error every method returns at once with a zero value; err holds the error.
type scanner struct {
	text []byte
	pos  int
	err  *FormatError
}

// fail records that the text at the current place is not what was expected.
func (s *scanner) fail(format string, args ...any) {
	s.failAt(s.pos, format, args...)
}

func (s *scanner) failAt(pos int, format string, args ...any) {
	if s.err == nil {
		s.err = &FormatError{Offset: lengthSize + int64(pos), Reason: fmt.Sprintf(format, args...)}
	}
}

// next skips white space and returns the byte after it without consuming it, or 0 at the end.
func (s *scanner) next() byte {
	for s.err == nil && s.pos < len(s.text) {
		switch c := s.text[s.pos]; c {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

// found says what comes next, for an error message.
func (s *scanner) found() string {
	if s.next(); s.pos >= len(s.text) {
		return "the header ends"
	}
	r, _ := utf8.DecodeRune(s.text[s.pos:])
	return strconv.QuoteRune(r) + " in the header"
}

// accept consumes c if it is next and reports whether it was.
func (s *scanner) accept(c byte) bool {
	if s.next() != c || s.err != nil {
		return false
	}
	s.pos++
	return true
}

func (s *scanner) expect(c byte) {
	if !s.accept(c) {
		s.fail("%s, expected %q", s.found(), c)
	}
}

// end expects nothing but white space.
func (s *scanner) end() {
	if s.next(); s.pos < len(s.text) {
		s.fail("%s after its object, expected only spaces", s.found())
	}
}

// list reads open, elements separated by commas, and end.
func (s *scanner) list(open, end byte, element func()) {
	s.expect(open)
	if s.accept(end) {
		return
	}
	for s.err == nil {
		element()
		if s.accept(end) {
			return
		}
		if !s.accept(',') {
			s.fail("%s, expected ',' or %q", s.found(), end)
		}
	}
}

// object reads an object; member reads the value of each name.
func (s *scanner) object(member func(name string)) {
	seen := make(map[string]bool)
	s.list('{', '}', func() {
		s.next()
		start := s.pos
		name := s.string()
		if len(seen) == MaxNames {
			s.failAt(start, "more than %d names in one object", MaxNames)
		}
		if seen[name] {
			s.failAt(start, "name %s occurs twice in one object", quote(name))
		}
		seen[name] = true
		s.expect(':')
		if s.err == nil {
			member(name)
		}
	})
}

// integer reads a whole number from 0 to limit.
func (s *scanner) integer(limit int) int {
	s.next()
	start := s.pos
	n := uint64(0)
	for ; s.err == nil && s.pos < len(s.text) && '0' <= s.text[s.pos] && s.text[s.pos] <= '9'; s.pos++ {
		if n = 10*n + uint64(s.text[s.pos]-'0'); n > uint64(limit) {
			s.failAt(start, "number is too large, expected at most %d", limit)
		}
	}
	switch digits := s.pos - start; {
	case digits == 0:
		s.fail("%s, expected a whole number", s.found())
	case digits > 1 && s.text[start] == '0':
		s.failAt(start, "number begins with a zero")
	}
	return int(n)
}

// string reads a string. The text is known to be valid UTF-8.
func (s *scanner) string() string {
	s.expect('"')
	var value []byte
	for s.err == nil {
		start := s.pos
		for s.pos < len(s.text) && s.text[s.pos] != '"' && s.text[s.pos] != '\\' && s.text[s.pos] >= ' ' {
			s.pos++
		}
		plain := s.text[start:s.pos]
		if s.pos >= len(s.text) {
			s.fail("the header ends within a string")
			break
		}
		switch c := s.text[s.pos]; {
		case c == '"' && value == nil:
			s.pos++
			return string(plain)
		case c == '"':
			s.pos++
			return string(append(value, plain...))
		case c == '\\':
			value = utf8.AppendRune(append(value, plain...), s.escape())
		default:
			s.fail("control character %#02x in a string, expected it escaped", c)
		}
	}
	return ""
}

// escape reads the character that a backslash introduces.
func (s *scanner) escape() rune {
	const letters, meanings = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	rest := s.text[s.pos:]
	for i := range len(letters) {
		if len(rest) >= 2 && rest[1] == letters[i] {
			s.pos += 2
			return rune(meanings[i])
		}
	}
	r, ok := hexEscape(rest)
	length := 6
	if ok && utf16.IsSurrogate(r) {
		low, _ := hexEscape(rest[6:])
		r = utf16.DecodeRune(r, low)
		ok, length = r != utf8.RuneError, 12
	}
	if !ok {
		s.fail("unknown escape in a string")
		return 0
	}
	s.pos += length
	return r
}

// hexEscape returns the code unit that text begins with, written as \u and four hexadecimal digits.
func hexEscape(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(n), err == nil
}
