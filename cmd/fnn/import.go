package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"strconv"
	"strings"

	"fnn/nn"
	"fnn/onnx"
	"fnn/safetensors"
)

const importUsage = `Usage: fnn import FILE -o MODEL [flags]

Import makes a model's file of weights that another program trained. FILE is
what its first bytes say it is:

  ONNX          a multilayer perceptron, as PyTorch, scikit-learn's skl2onnx and
                Keras' exporters write it
  safetensors   the tensors of a PyTorch state_dict, of F32, F16, BF16 or F64,
                or the arrays of Keras or scikit-learn; -model says what layers
                they belong to

A folder stands for the model.safetensors in it.

Layers whose names differ in their numbers alone are taken in the order of these,
others by the shapes of their weights. The same shapes tell whether weights are
(outputs, inputs), as in PyTorch, or (inputs, outputs).

Flags:

  -o MODEL       the file to write, in the format safetensors
  -model WORDS   safetensors: the architecture, such as "128 relu 64 relu",
                 without the output layer
  -weights ORDER safetensors: "outputs,inputs" or "inputs,outputs", where the
                 shapes do not tell
  -layers NAMES  safetensors: the layers that have weights, in their order, with
                 commas between, where names and shapes do not tell
  -classes NAMES the names of the classes, with commas between; without it, those
                 of an ONNX file, or 0, 1 and so on
  -scale NUMBER  what 8-bit values are multiplied by before they enter, such as
                 1/255; without it, what an ONNX file says, or 1/255

Examples:

  fnn import mlp.onnx -o model.safetensors
  fnn import state.safetensors -model "128 relu 64 relu" -o model.safetensors
  fnn import state.safetensors -model A -layers input,hidden,output -o model.safetensors
`

// importOptions are the flags of import that shared ones are not.
type importOptions struct {
	file    string
	state   nn.StateOptions
	classes []string
	scale   float32 // 0 if not given
	words   bool    // whether there is -model
}

func runImport(ctx context.Context, e *env, args []string) error {
	f, shared := newFlags("model")
	var o importOptions
	f.StringVar(&o.file, "o", "", "")
	f.Func("weights", "", o.setOrder)
	f.Func("layers", "", func(text string) error { o.state.Layers = strings.Split(text, ","); return nil })
	f.Func("classes", "", func(text string) error { o.classes = strings.Split(text, ","); return nil })
	f.Func("scale", "", o.setScale)
	arguments, err := parse(f, args)
	if err != nil {
		return err
	}
	if len(arguments) == 0 {
		return usagef("no file given")
	}
	if err := none(arguments[1:]); err != nil {
		return err
	}
	name, err := modelFile(arguments[0])
	if err != nil {
		return err
	}
	if err := checkModelOutput(o.file, "MODEL", name, "fnn export"); err != nil {
		return err
	}
	f.Visit(func(f *flag.Flag) { o.words = o.words || f.Name == "model" })

	m, err := o.load(name, shared.architecture)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if o.scale != 0 {
		m.InputScale = o.scale
	}
	if o.classes != nil {
		if len(o.classes) != m.Classes() {
			return fmt.Errorf("%s: %d names in -classes for %d classes", name, len(o.classes), m.Classes())
		}
		m.ClassNames = o.classes
	}
	return m.Save(o.file)
}

// load reads the file to import.
func (o *importOptions) load(name string, words nn.Architecture) (*nn.Model, error) {
	kind, err := recognise(name)
	if err != nil {
		return nil, err
	}
	switch kind {
	case onnxFile:
		if o.words || o.state.Order != nn.DetectOrder || o.state.Layers != nil {
			return nil, usagef("%s is an ONNX file, which says itself what -model, -weights and -layers are for", name)
		}
		return onnx.LoadFile(name)
	case safetensorsFile:
	default:
		return nil, fmt.Errorf("%s: neither an ONNX nor a safetensors file, by its first bytes", name)
	}
	if !o.words {
		return nil, usagef("%s is a safetensors file: -model has to say what layers its tensors belong to", name)
	}
	f, err := safetensors.ReadFile(name)
	if err != nil {
		return nil, err
	}
	m, err := nn.FromState(f, words, o.state)
	if errors.Is(err, nn.ErrAmbiguous) {
		return nil, fmt.Errorf("%s: %w; -layers and -weights tell", name, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	m.InputScale = 1.0 / 255
	return m, nil
}

func (o *importOptions) setOrder(text string) error {
	switch text {
	case "outputs,inputs":
		o.state.Order = nn.OutputsInputs
	case "inputs,outputs":
		o.state.Order = nn.InputsOutputs
	default:
		return errors.New(`want "outputs,inputs" or "inputs,outputs"`)
	}
	return nil
}

// setScale takes a number or a fraction.
func (o *importOptions) setScale(text string) error {
	above, below, fraction := strings.Cut(text, "/")
	if !fraction {
		below = "1"
	}
	a, err1 := strconv.ParseFloat(above, 64)
	b, err2 := strconv.ParseFloat(below, 64)
	if scale := float32(a / b); err1 == nil && err2 == nil && scale > 0 && scale <= math.MaxFloat32 {
		o.scale = scale
		return nil
	}
	return errors.New("want a number above 0, or a fraction such as 1/255")
}
