package sweep

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"fnn/internal/experiment"
	"fnn/internal/original"
	"fnn/tensor"
	"fnn/train"
)

// A Summary is what several runs come to, as their folders tell it.
type Summary struct {
	Configurations []*Configuration // in the order in which their first runs came

	Grids   []Grid              // of the sweeps that the runs are of
	Missing []experiment.Config // of the grids, those that there is no run of
}

// A Configuration is the runs that differ in their seeds alone.
type Configuration struct {
	Model        string // the architecture's name, or ""
	Architecture string // in words
	LearningRate float64
	Runs         []*experiment.Outcome // by seed
}

// Summarize puts runs in order. Of several that are one and the same, as those of
// folders that were copied, it takes one, which is finished if any is. The grids are
// those of the sweeps that the runs are of; shards of one sweep have the same.
func Summarize(outcomes []*experiment.Outcome, grids ...Grid) *Summary {
	s := &Summary{}
	there := map[experiment.Config]bool{}
	groups := map[experiment.Config]*Configuration{}
	for _, o := range outcomes {
		there[o.Config.Results()] = true
		key := o.Config
		key.Seed, key.EvaluateDropout, key.Data = 0, false, experiment.Data{Checksum: o.Config.Data.Checksum}
		c := groups[key]
		if c == nil {
			c = &Configuration{Model: key.Model, Architecture: key.Architecture, LearningRate: key.LearningRate}
			groups[key] = c
			s.Configurations = append(s.Configurations, c)
		}
		same := slices.IndexFunc(c.Runs, func(other *experiment.Outcome) bool { return other.Config.Seed == o.Config.Seed })
		switch {
		case same < 0:
			c.Runs = append(c.Runs, o)
		case !c.Runs[same].Finished():
			c.Runs[same] = o
		}
	}
	for _, c := range s.Configurations {
		slices.SortStableFunc(c.Runs, func(a, b *experiment.Outcome) int { return cmp.Compare(a.Config.Seed, b.Config.Seed) })
	}
	for _, g := range grids {
		if slices.ContainsFunc(s.Grids, func(other Grid) bool { return other.Differs(g) == "" }) {
			continue
		}
		s.Grids = append(s.Grids, g)
		for _, c := range g.Configs() {
			if key := c.Results(); !there[key] {
				there[key] = true // to be named once
				s.Missing = append(s.Missing, c)
			}
		}
	}
	return s
}

// Complete says whether every run came to the end of its last epoch, so that there
// are figures of the configuration.
func (c *Configuration) Complete() bool {
	for _, o := range c.Runs {
		if !o.Finished() {
			return false
		}
	}
	return true
}

// Diverged returns the run whose loss diverged, if there is one.
func (c *Configuration) Diverged() *experiment.Outcome {
	for _, o := range c.Runs {
		if o.Record.Diverged != "" {
			return o
		}
	}
	return nil
}

// Best returns the statistic of a figure of the runs' best epochs. The configuration
// has to be complete.
func (c *Configuration) Best(figure func(e train.Epoch) float64) Statistic {
	return c.statistic(func(o *experiment.Outcome) float64 { return figure(o.Best()) })
}

// F1 returns the validation F1 of the runs' best epochs. The configuration has to be
// complete.
func (c *Configuration) F1() Statistic {
	return c.Best(func(e train.Epoch) float64 { return e.ValidationF1 })
}

// DropoutF1 returns the highest validation F1 that the runs had with dropout on,
// and whether the configuration is complete and was evaluated so.
func (c *Configuration) DropoutF1() (s Statistic, ok bool) {
	if !c.Complete() || !c.EvaluatedWithDropout() {
		return Statistic{}, false
	}
	return c.statistic(func(o *experiment.Outcome) float64 { return o.DropoutHistory.Best().ValidationF1 }), true
}

// EvaluatedWithDropout says whether each epoch was validated with dropout on as well.
func (c *Configuration) EvaluatedWithDropout() bool {
	for _, o := range c.Runs {
		if len(o.DropoutHistory) < len(o.History) {
			return false
		}
	}
	return true
}

func (c *Configuration) statistic(figure func(o *experiment.Outcome) float64) Statistic {
	var figures []float64
	for _, o := range c.Runs {
		figures = append(figures, figure(o))
	}
	return NewStatistic(figures)
}

// Original returns the table that the course report has of the configuration on
// Fashion-MNIST, or nil: as far as the runs go.
func (c *Configuration) Original() train.History {
	first := c.Runs[0].Config
	report := experiment.NewConfig(nil, train.DefaultConfig())
	if first.Data.Checksum != experiment.FashionMNIST || first.Batch != report.Batch || first.Initializer != report.Initializer || first.Recipe != report.Recipe {
		return nil
	}
	h := original.History(c.Model, c.LearningRate)
	return h[:min(len(h), first.Epochs)]
}

