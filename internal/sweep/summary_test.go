package sweep

import (
	"math"
	"slices"
	"strings"
	"testing"

	"fnn/internal/experiment"
	"fnn/internal/original"
	"fnn/metrics"
	"fnn/nn"
	"fnn/train"
)

// outcome returns a run of two epochs, the second with the given validation loss
// and F1, and dropout's F1 lower by 0.1.
func outcome(t *testing.T, model string, rate float64, seed uint64, loss, f1 float64) *experiment.Outcome {
	t.Helper()
	a, err := nn.ParseArchitecture(model)
	if err != nil {
		t.Fatal(err)
	}
	o := &experiment.Outcome{
		Config: experiment.NewConfig(a, train.Config{LearningRate: rate, Epochs: 2, Batch: 64, Seed: seed}),
		History: train.History{
			{Epoch: 1, TrainLoss: 1, TrainAccuracy: 0.5, ValidationLoss: 1, ValidationAccuracy: 0.5, ValidationF1: 0.25},
			{Epoch: 2, TrainLoss: 0.5, TrainAccuracy: 0.5, ValidationLoss: loss, ValidationAccuracy: 0.75, ValidationF1: f1},
		},
	}
	o.Config.Data.Checksum = experiment.FashionMNIST
	for _, e := range o.History {
		e.ValidationF1 -= 0.1
		o.DropoutHistory = append(o.DropoutHistory, e)
	}
	return o
}

func TestSummarize(t *testing.T) {
	s := Summarize([]*experiment.Outcome{
		outcome(t, "B", 0.1, 2, 0.5, 0.5), outcome(t, "A", 0.1, 1, 0.5, 0.5), outcome(t, "B", 0.1, 1, 0.5, 0.75),
		outcome(t, "B", 0.2, 1, 0.5, 0.5), outcome(t, "A", 0.1, 1, 9, 0.9), // the same again
	})
	var names []string
	for _, c := range s.Configurations {
		names = append(names, c.Name())
	}
	if want := []string{"B at 0.1", "A at 0.1", "B at 0.2"}; !slices.Equal(names, want) {
		t.Fatalf("%q, want %q", names, want)
	}
	c := s.Configurations[0]
	if len(c.Runs) != 2 || c.Runs[0].Config.Seed != 1 || c.Runs[1].Config.Seed != 2 || len(s.Configurations[1].Runs) != 1 {
		t.Errorf("%d runs", len(c.Runs))
	}
	if got := c.F1(); got.Mean != 0.625 || math.Abs(got.Deviation-math.Sqrt(2)/8) > 1e-12 || got.Runs != 2 {
		t.Errorf("F1 %+v", got)
	}
	if got, ok := c.DropoutF1(); !ok || math.Abs(got.Mean-0.525) > 1e-12 {
		t.Errorf("F1 with dropout %+v, %v", got, ok)
	}
	if got := c.BestRun().Config.Seed; got != 1 {
		t.Errorf("the best run has seed %d", got)
	}
}

// An unfinished run gives way to the same run finished, wherever it is found.
func TestSummarizeUnfinished(t *testing.T) {
	half, whole := outcome(t, "A", 0.1, 1, 0.5, 0.5), outcome(t, "A", 0.1, 1, 0.5, 0.5)
	half.History = half.History[:1]
	for _, outcomes := range [][]*experiment.Outcome{{half, whole}, {whole, half}} {
		if s := Summarize(outcomes); len(s.Configurations) != 1 || len(s.Configurations[0].Runs) != 1 || s.Configurations[0].Runs[0] != whole {
			t.Errorf("%+v", s.Configurations)
		}
	}
}

func TestBest(t *testing.T) {
	unfinished := outcome(t, "A", 0.9, 1, 0.1, 0.99)
	unfinished.History = unfinished.History[:1]
	diverged := outcome(t, "A", 0.8, 1, 0.1, 0.99)
	diverged.History, diverged.Record.Diverged = diverged.History[:1], "it diverged"
	lucky := []*experiment.Outcome{outcome(t, "C", 0.1, 1, 0.5, 0.95), outcome(t, "C", 0.1, 2, 0.5, 0.5)}
	for _, test := range []struct {
		name     string
		outcomes []*experiment.Outcome
		want     string
	}{
		{"none", nil, ""},
		{"none that counts", []*experiment.Outcome{unfinished, diverged}, ""},
		{"F1", []*experiment.Outcome{outcome(t, "A", 0.1, 1, 0.1, 0.5), outcome(t, "B", 0.1, 1, 0.9, 0.6), unfinished, diverged}, "B at 0.1"},
		{"the mean of seeds", append(lucky, outcome(t, "A", 0.1, 1, 0.5, 0.75)), "A at 0.1"},
		{"a seed that diverged", []*experiment.Outcome{outcome(t, "A", 0.8, 2, 0.1, 0.99), diverged, outcome(t, "B", 0.1, 1, 0.9, 0.6)}, "B at 0.1"},
		{"equal F1", []*experiment.Outcome{outcome(t, "A", 0.1, 1, 0.5, 0.5), outcome(t, "B", 0.1, 1, 0.4, 0.5)}, "B at 0.1"},
		{"all equal", []*experiment.Outcome{outcome(t, "B", 0.1, 1, 0.5, 0.5), outcome(t, "A", 0.2, 1, 0.5, 0.5)}, "A at 0.2"},
	} {
		for range 2 {
			got := ""
			if best := Summarize(test.outcomes).Best(); best != nil {
				got = best.Name()
			}
			if got != test.want {
				t.Errorf("%s: %q, want %q", test.name, got, test.want)
			}
			slices.Reverse(test.outcomes) // the order does not matter
		}
	}

	// Either way of validation has its own best.
	a, b := outcome(t, "A", 0.1, 1, 0.5, 0.8), outcome(t, "B", 0.1, 1, 0.5, 0.9)
	a.DropoutHistory = a.History
	s := Summarize([]*experiment.Outcome{a, b})
	b.DropoutHistory[1].ValidationF1 = 0.7
	if s.Best().Model != "B" || s.BestWithDropout().Model != "A" {
		t.Errorf("the best is %s, with dropout %s", s.Best().Name(), s.BestWithDropout().Name())
	}
	a.DropoutHistory, b.DropoutHistory = nil, nil
	if c := s.BestWithDropout(); c != nil {
		t.Errorf("evaluated without dropout, the best is %s", c.Name())
	}
}

