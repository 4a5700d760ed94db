package report

import (
	"fmt"
	"math"
	"slices"

	"fnn/internal/experiment"
	"fnn/internal/plot"
)

// page is the page of several experiments.
func (st *study) page() (*document, error) {
	d := &document{title: st.title()}
	best := st.trial(st.Best())
	d.lead = st.lead(best)
	d.facts = st.mainFacts(best)
	st.addOverview(d)
	if best != nil {
		if err := st.addBest(d, best); err != nil {
			return nil, err
		}
	}
	st.addComparison(d)
	for _, m := range st.models {
		st.addModel(d, m)
	}
	st.addMaking(d)
	return d, nil
}

func (st *study) title() string {
	what := counted(st.all, "experiment")
	if st.ended < st.all {
		what = count(st.ended) + " of " + what
	}
	return what + " on " + st.dataName()
}

// countExperiments sets how many there are, and how many have come to their end.
func (st *study) countExperiments() {
	experimentOf := func(c experiment.Config) experiment.Config {
		c = c.Results()
		c.Seed = 0
		return c
	}
	missing := map[experiment.Config]bool{}
	for _, c := range st.Missing {
		missing[experimentOf(c)] = true
	}
	st.all = len(missing)
	for _, t := range st.trials() {
		if missing[experimentOf(t.Runs[0].Config)] {
			continue // one of its seeds is
		}
		st.all++
		if t.Complete() || t.Diverged() != nil {
			st.ended++
		}
	}
}

// soFar is what the best is called besides as long as others may become better.
func (st *study) soFar() string {
	if st.ended < st.all {
		return " so far"
	}
	return ""
}

// missing names the runs that are missing, in an order of their own, whatever that of
// the folders.
func (st *study) missing() string {
	var names []string
	for _, c := range st.Missing {
		names = append(names, c.Name())
	}
	slices.Sort(names)
	return enumerate(names)
}

// lead tells the outcome in a few sentences.
func (st *study) lead(best *trial) text {
	c := st.models[0].config()
	models, rates := map[string]bool{}, map[float64]bool{}
	for _, x := range slices.Concat(st.configs(), st.Missing) {
		models[x.Architecture], rates[x.LearningRate] = true, true
	}
	parts := []any{fmt.Sprintf("%s at %s, trained on %s and chosen by %s.", counted(len(models), "model"), counted(len(rates), "learning rate"),
		counted(c.Data.Train, "image"), counted(c.Data.Validation, "validation image"))}
	if best == nil {
		return words(append(parts, " No experiment has come to its end, so that there is no best one yet.")...)
	}
	parts = append(parts, " The best"+st.soFar()+" is ", strong(best.label()), ", with a validation macro F1 of ", said(best.F1()))
	if best.tested() {
		parts = append(parts, ". It gets ", strong(percent(best.test(accuracy).Mean)), " of ", counted(best.Runs[0].Test.Confusion.Total(), "test image"),
			" right, which had no say in the choice")
	}
	return words(append(parts, ".")...)
}

func (st *study) mainFacts(best *trial) []fact {
	var facts []fact
	if best != nil {
		words := ""
		if best.Model != "" {
			words = best.Architecture
		}
		facts = append(facts, fact{"best model" + st.soFar(), best.label(), words},
			fact{"validation macro F1", said(best.F1()), bestEpochs(best)})
		if best.tested() {
			facts = append(facts,
				fact{"test accuracy", said(best.test(accuracy)), ""},
				fact{"test macro F1", said(best.test(macroF1)), ""})
		}
	}
	if differences := st.Differences(); len(differences) > 0 {
		sum := 0.0
		for _, x := range differences {
			sum += x.Difference / float64(len(differences))
		}
		facts = append(facts, fact{"difference to the original", decimals(sum), "validated its way"})
	}
	of := ""
	if n := len(st.configs()); n > 1 {
		of = fmt.Sprintf("of %d runs", n)
	}
	return append(facts, fact{"training time", seconds(busy(st.sessions())), of})
}

