package nn

import (
	"errors"
	"math"
	"strings"
	"testing"

	"fnn/safetensors"
	"fnn/tensor"
)

// TestThreadsDoNotShow trains with teams of several sizes and compares weights,
// moments and losses.
func TestThreadsDoNotShow(t *testing.T) {
	testThreadsDoNotShow(t, NewAdam(0.01), 20, append(architectures, "200 bn relu dropout:0.5 97 relu"))
}

// TestBlocksDoNotShow has more inputs than a block of the gradient. Teams of
// different sizes cut them at different places.
func TestBlocksDoNotShow(t *testing.T) {
	testThreadsDoNotShow(t, NewAdam(0.01), gradientSize/columnBlock+50, []string{"", "40 relu"})
}

func TestThreadsDoNotShowInClipping(t *testing.T) {
	optimizer := NewAdam(0.01)
	optimizer.WeightDecay, optimizer.ClipNorm = 0.1, 0.01
	testThreadsDoNotShow(t, optimizer, 20, append(architectures, "200 bn relu dropout:0.5 97 relu"))
}

func testThreadsDoNotShow(t *testing.T, optimizer Adam, inputs int, architectures []string) {
	const classes = 5
	for _, words := range architectures {
		x, labels := samples(1, 17, inputs, classes)
		var want string
		var wantLoss float64
		for _, threads := range []int{1, 2, 3, 7} {
			team := tensor.NewTeam(threads)
			m := newModel(t, words, inputs, classes)
			trainer := newTrainer(t, m, optimizer, 17, team)
			var loss float64
			for i := range 4 {
				n := 17 - 5*i // down to a batch smaller than the team
				l, _ := step(t, trainer, x.RowRange(0, n), labels[:n])
				loss += l
			}
			got := hash(t, m, trainer)
			if want == "" {
				want, wantLoss = got, loss
			}
			if got != want || loss != wantLoss {
				t.Errorf("%q: %d threads train another model (loss %g, want %g)", words, threads, loss, wantLoss)
			}
			team.Close()
		}
	}
}

// TestOwnSamples compares teams whose members take in all of a batch with teams whose
// members share it out, as they do where batches may be large.
func TestOwnSamples(t *testing.T) {
	const inputs, classes, rows = 600, 5, 17
	x, labels := samples(1, rows, inputs, classes)
	var want string
	for _, threads := range []int{1, 2, 7} {
		team := tensor.NewTeam(threads)
		for _, batch := range []int{rows, ownSamples / inputs, ownSamples/inputs + 1} {
			m := newModel(t, "40 relu", inputs, classes)
			trainer := newTrainer(t, m, NewAdam(0.01), batch, nil)
			step(t, trainer, x.RowRange(5, rows), labels[5:])
			trainer.SetTeam(team)
			step(t, trainer, x, labels)
			step(t, trainer, x.RowRange(0, 3), labels[:3])
			if own := trainer.own != nil; own != (batch*inputs <= ownSamples) {
				t.Errorf("batches of %d: own samples is %v", batch, own)
			}
			got := hash(t, m, trainer)
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("batches of %d, %d threads: another model than with batches of %d and one thread", batch, threads, rows)
			}
		}
		team.Close()
	}
}

// TestPartialBatch compares a step on fewer samples than a trainer was made for
// with one of a trainer made for that many.
func TestPartialBatch(t *testing.T) {
	for _, words := range architectures {
		x, labels := samples(1, 10, 5, 4)
		one, two := newModel(t, words, 5, 4), newModel(t, words, 5, 4)
		large, small := newTrainer(t, one, NewAdam(0.01), 64, nil), newTrainer(t, two, NewAdam(0.01), 10, nil)
		whole, wholeLabels := samples(2, 64, 5, 4)
		step(t, large, whole, wholeLabels) // leaves its traces in the buffers
		one.CopyWeights(two)
		if err := large.Restore(&safetensors.File{Tensors: small.Tensors()}, 0); err != nil {
			t.Fatal(err)
		}
		large.StartEpoch(0)
		lossLarge, correctLarge := step(t, large, x, labels)
		lossSmall, correctSmall := step(t, small, x, labels)
		if lossLarge != lossSmall || correctLarge != correctSmall || hash(t, one, large) != hash(t, two, small) {
			t.Errorf("%q: 10 samples in a trainer for 64 give another result than in one for 10", words)
		}
	}
}

