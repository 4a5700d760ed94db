package nn

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fnn/safetensors"
	"fnn/tensor"
)

func TestSaveLoad(t *testing.T) {
	for _, words := range architectures {
		m := newModel(t, words, 5, 4)
		m.ClassNames = []string{"T-shirt/top", "", "Knöchelschuh", " "}
		m.InputScale = 1.0 / 255
		m.Info = map[string]string{"data": "fashion-mnist", "format": "overruled"}
		if len(m.Layers) > 1 {
			if b, ok := m.Layers[0].(*BatchNorm); ok {
				b.Batches = 1 << 40
			}
		}
		name := filepath.Join(t.TempDir(), "model.safetensors")
		if err := m.Save(name); err != nil {
			t.Fatal(err)
		}
		loaded, err := LoadFile(name)
		if err != nil {
			t.Fatalf("%q: %v", words, err)
		}
		if loaded.Architecture.String() != m.Architecture.String() || loaded.Inputs != 5 ||
			!slices.Equal(loaded.ClassNames, m.ClassNames) || loaded.InputScale != m.InputScale {
			t.Errorf("%q: loaded as %q, %d inputs, classes %q, scale %g", words, loaded.Architecture, loaded.Inputs, loaded.ClassNames, loaded.InputScale)
		}
		if len(loaded.Info) != 1 || loaded.Info["data"] != "fashion-mnist" {
			t.Errorf("%q: Info loaded as %q", words, loaded.Info)
		}
		if hash(t, loaded, nil) != hash(t, m, nil) {
			t.Errorf("%q: the weights changed", words)
		}
		x, _ := samples(1, 30, 5, 4)
		want, got := tensor.NewMatrix(30, 4), tensor.NewMatrix(30, 4)
		m.Logits(want, x)
		loaded.Logits(got, x)
		if !sameBits(got, want) {
			t.Errorf("%q: the logits changed", words)
		}
		again := filepath.Join(t.TempDir(), "again.safetensors")
		if err := loaded.Save(again); err != nil {
			t.Fatal(err)
		}
		one, _ := os.ReadFile(name)
		two, _ := os.ReadFile(again)
		if !bytes.Equal(one, two) {
			t.Errorf("%q: saved again, the file differs", words)
		}
	}
}

// TestLoadSpellings loads files that spell the architecture in other ways.
func TestLoadSpellings(t *testing.T) {
	for _, c := range []struct{ words, spelt string }{
		{"128 relu 64 relu", "A"},
		{"128 relu 64 relu", " 128  relu\t64 relu\n"},
		{"3 dropout:0.5", "03 dropout:.50"},
	} {
		m := newModel(t, c.words, 5, 4)
		f := file(t, m)
		f.Metadata["architecture"] = c.spelt
		loaded, err := FromFile(f)
		if err != nil {
			t.Errorf("%q: %v", c.spelt, err)
		} else if got := loaded.Architecture.String(); got != c.words {
			t.Errorf("%q: loaded as %q, want %q", c.spelt, got, c.words)
		}
		if err := m.Restore(f); err != nil {
			t.Errorf("%q: %v", c.spelt, err)
		}
	}
}

func TestSaveErrors(t *testing.T) {
	m := newModel(t, "", 2, 2)
	if err := m.Save(filepath.Join(t.TempDir(), "missing", "model.safetensors")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("saving into a missing folder gives error %v", err)
	}
	m.ClassNames = []string{"one", "two\nthree"}
	if _, err := m.File(); err == nil || !strings.Contains(err.Error(), `"two\nthree"`) {
		t.Errorf("a class name of two lines gives error %v", err)
	}
	m.ClassNames = []string{"one"}
	if _, err := m.File(); err == nil {
		t.Error("one name for two classes gives no error")
	}
	m.ClassNames = []string{"one", "two"}
	for _, scale := range []float64{-1, math.NaN(), math.Inf(1)} {
		m.InputScale = float32(scale)
		if _, err := m.File(); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("inputs scaled by %g: want a number above 0", scale)) {
			t.Errorf("inputs scaled by %g give error %v", scale, err)
		}
	}
}

func TestLoadFileErrors(t *testing.T) {
	if _, err := LoadFile(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file gives error %v", err)
	}
	name := filepath.Join(t.TempDir(), "other.safetensors")
	if err := safetensors.WriteFile(name, &safetensors.File{}); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadFile(name); !errors.Is(err, ErrNotModel) || !strings.Contains(err.Error(), name) {
		t.Errorf("a file without a model gives error %v", err)
	}
}

