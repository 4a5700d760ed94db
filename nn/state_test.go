package nn

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fnn/safetensors"
	"fnn/tensor"
)

// What testdata/state.json, which testdata/state.py describes, says of a file.
type stateFixture struct {
	File, Architecture string
	X, Logits          [][]float32
}

func readState(t *testing.T, name string) *safetensors.File {
	t.Helper()
	f, err := safetensors.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (s stateFixture) check(t *testing.T, o StateOptions) {
	t.Helper()
	a, err := ParseArchitecture(s.Architecture)
	if err != nil {
		t.Fatal(err)
	}
	m, err := FromState(readState(t, s.File), a, o)
	if err != nil {
		t.Fatal(err)
	}
	x, y := tensor.NewMatrix(len(s.X), m.Inputs), tensor.NewMatrix(len(s.X), m.Classes())
	for i, row := range s.X {
		x.SetRow(i, row)
	}
	m.Logits(y, x)
	for i, row := range s.Logits {
		for j, want := range row {
			if off := math.Abs(float64(y.At(i, j) - want)); !(off <= 2e-6*(1+math.Abs(float64(want)))) {
				t.Errorf("logit %d of row %d is %g, PyTorch's is %g", j, i, y.At(i, j), want)
			}
		}
	}
	for _, layer := range m.Layers {
		if b, ok := layer.(*BatchNorm); ok && s.File != "state_keras.safetensors" && b.Batches != 7 {
			t.Errorf("%d batches, want 7", b.Batches)
		}
	}
}

func TestFromState(t *testing.T) {
	text, err := os.ReadFile("testdata/state.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []stateFixture
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) != 8 {
		t.Fatalf("%d files", len(all))
	}
	for _, s := range all {
		t.Run(s.File, func(t *testing.T) {
			switch s.File {
			case "state_square.safetensors":
				_, err := FromState(readState(t, s.File), Architecture{"4", "relu"}, StateOptions{})
				if !errors.Is(err, ErrAmbiguous) {
					t.Errorf("error %v", err)
				}
				s.check(t, StateOptions{Order: OutputsInputs})
			case "state_named.safetensors":
				s.check(t, StateOptions{})
				s.check(t, StateOptions{Layers: []string{"module.input", "module.hidden", "module.classifier"}})
			default:
				s.check(t, StateOptions{})
			}
		})
	}
}

func TestFromStateRefuses(t *testing.T) {
	floats := func(name string, shape ...int) safetensors.Tensor {
		return safetensors.Float32(name, shape, make([]float32, tensor.Size(shape)))
	}
	two := []safetensors.Tensor{floats("0.weight", 5, 4), floats("0.bias", 5), floats("2.weight", 3, 5), floats("2.bias", 3)}
	with := func(i int, t safetensors.Tensor) []safetensors.Tensor {
		changed := append([]safetensors.Tensor(nil), two...)
		changed[i] = t
		return changed
	}
	var many []safetensors.Tensor
	for i := range maxLayers + 2 {
		many = append(many, floats(fmt.Sprint(i, ".weight"), 1, 1))
	}
	long := strings.Repeat("0", maxName-len(".weight"))
	tests := []struct {
		words   string
		tensors []safetensors.Tensor
		options StateOptions
		want    string
	}{
		{"5 relu", two, StateOptions{}, ""},
		{"5 relu", two, StateOptions{Order: OutputsInputs}, ""},
		{"5 relu", two, StateOptions{Order: InputsOutputs}, `layer "0" has weights of shape [5 4] and a bias of shape [5]`},
		{"6 relu", two, StateOptions{}, "they do not fit the architecture"},
		{"", two, StateOptions{}, "the file holds 2 dense layers, the output layer included: the architecture has 1"},
		{"5 bn relu", two, StateOptions{}, "the file holds 0 batch normalisations: the architecture has 1"},
		{"5 relu", two[:3], StateOptions{}, ""}, // a layer without a bias
		{"5 relu", nil, StateOptions{}, "holds 0 dense layers"},
		{"5 relu", with(3, floats("2.bias", 4)), StateOptions{}, `layer "2" has weights`},
		{"5 relu", with(2, floats("2.weight", 3, 6)), StateOptions{}, `layer "2" has weights of shape [3 6]`},
		{"", many, StateOptions{}, "the file holds 1002 layers with weights: want at most 1001"},
		{"", many[1:], StateOptions{}, "the file holds 1001 dense layers, the output layer included: the architecture has 1"},
		{"", []safetensors.Tensor{floats(long+".weight", 3, 4)}, StateOptions{Order: OutputsInputs}, ""},
		{"", []safetensors.Tensor{floats("0"+long+".weight", 3, 4)}, StateOptions{Order: OutputsInputs}, "has a name of 1025 bytes: want at most 1024"},
		{"5 relu", with(1, floats("0.alpha", 5)), StateOptions{}, `tensor "0.alpha" is none of a dense layer`},
		{"5 relu", with(1, floats("0/kernel", 5, 4)), StateOptions{}, `tensors "0.weight" and "0/kernel" are the same of a layer`},
		{"5 relu", with(0, safetensors.Tensor{Name: "0.weight", Type: "I8", Shape: []int{5, 4}, Data: make([]byte, 20)}), StateOptions{}, "of type I8"},
		{"5 relu", with(0, safetensors.Tensor{Name: "0.weight", Type: safetensors.F64, Shape: []int{5, 4}, Data: make([]byte, 159)}), StateOptions{}, "takes 160 bytes, the data have 159"},
		{"5 relu", with(1, safetensors.Tensor{Name: "0.bias", Type: safetensors.F64, Shape: []int{5}}), StateOptions{}, "takes 40 bytes, the data have 0"},
		{"5 relu", two, StateOptions{Layers: []string{"2", "0"}}, "they do not fit"},
		{"5 relu", two, StateOptions{Layers: []string{"0", "1"}}, `there is no layer "1": want each of ["0" "2"] once`},
		{"5 relu", two, StateOptions{Layers: []string{"0", "0"}}, `there is no layer "0"`},
		{"5 relu", two, StateOptions{Layers: []string{"0"}}, "1 layers are named: want each"},
		{"4 relu 4 relu", []safetensors.Tensor{floats("a.weight", 4, 4), floats("b.weight", 4, 4), floats("c.weight", 3, 4)},
			StateOptions{}, `ambiguous: in what order are the layers ["a" "b" "c"]?`},
		{"", []safetensors.Tensor{floats("weight", 3, 4)}, StateOptions{}, "ambiguous: the weights' shapes are right for"},
		{"bn", []safetensors.Tensor{floats("0.weight", 4), floats("0.running_mean", 4), floats("1.weight", 3, 4), floats("1.bias", 3)},
			StateOptions{}, `layer "0" has no running_var`},
	}
	for _, test := range tests {
		a, err := ParseArchitecture(test.words)
		if err != nil {
			t.Fatal(err)
		}
		_, err = FromState(&safetensors.File{Tensors: test.tensors}, a, test.options)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%q, %v: error %v, want %q", test.words, test.options, err, test.want)
		}
	}
}

