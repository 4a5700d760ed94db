package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fnn/idx"
	"fnn/internal/experiment"
	"fnn/nn"
)

const testReport = `6 test samples: loss 0.0802, accuracy 1.0000, macro F1 1.0000

              precision    recall  f1-score   support

         top     1.0000    1.0000    1.0000         2
      middle     1.0000    1.0000    1.0000         2
      bottom     1.0000    1.0000    1.0000         2

    accuracy                         1.0000         6
   macro avg     1.0000    1.0000    1.0000         6
weighted avg     1.0000    1.0000    1.0000         6

`

func TestEval(t *testing.T) {
	model, data := save(t, testModel(t)), writeData(t)
	file := filepath.Join(model, experiment.ModelFile)
	matrix := `          predicted
   truth  0 1 2
   top 0  2 . .
middle 1  . 2 .
bottom 2  . . 2
`
	note := "note: the classes of the model are top, middle, bottom, those of " + data + " 0, 1, 2\n"
	tests := []trial{
		{[]string{"eval", model, "-data", data}, done, testReport + matrix, note},
		{[]string{"eval", "-data=" + data, file, "-quiet", "-threads", "3"}, done, testReport + matrix, ""},
		{[]string{"eval", "-quiet", "-data", data, "--", file}, done, testReport + matrix, ""},
	}
	for _, test := range tests {
		test.check(t)
	}

	t.Setenv("FNN_DATA", data)
	trial{[]string{"eval", model, "-quiet"}, done, testReport + matrix, ""}.check(t)
}

// What eval prints as JSON is what training puts into test.json.
func TestEvalJSON(t *testing.T) {
	m := testModel(t)
	model, data := save(t, m), writeData(t)
	status, stdout, stderr := fnn(t, "eval", model, "-data", data, "-json", "-quiet")
	if status != done || stderr != "" || strings.Count(stdout, "\n") != 1 {
		t.Fatalf("status %d, %q, %q", status, stdout, stderr)
	}
	var got struct {
		Samples   int
		Loss      float64
		Accuracy  float64
		Classes   []struct{ Name string }
		Confusion [][]int
	}
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	if got.Samples != 6 || math.Abs(got.Loss-0.0802) > 1e-4 || got.Accuracy != 1 || got.Classes[2].Name != "bottom" || got.Confusion[1][1] != 2 {
		t.Errorf("%+v", got)
	}
}

func TestEvalRefuses(t *testing.T) {
	good, data := save(t, testModel(t)), writeData(t)
	wide := save(t, newModel(t, 25, 3))
	few := save(t, newModel(t, 16, 2))

	truncated := writeData(t)
	images := filepath.Join(truncated, "t10k-images-idx3-ubyte.gz")
	content, err := os.ReadFile(images)
	if err != nil {
		t.Fatal(err)
	}
	write(t, images, string(content[:len(content)/2]))

	uneven := writeData(t)
	writeIDX(t, filepath.Join(uneven, "t10k-labels-idx1-ubyte"), idx.New([]int{5}, make([]uint8, 5)))

	beyond := writeData(t)
	writeIDX(t, filepath.Join(beyond, "t10k-labels-idx1-ubyte"), idx.New([]int{6}, []uint8{0, 1, 2, 3, 0, 1}))

	text := write(t, filepath.Join(t.TempDir(), "model.txt"), "not a model at all")
	empty := t.TempDir()

	tests := []struct {
		model, data string
		want        string
	}{
		{wide, data, wide + " does not fit " + data + ": the model's number of inputs is 25, but the data set's samples have shape [4 4]"},
		{few, data, few + " does not fit " + data + ": the model's number of classes is 2, but the data set's is 3"},
		{good, beyond, "the model's number of classes is 3, but the data set's is 4"},
		{good, "/nowhere", "data set not found: /nowhere, which -data names, lacks all four files"},
		{good, truncated, images},
		{good, uneven, "holds 6 images, but"},
		{"/nowhere", data, "/nowhere: no such file"},
		{empty, data, filepath.Join(empty, experiment.ModelFile)},
		{text, data, text + " is no model: want a safetensors or an ONNX file"},
		{filepath.Join(data, "t10k-labels-idx1-ubyte"), data, "is no model: want a safetensors or an ONNX file"},
	}
	for _, test := range tests {
		trial{[]string{"eval", test.model, "-data", test.data, "-quiet"}, failed, "", test.want}.check(t)
	}
}

// A model whose weights are spoilt has nothing to tell.
func TestEvalNaN(t *testing.T) {
	m := testModel(t)
	weights := make([]float32, testClasses*m.Inputs)
	for i := range weights {
		weights[i] = float32(math.NaN())
	}
	setWeights(t, m, weights)
	model, data := save(t, m), writeData(t)
	for _, format := range []string{"-json=false", "-json"} {
		trial{[]string{"eval", model, "-data", data, format}, failed, "", model + ": the model's output is not a number: its weights are spoilt"}.check(t)
	}
	trial{[]string{"predict", model, filepath.Join(data, "t10k-images-idx3-ubyte.gz")}, failed, "", "its weights are spoilt"}.check(t)
}

func newModel(t *testing.T, inputs, classes int) *nn.Model {
	t.Helper()
	m, err := nn.New(nil, inputs, classes)
	if err != nil {
		t.Fatal(err)
	}
	m.InputScale = 1.0 / 255
	return m
}

// The test that training ends with and eval are one.
func TestEvalIsTest(t *testing.T) {
	var text strings.Builder
	r := evaluated(t)
	if err := r.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(text.String(), testReport) {
		t.Errorf("got\n%s\nwant\n%s", text.String(), testReport)
	}
}

func evaluated(t *testing.T) *experiment.Result {
	t.Helper()
	r, err := experiment.Test(testModel(t), testSet(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
