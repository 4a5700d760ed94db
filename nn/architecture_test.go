package nn

import (
	"strings"
	"testing"
)

func TestParseArchitecture(t *testing.T) {
	for _, c := range []struct{ words, want, name string }{
		{"", "", ""},
		{"  \t\n ", "", ""},
		{"A", "128 relu 64 relu", "A"},
		{" B\n", "128 relu dropout:0.4 64 relu dropout:0.4", "B"},
		{"C", "128 bn relu dropout:0.4 64 bn relu dropout:0.4", "C"},
		{"128  relu\t64 relu", "128 relu 64 relu", "A"},
		{"0128 relu 064 relu", "128 relu 64 relu", "A"},
		{"128 relu", "128 relu", ""},
		{"dropout:.50 1 bn", "dropout:0.5 1 bn", ""},
		{"dropout:0 dropout:1e-3 dropout:0.999", "dropout:0 dropout:0.001 dropout:0.999", ""},
		{"65536", "65536", ""},
	} {
		a, err := ParseArchitecture(c.words)
		if err != nil || a.String() != c.want || a.Name() != c.name {
			t.Errorf("%q parses as %q, name %q, error %v, want %q, name %q", c.words, a, a.Name(), err, c.want, c.name)
		}
	}
	if _, err := ParseArchitecture(strings.Repeat("relu ", maxLayers)); err != nil {
		t.Errorf("%d words: %v", maxLayers, err)
	}
}

func TestParseArchitectureErrors(t *testing.T) {
	for _, c := range []struct{ words, want string }{
		{"128 relo", `nn: architecture "128 relo": word 2, "relo": want a number of neurons, relu, bn or dropout:P, or one of A, B and C alone; did you mean relu?`},
		{"ReLU", "word 1, \"ReLU\": want a number of neurons, relu, bn or dropout:P, or one of A, B and C alone; did you mean relu?"},
		{"batchnorm", "; did you mean bn?"},
		{"1 dropout", "; did you mean dropout:P, such as dropout:0.4?"},
		{"drop:0.5", "; did you mean dropout:P, such as dropout:0.4?"},
		{"erlu", "; did you mean relu?"},
		{"batch", "; did you mean bn?"},
		{"BatchNorm1d", "; did you mean bn?"},
		{"sigmoid", "want a number of neurons, relu, bn or dropout:P"},
		{"A relu", `word 1, "A"`},
		{":", `":": want a number of neurons`},
		{"relu:0.1", "did you mean relu?"},
		{"0", "want a number of neurons from 1 to 65536"},
		{"-5", "want a number of neurons from 1 to 65536"},
		{"65537", "want a number of neurons from 1 to 65536"},
		{"12x", "want a number of neurons from 1 to 65536"},
		{"1.5", "want a number of neurons from 1 to 65536"},
		{"99999999999999999999", "want a number of neurons from 1 to 65536"},
		{"dropout:", "want a probability from 0 to below 1"},
		{"dropout:1", "want a probability from 0 to below 1"},
		{"dropout:-0.1", "want a probability from 0 to below 1"},
		{"dropout:NaN", "want a probability from 0 to below 1"},
		{"dropout:half", "want a probability from 0 to below 1"},
		{"dropout:1e999", "want a probability from 0 to below 1"},
		{strings.Repeat("relu ", maxLayers+1), "nn: architecture of 1001 words: want at most 1000"},
	} {
		a, err := ParseArchitecture(c.words)
		if err == nil {
			t.Errorf("%.40q parses as %q", c.words, a)
		} else if !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "nn: ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.40q: error %q, want one line with %q", c.words, err, c.want)
		}
	}
	// What is no misspelling gets no suggestion.
	for _, words := range []string{"sigmoid", "banana", "rotate", "d"} {
		if _, err := ParseArchitecture(words); strings.Contains(err.Error(), "did you mean") {
			t.Errorf("%q: error %q suggests something", words, err)
		}
	}
}

func TestNewErrors(t *testing.T) {
	for _, c := range []struct {
		words           string
		inputs, classes int
		want            string
	}{
		{"", 0, 10, "nn: 0 inputs: want 1 to 1048576"},
		{"", -1, 10, "nn: -1 inputs: want 1 to 1048576"},
		{"", 1<<20 + 1, 10, "nn: 1048577 inputs: want 1 to 1048576"},
		{"", 10, 0, "nn: 0 classes: want 1 to 4096"},
		{"", 10, 1<<16 + 1, "nn: 65537 classes: want 1 to 4096"},
		{"65536", 1 << 20, 10, "nn: a dense layer of 1048576 x 65536 weights: want at most 268435456"},
		{"", 1 << 20, 1000, "nn: a dense layer of 1048576 x 1000 weights"},
	} {
		a, err := ParseArchitecture(c.words)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New(a, c.inputs, c.classes); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("New(%q, %d, %d) gives error %v, want %q", c.words, c.inputs, c.classes, err, c.want)
		}
	}
	// Words that did not come from ParseArchitecture.
	for _, a := range []Architecture{{"sigmoid"}, {"dropout:2"}, {"0"}, {""}} {
		if _, err := New(a, 3, 3); err == nil || !strings.HasPrefix(err.Error(), "nn: ") {
			t.Errorf("New(%q) gives error %v", a, err)
		}
	}
}

func TestNew(t *testing.T) {
	for _, c := range []struct {
		words      string
		layers     string
		parameters int
	}{
		{"", "10", 7850},
		{"A", "128 relu 64 relu 10", 109386},
		{"B", "128 relu dropout:0.4 64 relu dropout:0.4 10", 109386},
		{"C", "128 bn relu dropout:0.4 64 bn relu dropout:0.4 10", 109386 + 2*128 + 2*64},
		{"bn", "bn 10", 2*784 + 7850},
	} {
		m := newModel(t, c.words, 784, 10)
		var words []string
		for _, layer := range m.Layers {
			words = append(words, layer.String())
		}
		if got := strings.Join(words, " "); got != c.layers {
			t.Errorf("%q has the layers %q, want %q", c.words, got, c.layers)
		}
		if m.Parameters() != c.parameters || m.Classes() != 10 || m.ClassNames[9] != "9" || len(m.ClassNames) != 10 {
			t.Errorf("%q has %d parameters and the classes %q, want %d and 10 classes", c.words, m.Parameters(), m.ClassNames, c.parameters)
		}
		if want := strings.Contains(c.layers, "bn"); m.HasBatchNorm() != want {
			t.Errorf("%q: HasBatchNorm is %v", c.words, m.HasBatchNorm())
		}
	}
}

func FuzzParseArchitecture(f *testing.F) {
	f.Fuzz(func(t *testing.T, words string) {
		a, err := ParseArchitecture(words)
		if err != nil {
			return
		}
		again, err := ParseArchitecture(a.String())
		if err != nil || again.String() != a.String() {
			t.Errorf("%q prints as %q, which parses as %q, error %v", words, a, again, err)
		}
		if len(a) < 10 {
			if m, err := New(a, 2, 2); err == nil {
				var got []string
				for _, layer := range m.Layers[:len(m.Layers)-1] {
					got = append(got, layer.String())
				}
				if strings.Join(got, " ") != a.String() {
					t.Errorf("%q makes the layers %q", a, got)
				}
			}
		}
	})
}
