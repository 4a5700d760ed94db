package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"fnn/dataset"
	"fnn/internal/experiment"
	"fnn/internal/sweep"
	"fnn/nn"
	"fnn/onnx"
	"fnn/quantize"
	"fnn/tensor"
)

// modelPath returns the path of the model that an argument names: a file, or
// the folder of a run that holds one.
func modelPath(argument string) string {
	if info, err := os.Stat(argument); err == nil && info.IsDir() {
		return filepath.Join(argument, experiment.ModelFile)
	}
	return argument
}

// checkFolder returns an error, which ends in advice, if an argument that may name
// the folder of a run names that of a sweep.
func checkFolder(argument, advice string) error {
	if _, err := os.Stat(filepath.Join(argument, sweep.GridFile)); err != nil {
		return nil
	}
	return fmt.Errorf("%s is the folder of a sweep: %s", argument, advice)
}

// modelFile is modelPath, but refuses the folder of a sweep.
func modelFile(argument string) (name string, err error) {
	return modelPath(argument), checkFolder(argument, "want one of the runs in it")
}

// checkOutput returns an error unless -o names a file, which the usage calls want,
// and not the one that the command reads, which would be lost.
func checkOutput(file, want, input string) error {
	if file == "" {
		return usagef("no file given to write: want -o %s", want)
	}
	from, err := os.Stat(input)
	if err != nil {
		return nil // reading it says so
	}
	if to, err := os.Stat(file); err == nil && os.SameFile(from, to) {
		return usagef("-o %s: the file that is read: want another", file)
	}
	return nil
}

// checkModelOutput is checkOutput for a command that writes a safetensors file, which
// the name must not say is of a form that export writes.
func checkModelOutput(file, want, input, exporter string) error {
	if err := checkOutput(file, want, input); err != nil {
		return err
	}
	for _, format := range exportFormats {
		if strings.EqualFold(filepath.Ext(file), format.suffix) {
			return usagef("-o %s: the file is safetensors; %s writes %s", file, exporter, format.suffix)
		}
	}
	return nil
}

// A model is one of float32 or, quantised, of int8, with what is known of either.
type model struct {
	float      *nn.Model
	quantized  *quantize.Model // if not nil
	inputs     int
	scale      float32
	classNames []string
	info       map[string]string
}

func floatModel(m *nn.Model) *model {
	return &model{float: m, inputs: m.Inputs, scale: m.InputScale, classNames: m.ClassNames, info: m.Info}
}

func quantizedModel(m *quantize.Model) *model {
	return &model{quantized: m, inputs: m.Inputs, scale: m.InputScale, classNames: m.ClassNames, info: m.Info}
}

// loadModel loads a model of either kind.
func loadModel(argument string) (*model, error) {
	name, err := modelFile(argument)
	if err != nil {
		return nil, err
	}
	m, err := loadFloat(name)
	if errors.Is(err, nn.ErrNotModel) {
		if q, other := quantize.LoadFile(name); !errors.Is(other, quantize.ErrNotQuantized) {
			if other != nil {
				return nil, other
			}
			return quantizedModel(q), nil
		}
	}
	if err != nil {
		return nil, err
	}
	return floatModel(m), nil
}

// loadFloat loads a model of float32.
func loadFloat(name string) (*nn.Model, error) {
	switch kind, err := recognise(name); {
	case err != nil:
		return nil, err
	case kind == safetensorsFile:
		return nn.LoadFile(name)
	case kind == onnxFile:
		return onnx.LoadFile(name)
	}
	return nil, fmt.Errorf("%s is no model: want a safetensors or an ONNX file", name)
}

// errSpoilt reports that a model's output is not a number.
var errSpoilt = errors.New("the model's output is not a number: its weights are spoilt")

// test measures the model on a set.
func (m *model) test(set *dataset.Set, team *tensor.Team) (*experiment.Result, error) {
	if m.quantized != nil {
		return experiment.TestQuantized(m.quantized, set, team)
	}
	return experiment.Test(m.float, set, team)
}

// writeJSON writes a value as JSON on a line of its own.
func (e *env) writeJSON(value any) error {
	encoder := json.NewEncoder(e.stdout)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