func TestDifferences(t *testing.T) {
	like := func(model string, rate, shift float64) *experiment.Outcome {
		o := outcome(t, model, rate, 1, 0, 0)
		o.DropoutHistory = nil
		for _, e := range original.History(model, rate)[:2] {
			e.ValidationLoss += shift
			o.DropoutHistory = append(o.DropoutHistory, e)
		}
		return o
	}
	other := outcome(t, "A", 0.005, 1, 0, 0)
	other.Config.Batch = 32
	elsewhere := like("A", 0.0005, 0)
	elsewhere.Config.Data.Checksum = "crc32c:01234567"
	s := Summarize([]*experiment.Outcome{
		like("B", 0.005, 0.5), like("A", 0.005, 0.25), like("A", 0.001, 0.75), like("A", 0.0001, 0),
		outcome(t, "C", 0.002, 1, 0, 0), outcome(t, "8 relu", 0.001, 1, 0, 0), other, elsewhere,
	})
	got := s.Differences()
	if len(got) != 2 || got[0].Model != "B" || got[1].Model != "A" || got[0].Tables != 1 || got[1].Tables != 3 ||
		math.Abs(got[0].Difference-0.1) > 1e-9 || math.Abs(got[1].Difference-1.0/15) > 1e-9 {
		t.Errorf("%+v", got)
	}
	for _, c := range s.Configurations[4:] {
		if h := c.Original(); len(h) != 0 {
			t.Errorf("%s in batches of %d on data of %s has a table", c.Name(), c.Runs[0].Config.Batch, c.Runs[0].Config.Data.Checksum)
		}
	}
	if h := s.Configurations[0].Original(); len(h) != 2 {
		t.Errorf("%d epochs of the report, want as many as there are", len(h))
	}
}

func TestStatistic(t *testing.T) {
	for _, test := range []struct {
		figures []float64
		want    string
	}{
		{[]float64{0.12345}, "0.1235"}, {[]float64{1, 2, 3, 4}, "2.5000 ± 1.2910"}, {[]float64{5, 5}, "5.0000 ± 0.0000"},
	} {
		if got := NewStatistic(test.figures).Format(4); got != test.want {
			t.Errorf("%v: %s, want %s", test.figures, got, test.want)
		}
	}
}

func TestWriteText(t *testing.T) {
	unfinished, diverged := outcome(t, "A", 0.5, 1, 0, 0), outcome(t, "A", 0.25, 1, 0, 0)
	unfinished.History = nil
	diverged.History, diverged.Record.Diverged = diverged.History[:1], "it diverged"
	a := outcome(t, "A", 0.001, 1, 0.5, 0.8)
	a.DropoutHistory = a.History
	s := Summarize([]*experiment.Outcome{unfinished, diverged, a, outcome(t, "8 relu", 0.002, 1, 0.25, 0.9), outcome(t, "8 relu", 0.002, 2, 0.75, 0.8)})
	var text strings.Builder
	if err := s.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	want := `model   learning rate  best epoch              loss             accuracy         F1               F1, dropout on   the report's  difference
A       0.5            unfinished
A       0.25           diverged after 1 epoch
A       0.001          2                       0.5000           0.7500           0.8000           0.8000           0.8321        -0.0321
8 relu  0.002          2.0 ± 0.0               0.5000 ± 0.3536  0.7500 ± 0.0000  0.8500 ± 0.0707  0.7500 ± 0.0707

mean absolute difference to the report's tables, validated with dropout on as they were: A 0.2296
`
	if got := text.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}

	// The mean over seeds is 0.85, and B, the report's way, would be better.
	confusion := metrics.NewConfusion(2)
	confusion.AddCount(0, 0, 3)
	confusion.AddCount(1, 0, 1)
	for i, o := range s.Configurations[3].Runs {
		o.Test = &experiment.Result{Loss: float64(1 + i), Confusion: confusion, ClassNames: []string{"x", "y"}}
	}
	text.Reset()
	if err := s.WriteBest(&text); err != nil {
		t.Fatal(err)
	}
	want = `the best by validation F1: 8 relu at 0.002, 0.8500 ± 0.0707
validated with dropout on, it would be A at 0.001, 0.8000

tested with 2 seeds: loss 1.5000 ± 0.7071, accuracy 0.7500 ± 0.0000, macro F1 0.4286 ± 0.0000

of these, seed 1, the best in validation:

4 test samples: loss 1.0000, accuracy 0.7500, macro F1 0.4286
`
	if got := text.String(); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
