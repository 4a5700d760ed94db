package report

import (
	"fmt"
	"math"
	"strings"

	"fnn/internal/plot"
	"fnn/internal/sweep"
)

// addExperiment adds what there is to tell of one experiment: its curves and the
// table of its epochs beside the original's.
func (d *document) addExperiment(t *trial) {
	d.addState(t)
	if !t.begun() {
		return
	}
	d.add(paragraph{t.account()})
	d.add(linesFigure(t.name, t.curves()))
	d.add(t.epochTable())
}

// addState adds a note of each run that did not come to its last epoch.
func (d *document) addState(t *trial) {
	for _, o := range t.Runs {
		who := "The run"
		if len(t.Runs) > 1 {
			who = fmt.Sprintf("The run of seed %d", o.Config.Seed)
		}
		switch {
		case o.Divergence() != "":
			d.add(note{words(who, " ", o.Divergence(), ": ", o.Record.Diverged, ".")})
		case !o.Finished():
			d.add(note{words(who+" is not finished: it has ", fmt.Sprintf("%d of %s.", len(o.History), counted(o.Config.Epochs, "epoch")))})
		case o.Config.Training().StoppedEarly(o.History):
			d.add(note{words(who+" stopped early: ", counted(o.Config.Recipe.Patience, "epoch"), " in a row brought no higher validation F1.")})
		}
	}
}

// account tells in words how an experiment went.
func (t *trial) account() text {
	var parts []any
	if t.Complete() {
		if len(t.Runs) == 1 {
			best := t.Runs[0].Best()
			parts = append(parts, "The best epoch is ", strong(fmt.Sprint(best.Epoch)), ", with a validation macro F1 of ",
				strong(decimals(best.ValidationF1)), ".")
		} else {
			var epochs []string
			for _, o := range t.Runs {
				epochs = append(epochs, fmt.Sprint(o.Best().Epoch))
			}
			parts = append(parts, "The best epochs of the ", counted(len(t.Runs), "seed"), " are ", enumerate(epochs),
				", with a validation macro F1 of ", strong(said(t.F1())), ".")
		}
		if f1, ok := t.DropoutF1(); ok && t.drops() {
			parts = append(parts, " With dropout left on, the highest is ", said(f1), ".")
		}
	}
	if table := t.Original(); len(table) > 0 {
		best := table.Best()
		parts = append(parts, fmt.Sprintf(" The original reaches %s, in epoch %d.", decimals(best.ValidationF1), best.Epoch))
	}
	return words(parts...)
}

// What losses, and what accuracies and F1 scores can be.
var (
	lossBounds  = plot.Bounds{Most: math.Inf(1)}
	shareBounds = plot.Bounds{Most: 1}
)

// curves draws the measures of an experiment over its epochs.
func (t *trial) curves() plot.Lines {
	var marks []float64
	lines := plot.Lines{Title: "Loss, accuracy and F1", Subtitle: t.label(), XLabel: "epoch"}
	if len(t.Runs) > 1 {
		lines.Subtitle += fmt.Sprintf("; mean and standard deviation of %d seeds", len(t.Runs))
	} else {
		best := t.Runs[0].Best().Epoch
		marks = []float64{float64(best)}
		lines.MarkLabel = fmt.Sprintf("best epoch: %d", best)
	}
	series := func(name string, m measure) plot.Series { return curve(name, over(t.histories(false), m)) }
	marked := func(s plot.Series) plot.Series {
		s.Marks = marks
		return s
	}
	lines.Panels = []plot.Panel{
		{Title: "Loss", YLabel: "cross-entropy (nats)", Bounds: lossBounds, Series: []plot.Series{
			series("train", trainLoss), marked(series("validation", validationLoss)),
		}},
		{Title: "Accuracy and F1", YLabel: "share of samples; macro F1", Bounds: shareBounds, Series: []plot.Series{
			series("train", trainAccuracy), series("validation", validationAccuracy), marked(series("validation F1", validationF1)),
		}},
	}
	return lines
}

// curve draws statistics over the epochs.
func curve(name string, all statistics) plot.Series {
	s := plot.Series{Name: name}
	spread := make([]float64, len(all))
	several := false
	for i, x := range all {
		s.X = append(s.X, float64(i+1))
		s.Y = append(s.Y, x.Mean)
		spread[i] = x.Deviation
		several = several || x.Runs > 1
	}
	if several {
		s.Spread = spread
	}
	return s
}

// linesFigure returns curves as a figure that has one panel below the other on a
// phone.
func linesFigure(name string, lines plot.Lines) figure {
	narrow := lines
	lines.Width = 924
	narrow.Columns, narrow.Width = 1, 360
	return figure{name: name, alt: lines.Title + ": " + lines.Subtitle, svg: lines.SVG(), narrow: narrow.SVG()}
}

// maxRows is the most epochs that a table shows.
const maxRows = 100

// epochTable is the table of an experiment's epochs: each measure as it is, as it
// is with dropout on, and as the original has it.
func (t *trial) epochTable() table {
	var columns [][]cell // by epoch
	tab := table{columns: []column{{name: "epoch"}}}
	add := func(c column, all statistics) {
		tab.columns = append(tab.columns, c)
		var values []cell
		for _, s := range all {
			values = append(values, shown(s))
		}
		columns = append(columns, values)
	}
	original := t.Original()
	for _, m := range measures {
		dropout := t.drops() && t.withDropout() && strings.HasPrefix(m.name, "validation")
		group, name := m.name, "fnn"
		if len(original) == 0 && !dropout {
			group, name = "", m.name
		}
		add(column{group: group, name: name}, over(t.histories(false), m))
		if dropout {
			add(column{group: group, name: "dropout on"}, over(t.histories(true), m))
		}
		if len(original) > 0 {
			var values statistics
			for _, e := range original {
				values = append(values, sweep.Statistic{Mean: m.value(e), Runs: 1})
			}
			add(column{group: group, name: "original", muted: true}, values)
		}
	}

	best := 0
	if len(t.Runs) == 1 {
		best = t.Runs[0].Best().Epoch
	}
	n := t.epochs()
	step := (n + maxRows - 1) / maxRows
	for epoch := 1; epoch <= n; epoch++ {
		if epoch%step != 0 && epoch != 1 && epoch != best && epoch != n {
			continue
		}
		r := row{cells: cells(fmt.Sprint(epoch)), strong: epoch == best}
		for _, values := range columns {
			if epoch <= len(values) {
				r.cells = append(r.cells, values[epoch-1])
			} else {
				r.cells = append(r.cells, cell{})
			}
		}
		tab.rows = append(tab.rows, r)
	}
	tab.caption = t.epochCaption(step)
	return tab
}

func (t *trial) epochCaption(step int) text {
	caption := t.label() + ", epoch by epoch"
	if step > 1 {
		caption = fmt.Sprintf("%s (one in %d; history.csv has all)", caption, step)
	}
	if len(t.Runs) == 1 {
		return words(caption + "; the kept one in bold.")
	}
	return words(fmt.Sprintf("%s; mean ± standard deviation of %d seeds.", caption, len(t.Runs)))
}