// TestLoadCutFile loads every beginning of a small file.
func TestLoadCutFile(t *testing.T) {
	var whole bytes.Buffer
	if err := safetensors.Write(&whole, file(t, newModel(t, "2 bn relu", 2, 2))); err != nil {
		t.Fatal(err)
	}
	for n := range whole.Len() + 1 {
		f, err := safetensors.Read(bytes.NewReader(whole.Bytes()[:n]))
		if err == nil {
			_, err = FromFile(f)
		}
		if (err == nil) != (n == whole.Len()) {
			t.Errorf("%d of %d bytes: error %v", n, whole.Len(), err)
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
	for _, c := range []struct {
		name   string
		change func(f *safetensors.File)
		want   string
	}{
		{"no metadata", func(f *safetensors.File) { f.Metadata = nil }, `not an fnn model: its metadata has fnn_version "", want "1"`},
		{"version", metadata("fnn_version", "2"), `fnn_version "2", want "1"`},
		{"architecture", metadata("architecture", "3 bn relo"), `"relo"`},
		{"inputs missing", func(f *safetensors.File) { delete(f.Metadata, "inputs") }, `inputs ""`},
		{"inputs zero", metadata("inputs", "0"), `inputs "0"`},
		{"inputs negative", metadata("inputs", "-4"), `inputs "-4"`},
		{"newer", metadata("fnn_version", "2"), `nn: a model of a newer version of fnn: its metadata has fnn_version "2", want "1"`},
		{"inputs beyond int", metadata("inputs", "99999999999999999999"), `inputs "99999999999999999999"`},
		{"inputs other", metadata("inputs", "3"), `tensor "0.weight" has shape [3 4]: want [3 3]`},
		{"scale empty", metadata("input_scale", ""), `input_scale ""`},
		{"scale zero", metadata("input_scale", "0"), `input_scale "0"`},
		{"scale negative", metadata("input_scale", "-1"), `input_scale "-1"`},
		{"scale NaN", metadata("input_scale", "NaN"), `input_scale "NaN"`},
		{"scale infinite", metadata("input_scale", "+Inf"), `input_scale "+Inf"`},
		{"scale beyond float32", metadata("input_scale", "1e39"), `input_scale "1e39"`},
		{"scale below float32", metadata("input_scale", "1e-60"), `input_scale "1e-60"`},
		{"classes", metadata("classes", "only"), `tensor "3.weight" has shape [2 3]: want [1 3]`},
		{"too many classes", metadata("classes", strings.Repeat("\n", 1<<17)), "131073 classes: want at most 4096"},
		{"missing output bias", remove("3.bias"), `there is no tensor "3.bias"`},
		{"missing weight", func(f *safetensors.File) { f.Tensors[0].Name = "weight" }, `there is no tensor "0.weight"`},
		{"missing bias", remove("0.bias"), `there is no tensor "0.bias"`},
		{"missing running mean", remove("1.running_mean"), `there is no tensor "1.running_mean"`},
		{"transposed", replace(safetensors.Float32("3.weight", []int{3, 2}, make([]float32, 6))), `tensor "3.weight" has shape [3 2]: want [2 3]`},
		{"flat", replace(safetensors.Float32("3.weight", []int{6}, make([]float32, 6))), `tensor "3.weight" has shape [6]: want [2 3]`},
		{"bias as a matrix", replace(safetensors.Float32("3.bias", []int{1, 2}, make([]float32, 2))), `tensor "3.bias" has shape [1 2]: want [2]`},
		{"type", replace(safetensors.Int64("3.bias", []int{2}, make([]int64, 2))), `3.bias`},
		{"batches", replace(safetensors.Float32("1.num_batches_tracked", nil, make([]float32, 1))), `num_batches_tracked`},
		{"two counts", replace(safetensors.Int64("1.num_batches_tracked", []int{2}, make([]int64, 2))), `num_batches_tracked`},
	} {
		f := file(t, newModel(t, "3 bn relu", 4, 2))
		c.change(f)
		if _, err := FromFile(f); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %.200v, want %q", c.name, err, c.want)
		}
	}
	// Without a count of batches a model is complete.
	f := file(t, newModel(t, "3 bn relu", 4, 2))
	remove("1.num_batches_tracked")(f)
	if _, err := FromFile(f); err != nil {
		t.Error(err)
	}
}

// TestHostileFileCostsNoMemory reads files that promise more than they hold.
func TestHostileFileCostsNoMemory(t *testing.T) {
	values := safetensors.Float32("0.weight", []int{1000}, make([]float32, 1000))
	bytes := safetensors.Tensor{Name: "0.weight", Type: "U8", Shape: []int{1, 1 << 18}, Data: make([]byte, 1<<18)}
	nibbles := safetensors.Tensor{Name: "0.weight", Type: "F4", Shape: []int{1, 1 << 19}, Data: make([]byte, 1<<18)}
	unbiased := safetensors.Float32("0.weight", []int{1, 1 << 16}, make([]float32, 1<<16)) // a column takes a panel
	nothing := safetensors.Tensor{Name: "0.weight", Type: "U8", Shape: []int{1 << 30, 1 << 30, 1 << 30, 0}}
	for _, c := range []struct {
		architecture, inputs, classes string
		stored                        safetensors.Tensor
	}{
		{"65536", "4096", "a\nb", values},
		{strings.Repeat("16384 ", 900), "16384", "a\nb", values},
		{"", "1000000", strings.Repeat("\n", 255), values},
		{strings.Repeat("bn ", 900), "1000", "a", values},
		{strings.Repeat("65536 1 ", 400), "1", "a", values},
		{"65536 65536 65536", "9223372036854775807", "a", values},
		{"", "262144", "a", bytes},
		{"", "524288", "a", nibbles},
		{"", "65536", "a", unbiased},
		{"1", "1", "a", nothing},
	} {
		f := &safetensors.File{
			Metadata: map[string]string{
				"fnn_version": "1", "architecture": c.architecture, "inputs": c.inputs, "classes": c.classes, "input_scale": "1",
			},
			Tensors: []safetensors.Tensor{c.stored},
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := FromFile(f)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("architecture %.20q with %s inputs: no error", c.architecture, c.inputs)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
			t.Errorf("architecture %.20q with %s inputs: %d bytes allocated for a file of %d", c.architecture, c.inputs, used, len(c.stored.Data))
		}
	}
}

func TestTrainerRestore(t *testing.T) {
	const words, inputs, classes = "6 bn relu dropout:0.3", 5, 4
	x, labels := samples(1, 8, inputs, classes)
	one := newModel(t, words, inputs, classes)
	first := newTrainer(t, one, NewAdam(0.01), 8, nil)
	for range 5 {
		step(t, first, x, labels)
	}
	two := one.Clone()
	second := newTrainer(t, two, NewAdam(0.01), 8, nil)
	moments := &safetensors.File{Tensors: first.Tensors()}
	if err := second.Restore(moments, first.Steps()); err != nil {
		t.Fatal(err)
	}
	if second.Steps() != 5 {
		t.Errorf("restored after %d steps, want 5", second.Steps())
	}
	first.StartEpoch(1)
	second.StartEpoch(1)
	for range 5 {
		step(t, first, x, labels)
		step(t, second, x, labels)
	}
	if hash(t, one, first) != hash(t, two, second) {
		t.Error("the restored trainer went another way")
	}

	if err := second.Restore(moments, -1); err == nil {
		t.Error("-1 steps give no error")
	}
	for i, x := range moments.Tensors {
		cut := &safetensors.File{Tensors: slices.Delete(slices.Clone(moments.Tensors), i, i+1)}
		if err := second.Restore(cut, 1); err == nil || !strings.Contains(err.Error(), strconv.Quote(x.Name)) {
			t.Errorf("without %s: error %v", x.Name, err)
		}
	}
}

func FuzzFromFile(f *testing.F) {
	for _, words := range []string{"", "2 bn relu", "dropout:0.5 1"} {
		var b bytes.Buffer
		if err := safetensors.Write(&b, file(f, newModel(f, words, 2, 2))); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		stored, err := safetensors.Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		m, err := FromFile(stored)
		if err != nil {
			return
		}
		again, err := FromFile(file(t, m))
		if err != nil {
			t.Fatalf("a model that was read cannot be read again: %v", err)
		}
		if hash(t, m, nil) != hash(t, again, nil) {
			t.Error("read again, the weights differ")
		}
		x, logits := tensor.NewMatrix(1, m.Inputs), tensor.NewMatrix(1, m.Classes())
		m.Logits(logits, x)
	})
}
