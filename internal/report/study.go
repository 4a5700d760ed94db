package report

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"fnn/internal/experiment"
	"fnn/internal/sweep"
	"fnn/train"
)

// A study is the runs of a page in its order: model by model, in each rate by rate,
// the highest first.
type study struct {
	*sweep.Summary
	models []*model
	seeds  bool // whether a configuration has several

	all, ended int // experiments, those without a folder included, and those at their end
}

// A model is the experiments that differ in their learning rate alone.
type model struct {
	label       string // its name or words, and what else tells it from others
	name        string // of its section and its figures
	experiments []*trial
}

// A trial is an experiment on the page: the runs of one configuration.
type trial struct {
	*sweep.Configuration
	model *model
	name  string // of its section and its figure
}

// newStudy puts runs in order. Its order depends on the runs alone, not on that in
// which they were read.
func newStudy(s *sweep.Summary) *study {
	st := &study{Summary: s}
	groups := map[experiment.Config]*model{}
	for _, c := range s.Configurations {
		key := c.Runs[0].Config
		key.LearningRate, key.Seed, key.EvaluateDropout = 0, 0, false
		key.Data = experiment.Data{Checksum: key.Data.Checksum}
		m := groups[key]
		if m == nil {
			m = &model{}
			groups[key] = m
			st.models = append(st.models, m)
		}
		m.experiments = append(m.experiments, &trial{Configuration: c, model: m})
		st.seeds = st.seeds || len(c.Runs) > 1
	}
	for _, m := range st.models {
		slices.SortStableFunc(m.experiments, func(a, b *trial) int { return cmp.Compare(b.LearningRate, a.LearningRate) })
	}
	slices.SortStableFunc(st.models, func(a, b *model) int {
		x, y := a.config(), b.config()
		return cmp.Or(
			cmp.Compare(unnamed(x), unnamed(y)), cmp.Compare(x.Model, y.Model), cmp.Compare(x.Architecture, y.Architecture),
			cmp.Compare(variant(x), variant(y)), cmp.Compare(x.Data.Checksum, y.Data.Checksum))
	})
	st.label()
	st.countExperiments()
	return st
}

// title returns the model as a heading has it.
func (m *model) title() string {
	if m.config().Model == "" {
		return m.label
	}
	return "Model " + m.label
}

func (m *model) config() experiment.Config { return m.experiments[0].Runs[0].Config }

// unnamed is 1 for an architecture without a name of its own, which comes after
// those that have one.
func unnamed(c experiment.Config) int {
	if c.Model == "" {
		return 1
	}
	return 0
}

// variant returns what the name of a run's folder says besides model, learning rate
// and seed, with the recipe in words.
func variant(c experiment.Config) string {
	recipe := c.Recipe.String()
	c.Recipe = train.Recipe{}
	seed := fmt.Sprintf("-seed%d", c.Seed)
	name := c.Name()
	rest := strings.ReplaceAll(strings.TrimPrefix(name[strings.LastIndex(name, seed)+len(seed):], "-"), "-", ", ")
	if rest == "" || recipe == "" {
		return rest + recipe
	}
	return rest + ", " + recipe
}

// label gives models and experiments names that differ from each other.
func (st *study) label() {
	variants := map[string]bool{}
	for _, m := range st.models {
		variants[variant(m.config())] = true
	}
	labels, names := uniquely{}, uniquely{}
	for _, m := range st.models {
		c := m.config()
		label := cmp.Or(c.Model, c.Architecture, "the output layer alone")
		if v := variant(c); v != "" && len(variants) > 1 {
			label += ", " + v
		}
		m.label = labels.name(label, " (%d)")
		m.name = names.name("model-"+fileName(experiment.Shortened(experiment.ModelName(c.Model, c.Architecture), 100)), "-%d")
		for _, t := range m.experiments {
			c := t.Runs[0].Config
			name, _, _ := strings.Cut(c.Name(), fmt.Sprintf("-seed%d", c.Seed))
			t.name = names.name(fileName(name), "-%d")
		}
	}
}

// fileName returns a name, perhaps from a file, as one that a file can have, and an
// element of a page.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', strings.ContainsRune("-+.", r):
			return r
		}
		return '-'
	}, name)
}

// uniquely counts how often names were given, whatever their letters' case, which
// some file systems do not tell apart.
type uniquely map[string]int

// name returns a name, with a number in the given format if it was given before.
func (u uniquely) name(name, format string) string {
	key := strings.ToLower(name)
	u[key]++
	if n := u[key]; n > 1 {
		return u.name(name+fmt.Sprintf(format, n), format)
	}
	return name
}

