package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	"fnn/nn"
)

// modelFile is the name of the model in the folder of a run.
const modelFile = "model.safetensors"

// modelPath returns the path of the model that an argument names: a file, or
// the folder of a run that holds one.
func modelPath(argument string) string {
	if info, err := os.Stat(argument); err == nil && info.IsDir() {
		return filepath.Join(argument, modelFile)
	}
	return argument
}

func loadModel(argument string) (*nn.Model, error) {
	return nn.LoadFile(modelPath(argument))
}

// writeJSON writes a value as JSON on a line of its own.
func (e *env) writeJSON(value any) error {
	encoder := json.NewEncoder(e.stdout)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
