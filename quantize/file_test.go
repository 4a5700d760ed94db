package quantize

import (
	"bytes"
	"errors"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"fnn/nn"
	"fnn/safetensors"
	"fnn/tensor"
)

func TestSaveLoad(t *testing.T) {
	const inputs, classes = 7, 4
	x := samples(2, 30, inputs)
	for _, words := range architectures {
		q := newQuantized(t, newModel(t, words, inputs, classes), samples(1, 60, inputs))
		q.ClassNames = []string{"T-shirt/top", "", "Knöchelschuh", " "}
		q.Info = map[string]string{"data": "fashion-mnist", "quantization": "overruled"}
		name := filepath.Join(t.TempDir(), "model.safetensors")
		if err := q.Save(name); err != nil {
			t.Fatal(err)
		}
		loaded, err := LoadFile(name)
		if err != nil {
			t.Fatalf("%q: %v", words, err)
		}
		if loaded.Architecture.String() != q.Architecture.String() || loaded.Inputs != inputs ||
			!slices.Equal(loaded.ClassNames, q.ClassNames) || loaded.InputScale != q.InputScale {
			t.Errorf("%q: loaded as %q, %d inputs, classes %q, scale %g", words, loaded.Architecture, loaded.Inputs, loaded.ClassNames, loaded.InputScale)
		}
		if len(loaded.Info) != 1 || loaded.Info["data"] != "fashion-mnist" {
			t.Errorf("%q: Info loaded as %q", words, loaded.Info)
		}
		want, got := tensor.NewMatrix(x.Rows, classes), tensor.NewMatrix(x.Rows, classes)
		q.Logits(want, x)
		loaded.Logits(got, x)
		if !sameBits(got, want) {
			t.Errorf("%q: the logits changed", words)
		}
		one, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Load(bytes.NewReader(one))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(written(t, again), one) {
			t.Errorf("%q: saved again, the file differs", words)
		}
	}
}

func TestSaveErrors(t *testing.T) {
	q := newQuantized(t, newModel(t, "", 2, 2), samples(1, 9, 2))
	if err := q.Save(filepath.Join(t.TempDir(), "missing", "model.safetensors")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("saving into a missing folder gives error %v", err)
	}
	q.ClassNames = []string{"one", "two\nthree"}
	if _, err := q.File(); err == nil || !strings.Contains(err.Error(), `"two\nthree"`) {
		t.Errorf("a class name of two lines gives error %v", err)
	}
	q.ClassNames, q.InputScale = []string{"one", "two"}, 0
	if _, err := q.File(); !errors.Is(err, nn.ErrNoScale) {
		t.Errorf("no input scale gives error %v", err)
	}
	q.ClassNames = []string{"one"}
	if _, err := q.File(); err == nil {
		t.Error("one name for two classes gives no error")
	}
}

