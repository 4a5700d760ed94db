package onnx

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fnn/nn"
	"fnn/safetensors"
	"fnn/tensor"
)

// newModel returns a model with a layer of each kind and random weights, in its
// statistics too.
func newModel(t testing.TB, words string) *nn.Model {
	t.Helper()
	architecture, err := nn.ParseArchitecture(words)
	if err != nil {
		t.Fatal(err)
	}
	m, err := nn.New(architecture, 7, 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Initialize(nn.He, 1); err != nil {
		t.Fatal(err)
	}
	stream := tensor.NewStream(1, "test")
	for _, layer := range m.Layers {
		if b, ok := layer.(*nn.BatchNorm); ok {
			for _, list := range [][]float32{b.Gain, b.Shift, b.RunningMean, b.RunningVariance} {
				for i := range list {
					list[i] = 0.1 + stream.Uniform()
				}
			}
		}
	}
	m.ClassNames = []string{"cat", "dog / wolf", "été"}
	m.InputScale = 1.0 / 255
	m.Info = map[string]string{"image_height": "1", "image_width": "7"}
	return m
}

func exported(t testing.TB, m *nn.Model, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, m, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What is exported comes in as it was, weight by weight, but for dropout.
func TestRoundTrip(t *testing.T) {
	for _, test := range []struct{ words, want string }{
		{"", ""},
		{"5 relu", "5 relu"},
		{"40 bn relu dropout:0.4 6 relu dropout:0.1", "40 bn relu 6 relu"},
		{"bn relu 5 bn", "bn relu 5 bn"},
	} {
		m := newModel(t, test.words)
		for _, o := range []Options{{}, {Softmax: true}, {Bytes: true}, {Softmax: true, Bytes: true}} {
			file := exported(t, m, o)
			if again := exported(t, m, o); !bytes.Equal(file, again) {
				t.Errorf("%q, %v: two files of a model differ", test.words, o)
			}
			got, err := Load(bytes.NewReader(file))
			if err != nil {
				t.Errorf("%q, %v: %v", test.words, o, err)
				continue
			}
			if got.Architecture.String() != test.want {
				t.Errorf("architecture %q, want %q", got.Architecture, test.want)
			}
			if !slices.Equal(got.ClassNames, m.ClassNames) || got.InputScale != m.InputScale || !maps.Equal(got.Info, m.Info) {
				t.Errorf("%q, %v: %q, %g, %v", test.words, o, got.ClassNames, got.InputScale, got.Info)
			}
			if want, got := weights(t, m), weights(t, got); !slices.EqualFunc(want, got, func(a, b safetensors.Tensor) bool {
				return slices.Equal(a.Shape, b.Shape) && bytes.Equal(a.Data, b.Data)
			}) {
				t.Errorf("%q, %v: weights %v, want %v", test.words, o, got, want)
			}
		}
	}
}

// weights returns a model's tensors, in order.
func weights(t *testing.T, m *nn.Model) []safetensors.Tensor {
	t.Helper()
	f, err := m.File()
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(f.Tensors, func(t safetensors.Tensor) bool { return t.Type == safetensors.I64 })
}

func TestSave(t *testing.T) {
	m := newModel(t, "5 relu")
	name := filepath.Join(t.TempDir(), "m.onnx")
	if err := Save(name, m, Options{}); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(file, exported(t, m, Options{})) {
		t.Errorf("%d bytes, %v", len(file), err)
	}
	if err := Save(filepath.Join(name, "m.onnx"), m, Options{}); err == nil || !strings.HasPrefix(err.Error(), "onnx: write "+name) {
		t.Errorf("error %v", err)
	}
	m.ClassNames = m.ClassNames[1:]
	if err := Save(name, m, Options{}); err == nil || !strings.Contains(err.Error(), "2 class names for 3 classes") {
		t.Errorf("error %v", err)
	}
	m.ClassNames = []string{"a", "b\nc", "d"}
	if err := Write(new(bytes.Buffer), m, Options{}); err == nil || !strings.Contains(err.Error(), `class 1, "b\nc", has more than one line`) {
		t.Errorf("error %v", err)
	}
	m.ClassNames = []string{"a", "b", "d"}
	for _, scale := range []float64{-1, math.NaN(), math.Inf(1)} {
		m.InputScale = float32(scale)
		if err := Write(new(bytes.Buffer), m, Options{}); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("inputs scaled by %g: want a number above 0", scale)) {
			t.Errorf("inputs scaled by %g: error %v", scale, err)
		}
	}
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		t.Error("a failure took the file away")
	}
}
