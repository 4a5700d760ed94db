package onnx

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fnn/nn"
	"fnn/tensor"
)

// A fixture is what testdata/pytorch.json and handmade.json say of a file.
type fixture struct {
	File         string
	Architecture string
	X, Logits    [][]float32
	Classes      []string
	Scale        float64
}

func fixtures(t testing.TB, name string) []fixture {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var all []fixture
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatalf("%s is empty", name)
	}
	return all
}

// logits returns a model's logits for some rows.
func logits(m *nn.Model, rows [][]float32) tensor.Matrix {
	x, y := tensor.NewMatrix(len(rows), m.Inputs), tensor.NewMatrix(len(rows), m.Classes())
	for i, row := range rows {
		x.SetRow(i, row)
	}
	m.Logits(y, x)
	return y
}

func (f fixture) check(t *testing.T, m *nn.Model, scale float32) {
	t.Helper()
	if got := m.Architecture.String(); got != f.Architecture {
		t.Errorf("architecture %q, want %q", got, f.Architecture)
	}
	rows := make([][]float32, len(f.X))
	for i, row := range f.X {
		for _, x := range row {
			rows[i] = append(rows[i], x*scale)
		}
	}
	got := logits(m, rows)
	for i, row := range f.Logits {
		for j, want := range row {
			if off := math.Abs(float64(got.At(i, j) - want)); !(off <= 2e-6*(1+math.Abs(float64(want)))) {
				t.Errorf("logit %d of row %d is %g, want %g", j, i, got.At(i, j), want)
			}
		}
	}
}

func TestLoadPyTorch(t *testing.T) {
	for _, f := range fixtures(t, "pytorch.json") {
		t.Run(f.File, func(t *testing.T) {
			m, err := LoadFile(filepath.Join("testdata", f.File))
			if f.File == "pytorch_training.onnx" {
				if err == nil || !strings.Contains(err.Error(), `"/2/BatchNormalization" (BatchNormalization): it is in training mode`) {
					t.Errorf("error %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			input, scale := float32(1), float32(1.0/255)
			switch f.File {
			case "pytorch_divided.onnx": // by 255, in the graph
				scale = 1
			case "pytorch_bytes.onnx": // what the graph begins with is InputScale
				input = scale
			}
			if m.InputScale != scale {
				t.Errorf("InputScale is %g, want %g", m.InputScale, scale)
			}
			f.check(t, m, input)
			size := ""
			if len(f.X[0]) == 16 && strings.Contains("pytorch_sequential.onnx pytorch_fixed.onnx pytorch_inputs.onnx pytorch_viewed.onnx", f.File) {
				size = "4"
			}
			if m.Info["image_height"] != size || m.Info["image_width"] != size {
				t.Errorf("Info is %v, want pictures of size %q", m.Info, size)
			}
		})
	}
}

func TestLoadHandmade(t *testing.T) {
	for _, f := range fixtures(t, "handmade.json") {
		t.Run(f.File, func(t *testing.T) {
			m, err := LoadFile(filepath.Join("testdata", f.File))
			if err != nil {
				t.Fatal(err)
			}
			f.check(t, m, 1)
			if !slices.Equal(m.ClassNames, f.Classes) {
				t.Errorf("classes %q, want %q", m.ClassNames, f.Classes)
			}
			if m.InputScale != float32(f.Scale) {
				t.Errorf("InputScale is %g, want %g", m.InputScale, f.Scale)
			}
		})
	}
}

// External data are read beside the graph's file alone, and only where there
// are as many.
func TestExternalData(t *testing.T) {
	graph, err := os.ReadFile("testdata/handmade_dynamo.onnx")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("testdata/handmade_dynamo.onnx.data")
	if err != nil {
		t.Fatal(err)
	}
	const location = "handmade_dynamo.onnx.data"
	tests := []struct {
		name     string
		location string // as long as the fixture's
		data     []byte
		want     string
	}{
		{"whole", location, data, ""},
		{"cut", location, data[:len(data)-1], location + `" has `},
		{"missing", location, nil, "no such file"},
		{"outside", "../outside.onnx.data" + "12345", data, "escapes"},
		{"absolute", "/tmp/outside.onnx.data123", data, "escapes"},
		{"folder", "././././././././././././.", data, "is no file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "inner")
			if err := os.Mkdir(folder, 0o777); err != nil {
				t.Fatal(err)
			}
			if len(test.location) != len(location) {
				t.Fatalf("a location of %d bytes, want %d", len(test.location), len(location))
			}
			name := filepath.Join(folder, "x.onnx")
			write(t, name, strings.ReplaceAll(string(graph), location, test.location))
			if test.data != nil {
				write(t, filepath.Join(folder, location), string(test.data))
				write(t, filepath.Join(folder, "../outside.onnx.data12345"), string(test.data))
			}
			_, err := LoadFile(name)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
	if _, err := Load(strings.NewReader(string(graph))); err == nil || !strings.Contains(err.Error(), "in another file") {
		t.Errorf("error %v", err)
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestLoadFileMissing(t *testing.T) {
	if _, err := LoadFile("testdata/none.onnx"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}
