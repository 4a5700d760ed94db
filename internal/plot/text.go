package plot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable returns r, or what stands for it where it is no letter or sign: a
// space for any white space, U+FFFD for what does not print and for what XML
// forbids.
func printable(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case !unicode.IsPrint(r):
		return utf8.RuneError
	}
	return r
}

// appendEscaped appends s as the text of an element or attribute.
func appendEscaped(b []byte, s string) []byte {
	for _, r := range s {
		switch r = printable(r); r {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		case '"':
			b = append(b, "&#34;"...)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

// textWidth returns how wide s is at a font size, in px: rather too wide than
// too narrow, since the reader's font is not known.
func textWidth(s string, size float64, bold bool) float64 {
	widths := &regularWidths
	if bold {
		widths = &boldWidths
	}
	sum := 0
	for _, r := range s {
		r = printable(r)
		switch {
		case r < 0x7F:
			sum += int(widths[r-0x20])
		case r >= 0xA0 && r < 0x100:
			sum += int(widths[r-0xA0+0x7F-0x20])
		case r < 0x1F000:
			sum += 1050
		default:
			sum += 1400 // pictographs
		}
	}
	return float64(sum) * size / 1000
}

// widest returns the width of the widest of some strings.
func widest(s []string, size float64, bold bool) float64 {
	w := 0.0
	for _, s := range s {
		w = max(w, textWidth(s, size, bold))
	}
	return w
}

// cut returns s shortened to a width, with an ellipsis at its end if any
// letters were lost.
func cut(s string, size float64, bold bool, width float64) string {
	if textWidth(s, size, bold) <= width {
		return s
	}
	kept := 0
	for i := range s {
		if textWidth(s[:i]+"…", size, bold) > width {
			break
		}
		kept = i
	}
	return strings.TrimRight(s[:kept], " ") + "…"
}

// words splits s where a line may end: after each space and each slash.
func words(s string) []string {
	s = strings.Join(strings.FieldsFunc(s, unicode.IsSpace), " ")
	var words []string
	for s != "" {
		n := strings.IndexAny(s, " /") + 1
		if n == 0 {
			n = len(s)
		}
		words = append(words, s[:n])
		s = s[n:]
	}
	return words
}

// wrap breaks s between words into lines of at most a width. What more than the
// given number of lines would take is cut.
func wrap(s string, size float64, bold bool, width float64, most int) []string {
	var lines []string
	line := ""
	for _, word := range words(s) {
		last := len(lines) == most-1
		if line != "" && !last && textWidth(strings.TrimRight(line+word, " "), size, bold) > width {
			lines, line = append(lines, line), ""
		}
		line += word
		if last && textWidth(strings.TrimRight(line, " "), size, bold) > width {
			break // the rest is cut, however long
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	for i, line := range lines {
		lines[i] = cut(strings.TrimRight(line, " "), size, bold, width)
	}
	return lines
}
