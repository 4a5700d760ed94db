package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fnn/internal/experiment"
	"fnn/nn"
	"fnn/safetensors"
)

// Every command that takes a model takes one that went out as ONNX, and tells
// the same.
func TestONNX(t *testing.T) {
	model, data := save(t, testModel(t)), writeData(t)
	file := filepath.Join(t.TempDir(), "model.onnx")
	images := filepath.Join(data, "t10k-images-idx3-ubyte.gz")
	for _, flags := range [][]string{nil, {"-softmax"}, {"-uint8"}, {"-uint8", "-softmax"}} {
		trial{append([]string{"export", model, "-o", file}, flags...), done, "", ""}.check(t)
		for _, args := range [][]string{{"eval", "", "-data", data, "-quiet"}, {"predict", "", images, "-json"}} {
			args[1] = model
			_, want, _ := fnn(t, args...)
			args[1] = file
			trial{args, done, want, ""}.check(t)
		}

		back := filepath.Join(t.TempDir(), "model.safetensors")
		trial{[]string{"import", file, "-o", back}, done, "", ""}.check(t)
		want, err := os.ReadFile(filepath.Join(model, experiment.ModelFile))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(back); err != nil || string(got) != string(want) {
			t.Errorf("%v: exported and imported, the model's file is another: %d bytes, %v", flags, len(got), err)
		}
	}
	trial{[]string{"inspect", file}, done, file + `: an ONNX model, 2 tensors, 204 B
  architecture  the output layer alone
  inputs        16, scaled by 0.003921569
  parameters    51
  classes       3: top, middle, bottom

  tensor    type  shape   bytes
  0.weight  F32   3 x 16  192
  0.bias    F32   3       12

  metadata
  border_mean   44.94
  image_height  4
  image_width   4
`, ""}.check(t)
	_, stdout, _ := fnn(t, "inspect", file, "-json")
	if !strings.Contains(stdout, `"format":"onnx","model":{"checkpoint":false,"architecture":"","inputs":16,`) {
		t.Errorf("%s", stdout)
	}
}

