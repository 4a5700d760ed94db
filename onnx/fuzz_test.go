package onnx

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fnn/safetensors"
)

// FuzzLoad checks that no file makes Load panic, and that a model that it gives
// comes back the same from an export.
func FuzzLoad(f *testing.F) {
	names, err := filepath.Glob("testdata/*.onnx")
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	for _, name := range names {
		file, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Add(exported(f, newModel(f, "5 bn relu dropout:0.4"), Options{Softmax: true, Bytes: true}))
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := Load(bytes.NewReader(file))
		if err != nil {
			if len(err.Error()) > 10_000 || strings.Contains(err.Error(), "\n") {
				t.Errorf("an error of %d bytes: %.200q", len(err.Error()), err)
			}
			return
		}
		again, err := Load(bytes.NewReader(exported(t, m, Options{})))
		if err != nil {
			t.Fatal(err)
		}
		if again.InputScale != m.InputScale || !slices.Equal(again.ClassNames, m.ClassNames) || again.Inputs != m.Inputs {
			t.Errorf("%v, %v", again, m)
		}
		if want, got := weights(t, m), weights(t, again); !slices.EqualFunc(want, got, func(a, b safetensors.Tensor) bool {
			return slices.Equal(a.Shape, b.Shape) && bytes.Equal(a.Data, b.Data)
		}) {
			t.Errorf("weights %v, want %v", got, want)
		}
	})
}
