package main

import (
	"context"
	"fmt"
	"math"
	"slices"

	"fnn/dataset"
)

const evalUsage = `Usage: fnn eval MODEL [flags]

Eval measures a model on the test samples of a data set: loss, accuracy, the
precision, recall and F1 of each class, and the confusion matrix, that of more
than 32 classes with -json only. MODEL is a model's file, a quantised one or
ONNX's included, or the folder of a run that holds model.safetensors.

Flags:

  -data DIR     the folder of the data set
  -threads N    goroutines that compute; 0 stands for one a processor (0)
  -json         the result as a JSON object on one line
  -quiet        no notes

Examples:

  fnn eval runs/A-lr0.001-seed1
  fnn eval model.safetensors -data ~/kmnist -json
`

func runEval(ctx context.Context, e *env, args []string) error {
	f, o := newFlags("data", "threads", "json", "quiet")
	arguments, err := parse(f, args)
	if err != nil {
		return err
	}
	name, err := oneModel(arguments)
	if err != nil {
		return err
	}
	m, err := loadModel(name)
	if err != nil {
		return err
	}
	dir, err := dataset.Find(o.data)
	if err != nil {
		return err
	}
	set, err := dataset.LoadTest(dir)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	team := o.team()
	defer team.Close()
	result, err := m.test(set, team)
	if err != nil {
		return fmt.Errorf("%s does not fit %s: %w; -data names another data set", name, dir, err)
	}
	if math.IsNaN(result.Loss) {
		return fmt.Errorf("%s: %w", name, errSpoilt)
	}
	if !o.quiet && !slices.Equal(m.classNames, set.ClassNames()) {
		e.note("the classes of the model are %s, those of %s %s", list(m.classNames), dir, list(set.ClassNames()))
	}
	if o.json {
		return e.writeJSON(result)
	}
	return result.WriteText(e.stdout)
}