// trials returns all experiments of the page.
func (st *study) trials() []*trial {
	var all []*trial
	for _, m := range st.models {
		all = append(all, m.experiments...)
	}
	return all
}

// trial returns the experiment of a configuration, or nil for none.
func (st *study) trial(c *sweep.Configuration) *trial {
	for _, t := range st.trials() {
		if t.Configuration == c {
			return t
		}
	}
	return nil
}

// label returns the model and the learning rate.
func (t *trial) label() string { return t.model.label + " at " + number(t.LearningRate) }

// drops says whether the model has dropout.
func (t *trial) drops() bool { return strings.Contains(t.Architecture, "dropout:") }

// epochs returns how many epochs the longest of the runs has.
func (t *trial) epochs() int {
	n := 0
	for _, o := range t.Runs {
		n = max(n, len(o.History))
	}
	return n
}

// begun says whether there is an epoch to show.
func (t *trial) begun() bool { return t.epochs() > 0 }

// A measure is one of the figures of an epoch.
type measure struct {
	name  string
	value func(e train.Epoch) float64
}

var (
	trainLoss          = measure{"train loss", func(e train.Epoch) float64 { return e.TrainLoss }}
	trainAccuracy      = measure{"train accuracy", func(e train.Epoch) float64 { return e.TrainAccuracy }}
	validationLoss     = measure{"validation loss", func(e train.Epoch) float64 { return e.ValidationLoss }}
	validationAccuracy = measure{"validation accuracy", func(e train.Epoch) float64 { return e.ValidationAccuracy }}
	validationF1       = measure{"validation F1", func(e train.Epoch) float64 { return e.ValidationF1 }}

	measures = []measure{trainLoss, trainAccuracy, validationLoss, validationAccuracy, validationF1}
)

// A statistics is a measure of runs over their epochs: the means, and the standard
// deviations of those epochs that several runs have.
type statistics []sweep.Statistic

// over returns a measure of histories, epoch by epoch.
func over(histories []train.History, m measure) statistics {
	var all statistics
	for epoch := 0; ; epoch++ {
		var values []float64
		for _, h := range histories {
			if epoch < len(h) {
				values = append(values, m.value(h[epoch]))
			}
		}
		if len(values) == 0 {
			return all
		}
		all = append(all, sweep.NewStatistic(values))
	}
}

// histories returns those of the runs, with dropout on or off in validation.
func (t *trial) histories(dropout bool) []train.History {
	var all []train.History
	for _, o := range t.Runs {
		if dropout {
			all = append(all, o.DropoutHistory)
		} else {
			all = append(all, o.History)
		}
	}
	return all
}

// withDropout says whether each run was validated with dropout on as well.
func (t *trial) withDropout() bool { return t.begun() && t.EvaluatedWithDropout() }

// shown returns a statistic as a table shows it.
func shown(s sweep.Statistic) cell {
	c := cell{text: words(decimals(s.Mean))}
	if s.Runs > 1 {
		c.spread = decimals(s.Deviation)
	}
	return c
}

// space is one that does not break a line.
const space = '\u00a0'

// said returns a statistic as a sentence has it.
func said(s sweep.Statistic) string {
	if s.Runs < 2 {
		return decimals(s.Mean)
	}
	return fmt.Sprintf("%s%c±%c%s", decimals(s.Mean), space, space, decimals(s.Deviation))
}

// decimals returns a figure with four decimals, as the original has them, unless it
// is too large for any.
func decimals(x float64) string {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0):
		return "–"
	case math.Abs(x) >= 1e4:
		return strconv.FormatFloat(x, 'g', 3, 64)
	}
	return strconv.FormatFloat(x, 'f', 4, 64)
}

// number returns a number with as many digits as it needs.
func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// count returns a whole number with commas between the thousands.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// counted returns a number of things, with an s if they are not one.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return count(n) + " " + thing + "s"
}

// percent returns a share with two decimals.
func percent(x float64) string { return strconv.FormatFloat(100*x, 'f', 2, 64) + "%" }

// enumerate joins words with commas and "and".
func enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// seconds returns a time for people.
func seconds(s float64) string {
	switch {
	case s < 9.95:
		return fmt.Sprintf("%.1f s", s)
	case s < 119.5:
		return fmt.Sprintf("%.0f s", s)
	case s < 7200-30:
		return fmt.Sprintf("%.0f min", s/60)
	}
	return fmt.Sprintf("%.1f h", s/3600)
}

// dataName returns what the data set is called: the name of its folder, unless it is
// known.
func (st *study) dataName() string {
	data := st.models[0].config().Data
	if data.Checksum == experiment.FashionMNIST {
		return "Fashion-MNIST"
	}
	return path.Base(strings.ReplaceAll(data.Folder, `\`, "/"))
}
