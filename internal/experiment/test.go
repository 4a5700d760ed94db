package experiment

import (
	"fnn/dataset"
	"fnn/nn"
	"fnn/tensor"
)

// TestFolder measures the model of a finished run on the test samples and writes
// the results to its folder.
func TestFolder(f Folder, test *dataset.Set, team *tensor.Team) (*Result, error) {
	lock, err := f.lock()
	if err != nil {
		return nil, err
	}
	defer lock.Release()
	m, err := f.Model()
	if err != nil {
		return nil, err
	}
	return f.test(m, test, team)
}

// test measures a model and writes test.json and predictions.safetensors.
func (f Folder) test(m *nn.Model, test *dataset.Set, team *tensor.Team) (*Result, error) {
	result, evaluation, err := evaluate(m, test, team)
	if err != nil {
		return nil, err
	}
	if err := f.writePredictions(newPredictions(evaluation.Logits, test)); err != nil {
		return nil, err
	}
	return result, f.writeJSON(TestFile, result)
}
