package original

import (
	"math"
	"strings"
	"testing"

	"fnn/train"
)

// The report has twelve tables of 20 epochs, and its best validation F1 is that of
// A at 0.001.
func TestHistory(t *testing.T) {
	if got := strings.Count(tables, "\n"); got != 1+3*4*20 {
		t.Errorf("%d lines, want a heading and 240", got)
	}
	var best float64
	var which string
	for _, model := range []string{"A", "B", "C"} {
		for _, rate := range []float64{0.005, 0.001, 0.0005, 0.0001} {
			h := History(model, rate)
			if len(h) != 20 {
				t.Fatalf("%s at %g has %d epochs, want 20", model, rate, len(h))
			}
			for i, e := range h {
				for _, x := range []float64{e.TrainLoss, e.TrainAccuracy, e.ValidationLoss, e.ValidationAccuracy, e.ValidationF1} {
					if e.Epoch != i+1 || !(x > 0.15 && x < 2.5) {
						t.Errorf("%s at %g, row %d: %+v", model, rate, i, e)
					}
				}
				if e.ValidationF1 > best {
					best, which = e.ValidationF1, model
				}
			}
		}
	}
	if best != 0.8876 || which != "A" {
		t.Errorf("the best is %s with %g, want A with 0.8876", which, best)
	}
	want := train.Epoch{Epoch: 20, TrainLoss: 0.3292, TrainAccuracy: 0.8852, ValidationLoss: 0.3770, ValidationAccuracy: 0.8661, ValidationF1: 0.8660}
	if got := History("C", 0.0001)[19]; got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	for _, h := range []train.History{History("D", 0.001), History("A", 0.002), History("", 0)} {
		if h != nil {
			t.Errorf("%v", h)
		}
	}
}

func TestDifference(t *testing.T) {
	row := func(epoch int, x [5]float64) train.Epoch {
		return train.Epoch{
			Epoch: epoch, TrainLoss: x[0], TrainAccuracy: x[1],
			ValidationLoss: x[2], ValidationAccuracy: x[3], ValidationF1: x[4],
		}
	}
	a := train.History{row(1, [5]float64{0.5, 0.5, 0.5, 0.5, 0.5}), row(2, [5]float64{1, 1, 1, 1, 1})}
	b := train.History{row(1, [5]float64{0.6, 0.3, 0.5, 0.5, 0.5}), row(2, [5]float64{1, 1, 0, 1, 1}), row(3, [5]float64{9, 9, 9, 9, 9})}
	if got, want := Difference(a, b), 1.3/10; math.Abs(got-want) > 1e-12 {
		t.Errorf("%g, want %g", got, want)
	}
	if Difference(b, a) != Difference(a, b) {
		t.Error("not symmetric")
	}
	if got := Difference(a, nil); !math.IsNaN(got) {
		t.Errorf("no epochs: %g, want NaN", got)
	}
}
