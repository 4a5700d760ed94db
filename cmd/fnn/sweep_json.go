package main

import (
	"fnn/internal/experiment"
	"fnn/internal/sweep"
	"fnn/train"
)

// An experimentJSON is an experiment of a sweep as -json prints it. Its figures are
// those of its best epoch, which history.csv has.
type experimentJSON struct {
	Experiment   string     `json:"experiment"` // its folder's name
	Model        string     `json:"model,omitempty"`
	Architecture string     `json:"architecture"`
	LearningRate float64    `json:"learning_rate"`
	Seed         uint64     `json:"seed"`
	Epochs       int        `json:"epochs"` // trained
	Diverged     string     `json:"diverged,omitempty"`
	Best         *epochJSON `json:"best,omitempty"`
	DropoutOn    *epochJSON `json:"dropout_on,omitempty"` // the best epoch, validated with dropout on
	Report       *epochJSON `json:"report,omitempty"`     // that of the report's table
	Seconds      float64    `json:"seconds"`
}

// A sweepJSON is what a sweep comes to, as -json prints it.
type sweepJSON struct {
	Best        *choiceJSON             `json:"best,omitempty"`
	DropoutOn   *choiceJSON             `json:"best_with_dropout_on,omitempty"`
	Differences []sweep.ModelDifference `json:"differences_to_report,omitempty"`
	Tests       []testJSON              `json:"tests"` // of the best, a seed each
	Folder      string                  `json:"folder"`
	Seconds     float64                 `json:"seconds"`
}

// A choiceJSON is the best configuration.
type choiceJSON struct {
	Model        string          `json:"model,omitempty"`
	Architecture string          `json:"architecture"`
	LearningRate float64         `json:"learning_rate"`
	F1           sweep.Statistic `json:"val_f1"`
}

type testJSON struct {
	Seed   uint64             `json:"seed"`
	Result *experiment.Result `json:"result"`
}

// writeSummary prints a line for each experiment, then one for all.
func (s *sweeping) writeSummary(summary *sweep.Summary, best *sweep.Configuration, seconds float64) error {
	all := sweepJSON{Differences: summary.Differences(), Tests: []testJSON{}, Folder: s.Folder, Seconds: seconds}
	if best != nil {
		all.Best = newChoiceJSON(best, best.F1())
		for _, o := range best.Runs {
			all.Tests = append(all.Tests, testJSON{o.Config.Seed, o.Test})
		}
		if c := summary.BestWithDropout(); c != nil {
			f1, _ := c.DropoutF1()
			all.DropoutOn = newChoiceJSON(c, f1)
		}
	}
	for _, c := range summary.Configurations {
		for _, o := range c.Runs {
			if err := s.writeJSON(newExperimentJSON(o, c.Original())); err != nil {
				return err
			}
		}
	}
	return s.writeJSON(all)
}

func newChoiceJSON(c *sweep.Configuration, f1 sweep.Statistic) *choiceJSON {
	return &choiceJSON{c.Model, c.Architecture, c.LearningRate, f1}
}

func newExperimentJSON(o *experiment.Outcome, report train.History) experimentJSON {
	best := func(h train.History) *epochJSON {
		if len(h) == 0 {
			return nil
		}
		j := newEpochJSON(h.Best(), nil)
		return &j
	}
	return experimentJSON{
		Experiment: o.Config.Name(), Model: o.Config.Model, Architecture: o.Config.Architecture,
		LearningRate: o.Config.LearningRate, Seed: o.Config.Seed, Epochs: len(o.History), Diverged: o.Record.Diverged,
		Best: best(o.History), DropoutOn: best(o.DropoutHistory), Report: best(report), Seconds: o.Record.Seconds(),
	}
}