func TestExportRefuses(t *testing.T) {
	model, dir := save(t, testModel(t)), t.TempDir()
	cut := write(t, filepath.Join(dir, "cut.onnx"), "\x08\x08\x3a\x05\x0a")
	tests := []trial{
		{[]string{"export", "-o", "x.onnx"}, badUsage, "", "no model given"},
		{[]string{"export", model}, badUsage, "", "no file given to write: want -o FILE"},
		{[]string{"export", model, "-o", filepath.Join(dir, "x.pt")}, badUsage, "", "the name of no known form: want one that ends in .onnx or .go"},
		{[]string{"export", model, model, "-o", "x.onnx"}, badUsage, "", "unexpected argument"},
		{[]string{"export", model, "-o", filepath.Join(dir, "none", "x.onnx")}, failed, "", "none/x.onnx: no such file or directory"},
		{[]string{"export", cut, "-o", filepath.Join(dir, "x.onnx")}, failed, "", cut + ": offset 3: field 7 of 5 bytes, where 1 are left"},
		{[]string{"inspect", cut}, failed, "", cut + ": offset 3"},
	}
	for _, test := range tests {
		test.check(t)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}

// writeState writes the weights of a network 16-5-3, in PyTorch's order.
func writeState(t *testing.T, names ...string) string {
	t.Helper()
	hidden, output := make([]float32, 5*16), make([]float32, 3*5)
	for i := range hidden {
		hidden[i] = float32(i)
	}
	for i := range output {
		output[i] = float32(i)
	}
	file := filepath.Join(t.TempDir(), "state.safetensors")
	err := safetensors.WriteFile(file, &safetensors.File{Tensors: []safetensors.Tensor{
		safetensors.Float32(names[0], []int{5, 16}, hidden), safetensors.Float32(names[1], []int{3, 5}, output),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestImport(t *testing.T) {
	state := writeState(t, "0.weight", "2.weight")
	file := filepath.Join(t.TempDir(), "model.safetensors")
	imported := func(args ...string) *nn.Model {
		t.Helper()
		trial{append([]string{"import", "-o", file}, args...), done, "", ""}.check(t)
		m, err := nn.LoadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	m := imported(state, "-model", "5 relu")
	dense := m.Layers[0].(*nn.Dense)
	if m.Inputs != 16 || m.Classes() != 3 || m.InputScale != 1.0/255 || dense.Weight.At(3, 2) != 2*16+3 || m.ClassNames[2] != "2" {
		t.Errorf("%d inputs, scaled by %g, classes %q, weight %g", m.Inputs, m.InputScale, m.ClassNames, dense.Weight.At(3, 2))
	}
	m = imported(state, "-model", "5 relu", "-scale", "1/16", "-classes", "a,b b,c", "-weights", "outputs,inputs", "-layers", "0,2")
	if m.InputScale != 1.0/16 || !slices.Equal(m.ClassNames, []string{"a", "b b", "c"}) {
		t.Errorf("scaled by %g, classes %q", m.InputScale, m.ClassNames)
	}
	m = imported(save(t, testModel(t)), "-model", "", "-scale", "1/16")
	if m.InputScale != 1.0/16 || m.Inputs != testSide*testSide {
		t.Errorf("%d inputs, scaled by %g", m.Inputs, m.InputScale)
	}
	m = imported("../../onnx/testdata/handmade_skl2onnx_texts.onnx", "-scale", "2")
	if m.InputScale != 2 || m.Architecture.String() != "8 relu" || m.ClassNames[0] != "bag" {
		t.Errorf("%q, scaled by %g, classes %q", m.Architecture, m.InputScale, m.ClassNames)
	}
}

func TestImportRefuses(t *testing.T) {
	state := writeState(t, "0.weight", "2.weight")
	graph := "../../onnx/testdata/handmade_gemm.onnx"
	file := filepath.Join(t.TempDir(), "model.safetensors")
	text := write(t, filepath.Join(t.TempDir(), "text"), "hello, world")
	tests := []struct {
		args   []string
		status int
		want   string
	}{
		{nil, badUsage, "no file given"},
		{[]string{state, state, "-model", "5 relu"}, badUsage, "unexpected argument"},
		{[]string{state}, badUsage, "-model has to say what layers its tensors belong to"},
		{[]string{graph, "-model", "5 relu"}, badUsage, "is an ONNX file, which says itself"},
		{[]string{graph, "-layers", "0,2"}, badUsage, "is an ONNX file, which says itself"},
		{[]string{state, "-model", "5 relu", "-weights", "rows"}, badUsage, `want "outputs,inputs" or "inputs,outputs"`},
		{[]string{state, "-model", "5 relu", "-scale", "0"}, badUsage, "want a number above 0, or a fraction"},
		{[]string{state, "-model", "5 relu", "-scale", "1/0"}, badUsage, "want a number above 0, or a fraction"},
		{[]string{state, "-model", "5 relu", "-scale", "1/x"}, badUsage, "want a number above 0, or a fraction"},
		{[]string{state, "-model", "5 relu", "-classes", "a,b"}, failed, "2 names in -classes for 3 classes"},
		{[]string{state, "-model", "6 relu"}, failed, state + `: nn: layer "0" has weights of shape [5 16]`},
		{[]string{writeState(t, "in.weight", "out.weight"), "-model", "5 relu"}, failed, "ambiguous: in what order are the layers"},
		{[]string{text, "-model", "5 relu"}, failed, "text: neither an ONNX nor a safetensors file"},
		{[]string{"/nowhere"}, failed, "/nowhere: no such file"},
	}
	for _, test := range tests {
		trial{append([]string{"import", "-o", file}, test.args...), test.status, "", test.want}.check(t)
	}
	trial{[]string{"import", state, "-model", "5 relu"}, badUsage, "", "no file given to write: want -o MODEL"}.check(t)
	trial{[]string{"import", state, "-model", "5 relu", "-o", "x.onnx"}, badUsage, "", "-o x.onnx: the file is safetensors; fnn export writes .onnx"}.check(t)
	trial{[]string{"import", state, "-model", "5 relu", "-o", state}, badUsage, "", "-o " + state + ": the file that is read"}.check(t)
	if _, err := os.Stat(file); err == nil {
		t.Error("there is a file")
	}
}
