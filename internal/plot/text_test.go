package plot

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTextWidth(t *testing.T) {
	tests := []struct {
		s    string
		bold bool
		want float64
	}{
		{"", false, 0},
		{"0", false, 6.37},
		{"0", true, 6.96},
		{"iW", false, 2.78 + 9.89},
		{"é", false, 6.16},
		{"ÿ", false, 5.92},
		{"~", false, 8.38},
		{"靴", false, 10.5},
		{"\x00", false, 10.5},
		{"👢", false, 14},
	}
	for _, test := range tests {
		if got := textWidth(test.s, 10, test.bold); max(got-test.want, test.want-got) > 1e-9 {
			t.Errorf("textWidth(%q, bold %v) = %v, want %v", test.s, test.bold, got, test.want)
		}
	}
}

func TestCut(t *testing.T) {
	tests := []struct {
		s     string
		width float64
		want  string
	}{
		{"Ankle boot", 100, "Ankle boot"},
		{"Ankle boot", 41, "Ankle…"},
		{"Ankle boot", 5, "…"},
		{"größe", 25, "gr…"},
		{"", 0, ""},
	}
	for _, test := range tests {
		if got := cut(test.s, 10, false, test.width); got != test.want {
			t.Errorf("cut(%q, %v) = %q, want %q", test.s, test.width, got, test.want)
		}
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		s     string
		width float64
		most  int
		want  []string
	}{
		{"", 50, 2, nil},
		{" \n ", 50, 2, nil},
		{"Bag", 50, 2, []string{"Bag"}},
		{"Ankle boot", 50, 2, []string{"Ankle", "boot"}},
		{"Ankle  boot", 100, 2, []string{"Ankle boot"}},
		{"T-shirt/top", 50, 2, []string{"T-shirt/", "top"}},
		{"one two three four", 43, 2, []string{"one two", "three…"}},
		{"one two three four", 43, 1, []string{"one t…"}},
		{"abcdefghijkl no", 40, 3, []string{"abcd…", "no"}},
		{"one two" + strings.Repeat(" more", 1<<20), 43, 1, []string{"one t…"}}, // at once
	}
	for _, test := range tests {
		got := wrap(test.s, 10, false, test.width, test.most)
		if !slices.Equal(got, test.want) {
			t.Errorf("wrap(%q, %v, %d) = %q, want %q", test.s, test.width, test.most, got, test.want)
		}
		for _, line := range got {
			if textWidth(line, 10, false) > test.width {
				t.Errorf("wrap(%q, %v): %q is too wide", test.s, test.width, line)
			}
		}
	}
}

func TestEscape(t *testing.T) {
	tests := []struct{ s, want string }{
		{`a<b>&"c"`, "a&lt;b&gt;&amp;&#34;c&#34;"},
		{"]]>", "]]&gt;"},
		{"tab\tline\nno-break\u00a0", "tab line no-break "},
		{"\x00\x1b[31m\u202e\ufffe\xff", "��[31m���"},
		{"größe 靴 👢", "größe 靴 👢"},
	}
	for _, test := range tests {
		got := string(appendEscaped(nil, test.s))
		if got != test.want || !utf8.ValidString(got) {
			t.Errorf("%q becomes %q, want %q", test.s, got, test.want)
		}
	}
}

func TestNumbersInAttributes(t *testing.T) {
	tests := []struct {
		v    float64
		want string
	}{
		{0, "0"}, {-0.001, "0"}, {10, "10"}, {1.5, "1.5"}, {1.25, "1.25"}, {0.1 + 0.2, "0.3"},
		{-0.05, "-0.05"}, {99.999, "100"}, {-12.345678, "-12.35"},
	}
	for _, test := range tests {
		if got := string(appendNumber(nil, test.v)); got != test.want {
			t.Errorf("%v becomes %s, want %s", test.v, got, test.want)
		}
	}
}

// TestFiguresShareAPage holds that what figures say about classes is the same
// in each.
func TestFiguresShareAPage(t *testing.T) {
	for name, f := range goldens {
		for _, e := range parse(t, f.SVG()) {
			if class := e.attributes["class"]; class != "" && !strings.HasPrefix(class, "plot") {
				t.Errorf("%s: class %s", name, class)
			}
			if e.name == "style" && e.text != style {
				t.Errorf("%s has a style of its own", name)
			}
		}
	}
}
