package nn

import (
	"fmt"
	"math"
	"testing"

	"fnn/tensor"
)

// architectures holds every kind of layer at every place: first, after each
// other kind, twice in a row, narrower and wider than a panel.
var architectures = []string{
	"", "5", "relu", "bn", "dropout:0.5", "7 relu", "relu 4", "bn 5 relu", "dropout:0.5 6 relu", "6 bn relu",
	"6 relu bn", "6 bn bn relu", "6 relu relu", "6 dropout:0.3 dropout:0.2", "6 bn dropout:0.3 relu",
	"6 dropout:0.3 bn relu", "6 relu dropout:0.4 5 relu dropout:0.4", "6 bn relu dropout:0.4 5 bn relu dropout:0.4",
	"6 5 4", "33 relu", "40 bn relu dropout:0.25 37 relu", "dropout:0 bn relu 65 dropout:0.9 3 relu",
}

// TestGradients compares each parameter's gradient with central differences of a
// float64 forward pass. Dropout's masks are the same in both.
func TestGradients(t *testing.T) { testGradients(t, architectures, 0) }

func TestGradientsOfSmoothedLabels(t *testing.T) {
	testGradients(t, []string{"", "6 bn relu dropout:0.3", "40 relu 5"}, 0.3)
}

func testGradients(t *testing.T, architectures []string, smoothing float64) {
	teams := []*tensor.Team{nil, tensor.NewTeam(2), tensor.NewTeam(3)}
	const rows, inputs, classes, difference = 7, 5, 4, 1e-5
	for n, words := range architectures {
		t.Run(words, func(t *testing.T) {
			m := newModel(t, words, inputs, classes)
			x, labels := samples(uint64(n), rows, inputs, classes)
			r := newReference(t, m)
			masks := r.masks(rows, inputs, 1, 0)
			want := map[string][]float64{}
			for name, w := range r.weights {
				for i, before := range w {
					w[i] = before + difference
					above := r.loss(x, labels, smoothing, masks)
					w[i] = before - difference
					below := r.loss(x, labels, smoothing, masks)
					w[i] = before
					want[name] = append(want[name], (above-below)/(2*difference))
				}
			}
			for _, team := range teams {
				got, loss := gradients(t, m, x, labels, 0, smoothing, team)
				if exact := r.loss(x, labels, smoothing, masks); math.Abs(loss-exact) > 2e-6*(1+exact) {
					t.Errorf("%d threads: loss %g, want %g", team.Threads(), loss, exact)
				}
				for name, g := range got {
					for i := range g {
						// A dozen float32 roundings of numbers near one, and what
						// the differences leave out.
						if off := math.Abs(float64(g[i]) - want[name][i]); !(off < 1e-5*(1+math.Abs(want[name][i]))) {
							t.Errorf("%d threads: gradient of %s[%d] is %g, want %g", team.Threads(), name, i, g[i], want[name][i])
						}
					}
				}
				for _, p := range parameterNames(m) {
					if len(got[p]) != len(want[p]) {
						t.Errorf("%d gradients for the %d elements of %s", len(got[p]), len(want[p]), p)
					}
				}
			}
		})
	}
	for _, team := range teams {
		team.Close()
	}
}

// parameterNames returns the names of the parameters that training changes.
func parameterNames(m *Model) []string {
	var names []string
	for i, layer := range m.Layers {
		switch layer.(type) {
		case *Dense, *BatchNorm:
			names = append(names, fmt.Sprint(i, ".weight"), fmt.Sprint(i, ".bias"))
		}
	}
	return names
}

// TestPredictions compares prediction, with running statistics and without
// dropout, with the float64 reference.
func TestPredictions(t *testing.T) {
	const rows, inputs, classes = 70, 5, 4
	for _, words := range architectures {
		m := newModel(t, words, inputs, classes)
		x, _ := samples(1, rows, inputs, classes)
		logits := tensor.NewMatrix(rows, classes)
		m.Logits(logits, x)
		for i, want := range newReference(t, m).logits(x, nil) {
			for j := range want {
				if got := float64(logits.At(i, j)); !(math.Abs(got-want[j]) < 1e-5*(1+math.Abs(want[j]))) {
					t.Errorf("%q: logit %d of sample %d is %g, want %g", words, j, i, got, want[j])
				}
			}
		}
	}
}

// TestRunningStatistics follows the statistics of a batch norm over two batches:
// a tenth of each batch's mean and unbiased variance enters.
func TestRunningStatistics(t *testing.T) {
	const inputs = 5
	m := newModel(t, "bn", inputs, 3)
	r := newReference(t, m)
	mean, variance := r.weights["0.running_mean"], r.weights["0.running_var"]
	trainer := newTrainer(t, m, NewAdam(0.01), 9, nil)
	for seed, rows := range []int{9, 4} {
		x, labels := samples(uint64(seed), rows, inputs, 3)
		batch := make([][]float64, rows)
		for i := range batch {
			for _, v := range x.Row(i) {
				batch[i] = append(batch[i], float64(v))
			}
		}
		for j := range inputs {
			a, b := moments(batch, j)
			mean[j] = 0.9*mean[j] + 0.1*a
			variance[j] = 0.9*variance[j] + 0.1*b*float64(rows)/float64(rows-1)
		}
		step(t, trainer, x, labels)
	}
	b := m.Layers[0].(*BatchNorm)
	if b.Batches != 2 {
		t.Errorf("%d batches seen, want 2", b.Batches)
	}
	for j := range inputs {
		if math.Abs(float64(b.RunningMean[j])-mean[j]) > 1e-6 || math.Abs(float64(b.RunningVariance[j])-variance[j]) > 1e-6 {
			t.Errorf("column %d: running mean %g and variance %g, want %g and %g",
				j, b.RunningMean[j], b.RunningVariance[j], mean[j], variance[j])
		}
	}
}

// TestDropoutRate checks that dropout drops as often as it says. A gradient that
// is zero shows an input that was dropped: only a dense layer follows.
func TestDropoutRate(t *testing.T) {
	for _, p := range []float64{0, 0.1, 0.5, 0.9} {
		const inputs, steps = 100, 200
		m := newModel(t, fmt.Sprintf("dropout:%g", p), inputs, 2)
		trainer := newTrainer(t, m, Adam{LearningRate: 1e-6, Beta1: 0, Beta2: 0.999, Epsilon: 1e-8}, 1, nil)
		x, labels := samples(1, 1, inputs, 2)
		for i := range x.Data { // far from a softmax so sure that gradients vanish
			x.Data[i] *= 0.01
		}
		dropped := 0
		for range steps {
			step(t, trainer, x, labels)
			for _, g := range floats(t, trainer.Tensors()[0])[:inputs] {
				if g == 0 {
					dropped++
				}
			}
		}
		const n = inputs * steps
		if off := math.Abs(float64(dropped) - p*n); off > 5*math.Sqrt(p*(1-p)*n) {
			t.Errorf("dropout:%g dropped %d of %d", p, dropped, n)
		}
	}
}
