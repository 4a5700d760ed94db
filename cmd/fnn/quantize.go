package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"fnn/dataset"
	"fnn/internal/experiment"
	"fnn/nn"
	"fnn/quantize"
	"fnn/tensor"
)

const quantizeUsage = `Usage: fnn quantize MODEL -o FILE [flags]

Quantize makes a model of 8-bit integers out of one of float32: a quarter of the
size, and faster. It goes through the first 5000 training pictures of the data set
to see how large the model's activations become, writes FILE, and prints how well
both do on the test samples. MODEL is a model's file, ONNX's included, or the
folder of a run that holds model.safetensors.

Eval, predict, inspect and export take FILE as they take any model.

Flags:

  -o FILE       the file to write, in the format safetensors
  -data DIR     the folder of the data set
  -threads N    goroutines that compute; 0 stands for one a processor (0)
  -json         the result as a JSON object on one line

Examples:

  fnn quantize runs/A-lr0.001-seed1 -o int8.safetensors
  fnn eval int8.safetensors
`

// calibrationSamples is how many of the training samples calibrate.
const calibrationSamples = 5000

func runQuantize(ctx context.Context, e *env, args []string) error {
	f, o := newFlags("data", "threads", "json")
	var file string
	f.StringVar(&file, "o", "", "")
	arguments, err := parse(f, args)
	if err != nil {
		return err
	}
	name, err := oneModel(arguments)
	if err != nil {
		return err
	}
	if err := checkModelOutput(file, "FILE", modelPath(name), "fnn export -int8"); err != nil {
		return err
	}
	m, err := loadModel(name)
	if err != nil {
		return err
	}
	if m.quantized != nil {
		return fmt.Errorf("%s is quantised already", name)
	}
	q, comparison, err := quantizeModel(ctx, name, m.float, o)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := q.Save(file); err != nil {
		return err
	}
	for _, side := range []struct {
		*measured
		file string
	}{{&comparison.Float32, modelPath(name)}, {&comparison.Int8, file}} {
		info, err := os.Stat(side.file)
		if err != nil {
			return err
		}
		side.Bytes = info.Size()
	}
	if o.json {
		return e.writeJSON(comparison)
	}
	return e.printComparison(comparison)
}

// A comparison is how well a model does on a data set's test samples before and
// after it is quantised.
type comparison struct {
	Calibration int      `json:"calibration_samples"`
	Samples     int      `json:"samples"`
	Float32     measured `json:"float32"`
	Int8        measured `json:"int8"`
}

type measured struct {
	Accuracy float64 `json:"accuracy"`
	MacroF1  float64 `json:"macro_f1"`
	Bytes    int64   `json:"bytes,omitempty"` // of the file
}

// quantizeModel quantises the model of a name, calibrated on the data set.
func quantizeModel(ctx context.Context, name string, m *nn.Model, o *options) (*quantize.Model, *comparison, error) {
	dir, err := dataset.Find(o.data)
	if err != nil {
		return nil, nil, err
	}
	training, test, err := dataset.Load(dir)
	if err != nil {
		return nil, nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	if training.Bytes(0) == nil {
		return nil, nil, fmt.Errorf("the samples of %s are float32: quantising takes bytes", dir)
	}
	team := o.team()
	defer team.Close()
	before, err := experiment.Test(m, test, team)
	if err != nil {
		return nil, nil, fmt.Errorf("%s does not fit %s: %w; -data names another data set", name, dir, err)
	}
	samples := tensor.NewBytes(min(calibrationSamples, training.Len()), m.Inputs)
	for i := range samples.Rows {
		copy(samples.Row(i), training.Bytes(i))
	}
	q, err := quantize.New(m, samples)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	after, err := experiment.TestQuantized(q, test, team)
	if err != nil {
		return nil, nil, err
	}
	return q, &comparison{
		Calibration: samples.Rows, Samples: test.Len(),
		Float32: measured{Accuracy: before.Confusion.Accuracy(), MacroF1: before.Confusion.Macro().F1},
		Int8:    measured{Accuracy: after.Confusion.Accuracy(), MacroF1: after.Confusion.Macro().F1},
	}, nil
}

// printComparison writes a comparison for people.
func (e *env) printComparison(c *comparison) error {
	change, word := 100*(c.Float32.Accuracy-c.Int8.Accuracy), "lost"
	if change < 0 {
		change, word = -change, "gained"
	}
	_, err := fmt.Fprintf(e.stdout, "%d test samples: %.2f points of accuracy %s with int8, calibrated on %d training samples\n\n",
		c.Samples, change, word, c.Calibration)
	t := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "\taccuracy\tmacro F1\t")
	if c.Int8.Bytes > 0 {
		fmt.Fprint(t, "bytes\t")
	}
	for _, side := range []struct {
		name string
		measured
	}{{"float32", c.Float32}, {"int8", c.Int8}} {
		fmt.Fprintf(t, "\n%s\t%.4f\t%.4f\t", side.name, side.Accuracy, side.MacroF1)
		if side.Bytes > 0 {
			fmt.Fprintf(t, "%d\t", side.Bytes)
		}
	}
	fmt.Fprintln(t)
	return errors.Join(err, t.Flush())
}
