package report

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fnn/internal/experiment"
	"fnn/internal/sweep"
	"fnn/nn"
	"fnn/train"
)

// addMaking adds what the results depend on, what they were made with and how long
// it took, and the command that makes them again.
func (st *study) addMaking(d *document) {
	d.add(heading{2, "making", "How it was made", ""})
	d.add(heading{3, "configuration", "Configuration", ""}, st.configuration())
	d.add(heading{3, "machine", "Machine and time", ""}, st.machines(), paragraph{st.time()})
	d.add(heading{3, "again", "Once more", ""})
	d.add(paragraph{words("The same figures to the last digit, whatever the machine and the number of threads:")})
	d.add(code{st.command()})
}

// configuration tells all that results depend on.
func (st *study) configuration() pairs {
	var p pairs
	add := func(name string, values ...string) {
		var distinct []string
		for _, v := range values {
			if !slices.Contains(distinct, v) {
				distinct = append(distinct, v)
			}
		}
		p = append(p, pair{name, words(strings.Join(distinct, ", "))})
	}
	each := func(value func(c experiment.Config) string) []string {
		var all []string
		for _, c := range st.configs() {
			all = append(all, value(c))
		}
		return all
	}
	for _, m := range st.models {
		add(m.title(), m.config().Architecture)
	}
	add("learning rate", each(func(c experiment.Config) string { return number(c.LearningRate) })...)
	add("optimiser", "Adam, beta1 0.9, beta2 0.999, epsilon 1e-8")
	if slices.ContainsFunc(st.trials(), func(t *trial) bool { return t.Runs[0].Config.Recipe != train.Recipe{} }) {
		add("besides", each(func(c experiment.Config) string { return cmp.Or(c.Recipe.String(), "nothing") })...)
	}
	add("first weights", each(func(c experiment.Config) string { return initializers[c.Initializer] })...)
	add("epochs", each(func(c experiment.Config) string { return count(c.Epochs) })...)
	add("batch", each(func(c experiment.Config) string { return count(c.Batch) })...)
	add("seed", each(func(c experiment.Config) string { return fmt.Sprint(c.Seed) })...)
	add("data", each(func(c experiment.Config) string {
		return fmt.Sprintf("%s: %s to train, %s to validate, %s to test; %s", c.Data.Folder, count(c.Data.Train), count(c.Data.Validation), count(c.Data.Test), c.Data.Checksum)
	})...)
	return p
}

var initializers = map[nn.Initializer]string{
	nn.Normal: "N(0, 0.01²)", nn.He: "He", nn.Xavier: "Xavier",
}

// machines is the table of the machines that worked at the runs.
func (st *study) machines() table {
	t := table{columns: []column{{name: "processor", words: true}, {name: "system", words: true}, {name: "processors"}, {name: "kernel", words: true}, {name: "fnn", words: true}, {name: "sessions"}}}
	var keys []string
	sessions := map[string]int{}
	for _, s := range st.sessions() {
		m := s.Machine
		r := cells(m.Processor, m.System+"/"+m.Architecture, fmt.Sprint(m.Processors), m.Kernel, strings.Join([]string{m.Version, m.Go}, ", "))
		key := fmt.Sprint(r)
		if sessions[key]++; sessions[key] == 1 {
			keys = append(keys, key)
			t.rows = append(t.rows, row{cells: r})
		}
	}
	for i, key := range keys {
		t.rows[i].cells = append(t.rows[i].cells, cells(fmt.Sprint(sessions[key]))...)
	}
	return t
}

// sessions returns what processes worked at the runs.
func (st *study) sessions() []experiment.Session {
	var all []experiment.Session
	for _, t := range st.trials() {
		for _, o := range t.Runs {
			all = append(all, o.Record.Sessions...)
		}
	}
	return all
}

// time tells when the runs were made and how long it took.
func (st *study) time() text {
	sessions := st.sessions()
	if len(sessions) == 0 {
		return words("No session is recorded.")
	}
	var sum float64
	first := sessions[0].Started
	for _, s := range sessions {
		sum += s.Seconds
		if s.Started.Before(first) {
			first = s.Started
		}
	}
	when := first.UTC().Format("2006-01-02 15:04") + " UTC"
	if len(sessions) == 1 {
		return words(fmt.Sprintf("Training took %s, from %s on.", seconds(sum), when))
	}
	return words(fmt.Sprintf("Training took %s, from %s on, in %d sessions of %s together.", seconds(busy(sessions)), when, len(sessions), seconds(sum)))
}

// busy returns for how many seconds at least one of the sessions was at work.
func busy(sessions []experiment.Session) float64 {
	sessions = slices.Clone(sessions)
	slices.SortFunc(sessions, func(a, b experiment.Session) int { return a.Started.Compare(b.Started) })
	var sum float64
	var until time.Time // somebody was, so far
	for _, s := range sessions {
		end := s.Started.Add(time.Duration(s.Seconds * float64(time.Second)))
		if end.After(until) {
			if until.Before(s.Started) {
				until = s.Started
			}
			sum += end.Sub(until).Seconds()
			until = end
		}
	}
	return sum
}

