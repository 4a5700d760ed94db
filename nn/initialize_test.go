package nn

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// initialized returns a model and its stored tensors after Initialize.
func initialized(t *testing.T, words string, inputs, classes int, initializer Initializer, seed uint64) map[string][]float32 {
	t.Helper()
	m := newModel(t, words, inputs, classes)
	if err := m.Initialize(initializer, seed); err != nil {
		t.Fatal(err)
	}
	tensors := map[string][]float32{}
	for _, stored := range file(t, m).Tensors {
		if !strings.HasSuffix(stored.Name, "num_batches_tracked") {
			tensors[stored.Name] = floats(t, stored)
		}
	}
	return tensors
}

func TestInitializeMoments(t *testing.T) {
	const inputs, width, classes = 300, 200, 100
	for _, c := range []struct {
		initializer Initializer
		variance    func(inputs, outputs float64) float64
		fourth      float64 // moment over the variance squared
		most        func(inputs, outputs float64) float64
	}{
		{Normal, func(_, _ float64) float64 { return 1e-4 }, 3, func(_, _ float64) float64 { return 0.07 }},
		{He, func(in, _ float64) float64 { return 2 / in }, 3, func(in, _ float64) float64 { return 7 * math.Sqrt(2/in) }},
		{Xavier, func(in, out float64) float64 { return 2 / (in + out) }, 1.8, func(in, out float64) float64 { return math.Sqrt(6 / (in + out)) }},
	} {
		tensors := initialized(t, "200 relu", inputs, classes, c.initializer, 1)
		for _, layer := range []struct {
			name            string
			inputs, outputs float64
		}{{"0", inputs, width}, {"2", width, classes}} {
			w := tensors[layer.name+".weight"]
			n := layer.inputs * layer.outputs
			var sum, squares, fourths float64
			most := 0.0
			for _, v := range w {
				x := float64(v)
				sum += x
				squares += x * x
				fourths += x * x * x * x
				most = max(most, math.Abs(x))
			}
			variance := c.variance(layer.inputs, layer.outputs)
			// Five standard errors each; the eighth moment of a normal number is
			// 105, that of a uniform one less.
			if math.Abs(sum/n) > 5*math.Sqrt(variance/n) {
				t.Errorf("%s, layer %s: mean %g", c.initializer, layer.name, sum/n)
			}
			if math.Abs(squares/n-variance) > 5*variance*math.Sqrt(2/n) {
				t.Errorf("%s, layer %s: variance %g, want %g", c.initializer, layer.name, squares/n, variance)
			}
			if got := fourths / n / (variance * variance); math.Abs(got-c.fourth) > 5*math.Sqrt(96/n) {
				t.Errorf("%s, layer %s: kurtosis %g, want %g", c.initializer, layer.name, got, c.fourth)
			}
			if limit := c.most(layer.inputs, layer.outputs); most > limit {
				t.Errorf("%s, layer %s: a weight of size %g, want at most %g", c.initializer, layer.name, most, limit)
			}
			for _, b := range tensors[layer.name+".bias"] {
				if b != 0 {
					t.Errorf("%s, layer %s: a bias of %g, want 0", c.initializer, layer.name, b)
				}
			}
		}
	}
}

func TestInitializeStreams(t *testing.T) {
	for _, initializer := range Initializers {
		one := initialized(t, "30 relu 30 relu 30", 30, 30, initializer, 1)
		if again := initialized(t, "30 relu 30 relu 30", 30, 30, initializer, 1); !slices.Equal(one["0.weight"], again["0.weight"]) {
			t.Errorf("%s: the same seed gives other weights", initializer)
		}
		if other := initialized(t, "30 relu 30 relu 30", 30, 30, initializer, 2); slices.Equal(one["0.weight"], other["0.weight"]) {
			t.Errorf("%s: another seed gives the same weights", initializer)
		}
		if slices.Equal(one["0.weight"], one["2.weight"]) {
			t.Errorf("%s: two layers have the same weights", initializer)
		}
	}
}

func TestInitializeErrors(t *testing.T) {
	m := newModel(t, "", 2, 2)
	before := hash(t, m, nil)
	err := m.Initialize("zeros", 1)
	if err == nil || err.Error() != `nn: initialiser "zeros": want one of normal, he, xavier` {
		t.Errorf("error %v", err)
	}
	if hash(t, m, nil) != before {
		t.Error("a failed Initialize changed the weights")
	}
}
