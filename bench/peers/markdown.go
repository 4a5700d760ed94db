package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// writeTable writes a table in Markdown, its columns aligned in the source too:
// the first to the left, the others to the right.
func writeTable(w io.Writer, header []string, rows [][]string) {
	widths := make([]int, len(header))
	for _, row := range append([][]string{header}, rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell), 3)
		}
	}
	line := func(row []string) {
		for i, cell := range row {
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				fmt.Fprintf(w, "| %s%s |", cell, space)
			} else {
				fmt.Fprintf(w, " %s%s |", space, cell)
			}
		}
		fmt.Fprintln(w)
	}
	line(header)
	for i, width := range widths {
		if i == 0 {
			fmt.Fprintf(w, "|%s|", strings.Repeat("-", width+2))
		} else {
			fmt.Fprintf(w, "%s:|", strings.Repeat("-", width+1))
		}
	}
	fmt.Fprintln(w)
	for _, row := range rows {
		line(row)
	}
	fmt.Fprintln(w)
}

// digits formats a value with three digits, or with all before the point.
func digits(x float64) string {
	switch {
	case x >= 99.95:
		return fmt.Sprintf("%.0f", x)
	case x >= 9.995:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.2f", x)
}
