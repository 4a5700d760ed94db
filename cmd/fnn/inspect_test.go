package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fnn/idx"
	"fnn/internal/experiment"
	"fnn/safetensors"
)

func TestInspectIDX(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, a *idx.Array) string {
		path := filepath.Join(dir, name)
		writeIDX(t, path, a)
		return path
	}
	nan := math.NaN()
	picture := file("picture.gz", idx.New([]int{1, 4, 3}, []uint8{0, 0, 255, 0, 0, 255, 128, 0, 128, 128, 0, 128}))
	labels := file("labels", idx.New([]int{4}, []int16{-1, 300, 300, 7}))
	floats := file("floats", idx.New([]int{2, 2}, []float64{1, nan, -2, 0.5}))
	nothing := file("nothing", idx.New([]int{0}, []uint8{}))
	scalar := file("scalar", idx.New(nil, []float32{2.5}))
	nans := file("nans", idx.New([]int{1}, []float32{float32(nan)}))
	tests := []trial{
		{[]string{"inspect", picture}, done, picture + ": IDX, uint8, 1 x 4 x 3\n  from 0 to 255, mean 85.1667\n\n    @\n  + +\n", ""},
		{[]string{"inspect", labels}, done, labels + ": IDX, int16, 4\n  from -1 to 300, mean 151.5\n\n  label    count\n     -1        1\n      7        1\n    300        2\n", ""},
		{[]string{"inspect", floats}, done, floats + ": IDX, float64, 2 x 2\n  from -2 to 1\n", ""},
		{[]string{"inspect", nothing, scalar}, done, nothing + ": IDX, uint8, 0\n\n" + scalar + ": IDX, float32\n  from 2.5 to 2.5, mean 2.5\n", ""},
		{[]string{"inspect", nans}, done, nans + ": IDX, float32, 1\n", ""},
		{[]string{"inspect", labels, "-json"}, done, `{"file":"` + labels + `","format":"idx","type":"int16","shape":[4],"min":-1,"max":300,"mean":151.5,` +
			`"labels":[{"label":-1,"count":1},{"label":7,"count":1},{"label":300,"count":2}]}` + "\n", ""},
		{[]string{"inspect", nans, "-json"}, done, `{"file":"` + nans + `","format":"idx","type":"float32","shape":[1],"min":null,"max":null,"mean":null}` + "\n", ""},
	}
	for _, test := range tests {
		test.check(t)
	}
}

// Integers that are no labels are not listed one by one.
func TestInspectManyValues(t *testing.T) {
	values := make([]int32, 2*maxLabels)
	for i := range values {
		values[i] = int32(i)
	}
	file := filepath.Join(t.TempDir(), "integers")
	writeIDX(t, file, idx.New([]int{len(values)}, values))
	trial{[]string{"inspect", file}, done, file + ": IDX, int32, 2000\n  from 0 to 1999, mean 999.5\n", ""}.check(t)
}

func TestPreviewShrinks(t *testing.T) {
	const side = 1000
	pixels := bytes.Repeat([]byte{255}, side*side)
	var text strings.Builder
	if err := preview(&text, pixels, side, side); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
	if want := "  " + strings.Repeat("@", 56); len(lines) != 28 || lines[0] != want || lines[27] != want {
		t.Errorf("%d lines:\n%s", len(lines), text.String())
	}
}

