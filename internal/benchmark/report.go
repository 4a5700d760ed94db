package benchmark

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"fnn/internal/machine"
)

// A Report is what was measured. Figures are the best of several rounds, one for
// each number of threads.
type Report struct {
	machine.Machine
	Threads []int     `json:"threads"`
	Peak    []float64 `json:"peak_gflops"` // see tensor.Team.MeasurePeak
	Groups  []Result  `json:"groups"`
}

// A Result holds the figures of a group.
type Result struct {
	Name string `json:"name"`
	Unit Unit   `json:"unit"`
	Rows []Row  `json:"rows"`
}

// A Row holds the figures of a case.
type Row struct {
	Name    string    `json:"name"`
	Note    string    `json:"note,omitempty"`
	Figures []float64 `json:"figures"`
	OfPeak  []float64 `json:"of_peak,omitempty"` // as fractions of the peak
}

// WriteText writes the report as a table for people, in lines of less than 80
// characters.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	b.WriteString(r.Machine.String())
	r.writeGroup(&b, Result{"peak", GFLOPS, []Row{{Name: "multiply-adds in registers", Figures: r.Peak, OfPeak: slices.Repeat([]float64{1}, len(r.Peak))}}})
	for _, g := range r.Groups {
		r.writeGroup(&b, g)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// The widths of the table's columns, in characters.
const (
	labelWidth  = 48
	figureWidth = 10
	shareWidth  = 5 // with a space before it
)

func (r *Report) writeGroup(b *strings.Builder, g Result) {
	fmt.Fprintf(b, "\n%-*s", labelWidth, fmt.Sprintf("%s (%s)", g.Name, g.Unit))
	for i, threads := range r.Threads {
		name := fmt.Sprint(threads, " threads")
		if threads == 1 {
			name = "1 thread"
		}
		fmt.Fprintf(b, "%*s", min(i, 1)*shareWidth+figureWidth, name)
	}
	fmt.Fprintln(b)
	nameWidth := 0
	for _, row := range g.Rows {
		nameWidth = max(nameWidth, len(row.Name))
	}
	for _, row := range g.Rows {
		label := fmt.Sprintf("  %-*s  %s", nameWidth, row.Name, row.Note)
		line := fmt.Sprintf("%-*s", labelWidth, label)
		for i, figure := range row.Figures {
			share := ""
			if row.OfPeak != nil {
				share = fmt.Sprintf("%.0f%%", 100*row.OfPeak[i])
			}
			line += fmt.Sprintf("%*s %*s", figureWidth, number(figure), shareWidth-1, share)
		}
		fmt.Fprintln(b, strings.TrimRight(line, " "))
	}
}

// number returns x with one decimal, or if it has more than three digits before
// the point, to three digits and with commas: "3.6", "217,000".
func number(x float64) string {
	if x < 999.95 {
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	unit := math.Pow(10, math.Floor(math.Log10(x))-2)
	text := strconv.FormatFloat(math.Round(x/unit)*unit, 'f', 0, 64)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