// Difference returns the mean absolute difference of the runs to the report's
// table, validated with dropout on as the report did it, and whether there is one.
func (c *Configuration) Difference() (d float64, ok bool) {
	table := c.Original()
	if len(table) == 0 || !c.Complete() || !c.EvaluatedWithDropout() {
		return 0, false
	}
	return c.statistic(func(o *experiment.Outcome) float64 { return original.Difference(o.DropoutHistory, table) }).Mean, true
}

// A ModelDifference is how far a model's runs are from its tables in the report.
type ModelDifference struct {
	Model      string  `json:"model"`
	Difference float64 `json:"difference"` // the mean of the configurations'
	Tables     int     `json:"tables"`     // that there were to compare with
}

// Differences returns the differences of the models to the report.
func (s *Summary) Differences() []ModelDifference {
	var all []ModelDifference
	for _, c := range s.Configurations {
		d, ok := c.Difference()
		if !ok {
			continue
		}
		i := slices.IndexFunc(all, func(m ModelDifference) bool { return m.Model == c.Model })
		if i < 0 {
			i = len(all)
			all = append(all, ModelDifference{Model: c.Model})
		}
		all[i].Difference += d
		all[i].Tables++
	}
	for i := range all {
		all[i].Difference /= float64(all[i].Tables)
	}
	return all
}

// Best returns the best configuration: that of the highest validation F1, as the
// mean over its seeds of the best epochs; of equals, that of the lowest validation
// loss there; of equals, the one whose folders' names come first. Runs that
// diverged or are unfinished make a configuration none. The test samples have no
// say. It returns nil if there is no configuration to choose.
//
// The mean over seeds, rather than the best run, is what the next run of the
// configuration can be expected to reach: the best of many runs is lucky as well.
func (s *Summary) Best() *Configuration {
	return s.best(func(c *Configuration) (Statistic, bool) { return c.F1(), true })
}

// BestWithDropout returns the configuration that is the best if dropout stays on in
// validation, as in the report.
func (s *Summary) BestWithDropout() *Configuration { return s.best((*Configuration).DropoutF1) }

func (s *Summary) best(f1 func(c *Configuration) (Statistic, bool)) *Configuration {
	var best *Configuration
	var highest float64
	for _, c := range s.Configurations {
		if !c.Complete() {
			continue
		}
		x, ok := f1(c)
		if ok && (best == nil || x.Mean > highest || x.Mean == highest && c.before(best)) {
			best, highest = c, x.Mean
		}
	}
	return best
}

// before settles ties.
func (c *Configuration) before(other *Configuration) bool {
	loss := func(c *Configuration) float64 {
		return c.Best(func(e train.Epoch) float64 { return e.ValidationLoss }).Mean
	}
	return cmp.Or(cmp.Compare(loss(c), loss(other)), cmp.Compare(c.Runs[0].Config.Name(), other.Runs[0].Config.Name())) < 0
}

// Name returns the model's name or words, and the learning rate.
func (c *Configuration) Name() string {
	return fmt.Sprintf("%s at %g", c.model(), c.LearningRate)
}

func (c *Configuration) model() string {
	return cmp.Or(c.Model, c.Architecture, "the output layer alone")
}

// BestRun returns the run of the highest validation F1, the first of equals.
func (c *Configuration) BestRun() *experiment.Outcome {
	best := c.Runs[0]
	for _, o := range c.Runs {
		if o.Best().ValidationF1 > best.Best().ValidationF1 {
			best = o
		}
	}
	return best
}

// Test measures the models of the best configuration on the test samples, writes
// the results to their folders and adds them to the outcomes.
func (s *Summary) Test(samples *experiment.Samples, team *tensor.Team) error {
	best := s.Best()
	if best == nil {
		return nil
	}
	for _, o := range best.Runs {
		result, err := experiment.TestFolder(o.Folder, samples.Test, team)
		if err != nil {
			return err
		}
		o.Test = result
	}
	return nil
}

// Read reads the folders of the sweep's experiments, or the shard's, as far as they
// are there.
func (s *Sweep) Read() (*Summary, error) {
	var outcomes []*experiment.Outcome
	for _, e := range s.Experiments {
		o, err := experiment.Read(e.Folder)
		switch {
		case err == nil:
			outcomes = append(outcomes, o)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
	return Summarize(outcomes, s.Grid), nil
}
