package plot

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Confusion is a confusion matrix: how often samples of each class (a row) were
// predicted as each class (a column), with the share of the row.
type Confusion struct {
	Title    string
	Subtitle string // or ""
	Classes  []string
	Counts   [][]int // (C, C); what is missing counts as 0
}

// SVG draws the figure. See [Figure].
func (f Confusion) SVG() []byte {
	// The square root brings out the mistakes, which are few beside what is
	// right.
	m := matrix{
		rowLabel: "true class", columnLabel: "predicted class", rows: f.Classes, columns: f.Classes,
		valueLabel: "share of the true class", high: 1, share: math.Sqrt,
	}
	for _, percent := range []int{0, 1, 5, 10, 25, 50, 100} {
		m.ticks = append(m.ticks, tick{float64(percent) / 100, strconv.Itoa(percent) + "%"})
	}
	for i := range f.Classes {
		total := 0.0 // of integers, which might not fit in one
		for j := range f.Classes {
			total += float64(f.count(i, j))
		}
		for j := range f.Classes {
			n := f.count(i, j)
			if n == 0 {
				m.cells = append(m.cells, cell{filled: true, text: "·"})
				continue
			}
			share := float64(n) / total
			m.cells = append(m.cells, cell{
				filled: true, share: math.Sqrt(share),
				text: strconv.Itoa(n), small: strconv.FormatFloat(100*share, 'f', 1, 64) + "%",
			})
		}
	}
	return m.draw(f.Title, f.Subtitle, f.describe())
}

func (f Confusion) count(i, j int) int {
	if i >= len(f.Counts) || j >= len(f.Counts[i]) {
		return 0
	}
	return max(0, f.Counts[i][j])
}

func (f Confusion) describe() string {
	var b strings.Builder
	b.WriteString("Confusion matrix.")
	for i, name := range f.Classes {
		total, worst := 0.0, -1
		for j := range f.Classes {
			total += float64(f.count(i, j))
			if n := f.count(i, j); j != i && n > 0 && (worst < 0 || n > f.count(i, worst)) {
				worst = j
			}
		}
		fmt.Fprintf(&b, " Of %.0f %s, %d are right", total, name, f.count(i, i))
		if worst >= 0 {
			fmt.Fprintf(&b, " and %d taken for %s", f.count(i, worst), f.Classes[worst])
		}
		b.WriteString(".")
	}
	return b.String()
}
