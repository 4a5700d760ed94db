package nn

import (
	"math"
	"strings"
	"testing"

	"fnn/tensor"
)

// clipping holds models whose parameters end in the middle of panels and of blocks
// of squares, and at their ends.
var clipping = []string{"", "bn", "32 relu", "33 bn relu 64", "260 relu 31 bn"}

// TestClipGradients compares clipped gradients with those that are not.
func TestClipGradients(t *testing.T) {
	const inputs, classes = 37, 4
	x, labels := samples(1, 9, inputs, classes)
	for _, words := range clipping {
		m := newModel(t, words, inputs, classes)
		whole, _ := gradients(t, m, x, labels, 0, 0, nil)
		var squares float64
		for _, g := range whole {
			for _, v := range g {
				squares += float64(v) * float64(v)
			}
		}
		norm := math.Sqrt(squares)
		for _, most := range []float64{norm / 1000, norm / 2, 0.999 * norm, 1.001*norm + 1e-6, 1e30} {
			factor := min(1, most/(norm+1e-6))
			clipped, _ := gradients(t, m, x, labels, most, 0, nil)
			for name, g := range clipped {
				for i, v := range g {
					// The sum of squares rounds some dozen times.
					want := float64(whole[name][i]) * factor
					if factor == 1 && float64(v) != want || math.Abs(float64(v)-want) > 2e-6*math.Abs(want)+1e-15 {
						t.Fatalf("%q clipped from %g to %g: gradient of %s[%d] is %g, want %g", words, norm, most, name, i, v, want)
					}
				}
			}
		}
	}
}

// A norm that is never reached changes no bit.
func TestClipNothing(t *testing.T) {
	const inputs, classes = 37, 4
	x, labels := samples(1, 9, inputs, classes)
	team := tensor.NewTeam(3)
	defer team.Close()
	for _, words := range clipping {
		run := func(norm float64, team *tensor.Team) string {
			optimizer := NewAdam(0.01)
			optimizer.ClipNorm = norm
			m := newModel(t, words, inputs, classes)
			trainer := newTrainer(t, m, optimizer, 9, team)
			for range 5 {
				step(t, trainer, x, labels)
			}
			return hash(t, m, trainer)
		}
		if want := run(0, nil); run(1e30, nil) != want || run(1e30, team) != want {
			t.Errorf("%q: a norm of 1e30 clips", words)
		}
	}
}

// A gradient whose norm is no number, or infinite, is not taken for a small one.
func TestClipNaN(t *testing.T) {
	x, labels := samples(1, 8, 5, 4)
	x.Data[13] = nan
	g, _ := gradients(t, newModel(t, "", 5, 4), x, labels, 1, 0, nil)
	for name, values := range g {
		for i, v := range values {
			if v == v {
				t.Errorf("gradient of %s[%d] is %g, want NaN", name, i, v)
			}
		}
	}
}

// Weight decay is for weights alone: with a learning rate too small for Adam to
// show, they shrink by a half, and nothing else moves.
func TestWeightDecay(t *testing.T) {
	const rate = 1e-12
	x, labels := samples(1, 8, 5, 4)
	for _, norm := range []float64{0, 1e-3} {
		m := newModel(t, "33 bn relu", 5, 4)
		before := file(t, m)
		optimizer := NewAdam(rate)
		optimizer.WeightDecay, optimizer.ClipNorm = 0.5/rate, norm
		step(t, newTrainer(t, m, optimizer, 8, nil), x, labels)
		for i, stored := range file(t, m).Tensors {
			if strings.Contains(stored.Name, "running") || strings.HasSuffix(stored.Name, "num_batches_tracked") {
				continue
			}
			want := floats(t, before.Tensors[i])
			for j, v := range floats(t, stored) {
				if len(stored.Shape) == 2 {
					want[j] /= 2
				}
				if math.Abs(float64(v-want[j])) > 1e-7*math.Abs(float64(want[j]))+1e-11 {
					t.Fatalf("clip norm %g: %s[%d] is %g, want %g", norm, stored.Name, j, v, want[j])
				}
			}
		}
	}
}

// The learning rate of each step is the one set last.
func TestSetLearningRate(t *testing.T) {
	x, labels := samples(1, 8, 5, 4)
	m := newModel(t, "6 relu", 5, 4)
	trainer := newTrainer(t, m, NewAdam(1), 8, nil)
	before := hash(t, m, nil)
	trainer.SetLearningRate(0)
	step(t, trainer, x, labels)
	if hash(t, m, nil) != before {
		t.Error("a learning rate of 0 changes weights")
	}
	trainer.SetLearningRate(0.01)
	step(t, trainer, x, labels)

	other := newModel(t, "6 relu", 5, 4)
	trainer = newTrainer(t, other, NewAdam(0.01), 8, nil)
	trainer.SetLearningRate(0)
	step(t, trainer, x, labels)
	trainer.SetLearningRate(0.01)
	step(t, trainer, x, labels)
	if hash(t, m, nil) != hash(t, other, nil) || hash(t, m, nil) == before {
		t.Error("the first learning rate shows after others were set")
	}
}