// bestEpochs tells in which epoch the model that was kept is.
func bestEpochs(t *trial) string {
	if len(t.Runs) > 1 {
		return fmt.Sprintf("%d seeds", len(t.Runs))
	}
	return fmt.Sprintf("after epoch %d of %d", t.Runs[0].Best().Epoch, len(t.Runs[0].History))
}

// seconds returns how long the training of all seeds took.
func (t *trial) seconds() float64 {
	var sum float64
	for _, o := range t.Runs {
		sum += o.Record.Seconds()
	}
	return sum
}

// configs returns the configurations of all runs.
func (st *study) configs() []experiment.Config {
	var all []experiment.Config
	for _, t := range st.trials() {
		for _, o := range t.Runs {
			all = append(all, o.Config)
		}
	}
	return all
}

// rates returns the learning rates of the page, the highest first.
func (st *study) rates() []float64 {
	var rates []float64
	for _, t := range st.trials() {
		rates = append(rates, t.LearningRate)
	}
	slices.Sort(rates)
	slices.Reverse(rates)
	return slices.Compact(rates)
}

func (st *study) addOverview(d *document) {
	d.add(heading{2, "overview", "Overview", ""})
	if n := len(st.Missing); n > 0 {
		d.add(note{words("Not here yet: ", counted(n, "run"), " of the sweep, ", st.missing(), ".")})
	}
	d.add(paragraph{words("A model is kept as it was after the epoch of its highest macro F1 on the validation images: the mean of the F1 scores of the classes. Figures are of that epoch, and with dropout off unless they say otherwise.")})
	if st.Best() != nil {
		d.add(figure{name: "scores", alt: "Validation macro F1 by model and learning rate", svg: st.scores().SVG(), scrolls: len(st.rates()) > 6})
	}
	d.add(st.overviewTable())
	for _, m := range st.models {
		if slices.ContainsFunc(m.experiments, (*trial).begun) {
			d.add(st.together(m))
		}
	}
}

// scores is the heat map of the best epochs' F1.
func (st *study) scores() plot.HeatMap {
	h := plot.HeatMap{
		Title: "Validation macro F1", Subtitle: "of the best epoch, by model and learning rate; the best outlined",
		RowLabel: "model", ColumnLabel: "learning rate", ValueLabel: "macro F1", Decimals: 4, Bounds: shareBounds,
	}
	rates := st.rates()
	for _, rate := range rates {
		h.Columns = append(h.Columns, number(rate))
	}
	if st.seeds {
		h.Subtitle = "of the best epochs, mean and standard deviation over the seeds; the best outlined"
		h.Spread = [][]float64{}
	}
	best := st.Best()
	for i, m := range st.models {
		h.Rows = append(h.Rows, m.label)
		values, spread := make([]float64, len(rates)), make([]float64, len(rates))
		for k := range rates {
			values[k], spread[k] = math.NaN(), math.NaN()
		}
		for _, t := range m.experiments {
			if !t.Complete() {
				continue
			}
			k := slices.Index(rates, t.LearningRate)
			s := t.F1()
			values[k], spread[k] = s.Mean, s.Deviation
			if t.Configuration == best {
				h.Outlined = append(h.Outlined, [2]int{i, k})
			}
		}
		h.Values = append(h.Values, values)
		if h.Spread != nil {
			h.Spread = append(h.Spread, spread)
		}
	}
	return h
}