// command returns the command lines that make the runs: those of their sweeps, or of
// the one that they would fill, and of each run that is of none.
func (st *study) command() string {
	grids := st.Grids
	if len(grids) == 0 && len(st.configs()) > 1 {
		if g, ok := st.grid(); ok {
			grids = []sweep.Grid{g}
		}
	}
	var lines []string
	wanted := map[experiment.Config]bool{}
	for _, g := range grids {
		maps.Copy(wanted, wantedBy(g))
		g.Data = st.data(g.Data)
		lines = append(lines, sweepCommand(g))
	}
	slices.Sort(lines)
	for _, c := range st.configs() {
		if !wanted[c.Results()] {
			lines = append(lines, trainCommand(c))
		}
	}
	return strings.Join(lines, "\n")
}

// data returns the data of a sweep as the first run of the page has them that learned
// from them: shards may have them in different folders.
func (st *study) data(d experiment.Data) experiment.Data {
	for _, c := range st.configs() {
		if c.Data.Checksum == d.Checksum {
			return c.Data
		}
	}
	return d
}

// grid returns the grid that the runs fill, if they fill one.
func (st *study) grid() (g sweep.Grid, ok bool) {
	first := st.models[0].config()
	g = sweep.Grid{
		Epochs: first.Epochs, Batch: first.Batch, Recipe: first.Recipe, EvaluateDropout: first.EvaluateDropout,
		Data: first.Data, LearningRates: st.rates(),
	}
	for _, m := range st.models {
		g.Models = append(g.Models, m.config().Architecture)
	}
	for _, c := range st.configs() {
		if !slices.Contains(g.Seeds, c.Seed) {
			g.Seeds = append(g.Seeds, c.Seed)
		}
	}
	wanted := wantedBy(g)
	for _, c := range st.configs() {
		if !wanted[c.Results()] {
			return g, false
		}
	}
	return g, len(wanted) == len(st.configs())
}

// wantedBy returns what of the configurations of a grid results depend on.
func wantedBy(g sweep.Grid) map[experiment.Config]bool {
	wanted := map[experiment.Config]bool{}
	for _, c := range g.Configs() {
		wanted[c.Results()] = true
	}
	return wanted
}

func sweepCommand(g sweep.Grid) string {
	line, standard := "fnn sweep", sweep.ReportGrid()
	if !slices.Equal(g.Models, standard.Models) {
		var models []string
		for _, w := range g.Models {
			models = append(models, named(w))
		}
		line += " -models " + quoted(strings.Join(models, ","))
	}
	if !slices.Equal(g.LearningRates, standard.LearningRates) {
		line += " -lrs " + joined(g.LearningRates)
	}
	if !slices.Equal(g.Seeds, standard.Seeds) {
		line += " -seeds " + joined(g.Seeds)
	}
	if g.Epochs != standard.Epochs {
		line += fmt.Sprintf(" -epochs %d", g.Epochs)
	}
	if g.Batch != standard.Batch {
		line += fmt.Sprintf(" -batch %d", g.Batch)
	}
	if !g.EvaluateDropout {
		line += " -eval-dropout=false"
	}
	return line + recipeFlags(g.Recipe) + dataFlag(g.Data)
}

func trainCommand(c experiment.Config) string {
	standard := sweep.ReportGrid()
	line := fmt.Sprintf("fnn train -model %s -lr %s", quoted(named(c.Architecture)), number(c.LearningRate))
	if c.Seed != standard.Seeds[0] {
		line += fmt.Sprintf(" -seed %d", c.Seed)
	}
	if c.Epochs != standard.Epochs {
		line += fmt.Sprintf(" -epochs %d", c.Epochs)
	}
	if c.Batch != standard.Batch {
		line += fmt.Sprintf(" -batch %d", c.Batch)
	}
	if c.Initializer != nn.Normal {
		line += " -init " + string(c.Initializer)
	}
	if c.EvaluateDropout {
		line += " -eval-dropout"
	}
	return line + recipeFlags(c.Recipe) + dataFlag(c.Data)
}

// recipeFlags says what of a recipe is on.
func recipeFlags(r train.Recipe) string {
	flags := ""
	for _, s := range r.Settings() {
		if s.On() {
			flags += " " + experiment.Flag(s) + " " + quoted(s.Value)
		}
	}
	return flags
}

// dataFlag names the data set, unless it is the one that is looked for.
func dataFlag(d experiment.Data) string {
	if d.Folder == "" || filepath.ToSlash(d.Folder) == "data/fashion-mnist" {
		return ""
	}
	return " -data " + quoted(d.Folder)
}

// named returns the name of an architecture that has one, or its words.
func named(architecture string) string {
	if name := nn.Architecture(strings.Fields(architecture)).Name(); name != "" {
		return name
	}
	return architecture
}

func joined[T any](values []T) string {
	var words []string
	for _, v := range values {
		words = append(words, fmt.Sprint(v))
	}
	return strings.Join(words, ",")
}

// quoted returns an argument as a shell takes it.
func quoted(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("._-+:@%/,", r))
	}) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