func TestCompareNatural(t *testing.T) {
	names := []string{"0", "2", "10", "a", "a.2.b", "a.2.c", "a.10", "dense", "dense_1", "dense_2", "dense_10"}
	for i, a := range names {
		for j, b := range names {
			if got := compareNatural(a, b); got < 0 != (i < j) || got > 0 != (i > j) {
				t.Errorf("%q, %q: %d", a, b, got)
			}
		}
	}
}

// FuzzFromState checks that no file makes FromState panic, and that the model it
// gives is the same, saved and loaded.
func FuzzFromState(f *testing.F) {
	names, err := filepath.Glob("testdata/state_*.safetensors")
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	for _, name := range names {
		file, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, words := range []string{"8 bn relu dropout:0.1 8 bn relu 8 relu 5 relu", "8 relu 5 relu", "4 relu"} {
			f.Add(file, words, 0, "")
		}
		f.Add(file, "8 relu 5 relu", 1, "input,hidden,output")
	}
	f.Fuzz(func(t *testing.T, data []byte, words string, order int, layers string) {
		stored, err := safetensors.Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		a, err := ParseArchitecture(words)
		if err != nil {
			return
		}
		o := StateOptions{Order: WeightOrder(uint(order) % 3)}
		if layers != "" {
			o.Layers = strings.Split(layers, ",")
		}
		m, err := FromState(stored, a, o)
		if err != nil {
			if len(err.Error()) > 10_000 {
				t.Errorf("an error of %d bytes: %.200v", len(err.Error()), err)
			}
			return
		}
		again, err := FromFile(file(t, m))
		if err != nil {
			t.Fatal(err)
		}
		if hash(t, m, nil) != hash(t, again, nil) {
			t.Error("saved and loaded, the weights differ")
		}
	})
}