func TestSkip(t *testing.T) {
	const words = "dropout:0.3 41 relu dropout:0.5 33 dropout:0.1"
	x, labels := samples(1, 9, 5, 4)
	trained := newModel(t, words, 5, 4)
	one := newTrainer(t, trained, NewAdam(0.01), 9, nil)
	one.StartEpoch(7)
	skipped := 0
	for _, n := range []int{9, 9, 4} {
		step(t, one, x.RowRange(0, n), labels[:n])
		skipped += n
	}
	resumed := trained.Clone()
	two := newTrainer(t, resumed, NewAdam(0.01), 9, nil)
	if err := two.Restore(&safetensors.File{Tensors: one.Tensors()}, one.Steps()); err != nil {
		t.Fatal(err)
	}
	two.StartEpoch(7)
	two.Skip(skipped)
	step(t, one, x, labels)
	step(t, two, x, labels)
	if hash(t, trained, one) != hash(t, resumed, two) {
		t.Error("after Skip, dropout goes on elsewhere than after training")
	}
}

func TestDropoutByEpochAndSeed(t *testing.T) {
	x, labels := samples(1, 9, 5, 4)
	train := func(seed uint64, epoch int) string {
		m := newModel(t, "20 dropout:0.5", 5, 4)
		trainer, err := NewTrainer(m, NewAdam(0.01), 9, seed, nil)
		if err != nil {
			t.Fatal(err)
		}
		trainer.StartEpoch(epoch)
		step(t, trainer, x, labels)
		return hash(t, m, trainer)
	}
	first := train(1, 0)
	if train(1, 0) != first {
		t.Error("the same seed and epoch give another model")
	}
	if train(2, 0) == first || train(1, 1) == first {
		t.Error("another seed or epoch drops the same")
	}
}

func TestStepReturns(t *testing.T) {
	m := newModel(t, "6 relu", 5, 4)
	x, labels := samples(1, 12, 5, 4)
	logits := tensor.NewMatrix(12, 4)
	m.Logits(logits, x)
	var wantLoss float64
	wantCorrect := 0
	for i, label := range labels {
		wantLoss += float64(CrossEntropy(logits.Row(i), label))
		if Argmax(logits.Row(i)) == label {
			wantCorrect++
		}
	}
	loss, correct := step(t, newTrainer(t, m, NewAdam(0.01), 12, nil), x, labels)
	if math.Abs(loss-wantLoss) > 1e-9 || correct != wantCorrect {
		t.Errorf("loss %g and %d correct, want %g and %d", loss, correct, wantLoss, wantCorrect)
	}
}

func TestTrainingLearns(t *testing.T) {
	for _, words := range []string{"", "16 relu", "16 bn relu", "16 relu dropout:0.2"} {
		m := newModel(t, words, 5, 4)
		x, labels := samples(1, 12, 5, 4)
		trainer := newTrainer(t, m, NewAdam(0.02), 12, nil)
		first, _ := step(t, trainer, x, labels)
		for range 100 {
			step(t, trainer, x, labels)
		}
		if last, _ := step(t, trainer, x, labels); !(last < first/2) {
			t.Errorf("%q: a hundred steps bring the loss from %g to %g", words, first, last)
		}
	}
}

