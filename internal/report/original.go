package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"fnn/internal/plot"
	"fnn/internal/sweep"
	"fnn/train"
)

// addComparison adds how near the experiments come to the tables of the original, if
// it has any of them.
func (st *study) addComparison(d *document) {
	var compared []*trial
	for _, t := range st.trials() {
		if len(t.Original()) > 0 && t.Complete() {
			compared = append(compared, t)
		}
	}
	if len(compared) == 0 {
		return
	}
	d.add(heading{2, "original", "Beside the original", ""})
	d.add(paragraph{words("The original is a course report (Asif Azad, 2024) of three networks at four learning rates. Its tables are kept; its drawings of the networks are lost. Models A, B and C are ",
		strong("reconstructions"), ": of about two hundred candidates, those whose results come nearest to the tables. Their dropout rates are known to about 0.1.")})
	d.add(paragraph{words("The original validated models with dropout while dropout was still on: in every validation too, each neuron was left out with the probability that it has in training. A network in use leaves none out, so that this measures a worse network than the one that was trained. The right way, with dropout off, is what all other figures here show and what models are chosen by. The original's way is taken beside it only to compare.")})
	if differences := st.Differences(); len(differences) > 0 {
		d.add(differenceTable(differences))
	} else {
		d.add(note{words("No run was validated with dropout on, so that there is no difference to measure: see ", typed("-eval-dropout"), ".")})
	}
	d.add(waysTable(compared))
	if t := st.bestEachWay(compared); t != nil {
		d.add(paragraph{t})
	}
	for _, m := range st.models {
		if f, ok := m.besideOriginal(); ok {
			d.add(f)
		}
	}
}

func differenceTable(differences []sweep.ModelDifference) table {
	t := table{
		caption: words("Mean absolute difference to the original over all epochs, all five columns of its tables and all learning rates, validated the original's way."),
		columns: []column{{name: "model", words: true}, {name: "tables"}, {name: "difference"}},
	}
	for _, m := range differences {
		t.rows = append(t.rows, row{cells: cells(m.Model, fmt.Sprint(m.Tables), decimals(m.Difference))})
	}
	return t
}

// waysTable has the best validation F1 of experiments, both ways and in the
// original.
func waysTable(compared []*trial) table {
	t := table{
		caption: words("Highest validation macro F1."),
		columns: []column{{name: "experiment", words: true}, {name: "dropout off"}, {name: "dropout on"}, {name: "original", muted: true},
			{name: "difference of the tables"}},
	}
	for _, x := range compared {
		r := row{cells: cells(link("#"+x.name, x.label()), shown(x.F1()))}
		on, difference := cell{text: words("–")}, "–"
		if s, ok := x.DropoutF1(); ok {
			on = shown(s)
		}
		if d, ok := x.Difference(); ok {
			difference = decimals(d)
		}
		r.cells = append(r.cells, cells(on, decimals(x.Original().Best().ValidationF1), difference)...)
		t.rows = append(t.rows, r)
	}
	return t
}

// bestEachWay tells which experiment is the best validated either way, and why.
func (st *study) bestEachWay(compared []*trial) text {
	off, on := st.trial(st.Best()), st.trial(st.BestWithDropout())
	if off == nil || on == nil {
		return nil
	}
	withDropout := func(t *trial) string {
		s, _ := t.DropoutF1()
		return said(s)
	}
	var parts []any
	if off == on {
		parts = append(parts, "Either way the best is ", strong(off.label()), ", with ", said(off.F1()))
		if off.drops() {
			parts = append(parts, " the right way and ", withDropout(off), " the original's")
		}
	} else {
		parts = append(parts, "The right way, the best is ", strong(off.label()), " with ", said(off.F1()),
			"; the original's way, it is ", strong(on.label()), " with ", withDropout(on))
	}
	theirs := slices.MaxFunc(compared, func(a, b *trial) int {
		return cmp.Compare(a.Original().Best().ValidationF1, b.Original().Best().ValidationF1)
	})
	parts = append(parts, ". In the original's own tables it is ", strong(theirs.label()), " with ", decimals(theirs.Original().Best().ValidationF1), ".")
	var dropping []*trial
	for _, t := range compared {
		if _, ok := t.DropoutF1(); ok && t.drops() {
			dropping = append(dropping, t)
		}
	}
	if len(dropping) == 0 {
		return words(parts...)
	}
	best := slices.MaxFunc(dropping, func(a, b *trial) int { return cmp.Compare(a.F1().Mean, b.F1().Mean) })
	return words(append(parts, " Left on, dropout takes ", dropoutCosts(dropping), " of F1, in the mean over the learning rates, and from a model without dropout nothing: ",
		"the original's way favours such a model. The best of the others, ", strong(best.label()), ", has ", said(best.F1()),
		" the right way and ", withDropout(best), " the original's.")...)
}

// dropoutCosts tells how much F1 each model loses when dropout stays on: "0.021 from
// B and 0.020 from C".
func dropoutCosts(dropping []*trial) string {
	var costs []string
	for i := 0; i < len(dropping); {
		m, n, sum := dropping[i].model, 0, 0.0
		for ; i < len(dropping) && dropping[i].model == m; i++ {
			s, _ := dropping[i].DropoutF1()
			sum += dropping[i].F1().Mean - s.Mean
			n++
		}
		costs = append(costs, fmt.Sprintf("%.3f from %s", sum/float64(n), m.label))
	}
	return enumerate(costs)
}

// besideOriginal draws the validation F1 of a model, each way, beside the
// original's.
func (m *model) besideOriginal() (figure, bool) {
	lines := plot.Lines{Title: "Validation F1 of " + m.label, Subtitle: "beside the original", XLabel: "epoch"}
	for _, t := range m.experiments {
		original := t.Original()
		if len(original) == 0 || !t.begun() {
			continue
		}
		p := plot.Panel{Title: "learning rate " + number(t.LearningRate), YLabel: "macro F1", Bounds: shareBounds}
		p.Series = []plot.Series{
			curve("fnn", over(t.histories(false), validationF1)),
			curve("original", over([]train.History{original}, validationF1)),
		}
		if t.drops() && t.withDropout() {
			p.Series = append(p.Series, curve("fnn, dropout on", over(t.histories(true), validationF1)))
		}
		lines.Panels = append(lines.Panels, p)
	}
	if len(lines.Panels) == 0 {
		return figure{}, false
	}
	return linesFigure(strings.Replace(m.name, "model-", "original-", 1), lines), true
}
