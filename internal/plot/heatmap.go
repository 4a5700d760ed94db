package plot

import (
	"fmt"
	"math"
	"strings"
)

// HeatMap is a table of values, each on a cell whose colour shows it.
type HeatMap struct {
	Title    string
	Subtitle string // or ""

	RowLabel, ColumnLabel string   // what the rows and the columns are, or ""
	Rows, Columns         []string // their names
	ValueLabel            string   // what the values are, at the scale of colours
	Bounds                Bounds   // of the values

	// Values are those of each row. Those that are not finite or missing are
	// cells with a dash.
	Values [][]float64

	// Spread is shown below each value with ±, as a standard deviation is; nil
	// for none. Where one is not finite, it is left out.
	Spread [][]float64

	// Decimals are those of the values shown.
	Decimals int

	// Outlined are the cells, as row and column, to be pointed out.
	Outlined [][2]int
}

// SVG draws the figure. See [Figure].
func (h HeatMap) SVG() []byte {
	var e extent
	for i := range h.Rows {
		for j := range h.Columns {
			if v, ok := at(h.Values, i, j); ok {
				e.add(v)
			}
		}
	}
	low, high := h.Bounds.widen(e.low, e.high)
	m := matrix{
		rowLabel: h.RowLabel, columnLabel: h.ColumnLabel, rows: h.Rows, columns: h.Columns,
		valueLabel: h.ValueLabel, low: low, high: high, outlined: h.Outlined,
	}
	if e.some {
		m.ticks = ticks(low, high, 5, roundness{})
	}
	for i := range h.Rows {
		for j := range h.Columns {
			v, ok := at(h.Values, i, j)
			if !ok {
				m.cells = append(m.cells, cell{text: "–"})
				continue
			}
			c := cell{filled: true, share: (v - low) / (high - low), text: rounded(v, h.Decimals)}
			if spread, ok := at(h.Spread, i, j); ok {
				c.small = "± " + rounded(math.Abs(spread), h.Decimals)
			}
			m.cells = append(m.cells, c)
		}
	}
	return m.draw(h.Title, h.Subtitle, h.describe())
}

// at returns the value of a row and column, if there is one.
func at(values [][]float64, row, column int) (float64, bool) {
	if row >= len(values) || column >= len(values[row]) {
		return 0, false
	}
	return finite(values[row][column])
}

func (h HeatMap) describe() string {
	var b strings.Builder
	b.WriteString(h.ValueLabel + " by " + h.RowLabel + " and " + h.ColumnLabel + ".")
	for i, row := range h.Rows {
		b.WriteString(" " + row + ":")
		for j, column := range h.Columns {
			if j > 0 {
				b.WriteString(",")
			}
			text := "no value"
			if v, ok := at(h.Values, i, j); ok {
				text = rounded(v, h.Decimals)
			}
			fmt.Fprintf(&b, " %s %s", column, text)
		}
		b.WriteString(".")
	}
	return b.String()
}