func TestStepErrors(t *testing.T) {
	m := newModel(t, "6 bn relu", 5, 4)
	trainer := newTrainer(t, m, NewAdam(0.01), 8, nil)
	x, _ := samples(1, 9, 5, 4)
	before := hash(t, m, trainer)
	for _, c := range []struct {
		labels []int
		want   string
	}{
		{nil, "nn: batch of 0 samples: want 1 to 8"},
		{make([]int, 9), "nn: batch of 9 samples: want 1 to 8"},
		{[]int{0, 1, 4}, "nn: label 4 of sample 2: want 0 to 3"},
		{[]int{0, -1}, "nn: label -1 of sample 1: want 0 to 3"},
	} {
		if _, _, err := trainer.Step(Rows(x), c.labels); err == nil || err.Error() != c.want {
			t.Errorf("labels %v give error %v, want %q", c.labels, err, c.want)
		}
	}
	if _, _, err := trainer.Step(Rows(x), []int{1}); !errors.Is(err, ErrBatchOfOne) {
		t.Errorf("a batch of one gives error %v, want ErrBatchOfOne", err)
	}
	if trainer.Steps() != 0 || hash(t, m, trainer) != before {
		t.Error("steps that failed changed the model")
	}
	if _, err := NewTrainer(m, NewAdam(0.01), 1, 1, nil); !errors.Is(err, ErrBatchOfOne) {
		t.Errorf("a trainer for batches of one gives error %v, want ErrBatchOfOne", err)
	}
	// Without batch norm a single sample will do.
	step(t, newTrainer(t, newModel(t, "6 relu", 5, 4), NewAdam(0.01), 1, nil), x.RowRange(0, 1), []int{3})
}

func TestNewTrainerErrors(t *testing.T) {
	m := newModel(t, "", 5, 4)
	good := NewAdam(0.01)
	with := func(change func(a *Adam)) Adam {
		a := good
		change(&a)
		return a
	}
	nan := math.NaN()
	for _, c := range []struct {
		optimizer Adam
		batch     int
		want      string
	}{
		{NewAdam(0), 8, "nn: learning rate 0: want a number above 0"},
		{NewAdam(-0.1), 8, "nn: learning rate -0.1: want a number above 0"},
		{NewAdam(nan), 8, "nn: learning rate NaN: want"},
		{NewAdam(math.Inf(1)), 8, "nn: learning rate +Inf: want"},
		{NewAdam(1e-46), 8, "nn: learning rate 1e-46: want a number above 0 that float32 can hold"},
		{with(func(a *Adam) { a.Beta1 = 1 }), 8, "beta1 1"},
		{with(func(a *Adam) { a.Beta1 = -0.1 }), 8, "beta1 -0.1"},
		{with(func(a *Adam) { a.Beta2 = 1.5 }), 8, "beta2 1.5"},
		{with(func(a *Adam) { a.Beta2 = nan }), 8, "beta2 NaN"},
		{with(func(a *Adam) { a.Epsilon = 0 }), 8, "epsilon 0"},
		{with(func(a *Adam) { a.Epsilon = 1e-60 }), 8, "epsilon 1e-60: want a number above 0 that float32 can hold"},
		{with(func(a *Adam) { a.Epsilon = math.Inf(1) }), 8, "epsilon +Inf"},
		{with(func(a *Adam) { a.WeightDecay = -1 }), 8, "nn: weight decay -1: want a number from 0 on"},
		{with(func(a *Adam) { a.WeightDecay = nan }), 8, "weight decay NaN"},
		{with(func(a *Adam) { a.WeightDecay = 1e39 }), 8, "weight decay 1e+39"},
		{with(func(a *Adam) { a.ClipNorm = -1 }), 8, "nn: clip norm -1: want a number from 0 on"},
		{with(func(a *Adam) { a.ClipNorm = nan }), 8, "clip norm NaN"},
		{with(func(a *Adam) { a.ClipNorm = 1e39 }), 8, "clip norm 1e+39"},
		{good, 0, "nn: batch of 0 samples: want 1 to"},
		{good, -1, "nn: batch of -1 samples: want 1 to"},
	} {
		if _, err := NewTrainer(m, c.optimizer, c.batch, 1, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v, batch %d: error %v, want %q", c.optimizer, c.batch, err, c.want)
		}
	}
}

func TestNaNSpreads(t *testing.T) {
	x, labels := samples(1, 8, 5, 4)
	x.Data[13] = float32(math.NaN())
	for _, words := range []string{"", "6 relu", "6 bn relu"} {
		if loss, _ := step(t, newTrainer(t, newModel(t, words, 5, 4), NewAdam(0.01), 8, nil), x, labels); loss == loss {
			t.Errorf("%q: NaN in the input gives the loss %g", words, loss)
		}
	}
}
