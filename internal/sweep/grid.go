package sweep

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fnn/internal/experiment"
	"fnn/nn"
	"fnn/train"
)

// maxExperiments is the most experiments that a grid may have.
const maxExperiments = 1 << 14

// A Grid is what a sweep goes through: every model at every learning rate with
// every seed. As JSON it is the content of a sweep's sweep.json.
type Grid struct {
	Models          []string        `json:"models"` // architectures in words
	LearningRates   []float64       `json:"learning_rates"`
	Seeds           []uint64        `json:"seeds"`
	Epochs          int             `json:"epochs"`
	Batch           int             `json:"batch"`
	Recipe          train.Recipe    `json:"recipe,omitzero"`
	EvaluateDropout bool            `json:"evaluate_dropout"`
	Data            experiment.Data `json:"data"`
}

// ReportGrid returns the grid of the course report: its three models at four
// learning rates, for 20 epochs in batches of 64. Evaluation with dropout on is
// asked for, because the report did it so.
func ReportGrid() Grid {
	c := train.DefaultConfig()
	g := Grid{
		LearningRates: []float64{0.005, 0.001, 0.0005, 0.0001}, Seeds: []uint64{c.Seed},
		Epochs: c.Epochs, Batch: c.Batch, EvaluateDropout: true,
	}
	for _, name := range []string{"A", "B", "C"} {
		a, err := nn.ParseArchitecture(name)
		if err != nil {
			panic(err)
		}
		g.Models = append(g.Models, a.String())
	}
	return g
}

// Configs returns the configurations of the experiments: model by model, in each
// rate by rate, in each seed by seed.
func (g Grid) Configs() []experiment.Config {
	var all []experiment.Config
	for _, words := range g.Models {
		a := nn.Architecture(strings.Fields(words))
		for _, rate := range g.LearningRates {
			for _, seed := range g.Seeds {
				c := experiment.NewConfig(a, train.Config{
					LearningRate: rate, Epochs: g.Epochs, Batch: g.Batch, Seed: seed, Recipe: g.Recipe,
					EvaluateDropout: g.EvaluateDropout,
				})
				c.Data = g.Data
				all = append(all, c)
			}
		}
	}
	return all
}

// Name returns the name of a sweep's folder: sweep, followed by what is not the
// report's.
func (g Grid) Name() string {
	report, name := ReportGrid(), "sweep"
	if !slices.Equal(g.Models, report.Models) {
		for _, words := range g.Models {
			a := nn.Architecture(strings.Fields(words))
			name += "-" + experiment.ModelName(a.Name(), words)
		}
	}
	if !slices.Equal(g.LearningRates, report.LearningRates) {
		name += "-lr" + join(g.LearningRates, func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) })
	}
	if !slices.Equal(g.Seeds, report.Seeds) {
		name += "-seed" + join(g.Seeds, func(x uint64) string { return strconv.FormatUint(x, 10) })
	}
	if g.Epochs != report.Epochs {
		name += fmt.Sprintf("-epochs%d", g.Epochs)
	}
	if g.Batch != report.Batch {
		name += fmt.Sprintf("-batch%d", g.Batch)
	}
	return experiment.Shortened(name+experiment.RecipeName(g.Recipe), 100)
}

func join[T any](values []T, text func(T) string) string {
	var words []string
	for _, v := range values {
		words = append(words, text(v))
	}
	return strings.Join(words, "-")
}

// Check returns an error unless the grid is one that can be gone through, whose
// experiments are all different.
func (g Grid) Check() error {
	n := 1
	for _, axis := range []struct {
		name string
		len  int
	}{{"models", len(g.Models)}, {"learning rates", len(g.LearningRates)}, {"seeds", len(g.Seeds)}} {
		if axis.len < 1 {
			return fmt.Errorf("no %s", axis.name)
		}
		if axis.len > maxExperiments/n {
			return fmt.Errorf("more than %d experiments", maxExperiments)
		}
		n *= axis.len
	}
	for i, words := range g.Models {
		a, err := nn.ParseArchitecture(words)
		if err != nil {
			return err
		}
		if a.String() != words {
			return fmt.Errorf("model %q: want %q", words, a)
		}
		if slices.Contains(g.Models[:i], words) {
			return fmt.Errorf("model %q is there twice", words)
		}
	}
	for i, rate := range g.LearningRates {
		if slices.Contains(g.LearningRates[:i], rate) {
			return fmt.Errorf("learning rate %g is there twice", rate)
		}
	}
	for i, seed := range g.Seeds {
		if slices.Contains(g.Seeds[:i], seed) {
			return fmt.Errorf("seed %d is there twice", seed)
		}
	}
	for _, c := range g.Configs() {
		if err := c.Check(); err != nil {
			return err
		}
	}
	return nil
}

// Differs tells in which flag of the command, and how, another grid is not this
// one: "" if it is. Data are the same wherever they lie.
func (g Grid) Differs(other Grid) string {
	switch {
	case !slices.Equal(g.Models, other.Models):
		return fmt.Sprintf("-models %s, not %s", names(g.Models), names(other.Models))
	case !slices.Equal(g.LearningRates, other.LearningRates):
		return fmt.Sprintf("-lrs %s, not %s", list(g.LearningRates), list(other.LearningRates))
	case !slices.Equal(g.Seeds, other.Seeds):
		return fmt.Sprintf("-seeds %s, not %s", list(g.Seeds), list(other.Seeds))
	case g.Epochs != other.Epochs:
		return fmt.Sprintf("-epochs %d, not %d", g.Epochs, other.Epochs)
	case g.Batch != other.Batch:
		return fmt.Sprintf("-batch %d, not %d", g.Batch, other.Batch)
	case g.Recipe != other.Recipe:
		its := other.Recipe.Settings()
		for i, s := range g.Recipe.Settings() {
			if s != its[i] {
				return fmt.Sprintf("%s %s, not %s", experiment.Flag(s), s.Value, its[i].Value)
			}
		}
	case g.EvaluateDropout != other.EvaluateDropout:
		return fmt.Sprintf("-eval-dropout=%v, not %v", g.EvaluateDropout, other.EvaluateDropout)
	case g.Data.Checksum != other.Data.Checksum:
		return fmt.Sprintf("-data %s of checksum %s, not %s", g.Data.Folder, g.Data.Checksum, other.Data.Checksum)
	}
	return ""
}

// names returns models as -models takes them.
func names(models []string) string {
	var all []string
	for _, words := range models {
		if name := nn.Architecture(strings.Fields(words)).Name(); name != "" {
			words = name
		}
		all = append(all, words)
	}
	return strings.Join(all, ",")
}

func list[T any](values []T) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(values), "[]"), " ", ",")
}

// A Shard is the part of a sweep that one of several machines does: of the grid's
// experiments, in their order, number Index and every Of-th after it, counted from
// 1. The zero Shard is all of them.
type Shard struct{ Index, Of int }

// ParseShard parses a shard as "2/3" writes it.
func ParseShard(text string) (Shard, error) {
	index, of, ok := strings.Cut(text, "/")
	i, err := strconv.Atoi(index)
	n, err2 := strconv.Atoi(of)
	if !ok || err != nil || err2 != nil || i < 1 || i > n || n > maxExperiments {
		return Shard{}, errors.New("want I/N, part I of N, counted from 1, such as 2/3")
	}
	return Shard{i, n}, nil
}

// Whole says whether the shard is all of the sweep.
func (s Shard) Whole() bool { return s.Of <= 1 }

// has says whether the experiment at index i belongs to the shard.
func (s Shard) has(i int) bool { return s.Whole() || i%s.Of == s.Index-1 }
