package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fnn/idx"
	"fnn/internal/experiment"
	"fnn/quantize"
)

// quantized writes a quantised form of testModel and returns its name.
func quantized(t *testing.T, data string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "int8.safetensors")
	trial{[]string{"quantize", save(t, testModel(t)), "-o", file, "-data", data}, done, "…", ""}.check(t)
	return file
}

func TestQuantize(t *testing.T) {
	data, model := writeData(t), save(t, testModel(t))
	file := filepath.Join(t.TempDir(), "int8.safetensors")
	args := []string{"quantize", model, "-o", file, "-data", data}
	status, stdout, stderr := fnn(t, args...)
	var sizes []any
	for _, name := range []string{filepath.Join(model, experiment.ModelFile), file} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatalf("%v (%d, %s)", err, status, stderr)
		}
		sizes = append(sizes, info.Size())
	}
	want := fmt.Sprintf(`6 test samples: 0.00 points of accuracy lost with int8, calibrated on 6 training samples

           accuracy  macro F1  bytes
  float32    1.0000    1.0000    %d
     int8    1.0000    1.0000    %d
`, sizes...)
	if status != done || stdout != want {
		t.Errorf("status %d, %s\n%s\nwant\n%s", status, stderr, stdout, want)
	}
	first, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want = fmt.Sprintf(`{"calibration_samples":6,"samples":6,"float32":{"accuracy":1,"macro_f1":1,"bytes":%d},"int8":{"accuracy":1,"macro_f1":1,"bytes":%d}}`+"\n", sizes...)
	trial{append(args, "-json", "-threads", "3"), done, want, ""}.check(t)
	if again, err := os.ReadFile(file); err != nil || string(again) != string(first) {
		t.Errorf("quantised again, with other threads, the file is another: %v", err)
	}
	q, err := quantize.LoadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if q.ClassNames[2] != "bottom" || q.Info["image_width"] != "4" {
		t.Errorf("%q, %q", q.ClassNames, q.Info)
	}
}

// The commands take a quantised file as any other, and tell the same.
func TestQuantizedModel(t *testing.T) {
	data := writeData(t)
	file, model := quantized(t, data), save(t, testModel(t))
	images := filepath.Join(data, "t10k-images-idx3-ubyte.gz")
	for _, args := range [][]string{
		{"eval", "", "-data", data, "-quiet"},
		{"predict", "", images},
		{"predict", "", images + ":2-3", "-invert", "-quiet"},
	} {
		args[1] = model
		_, want, _ := fnn(t, args...)
		args[1] = file
		trial{args, done, want, ""}.check(t)
	}
	trial{[]string{"inspect", file}, done, file + `: a model of fnn quantised to int8, 3 tensors, 72 B
  architecture  the output layer alone
  inputs        16, scaled by 0.003921569
  parameters    51
  classes       3: top, middle, bottom

  tensor    type  shape   bytes
  0.weight  I8    3 x 16  48
  0.scale   F32   3       12
  0.offset  F32   3       12

  metadata
  border_mean   44.94
  image_height  4
  image_width   4
`, ""}.check(t)
	_, stdout, _ := fnn(t, "inspect", file, "-json")
	if !strings.Contains(stdout, `"format":"safetensors","model":{"checkpoint":false,"quantization":"int8","architecture":"","inputs":16,`) {
		t.Errorf("%s", stdout)
	}
}

