package metrics

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// WriteReport writes a table of the precision, recall, F1 and support of each
// class, followed by the accuracy and the two averages, laid out to the letter
// as scikit-learn's classification_report with digits=4. Names has the name of
// each class, or is nil to number them. Characters that do not print are
// replaced by U+FFFD, and of a name longer than 100 characters the end by an
// ellipsis.
//
// The error is that of w, or that names has the wrong length.
func (c *Confusion) WriteReport(w io.Writer, names []string) error {
	names, err := c.printable(names)
	if err != nil {
		return err
	}
	width := max(longest(names), len("weighted avg"))
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%*s  %9s %9s %9s %9s\n\n", width, "", "precision", "recall", "f1-score", "support")
	row := func(name string, s Scores) {
		fmt.Fprintf(b, "%*s  %9.4f %9.4f %9.4f %9d\n", width, name, s.Precision, s.Recall, s.F1, s.Support)
	}
	for i, name := range names {
		row(name, c.Class(i))
	}
	fmt.Fprintf(b, "\n%*s  %9s %9s %9.4f %9d\n", width, "accuracy", "", "", c.Accuracy(), c.Total())
	row("macro avg", c.Macro())
	row("weighted avg", c.Weighted())
	return b.Flush()
}

const (
	matrixWidth  = 80 // of a line, in characters
	longestName  = 100
	nameWidth    = 20 // of a class name in the matrix
	headingWidth = 3  // of a class name that can head a column
)

// WriteMatrix writes the confusion matrix as a table, a row for each true
// class and a column for each predicted class, with a dot for a count of zero.
// Names has the name of each class, or is nil to number them. Names of at most
// three characters also head the columns; otherwise rows show number and name,
// the name cut to 20 characters, and numbers head the columns. A matrix wider
// than 80 characters is written in panels of fewer columns, one below the
// other.
//
// The error is that of w, or that names has the wrong length.
func (c *Confusion) WriteMatrix(w io.Writer, names []string) error {
	names, err := c.printable(names)
	if err != nil {
		return err
	}
	rows, headings := names, names
	if longest(names) > headingWidth {
		rows, headings = make([]string, c.classes), numbers(c.classes)
		digits := longest(headings)
		for i, name := range names {
			rows[i] = fmt.Sprintf("%s %*d", shorten(name, nameWidth), digits, i)
		}
	}

	left := max(longest(rows), len("truth"))
	cell := longest(headings)
	for _, n := range c.counts {
		cell = max(cell, len(strconv.Itoa(n)))
	}
	panel := max(1, (matrixWidth-left-1)/(1+cell))

	b := bufio.NewWriter(w)
	for first := 0; first < c.classes; first += panel {
		last := min(first+panel, c.classes)
		if first > 0 {
			fmt.Fprintln(b)
		}
		fmt.Fprintf(b, "%*s  predicted\n%*s ", left, "", left, "truth")
		for _, heading := range headings[first:last] {
			fmt.Fprintf(b, " %*s", cell, heading)
		}
		fmt.Fprintln(b)
		for i, row := range rows {
			fmt.Fprintf(b, "%*s ", left, row)
			for j := first; j < last; j++ {
				count := "."
				if n := c.Count(i, j); n != 0 {
					count = strconv.Itoa(n)
				}
				fmt.Fprintf(b, " %*s", cell, count)
			}
			fmt.Fprintln(b)
		}
	}
	return b.Flush()
}

// printable returns a name for each class that cannot upset a terminal, nor make
// all rows of a table very long.
func (c *Confusion) printable(names []string) ([]string, error) {
	if names == nil {
		return numbers(c.classes), nil
	}
	if len(names) != c.classes {
		return nil, fmt.Errorf("metrics: %d names for %d classes", len(names), c.classes)
	}
	clean := make([]string, len(names))
	for i, name := range names {
		clean[i] = shorten(strings.Map(func(r rune) rune {
			if unicode.IsPrint(r) {
				return r
			}
			return utf8.RuneError
		}, name), longestName)
	}
	return clean, nil
}

func numbers(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return names
}

func longest(names []string) int {
	n := 0
	for _, name := range names {
		n = max(n, utf8.RuneCountInString(name))
	}
	return n
}

// shorten cuts s to at most n characters, the last of them an ellipsis if any
// were lost.
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