// overviewTable has a row an experiment.
func (st *study) overviewTable() table {
	dropout, original := false, false
	for _, t := range st.trials() {
		dropout = dropout || t.drops() && t.withDropout()
		original = original || len(t.Original()) > 0
	}
	tab := table{
		caption: words("All experiments" + st.soFar() + ", by the epoch whose model was kept; the best in bold."),
		columns: []column{{name: "experiment", words: true}, {name: "epoch"}, {group: "train", name: "loss"}, {group: "train", name: "accuracy"},
			{group: "validation", name: "loss"}, {group: "validation", name: "accuracy"}, {group: "validation", name: "F1"}},
	}
	if dropout {
		tab.columns = append(tab.columns, column{group: "validation", name: "F1, dropout on"})
	}
	if original {
		tab.columns = append(tab.columns, column{group: "validation", name: "original's F1", muted: true})
	}
	tab.columns = append(tab.columns, column{name: "time"})
	best := st.Best()
	for _, t := range st.trials() {
		r := row{cells: cells(link("#"+t.name, t.label())), strong: t.Configuration == best}
		if t.Complete() {
			r.cells = append(r.cells, cells(t.epochsOfBest())...)
			for _, m := range measures {
				r.cells = append(r.cells, shown(t.Best(m.value)))
			}
		} else {
			r.cells = append(r.cells, cells(t.state(), "–", "–", "–", "–", "–")...)
		}
		if dropout {
			c := cell{text: words("–")}
			if s, ok := t.DropoutF1(); ok && t.Complete() {
				c = shown(s)
			}
			r.cells = append(r.cells, c)
		}
		if original {
			c := cell{text: words("–")}
			if table := t.Original(); len(table) > 0 {
				c.text = words(decimals(table.Best().ValidationF1))
			}
			r.cells = append(r.cells, c)
		}
		r.cells = append(r.cells, cells(seconds(t.seconds()))...)
		tab.rows = append(tab.rows, r)
	}
	return tab
}

// epochsOfBest returns the epochs of the models that were kept.
func (t *trial) epochsOfBest() string {
	low, high := math.MaxInt, 0
	for _, o := range t.Runs {
		low, high = min(low, o.Best().Epoch), max(high, o.Best().Epoch)
	}
	if low == high {
		return fmt.Sprint(low)
	}
	return fmt.Sprintf("%d–%d", low, high)
}

// state tells why an experiment has no best epoch.
func (t *trial) state() string {
	if t.Diverged() != nil {
		return "diverged"
	}
	return "unfinished"
}

// together draws all experiments of a model in one figure.
func (st *study) together(m *model) figure {
	lines := plot.Lines{Title: m.title(), Subtitle: "all learning rates", XLabel: "epoch"}
	if st.seeds {
		lines.Subtitle += "; mean and standard deviation over the seeds"
	}
	loss := plot.Panel{Title: "Validation loss", YLabel: "cross-entropy (nats)", Bounds: lossBounds}
	f1 := plot.Panel{Title: "Validation F1", YLabel: "macro F1", Bounds: shareBounds}
	for _, t := range m.experiments {
		name := "lr " + number(t.LearningRate)
		loss.Series = append(loss.Series, curve(name, over(t.histories(false), validationLoss)))
		f1.Series = append(f1.Series, curve(name, over(t.histories(false), validationF1)))
	}
	lines.Panels = []plot.Panel{loss, f1}
	return linesFigure(m.name, lines)
}

func (st *study) addModel(d *document, m *model) {
	d.add(heading{2, m.name, m.title(), ""})
	c := m.config()
	about := []any{}
	if c.Model != "" {
		about = append(about, typed(c.Architecture), ": ")
	}
	about = append(about, fmt.Sprintf("%s trained for %s in batches of %d.", counted(len(m.experiments), "learning rate"), counted(c.Epochs, "epoch"), c.Batch))
	if len(m.experiments[0].Original()) > 0 {
		about = append(about, " In the tables, the original's columns are those of the course report, and those with dropout on are validated as it was.")
	}
	d.add(paragraph{words(about...)})
	for _, t := range m.experiments {
		d.add(heading{3, t.name, t.label(), number(t.LearningRate)})
		d.addExperiment(t)
	}
}