func TestQuantizeRefuses(t *testing.T) {
	data, model := writeData(t), save(t, testModel(t))
	int8 := quantized(t, data)
	out := filepath.Join(t.TempDir(), "out.safetensors")

	floats := t.TempDir()
	values, labels := make([]float32, testSamples*testSide*testSide), make([]uint8, testSamples)
	for _, part := range []string{"train", "t10k"} {
		writeIDX(t, filepath.Join(floats, part+"-images-idx3-ubyte"), idx.New([]int{testSamples, testSide, testSide}, values))
		writeIDX(t, filepath.Join(floats, part+"-labels-idx1-ubyte"), idx.New([]int{testSamples}, labels))
	}
	images := filepath.Join(floats, "t10k-images-idx3-ubyte")

	whole, err := os.ReadFile(int8)
	if err != nil {
		t.Fatal(err)
	}
	unsound := write(t, filepath.Join(t.TempDir(), "unsound"), strings.Replace(string(whole), `"inputs":"16"`, `"inputs":"17"`, 1))

	for _, test := range []trial{
		{[]string{"quantize"}, badUsage, "", "no model given"},
		{[]string{"quantize", model}, badUsage, "", "no file given to write: want -o FILE"},
		{[]string{"quantize", model, model, "-o", out}, badUsage, "", "unexpected argument"},
		{[]string{"quantize", model, "-o", "q.onnx", "-data", data}, badUsage, "", "-o q.onnx: the file is safetensors; fnn export -int8 writes .onnx"},
		{[]string{"quantize", int8, "-o", out, "-data", data}, failed, "", int8 + " is quantised already"},
		{[]string{"quantize", model, "-o", out, "-data", floats}, failed, "", "the samples of " + floats + " are float32: quantising takes bytes"},
		{[]string{"quantize", save(t, newModel(t, 25, 3)), "-o", out, "-data", data}, failed, "", "the model's number of inputs is 25, but the data set's samples have shape"},
		{[]string{"quantize", model, "-o", filepath.Join(out, "none.safetensors"), "-data", data}, failed, "", "no such file or directory"},
		{[]string{"eval", int8, "-data", floats}, failed, "", "the model is quantised and takes bytes, but the data set's samples are float32"},
		{[]string{"predict", int8, images}, failed, "", "it holds float32 values: the model is quantised and takes 8-bit pictures"},
		{[]string{"eval", unsound, "-data", data}, failed, "", `unsound: tensor "0.weight" is of type I8 and shape [3 16]: want I8 [3 17]`},
	} {
		test.check(t)
		if _, err := os.Stat(out); err == nil {
			t.Fatalf("%v: there is a file", test.args)
		}
	}
	// The model that is read is not written over, though it is named by its folder.
	before, err := os.ReadFile(filepath.Join(model, experiment.ModelFile))
	if err != nil {
		t.Fatal(err)
	}
	same := filepath.Join(model, experiment.ModelFile)
	trial{[]string{"quantize", model, "-o", same, "-data", data}, badUsage, "", "-o " + same + ": the file that is read: want another"}.check(t)
	if after, err := os.ReadFile(same); err != nil || string(after) != string(before) {
		t.Errorf("the model is another: %v", err)
	}
	trial{[]string{"inspect", unsound}, failed, "…", `want I8 [3 17]`}.check(t)
}

// A model that is quantised while it is exported, and one that was before, give the
// same Go file.
func TestExportQuantized(t *testing.T) {
	data := writeData(t)
	file, model := quantized(t, data), save(t, testModel(t))
	dir := t.TempDir()
	one, two := filepath.Join(dir, "one.go"), filepath.Join(dir, "two.go")
	trial{[]string{"export", model, "-o", one, "-package", "net", "-int8", "-data", data}, done, `6 test samples: 0.00 points of accuracy lost with int8, calibrated on 6 training samples

           accuracy  macro F1
  float32    1.0000    1.0000
     int8    1.0000    1.0000
`, ""}.check(t)
	for _, flags := range [][]string{{}, {"-int8"}} {
		trial{append([]string{"export", file, "-o", two, "-package", "net"}, flags...), done, "", ""}.check(t)
		first, err := os.ReadFile(one)
		if err != nil {
			t.Fatal(err)
		}
		second, err := os.ReadFile(two)
		if err != nil {
			t.Fatal(err)
		}
		if string(first) != string(second) || !strings.Contains(string(first), "is a neural network of 8-bit") {
			t.Errorf("%v: exported after quantising, the file has %d bytes; else it has %d", flags, len(second), len(first))
		}
	}
	none := filepath.Join(dir, "none.go")
	for _, test := range []trial{
		{[]string{"export", save(t, newModel(t, 25, 3)), "-o", none, "-int8", "-data", data}, failed, "", "the model's number of inputs is 25, but the data set's samples have shape"},
	} {
		test.check(t)
		if _, err := os.Stat(none); err == nil {
			t.Errorf("%v: there is a file", test.args)
		}
	}
}
