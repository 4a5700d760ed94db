package suggest

import (
	"strings"
	"testing"
)

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "abc", 0},
		{"kitten", "sitting", 3},
		{"tarin", "train", 1},
		{"ab", "ba", 1},
		{"abcd", "badc", 2},
		{"ca", "abc", 3}, // 2 if a letter could be touched twice
		{"größe", "grösse", 2},
		{"sunday", "saturday", 3},
	}
	for _, test := range tests {
		if got := distance([]rune(test.a), []rune(test.b)); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
		if got := distance([]rune(test.b), []rune(test.a)); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.b, test.a, got, test.want)
		}
	}
}

func TestSuggest(t *testing.T) {
	commands := []string{"train", "sweep", "eval", "predict", "inspect", "data", "bench"}
	flags := []string{"model", "lr", "epochs", "batch", "seed", "data", "out", "threads", "json", "quiet"}
	layers := []string{"relu", "bn", "dropout", "sigmoid", "tanh"}
	long := strings.Repeat("a", maxLength+1)
	tests := []struct {
		word       string
		candidates []string
		want       string
	}{
		{"tarin", commands, "train"},
		{"Train", commands, "train"},
		{"pred", commands, "predict"},
		{"benhc", commands, "bench"},
		{"inspetc", commands, "inspect"},
		{"evla", commands, "eval"},
		{"epoch", flags, "epochs"},
		{"thread", flags, "threads"},
		{"lrr", flags, "lr"},
		{"bacth", flags, "batch"},
		{"rleu", layers, "relu"},
		{"droput", layers, "dropout"},
		{"nb", layers, "bn"},
		{"serve", commands, ""},
		{"x", commands, ""},
		{"", commands, ""},
		{"train", nil, ""},
		{"be", []string{"bench", "bed"}, "bed"},
		{"cat", []string{"bat", "rat"}, "bat"},
		{long, []string{long}, ""},
		{"a", []string{long}, ""},
	}
	for _, test := range tests {
		if got := Suggest(test.word, test.candidates); got != test.want {
			t.Errorf("Suggest(%q, %q) = %q, want %q", test.word, test.candidates, got, test.want)
		}
	}
}
