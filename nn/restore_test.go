package nn

import (
	"math"
	"strings"
	"testing"

	"fnn/safetensors"
)

// TestFromFileHalf reads a model whose weights are bfloat16, as other tools
// write them: each is the upper half of a float32.
func TestFromFileHalf(t *testing.T) {
	f := file(t, newModel(t, "6 bn relu", 5, 3))
	for i, stored := range f.Tensors {
		if stored.Type != safetensors.F32 {
			continue
		}
		var half []byte
		for at := 0; at < len(stored.Data); at += 4 {
			half = append(half, stored.Data[at+2:at+4]...)
		}
		f.Tensors[i].Type, f.Tensors[i].Data = safetensors.BF16, half
	}
	m, err := FromFile(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range file(t, m).Tensors {
		want, _ := f.Lookup(got.Name)
		if got.Type != safetensors.F32 {
			continue
		}
		values, err := want.Float32s()
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range floats(t, got) {
			if math.Float32bits(x) != math.Float32bits(values[i]) {
				t.Fatalf("%s: element %d is %g, want %g", got.Name, i, x, values[i])
			}
		}
	}
}

// TestRestoreOtherArchitecture restores weights of the same shapes in other
// layers.
func TestRestoreOtherArchitecture(t *testing.T) {
	f := file(t, newModel(t, "8 relu dropout:0.4", 5, 3))
	err := newModel(t, "8 dropout:0.4 relu", 5, 3).Restore(f)
	if err == nil || !strings.Contains(err.Error(), `architecture "8 relu dropout:0.4": want "8 dropout:0.4 relu"`) {
		t.Errorf("error %v", err)
	}
}

// TestNewPadding asks for narrow layers whose panels take far more memory than
// their weights.
func TestNewPadding(t *testing.T) {
	a, err := ParseArchitecture(strings.Repeat("65536 1 ", 200))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(a, 1, 1); err == nil || !strings.Contains(err.Error(), "want at most 268435456 in all") {
		t.Errorf("error %v", err)
	}
}
