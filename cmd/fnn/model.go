package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"fnn/internal/experiment"
	"fnn/nn"
	"fnn/onnx"
)

// modelPath returns the path of the model that an argument names: a file, or
// the folder of a run that holds one.
func modelPath(argument string) string {
	if info, err := os.Stat(argument); err == nil && info.IsDir() {
		return filepath.Join(argument, experiment.ModelFile)
	}
	return argument
}

func loadModel(argument string) (*nn.Model, error) {
	name := modelPath(argument)
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

// writeJSON writes a value as JSON on a line of its own.
func (e *env) writeJSON(value any) error {
	encoder := json.NewEncoder(e.stdout)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
