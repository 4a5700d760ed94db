package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"runtime"
	"strconv"
	"strings"

	"fnn/internal/experiment"
	"fnn/internal/suggest"
	"fnn/nn"
	"fnn/tensor"
	"fnn/train"
)

// maxThreads is the most threads that may be asked for.
const maxThreads = 1024

// recipeFlags are those of a recipe.
var recipeFlags = []string{"schedule", "weight-decay", "clip-norm", "label-smoothing", "patience"}

var (
	wantCount  = fmt.Sprintf("want a whole number from 1 to %d", experiment.MaxCount)
	wantNumber = fmt.Sprintf("want 0, for none, or a number up to %g", experiment.MaxRate)
	wantRate   = fmt.Sprintf("want a number from %g to %g", experiment.MinRate, experiment.MaxRate)
)

// options holds the values of the flags that several commands share.
type options struct {
	architecture nn.Architecture
	config       train.Config       // -lr, -epochs, -batch, -seed, -eval-dropout, recipeFlags
	cadence      experiment.Cadence // -checkpoint-every
	data         string
	out          string
	threads      int
	json         bool
	quiet        bool
}

// newFlags returns a command's flags: those of the given names from the ones
// that commands share, with their defaults.
func newFlags(names ...string) (*flag.FlagSet, *options) {
	o := &options{config: train.DefaultConfig()}
	o.architecture, _ = nn.ParseArchitecture("A")
	f := flag.NewFlagSet("", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	for _, name := range names {
		switch name {
		case "model":
			f.Func(name, "", o.setArchitecture)
		case "lr":
			f.Func(name, "", o.setLearningRate)
		case "epochs":
			f.Func(name, "", whole(&o.config.Epochs, 1, experiment.MaxCount, wantCount))
		case "batch":
			f.Func(name, "", whole(&o.config.Batch, 1, experiment.MaxCount, wantCount))
		case "seed":
			f.Func(name, "", o.setSeed)
		case "eval-dropout":
			f.BoolVar(&o.config.EvaluateDropout, name, false, "")
		case "schedule":
			f.Func(name, "", o.setSchedule)
		case "weight-decay":
			f.Func(name, "", number(&o.config.Recipe.WeightDecay, experiment.MaxRate, wantNumber))
		case "clip-norm":
			f.Func(name, "", number(&o.config.Recipe.ClipNorm, experiment.MaxRate, wantNumber))
		case "label-smoothing":
			f.Func(name, "", number(&o.config.Recipe.LabelSmoothing, math.Nextafter(1, 0), "want 0, for none, or a number below 1"))
		case "patience":
			f.Func(name, "", whole(&o.config.Recipe.Patience, 0, experiment.MaxCount,
				fmt.Sprintf("want 0, for none, or a whole number up to %d", experiment.MaxCount)))
		case "checkpoint-every":
			f.Func(name, "", o.setCadence)
		case "data":
			f.StringVar(&o.data, name, "", "")
		case "out":
			f.StringVar(&o.out, name, "", "")
		case "threads":
			f.Func(name, "", whole(&o.threads, 0, maxThreads,
				fmt.Sprintf("want 0, for one a processor, or a whole number up to %d", maxThreads)))
		case "json":
			f.BoolVar(&o.json, name, false, "")
		case "quiet":
			f.BoolVar(&o.quiet, name, false, "")
		default:
			panic("no shared flag " + name)
		}
	}
	return f, o
}

func (o *options) setArchitecture(text string) error {
	a, err := nn.ParseArchitecture(text)
	if err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "nn: "))
	}
	o.architecture = a
	return nil
}

func (o *options) setLearningRate(text string) error {
	rate, err := strconv.ParseFloat(text, 64)
	if err != nil || !(rate >= experiment.MinRate && rate <= experiment.MaxRate) {
		return errors.New(wantRate)
	}
	o.config.LearningRate = rate
	return nil
}

func (o *options) setSeed(text string) error {
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return fmt.Errorf("want a whole number from 0 to %d", uint64(math.MaxUint64))
	}
	o.config.Seed = seed
	return nil
}

func (o *options) setCadence(text string) (err error) {
	o.cadence, err = experiment.ParseCadence(text)
	return err
}

func (o *options) setSchedule(text string) error {
	s, err := train.ParseSchedule(text)
	if err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "train: "))
	}
	o.config.Recipe.Schedule = s
	return nil
}

// checkRecipe returns an error if the recipe does not go with a learning rate.
func (o *options) checkRecipe(rate float64) error {
	if err := o.config.Recipe.Check(rate, o.config.Epochs); err != nil {
		return usageError{err.Error()}
	}
	return nil
}

// number returns a function that sets x to a number from 0 to the most.
func number(x *float64, most float64, want string) func(string) error {
	return func(text string) error {
		value, err := strconv.ParseFloat(text, 64)
		if err != nil || !(value >= 0 && value <= most) {
			return errors.New(want)
		}
		*x = value
		return nil
	}
}

// whole returns a function that sets n to a whole number within bounds.
func whole(n *int, least, most int, want string) func(string) error {
	return func(text string) error {
		value, err := strconv.Atoi(text)
		if err != nil || value < least || value > most {
			return errors.New(want)
		}
		*n = value
		return nil
	}
}

// threadCount returns how many threads -threads asks for. Without it there are no
// more than processors, whatever $GOMAXPROCS says: threads of a team that wait for
// each other's turn take very long.
func (o *options) threadCount() int {
	return cmp.Or(o.threads, min(runtime.GOMAXPROCS(0), runtime.NumCPU()))
}

// team returns a team of as many threads as -threads says.
func (o *options) team() *tensor.Team { return tensor.NewTeam(o.threadCount()) }

// parse sets flags from a command line and returns its arguments, with which
// the flags may mingle. The error is a [usageError], or [flag.ErrHelp] if help
// is asked for.
func parse(f *flag.FlagSet, args []string) (arguments []string, err error) {
	for len(args) > 0 {
		word := args[0]
		if word == "--" {
			return append(arguments, args[1:]...), nil
		}
		if len(word) < 2 || word[0] != '-' {
			arguments = append(arguments, word)
			args = args[1:]
			continue
		}
		name, value, hasValue := strings.Cut(strings.TrimPrefix(word[1:], "-"), "=")
		known := f.Lookup(name)
		if known == nil {
			if isHelp(word) {
				return nil, flag.ErrHelp
			}
			return nil, unknownFlag(f, name)
		}
		boolean, ok := known.Value.(interface{ IsBoolFlag() bool })
		isBool := ok && boolean.IsBoolFlag()
		if _, err := strconv.ParseBool(value); err != nil && isBool && hasValue {
			return nil, usagef("invalid value %q for flag -%s: want true or false", value, name)
		}
		words := 2
		if hasValue || isBool {
			words = 1
		}
		words = min(words, len(args))
		if err := f.Parse(args[:words]); err != nil {
			return nil, usageError{err.Error()}
		}
		args = args[words:]
	}
	return arguments, nil
}

func unknownFlag(f *flag.FlagSet, name string) error {
	if name == "version" {
		return usagef("unknown flag -version; did you mean \"fnn version\"?")
	}
	var names []string
	f.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	if near := suggest.Suggest(name, names); near != "" {
		return usagef("unknown flag -%s; did you mean -%s?", name, near)
	}
	return usagef("unknown flag -%s", name)
}

// none returns an error if there are arguments where none belong.
func none(arguments []string) error {
	if len(arguments) > 0 {
		return usagef("unexpected argument %q", arguments[0])
	}
	return nil
}
