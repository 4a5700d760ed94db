package metrics

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
)

// fixture holds what scikit-learn says; testdata/generate.py writes it.
type fixture struct {
	Cases []struct {
		Name             string
		Classes          int
		Names            []string
		Truth, Predicted []int
		Matrix           [][]int
		Accuracy         float64
		PerClass         []Scores
		Macro, Weighted  Scores
		Report           string
	}
	TopK struct {
		Scores   []float32
		Labels   []int
		Accuracy []float64
	}
	Calibration struct {
		Confidence []float64
		Correct    []bool
		Curves     []struct {
			Bins                 int
			Counts               []int
			Accuracy, Confidence []float64 // of the bins with samples
			ExpectedError        float64
		}
	}
}

func readFixture(t *testing.T) (f fixture) {
	t.Helper()
	data, err := os.ReadFile("testdata/sklearn.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Cases) == 0 {
		t.Fatal("testdata/sklearn.json has no cases")
	}
	return f
}

// near reports whether s and t differ by no more than other orders of the same
// operations can make them.
func near(s, t Scores) bool {
	near := func(x, y float64) bool { return math.Abs(x-y) <= 1e-15 }
	return near(s.Precision, t.Precision) && near(s.Recall, t.Recall) && near(s.F1, t.F1) && s.Support == t.Support
}

func TestConfusionAgreesWithSklearn(t *testing.T) {
	reports := 0
	for _, test := range readFixture(t).Cases {
		t.Run(test.Name, func(t *testing.T) {
			c := NewConfusion(test.Classes)
			for i, truth := range test.Truth {
				c.Add(truth, test.Predicted[i])
			}
			if got := c.Total(); got != len(test.Truth) {
				t.Errorf("Total() = %d, want %d", got, len(test.Truth))
			}
			for i, row := range test.Matrix {
				for j, want := range row {
					if got := c.Count(i, j); got != want {
						t.Errorf("Count(%d, %d) = %d, want %d", i, j, got, want)
					}
				}
			}
			if got := c.Accuracy(); got != test.Accuracy {
				t.Errorf("Accuracy() = %v, want %v", got, test.Accuracy)
			}
			if len(test.PerClass) != test.Classes {
				t.Fatalf("%d classes in the fixture, want %d", len(test.PerClass), test.Classes)
			}
			for i, want := range test.PerClass {
				if got := c.Class(i); !near(got, want) {
					t.Errorf("Class(%d) = %+v, want %+v", i, got, want)
				}
			}
			if got := c.Macro(); !near(got, test.Macro) {
				t.Errorf("Macro() = %+v, want %+v", got, test.Macro)
			}
			if got := c.Weighted(); !near(got, test.Weighted) {
				t.Errorf("Weighted() = %+v, want %+v", got, test.Weighted)
			}
			if test.Report == "" {
				return
			}
			reports++
			var report strings.Builder
			if err := c.WriteReport(&report, test.Names); err != nil {
				t.Fatal(err)
			}
			if got := report.String(); got != test.Report {
				t.Errorf("report:\n%s\nwant:\n%s", got, test.Report)
			}
		})
	}
	if reports == 0 {
		t.Error("the fixture has no reports")
	}
}

func TestTopKAgreesWithSklearn(t *testing.T) {
	f := readFixture(t).TopK
	if len(f.Accuracy) != 8 {
		t.Fatalf("%d values of k in the fixture, want 8", len(f.Accuracy))
	}
	for i, want := range f.Accuracy {
		if got := TopK(f.Scores, f.Labels, i+1); got != want {
			t.Errorf("TopK(k = %d) = %v, want %v", i+1, got, want)
		}
	}
}

func TestCalibrationAgreesWithSklearn(t *testing.T) {
	f := readFixture(t).Calibration
	if len(f.Curves) != 4 {
		t.Fatalf("%d curves in the fixture, want 4", len(f.Curves))
	}
	near := func(x, y float64) bool { return math.Abs(x-y) <= 1e-15 }
	for _, want := range f.Curves {
		c := NewCalibration(want.Bins)
		for i, confidence := range f.Confidence {
			c.Add(confidence, f.Correct[i])
		}
		filled := 0
		for i, bin := range c.Bins() {
			if bin.Count != want.Counts[i] {
				t.Errorf("%d bins: bin %d has %d samples, want %d", want.Bins, i, bin.Count, want.Counts[i])
			}
			if bin.Count == 0 {
				continue
			}
			if accuracy, confidence := want.Accuracy[filled], want.Confidence[filled]; !near(bin.Accuracy, accuracy) || !near(bin.Confidence, confidence) {
				t.Errorf("%d bins: bin %d: %+v, want accuracy %v, confidence %v", want.Bins, i, bin, accuracy, confidence)
			}
			filled++
		}
		if filled != len(want.Accuracy) {
			t.Errorf("%d bins: %d have samples, want %d", want.Bins, filled, len(want.Accuracy))
		}
		if got := c.ExpectedError(); !near(got, want.ExpectedError) {
			t.Errorf("%d bins: ExpectedError() = %v, want %v", want.Bins, got, want.ExpectedError)
		}
	}
}