func TestInspectModel(t *testing.T) {
	m := testModel(t)
	model := save(t, m)
	file := filepath.Join(model, experiment.ModelFile)
	trial{[]string{"inspect", model}, done, file + `: a model of fnn, 2 tensors, 204 B
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
	var got safetensorsReport
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	if got.Model == nil || got.Model.Checkpoint || got.Model.Parameters != 51 || got.Model.Classes[2] != "bottom" ||
		got.Tensors[0].Bytes != 192 || got.Bytes != 204 || got.Values != 51 || got.Metadata["inputs"] != "16" {
		t.Errorf("%s", stdout)
	}
}

func TestInspectCheckpoint(t *testing.T) {
	f, err := testModel(t).File()
	if err != nil {
		t.Fatal(err)
	}
	f.Metadata["train.steps"] = "750"
	f.Metadata["train.history"] = "epoch,train_loss\n1,0.5\n2,0.4\n"
	file := filepath.Join(t.TempDir(), "checkpoint.safetensors")
	if err := safetensors.WriteFile(file, f); err != nil {
		t.Fatal(err)
	}
	_, stdout, _ := fnn(t, "inspect", file)
	if !strings.HasPrefix(stdout, file+": a checkpoint of fnn, 2 tensors") || !strings.HasSuffix(stdout, "\n  train.history  epoch,train_loss (first of 3 lines)\n  train.steps    750\n") {
		t.Errorf("%s", stdout)
	}
}

// Safetensors of other makes, and files that are not what they seem.
func TestInspectOthers(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other.bin")
	err := safetensors.WriteFile(other, &safetensors.File{Tensors: []safetensors.Tensor{
		safetensors.Int64("count", nil, []int64{1}), safetensors.Float32("w", []int{2, 2}, make([]float32, 4)),
	}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := testModel(t).File()
	if err != nil {
		t.Fatal(err)
	}
	f.Metadata["architecture"] = "128 relo"
	broken := filepath.Join(dir, "broken")
	if err := safetensors.WriteFile(broken, f); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	truncated := write(t, filepath.Join(dir, "truncated"), string(content[:len(content)-1]))

	// A header of 64 KiB begins as an IDX array without dimensions would.
	length := binary.LittleEndian.AppendUint64(nil, 0x080000)
	text := "{}" + strings.Repeat(" ", 0x080000-2)
	padded := write(t, filepath.Join(dir, "padded"), string(length)+text)

	tests := []trial{
		{[]string{"inspect", other}, done, other + ": safetensors, 2 tensors, 24 B\n  values  5\n\n" +
			"  tensor  type  shape   bytes\n  count   I64   scalar  8\n  w       F32   2 x 2   16\n", ""},
		{[]string{"inspect", padded}, done, padded + ": safetensors, 0 tensors, 0 B\n  values  0\n", ""},
		{[]string{"inspect", broken}, failed, "…", broken + `: nn: architecture "128 relo"`},
		{[]string{"inspect", truncated, other}, failed, "…", truncated},
		{[]string{"inspect", write(t, filepath.Join(dir, "text"), "hello, world")}, failed, "", "text: neither an IDX nor a safetensors nor an ONNX file"},
		{[]string{"inspect", write(t, filepath.Join(dir, "empty"), "")}, failed, "", "empty: neither an IDX nor a safetensors nor an ONNX file"},
		{[]string{"inspect", write(t, filepath.Join(dir, "gzip"), "\x1f\x8b")}, failed, "", "want a gzip header"},
		{[]string{"inspect", write(t, filepath.Join(dir, "cut"), "\x00\x00\x08\x03\x00\x00")}, failed, "", "cut: offset 6: want 12 bytes"},
		{[]string{"inspect", filepath.Join(dir, "missing")}, failed, "", "missing: no such file"},
	}
	for _, test := range tests {
		test.check(t)
	}
}

// One name does not make every line long.
func TestInspectLongName(t *testing.T) {
	f := &safetensors.File{Metadata: map[string]string{strings.Repeat("k", 100_000): "", "a": ""}}
	f.Tensors = append(f.Tensors, safetensors.Float32(strings.Repeat("n", 100_000), nil, []float32{1}))
	for i := range 100 {
		f.Tensors = append(f.Tensors, safetensors.Float32(strconv.Itoa(i), nil, []float32{1}))
	}
	name := filepath.Join(t.TempDir(), "file")
	if err := safetensors.WriteFile(name, f); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := fnn(t, "inspect", name)
	if status != done || len(stdout) > 50_000 {
		t.Errorf("status %d, %d bytes, %s", status, len(stdout), stderr)
	}
}

// A picture of very many lines is shown in few.
func TestPreviewHigh(t *testing.T) {
	var text strings.Builder
	if err := preview(&text, bytes.Repeat([]byte{255}, 1<<20), 1<<20, 1); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(text.String(), "\n"); lines > 112 {
		t.Errorf("%d lines", lines)
	}
}

// A line of very many pixels overflows no counter, on 32-bit machines either.
func TestPreviewWide(t *testing.T) {
	const width = 56 << 20
	var text strings.Builder
	if err := preview(&text, bytes.Repeat([]byte{255}, width), 1, width); err != nil {
		t.Fatal(err)
	}
	if want := "  " + strings.Repeat("@", 56) + "\n"; text.String() != want {
		t.Errorf("%q", text.String())
	}
}