// This package and package nn tell each other's files from what is none of either.
func TestOtherFiles(t *testing.T) {
	folder := t.TempDir()
	names := map[string]string{}
	for _, kind := range []string{"float", "int8", "other"} {
		names[kind] = filepath.Join(folder, kind)
	}
	m := newModel(t, "3 relu", 4, 2)
	q := newQuantized(t, m, samples(1, 9, 4))
	for _, err := range []error{
		m.Save(names["float"]), q.Save(names["int8"]), safetensors.WriteFile(names["other"], &safetensors.File{}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := nn.LoadFile(names["int8"]); !errors.Is(err, nn.ErrNotModel) || !strings.Contains(err.Error(), "its weights are quantised to int8, and package quantize reads them") {
		t.Errorf("package nn reads a quantised file: error %v", err)
	}
	for kind, want := range map[string]string{
		"float": "not a quantised fnn model, but one of float32, which package nn reads",
		"other": `not a quantised fnn model: its metadata has fnn_version "", want "1"`,
	} {
		if _, err := LoadFile(names[kind]); !errors.Is(err, ErrNotQuantized) || !strings.Contains(err.Error(), names[kind]+": "+want) {
			t.Errorf("a %s file gives error %v", kind, err)
		}
	}
	if _, err := LoadFile(filepath.Join(folder, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file gives error %v", err)
	}
}

func TestLoadCutFile(t *testing.T) {
	whole := written(t, newQuantized(t, newModel(t, "bn 2 bn relu", 2, 2), samples(1, 9, 2)))
	for n := range len(whole) + 1 {
		if _, err := Load(bytes.NewReader(whole[:n])); (err == nil) != (n == len(whole)) {
			t.Errorf("%d of %d bytes: error %v", n, len(whole), err)
		}
	}
}

func TestFromFileErrors(t *testing.T) {
	metadata := func(key, value string) func(f *safetensors.File) {
		return func(f *safetensors.File) { f.Metadata[key] = value }
	}
	replace := func(x safetensors.Tensor) func(f *safetensors.File) {
		return func(f *safetensors.File) {
			for i := range f.Tensors {
				if f.Tensors[i].Name == x.Name {
					f.Tensors[i] = x
				}
			}
		}
	}
	remove := func(name string) func(f *safetensors.File) {
		return func(f *safetensors.File) {
			f.Tensors = slices.DeleteFunc(f.Tensors, func(x safetensors.Tensor) bool { return x.Name == name })
		}
	}
	infinity := []float32{1, float32(math.Inf(1))}
	for _, c := range []struct {
		name   string
		change func(f *safetensors.File)
		want   string
	}{
		{"no metadata", func(f *safetensors.File) { f.Metadata = nil }, `not a quantised fnn model: its metadata has fnn_version "", want "1"`},
		{"version", metadata("fnn_version", "2"), `fnn_version "2", want "1"`},
		{"quantization", metadata("quantization", "int4"), "its weights are quantised to int4, want int8"},
		{"architecture", metadata("architecture", "3 bn relo"), `"relo"`},
		{"other architecture", metadata("architecture", "4"), `tensor "0.weight" is of type I8 and shape [3 4]: want I8 [4 4]`},
		{"deeper", metadata("architecture", "3 2 5"), `there is no tensor "2.weight"`},
		{"inputs missing", func(f *safetensors.File) { delete(f.Metadata, "inputs") }, `inputs ""`},
		{"inputs zero", metadata("inputs", "0"), `inputs "0"`},
		{"newer", metadata("fnn_version", "2"), `quantize: a model of a newer version of fnn: its metadata has fnn_version "2"`},
		{"inputs beyond int", metadata("inputs", "99999999999999999999"), `inputs "99999999999999999999"`},
		{"inputs beyond int8", metadata("inputs", "65794"), "dense layer 0 has 65794 inputs: want at most 65793"},
		{"inputs other", metadata("inputs", "3"), `shape [3 4]: want I8 [3 3]`},
		{"scale missing", func(f *safetensors.File) { delete(f.Metadata, "input_scale") }, "no input_scale"},
		{"scale NaN", metadata("input_scale", "NaN"), `input_scale "NaN"`},
		{"scale infinite", metadata("input_scale", "+Inf"), `input_scale "+Inf"`},
		{"classes", metadata("classes", "only"), `shape [2 3]: want I8 [1 3]`},
		{"too many classes", metadata("classes", strings.Repeat("\n", 1<<17)), "131073 classes: want at most 4096"},
		{"missing weight", remove("1.weight"), `there is no tensor "1.weight"`},
		{"missing scale", remove("0.scale"), `there is no tensor "0.scale"`},
		{"missing offset", remove("0.offset"), `there is no tensor "0.offset"`},
		{"float weight", replace(safetensors.Float32("1.weight", []int{2, 3}, make([]float32, 6))), `"1.weight" is of type F32 and shape [2 3]: want I8 [2 3]`},
		{"short scale", replace(safetensors.Float32("1.scale", []int{1}, []float32{1})), `"1.scale" is of type F32 and shape [1]: want F32 [2]`},
		{"infinite scale", replace(safetensors.Float32("1.scale", []int{2}, infinity)), "dense layer 1: a scale or an offset is no finite number"},
		{"infinite offset", replace(safetensors.Float32("1.offset", []int{2}, infinity)), "dense layer 1: a scale or an offset is no finite number"},
		{"small table", replace(safetensors.Tensor{Name: "0.table", Type: "U8", Shape: []int{4, 16}, Data: make([]byte, 64)}), `"0.table" is of type U8 and shape [4 16]: want U8 [4 256]`},
		{"cut table", replace(safetensors.Tensor{Name: "0.table", Type: "U8", Shape: []int{4, 256}, Data: make([]byte, 64)}), `"0.table" of shape [4 256] has 64 bytes`},
		{"cut weight", replace(safetensors.Tensor{Name: "0.weight", Type: "I8", Shape: []int{3, 4}, Data: make([]byte, 6)}), "takes 12 bytes, the data have 6"},
	} {
		f := file(t, newQuantized(t, newModel(t, "bn 3 bn relu", 4, 2), samples(1, 9, 4)))
		f.Metadata = maps.Clone(f.Metadata)
		c.change(f)
		if _, err := FromFile(f); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %.200v, want %q", c.name, err, c.want)
		}
	}
}

// TestHostileFileCostsNoMemory reads files that promise more than they hold.
func TestHostileFileCostsNoMemory(t *testing.T) {
	for _, c := range []struct{ architecture, inputs, classes string }{
		{"65536", "4096", "a\nb"},
		{strings.Repeat("16384 ", 900), "16384", "a\nb"},
		{"", "60000", strings.Repeat("\n", 255)},
		{strings.Repeat("65536 1 ", 400), "1", "a"},
		{"65536 65536 65536", "9223372036854775807", "a"},
	} {
		f := &safetensors.File{
			Metadata: map[string]string{
				"fnn_version": "1", "quantization": "int8", "architecture": c.architecture, "inputs": c.inputs, "classes": c.classes, "input_scale": "1",
			},
			Tensors: []safetensors.Tensor{safetensors.Int8("0.weight", []int{1000}, make([]int8, 1000))},
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := FromFile(f)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("architecture %.20q with %s inputs: no error", c.architecture, c.inputs)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
			t.Errorf("architecture %.20q with %s inputs: %d bytes allocated for a file of 1000", c.architecture, c.inputs, used)
		}
	}
}

// FuzzLoad checks that no file makes loading panic, and that a model that was read
// predicts, and is written and read as the same.
func FuzzLoad(f *testing.F) {
	for _, words := range []string{"", "bn 2 relu", "dropout:0.5 1"} {
		f.Add(written(f, newQuantized(f, newModel(f, words, 2, 2), samples(1, 9, 2))))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		q, err := Load(bytes.NewReader(data))
		if err != nil {
			return
		}
		again, err := FromFile(file(t, q))
		if err != nil {
			t.Fatalf("a model that was read cannot be read again: %v", err)
		}
		if !bytes.Equal(written(t, again), written(t, q)) {
			t.Error("read again, it is another")
		}
		q.Logits(tensor.NewMatrix(1, q.Classes()), tensor.NewBytes(1, q.Inputs))
	})
}
