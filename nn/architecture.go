package nn

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"fnn/internal/metadata"
	"fnn/internal/suggest"
	"fnn/tensor"
)

// An Architecture is a model's layers in words, from the input on:
//
//	N          a dense layer of N neurons
//	bn         batch normalisation
//	relu       the rectified linear unit
//	dropout:P  dropout with probability P, 0 <= P < 1
//
// The output layer, a dense one with a neuron a class, is implied at the end.
// The empty architecture is that layer alone, logistic regression.
type Architecture []string

// Named architectures: the models of the course report that fnn reproduces. The
// report's drawings of them are lost; these are reconstructions from its tables
// (docs/architectures.md).
var named = map[string]string{
	"A": "128 relu 64 relu",
	"B": "128 relu dropout:0.4 64 relu dropout:0.4",
	"C": "128 bn relu dropout:0.4 64 bn relu dropout:0.4",
}

// Limits of an architecture, far above what trains on a CPU, so that a hostile
// model file costs no memory.
const (
	maxLayers = 1000
	maxLength = 32 * maxLayers // in bytes
	maxWidth  = 1 << 16
)

// ParseArchitecture parses an architecture's words, or one of the names A, B and
// C. The result has one spelling of each word.
func ParseArchitecture(words string) (Architecture, error) {
	a, err := parseArchitecture(words)
	if err != nil {
		return nil, fmt.Errorf("nn: %w", err)
	}
	return a, nil
}

func parseArchitecture(words string) (Architecture, error) {
	if w, ok := named[strings.TrimSpace(words)]; ok {
		words = w
	}
	if len(words) > maxLength {
		return nil, fmt.Errorf("architecture of %d bytes: want at most %d", len(words), maxLength)
	}
	fields := strings.Fields(words)
	if len(fields) > maxLayers {
		return nil, fmt.Errorf("architecture of %d words: want at most %d", len(fields), maxLayers)
	}
	a := make(Architecture, 0, len(fields))
	for i, word := range fields {
		parsed, err := parseWord(word)
		if err != nil {
			return nil, fmt.Errorf("architecture %q: word %d, %q: %w",
				metadata.Shortened(strings.Join(fields, " ")), i+1, metadata.Shortened(word), err)
		}
		a = append(a, parsed)
	}
	return a, nil
}

func parseWord(word string) (string, error) {
	if word == "relu" || word == "bn" {
		return word, nil
	}
	if text, ok := strings.CutPrefix(word, "dropout:"); ok {
		p, err := parseProbability(text)
		if err != nil {
			return "", err
		}
		return (&Dropout{Probability: p}).String(), nil
	}
	if word[0] >= '0' && word[0] <= '9' || word[0] == '-' {
		width, err := parseWidth(word)
		return strconv.Itoa(width), err
	}
	return "", fmt.Errorf("want a number of neurons, relu, bn or dropout:P, or one of A, B and C alone%s", hint(word))
}

// hint says which word a misspelt one is close to.
func hint(word string) string {
	name, _, _ := strings.Cut(word, ":")
	if len(name) < 2 {
		return ""
	}
	near := suggest.Suggest(name, []string{"relu", "bn", "batchnorm", "dropout"})
	switch near {
	case "":
		return ""
	case "batchnorm":
		near = "bn"
	case "dropout":
		near = "dropout:P, such as dropout:0.4"
	}
	return "; did you mean " + near + "?"
}

func parseProbability(text string) (float64, error) {
	p, err := strconv.ParseFloat(text, 64)
	if err != nil || !(p >= 0 && p < 1) {
		return 0, fmt.Errorf("want a probability from 0 to below 1")
	}
	return p, nil
}

func parseWidth(text string) (int, error) {
	width, err := strconv.Atoi(text)
	if err != nil || width < 1 || width > maxWidth {
		return 0, fmt.Errorf("want a number of neurons from 1 to %d", maxWidth)
	}
	return width, nil
}

// String returns the words, separated by spaces: what ParseArchitecture parses.
func (a Architecture) String() string { return strings.Join(a, " ") }

// Name returns the name, A, B or C, of an architecture that has one, or "".
func (a Architecture) Name() string {
	for _, name := range []string{"A", "B", "C"} {
		if named[name] == a.String() {
			return name
		}
	}
	return ""
}

// layers makes the layers for an input of the given size, the output layer
// included. The words are ParseArchitecture's.
func (a Architecture) layers(inputs, classes int) ([]Layer, error) {
	var layers []Layer
	total, width := 0, inputs
	for _, word := range append(append([]string(nil), a...), strconv.Itoa(classes)) {
		switch {
		case word == "relu":
			layers = append(layers, &ReLU{width})
		case word == "bn":
			layers = append(layers, newBatchNorm(width))
		case strings.HasPrefix(word, "dropout:"):
			p, err := parseProbability(strings.TrimPrefix(word, "dropout:"))
			if err != nil {
				return nil, fmt.Errorf("%q: %w", word, err)
			}
			layers = append(layers, &Dropout{Probability: p, width: width})
		default:
			outputs, err := parseWidth(word)
			if err != nil {
				return nil, fmt.Errorf("%q: %w", word, err)
			}
			padded := (outputs + tensor.PanelCols - 1) / tensor.PanelCols * tensor.PanelCols
			if width > (maxWeights-total)/padded {
				return nil, fmt.Errorf("a dense layer of %d x %d weights: want at most %d in all", width, outputs, maxWeights)
			}
			total += width * padded
			layers = append(layers, newDense(width, outputs))
			width = outputs
		}
	}
	return layers, nil
}

// tensors yields the names and shapes of the tensors that a model's file has to
// hold.
func (a Architecture) tensors(inputs, classes int) iter.Seq2[string, []int] {
	return func(yield func(name string, shape []int) bool) {
		width := inputs
		for i, word := range append(slices.Clone(a), strconv.Itoa(classes)) {
			names, outputs := []string(nil), width
			if n, err := strconv.Atoi(word); err == nil {
				if !yield(tensorName(i, "weight"), []int{n, width}) {
					return
				}
				names, outputs = []string{"bias"}, n
			} else if word == "bn" {
				names = []string{"weight", "bias", "running_mean", "running_var"}
			}
			for _, name := range names {
				if !yield(tensorName(i, name), []int{outputs}) {
					return
				}
			}
			width = outputs
		}
	}
}
