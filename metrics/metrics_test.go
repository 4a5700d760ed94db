package metrics

import (
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestEmptyConfusion(t *testing.T) {
	c := NewConfusion(3)
	check := func() {
		t.Helper()
		if c.Total() != 0 || c.Accuracy() != 0 || c.Class(1) != (Scores{}) || c.Macro() != (Scores{}) || c.Weighted() != (Scores{}) {
			t.Errorf("no samples: total %d, accuracy %v, class %v, macro %v, weighted %v; want zeros",
				c.Total(), c.Accuracy(), c.Class(1), c.Macro(), c.Weighted())
		}
	}
	check()
	c.Add(1, 1)
	c.AddCount(2, 1, 1)
	if c.Total() != 2 || c.Accuracy() != 0.5 {
		t.Errorf("total %d, accuracy %v, want 2, 0.5", c.Total(), c.Accuracy())
	}
}

func TestEmptyCalibration(t *testing.T) {
	c := NewCalibration(2)
	want := []CalibrationBin{{Low: 0, High: 0.5}, {Low: 0.5, High: 1}}
	if got := c.Bins(); c.Total() != 0 || c.ExpectedError() != 0 || !slices.Equal(got, want) {
		t.Errorf("no samples: total %d, error %v, bins %+v; want zeros", c.Total(), c.ExpectedError(), got)
	}
}

// TestCalibrationEnds holds that a bin has its upper end and not its lower, to
// the bit, and that odd confidences count as near ones.
func TestCalibrationEnds(t *testing.T) {
	const bins = 10
	for i := 1; i < bins; i++ {
		end := float64(i) / bins
		for confidence, want := range map[float64]int{
			math.Nextafter(end, 0): i - 1, end: i - 1, math.Nextafter(end, 1): i,
		} {
			c := NewCalibration(bins)
			c.Add(confidence, true)
			if got := c.Bins(); got[want].Count != 1 || got[want].High != float64(want+1)/bins {
				t.Errorf("confidence %v: %+v, want it in bin %d", confidence, got, want)
			}
		}
	}
	c := NewCalibration(bins)
	for _, confidence := range []float64{math.NaN(), -1, 0, 1, 2, math.Inf(1)} {
		c.Add(confidence, false)
	}
	if got := c.Bins(); got[0].Count != 3 || got[0].Confidence != 0 || got[bins-1].Count != 3 || got[bins-1].Confidence != 1 {
		t.Errorf("%+v", got)
	}
}

func TestAddAllocatesNothing(t *testing.T) {
	c := NewConfusion(10)
	if n := testing.AllocsPerRun(100, func() { c.Add(3, 4) }); n != 0 {
		t.Errorf("Add allocates %v times", n)
	}
}

func TestPanics(t *testing.T) {
	c := NewConfusion(3)
	tests := map[string]func(){
		"no classes":         func() { NewConfusion(0) },
		"no bins":            func() { NewCalibration(0) },
		"truth below":        func() { c.Add(-1, 0) },
		"truth above":        func() { c.Add(3, 0) },
		"predicted below":    func() { c.Add(1, -1) },
		"predicted above":    func() { c.Add(0, 3) },
		"negative count":     func() { c.AddCount(0, 0, -1) },
		"class above":        func() { c.Class(3) },
		"top 0":              func() { TopK([]float32{1, 2}, []int{0}, 0) },
		"uneven scores":      func() { TopK([]float32{1, 2, 3}, []int{0, 0}, 1) },
		"scores, no labels":  func() { TopK([]float32{1}, nil, 1) },
		"labels, no scores":  func() { TopK(nil, []int{0}, 1) },
		"label not a class":  func() { TopK([]float32{1, 2}, []int{2}, 1) },
		"label not positive": func() { TopK([]float32{1, 2}, []int{-1}, 1) },
	}
	for name, f := range tests {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}

var nan, inf = float32(math.NaN()), float32(math.Inf(1))

func TestTopKTies(t *testing.T) {
	row := []float32{nan, 1, 7, 1, nan, -inf}
	order := []int{2, 1, 3, 5, 0, 4}
	for place, label := range order {
		for k := 1; k <= len(row)+1; k++ {
			want := 0.0
			if place < k {
				want = 1
			}
			if got := TopK(row, []int{label}, k); got != want {
				t.Errorf("label %d in the top %d: %v, want %v", label, k, got, want)
			}
		}
	}
	if got := TopK(nil, nil, 1); got != 0 {
		t.Errorf("no samples: %v, want 0", got)
	}
}

func TestWriteMatrix(t *testing.T) {
	tests := []struct {
		name  string
		pairs [][2]int
		names []string
		want  string
	}{
		{"numbers", [][2]int{{0, 0}, {0, 1}, {0, 1}, {2, 2}}, nil, `
       predicted
truth  0 1 2
    0  1 2 .
    1  . . .
    2  . . 1
`},
		{"short names", [][2]int{{0, 0}, {1, 0}}, []string{"é", "abc"}, `
       predicted
truth    é abc
    é    1   .
  abc    1   .
`},
		{"long names", [][2]int{{0, 0}, {1, 0}, {2, 1}}, []string{"Trouser", "a name of more than twenty characters", "靴\x1b[31m"}, `
                        predicted
                 truth  0 1 2
             Trouser 0  1 . .
a name of more than… 1  1 . .
              靴�[31m 2  . 1 .
`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := NewConfusion(max(len(test.names), 3))
			if test.names != nil {
				c = NewConfusion(len(test.names))
			}
			for _, p := range test.pairs {
				c.Add(p[0], p[1])
			}
			var b strings.Builder
			if err := c.WriteMatrix(&b, test.names); err != nil {
				t.Fatal(err)
			}
			if got, want := b.String(), test.want[1:]; got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func TestWriteMatrixPanels(t *testing.T) {
	const classes = 100
	c := NewConfusion(classes)
	for i := range classes {
		for range i + 1 {
			c.Add(i, (i*7)%classes)
		}
	}
	var b strings.Builder
	if err := c.WriteMatrix(&b, nil); err != nil {
		t.Fatal(err)
	}
	columns, marks := 0, 0
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("a line of %d characters: %s", n, line)
		}
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "predicted" {
			continue
		}
		if fields[0] == "truth" {
			columns += len(fields) - 1
			continue
		}
		for _, f := range fields[1:] {
			if f != "." {
				marks++
			}
		}
	}
	if columns != classes || marks != classes {
		t.Errorf("%d columns and %d counts in all panels, want %d of each", columns, marks, classes)
	}
}

type failingWriter struct{}

var errFull = errors.New("full")

func (failingWriter) Write([]byte) (int, error) { return 0, errFull }

func TestWriteErrors(t *testing.T) {
	c := NewConfusion(2)
	writers := map[string]func() [2]error{
		"report": func() [2]error {
			return [2]error{c.WriteReport(failingWriter{}, nil), c.WriteReport(failingWriter{}, []string{"one"})}
		},
		"matrix": func() [2]error {
			return [2]error{c.WriteMatrix(failingWriter{}, nil), c.WriteMatrix(failingWriter{}, []string{"one"})}
		},
	}
	for name, write := range writers {
		errs := write()
		if !errors.Is(errs[0], errFull) {
			t.Errorf("%s: %v, want %v", name, errs[0], errFull)
		}
		if errs[1] == nil || errs[1].Error() != "metrics: 1 names for 2 classes" {
			t.Errorf("%s with too few names: %v", name, errs[1])
		}
	}
}

// One name does not make every row of a table long.
func TestLongName(t *testing.T) {
	const classes = 500
	c := NewConfusion(classes)
	names := make([]string, classes)
	names[7] = strings.Repeat("é", 100_000)
	for _, write := range []func(io.Writer, []string) error{c.WriteReport, c.WriteMatrix} {
		var b strings.Builder
		if err := write(&b, names); err != nil {
			t.Fatal(err)
		}
		if b.Len() > 16*classes*classes {
			t.Errorf("%d bytes", b.Len())
		}
	}
}
