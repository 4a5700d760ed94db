package plot

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Lines are curves, such as loss and accuracy against the epoch, in one panel
// or more.
type Lines struct {
	Title    string
	Subtitle string // or ""
	XLabel   string // with its unit, as in "epoch"
	Panels   []Panel

	// Columns is the number of panels side by side; 0 stands for two, or one
	// where there is only one panel.
	Columns int

	// Width is that of the figure in px; 0 stands for 720, or 480 for one
	// column. A figure for a phone has one column and a width of 360.
	Width int

	// MarkLabel says in the legend what a mark means, as in "best epoch".
	MarkLabel string
}

// A Panel is one of the plots of a figure.
type Panel struct {
	Title  string // or ""
	YLabel string // with its unit, as in "loss (nats)"
	Bounds Bounds // of Y
	Series []Series
}

// A Series is a curve: Y against X. Values that are not finite are gaps, and so
// is what X or Y have more than the other.
type Series struct {
	// Name is for the legend, unless it is "". Series of one name, in different
	// panels, look the same and are in the legend once.
	Name string

	X, Y []float64 // (N)

	// Spread, of (N) values, makes a band from Y-Spread to Y+Spread, as of a
	// mean and standard deviation. It is nil for none.
	Spread []float64

	// Marks are values of X at which the curve bears a ring.
	Marks []float64
}

// A point is a point of a curve that can be drawn, with its band.
type point struct{ x, y, low, high float64 }

// runs returns the points of a series between its gaps.
func (s Series) runs() [][]point {
	var runs [][]point
	var run []point
	for i := range min(len(s.X), len(s.Y)) {
		x, okX := finite(s.X[i])
		y, okY := finite(s.Y[i])
		if !okX || !okY {
			if run != nil {
				runs, run = append(runs, run), nil
			}
			continue
		}
		p := point{x, y, y, y}
		if i < len(s.Spread) {
			if spread, ok := finite(s.Spread[i]); ok {
				p.low, p.high = y-math.Abs(spread), y+math.Abs(spread)
			}
		}
		run = append(run, p)
	}
	if run != nil {
		runs = append(runs, run)
	}
	return runs
}

const (
	panelGap   = 28.0 // between panels
	panelRight = 10.0 // right of a plot, where a label may reach
	panelWidth = 240  // at least
	aspect     = 0.62 // of a plot, height to width
	tickGap    = 6.0  // between an axis and its labels
	tickSpace  = 24.0 // between ticks of the y axis, about
	yTicks     = 8    // at most
	xTicks     = 8    // at most
)

// SVG draws the figure. See [Figure].
func (l Lines) SVG() []byte {
	columns := l.Columns
	if columns <= 0 {
		columns = 2
	}
	columns = min(columns, max(1, len(l.Panels)))
	width := min(l.Width, 1<<13)
	switch {
	case width > 0:
	case columns == 1:
		width = 480
	default:
		width = fullWidth
	}
	width = max(width, panelWidth*columns)

	c := &canvas{}
	if len(l.Panels) == 0 {
		return c.empty(l.Title, l.Subtitle, "data")
	}
	y := c.heading(l.Title, l.Subtitle, float64(width))
	styles := l.styles()
	y = c.legend(l.entries(styles), y, float64(width))
	panels := l.axes(columns, float64(width))
	for row := range slices.Chunk(panels, columns) {
		head := 0.0
		for _, p := range row {
			head = max(head, p.headHeight())
		}
		for i, p := range row {
			p.draw(c, margin+float64(float64(i)*(p.width+panelGap)), y+head, l.XLabel, styles)
		}
		y += head + row[0].height + footHeight(l.XLabel) + panelGap/2
	}
	y -= panelGap / 2
	return c.document(l.Title, l.describe(), float64(width), y+margin)
}

// styles numbers the names of series in the order in which they occur.
func (l Lines) styles() map[string]int {
	styles := map[string]int{}
	for _, p := range l.Panels {
		for _, s := range p.Series {
			if _, ok := styles[s.Name]; !ok {
				styles[s.Name] = len(styles)
			}
		}
	}
	return styles
}

// look returns the colour and the dashes of style n. All pairs of them differ
// before one occurs again.
func look(n int) (paint, string) {
	return series[n%len(series)], dashes[(n+n/len(series))%len(dashes)]
}

// entries returns the legend.
func (l Lines) entries(styles map[string]int) []entry {
	entries := make([]entry, len(styles))
	drawn := make([]bool, len(styles))
	marks := false
	for _, p := range l.Panels {
		for _, s := range p.Series {
			n := styles[s.Name]
			drawn[n] = drawn[n] || len(s.runs()) > 0
			e := &entries[n]
			e.label = s.Name
			e.paint, e.dash = look(n)
			e.line = true
			e.band = e.band || s.Spread != nil
			marks = marks || len(s.Marks) > 0
		}
	}
	for i := range entries {
		if !drawn[i] && entries[i].label != "" {
			entries[i].label += " (no values)"
		}
	}
	entries = slices.DeleteFunc(entries, func(e entry) bool { return e.label == "" })
	if marks && l.MarkLabel != "" {
		entries = append(entries, entry{label: l.MarkLabel, paint: muted, ring: true})
	}
	return entries
}

// describe says in words where each curve begins and ends.
func (l Lines) describe() string {
	var b strings.Builder
	for _, p := range l.Panels {
		name := strings.Trim(p.Title+", "+p.YLabel, ", ")
		if l.XLabel != "" {
			name += " against " + l.XLabel
		}
		var curves []string
		for _, s := range p.Series {
			curve := s.Name + " has no values"
			if runs := s.runs(); len(runs) > 0 {
				last := runs[len(runs)-1]
				from, to := runs[0][0], last[len(last)-1]
				curve = fmt.Sprintf("%s from %s at %s to %s at %s",
					s.Name, number(from.y), number(from.x), number(to.y), number(to.x))
			}
			curves = append(curves, strings.TrimSpace(curve))
		}
		fmt.Fprintf(&b, "%s: %s. ", name, strings.Join(curves, "; "))
	}
	return strings.TrimSpace(b.String())
}
