package train

import (
	"math"
	"testing"

	"fnn/nn"
	"fnn/tensor"
)

// TestEvaluate compares Evaluate with a loop that takes one sample after the
// other.
func TestEvaluate(t *testing.T) {
	set := blobs(t, 3, 151)
	for _, words := range []string{"", "8 relu", "8 bn relu dropout:0.5"} {
		m := newModel(t, words)
		var loss float64
		var counts [classes][classes]int
		logits, x := tensor.NewMatrix(set.Len(), classes), tensor.NewMatrix(1, features)
		for i := range set.Len() {
			set.Row(i, x.Row(0))
			m.Logits(logits.RowRange(i, i+1), x)
			z := logits.Row(i)
			predicted := 0
			var sum float64
			for j, v := range z {
				sum += math.Exp(float64(v))
				if v > z[predicted] {
					predicted = j
				}
			}
			loss += (math.Log(sum) - float64(z[set.Label(i)])) / float64(set.Len())
			counts[set.Label(i)][predicted]++
		}
		for _, threads := range []int{1, 2, 5} {
			team := tensor.NewTeam(threads)
			e := Evaluate(m, set, team)
			if math.Abs(e.Loss-loss) > 1e-6*loss {
				t.Errorf("%q, %d threads: loss %g, want %g", words, threads, e.Loss, loss)
			}
			for truth := range classes {
				for predicted := range classes {
					if got := e.Confusion.Count(truth, predicted); got != counts[truth][predicted] {
						t.Errorf("%q, %d threads: %d samples of class %d predicted as %d, want %d",
							words, threads, got, truth, predicted, counts[truth][predicted])
					}
				}
			}
			for i := range logits.Rows {
				for j := range classes {
					if e.Logits.At(i, j) != logits.At(i, j) {
						t.Fatalf("%q, %d threads: logit %d of sample %d differs", words, threads, j, i)
					}
				}
			}
			team.Close()
		}
	}
}

// TestEvaluateOneClass evaluates a model that is always sure of the first class.
func TestEvaluateOneClass(t *testing.T) {
	m := newModel(t, "")
	dense := m.Layers[0].(*nn.Dense)
	clear(dense.Weight.Data)
	dense.Bias[0] = 50
	e := Evaluate(m, blobs(t, 1, 9), nil)
	if got := e.Confusion.Accuracy(); got != 1.0/3 {
		t.Errorf("accuracy %g, want 1/3", got)
	}
	if math.Abs(e.Loss-100.0/3) > 1e-4 {
		t.Errorf("loss %g, want two thirds of 50", e.Loss)
	}
}
