package train

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fnn/dataset"
	"fnn/nn"
	"fnn/tensor"
)

var small = Config{LearningRate: 0.02, Epochs: 3, Batch: 8, Seed: 5}

func TestTrain(t *testing.T) {
	r := newRun(t, newModel(t, "8 relu"), Config{LearningRate: 0.02, Epochs: 30, Batch: 8, Seed: 5}, nil)
	var steps []Step
	var rows History
	var snapshots [][]byte
	train(t, r, Observer{
		Step: func(s Step) error { steps = append(steps, s); return nil },
		Epoch: func(e Epoch) error {
			rows = append(rows, e)
			snapshots = append(snapshots, modelBytes(t, r.Model))
			if len(r.History) != e.Epoch || r.History[e.Epoch-1] != e {
				t.Errorf("epoch %d is reported before the history has it", e.Epoch)
			}
			return nil
		},
	})
	if len(r.History) != 30 || !slices.Equal(rows, r.History) {
		t.Fatalf("a history of %d epochs, of which %d were reported, want 30", len(r.History), len(rows))
	}
	for i, e := range r.History {
		if e.Epoch != i+1 {
			t.Errorf("row %d is epoch %d", i, e.Epoch)
		}
	}
	if first, last := r.History[0], r.History[29]; !(last.TrainLoss < 0.7*first.TrainLoss && last.TrainAccuracy > first.TrainAccuracy) {
		t.Errorf("nothing was learnt: from %+v to %+v", first, last)
	}

	// The best epoch is the first of those with the highest F1.
	best := 0
	for i, e := range r.History {
		if e.ValidationF1 > r.History[best].ValidationF1 {
			best = i
		}
	}
	if r.BestEpoch != best+1 {
		t.Errorf("the best epoch is %d, want %d", r.BestEpoch, best+1)
	}
	if best == 29 {
		t.Error("the last epoch is the best, so that the test cannot tell the best model from the last")
	}
	if !bytes.Equal(modelBytes(t, r.Best), snapshots[best]) {
		t.Error("the best model is not the one after the best epoch")
	}

	// 22 samples in batches of 8 are three steps.
	if len(steps) != 90 {
		t.Fatalf("%d steps were reported, want 90", len(steps))
	}
	for i, s := range steps {
		want := Step{Epoch: i/3 + 1, Epochs: 30, Step: i%3 + 1, Steps: 3, Samples: []int{8, 16, 22}[i%3], Loss: s.Loss, Accuracy: s.Accuracy}
		if s != want {
			t.Errorf("step %d is reported as %+v, want %+v", i, s, want)
		}
		if i%3 == 2 && (s.Loss != rows[i/3].TrainLoss || s.Accuracy != rows[i/3].TrainAccuracy) {
			t.Errorf("the last step of epoch %d reports other means than the epoch", s.Epoch)
		}
	}
}

// TestHistoryFigures trains with one step an epoch: the training figures are
// then those of the model as the epoch found it.
func TestHistoryFigures(t *testing.T) {
	training, validation := blobs(t, 1, 22), blobs(t, 2, 15)
	m := newModel(t, "8 relu")
	before := Evaluate(m, training, nil)
	r, err := New(m, training, validation, Config{LearningRate: 0.05, Epochs: 1, Batch: 100, Seed: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	train(t, r, Observer{})
	after := Evaluate(m, validation, nil)
	got := r.History[0]
	want := Epoch{1, before.Loss, before.Confusion.Accuracy(), after.Loss, after.Confusion.Accuracy(), after.Confusion.Macro().F1}
	if math.Abs(got.TrainLoss-want.TrainLoss) > 1e-6 {
		t.Errorf("train loss %g, want %g", got.TrainLoss, want.TrainLoss)
	}
	if got.TrainLoss = want.TrainLoss; got != want {
		t.Errorf("history %+v, want %+v", got, want)
	}
}

func TestBestOfEqualsIsTheFirst(t *testing.T) {
	r := newRun(t, newModel(t, "8 relu"), Config{LearningRate: 1e-9, Epochs: 3, Batch: 8, Seed: 1}, nil)
	train(t, r, Observer{})
	if f1 := r.History[0].ValidationF1; f1 != r.History[2].ValidationF1 {
		t.Fatal("a learning rate of 1e-9 changed the F1")
	}
	if r.BestEpoch != 1 {
		t.Errorf("of three equal epochs the best is %d, want 1", r.BestEpoch)
	}
}

func TestRunIsAFunctionOfItsConfig(t *testing.T) {
	result := func(c Config, threads int) string {
		team := tensor.NewTeam(threads)
		defer team.Close()
		r := newRun(t, newModel(t, "40 bn relu dropout:0.3"), c, team)
		train(t, r, Observer{})
		return string(checkpointBytes(t, r))
	}
	want := result(small, 1)
	for _, threads := range []int{1, 2, 7} {
		if result(small, threads) != want {
			t.Errorf("%d threads give another run", threads)
		}
	}
	other := small
	other.Seed++
	if result(other, 1) == want {
		t.Error("another seed gives the same run")
	}
}

func TestCancel(t *testing.T) {
	for _, last := range []int{1, 2, 3, 4, 7} {
		ctx, cancel := context.WithCancel(context.Background())
		r := newRun(t, newModel(t, "8 relu"), small, nil)
		n := 0
		err := r.Train(ctx, Observer{Step: func(Step) error {
			if n++; n == last {
				cancel()
			}
			return nil
		}})
		if !errors.Is(err, context.Canceled) || n != last {
			t.Errorf("cancelled in step %d, the run took %d steps and returned %v", last, n, err)
		}
		if want := (last - 1) / 3; len(r.History) != want {
			t.Errorf("cancelled in step %d, the history has %d epochs, want %d", last, len(r.History), want)
		}
	}
}

func TestObserverEndsTheRun(t *testing.T) {
	enough := errors.New("enough")
	r := newRun(t, newModel(t, "8 relu"), small, nil)
	err := r.Train(context.Background(), Observer{Epoch: func(e Epoch) error {
		if e.Epoch == 2 {
			return enough
		}
		return nil
	}})
	if !errors.Is(err, enough) || len(r.History) != 2 {
		t.Errorf("after %d epochs the run returned %v, want the observer's error after 2", len(r.History), err)
	}
	n := 0
	err = newRun(t, newModel(t, "8 relu"), small, nil).Train(context.Background(), Observer{Step: func(Step) error {
		if n++; n == 4 {
			return enough
		}
		return nil
	}})
	if !errors.Is(err, enough) || n != 4 {
		t.Errorf("after %d steps the run returned %v, want the observer's error after 4", n, err)
	}
}

// A second evaluation with dropout on, by whatever team, changes nothing of the
// run but the history that it adds.
func TestEvaluateDropout(t *testing.T) {
	for _, words := range []string{"12 relu", "40 bn relu dropout:0.4 9 relu dropout:0.2"} {
		plain := newRun(t, newModel(t, words), small, nil)
		train(t, plain, Observer{})
		config := small
		config.EvaluateDropout = true
		var want History
		for _, threads := range []int{1, 2, 3} {
			team := tensor.NewTeam(threads)
			r := newRun(t, newModel(t, words), config, nil)
			r.SetTeam(team)
			train(t, r, Observer{})
			if !slices.Equal(r.History, plain.History) || !bytes.Equal(modelBytes(t, r.Model), modelBytes(t, plain.Model)) ||
				!bytes.Equal(modelBytes(t, r.Best), modelBytes(t, plain.Best)) {
				t.Errorf("%q: evaluated with dropout, it is another run", words)
			}
			if threads == 1 {
				want = r.DropoutHistory
			}
			if !slices.Equal(r.DropoutHistory, want) {
				t.Errorf("%q: %d threads give another history with dropout", words, threads)
			}
			team.Close()
		}
		if !plain.Model.HasDropout() {
			if want != nil {
				t.Errorf("%q has a history with dropout: %v", words, want)
			}
			continue
		}
		if len(want) != len(plain.History) {
			t.Fatalf("%q: %d epochs with dropout, want %d", words, len(want), len(plain.History))
		}
		for i, e := range want {
			p := plain.History[i]
			if e.ValidationLoss == p.ValidationLoss || i > 0 && e.ValidationLoss == want[i-1].ValidationLoss {
				t.Errorf("%q: epoch %d: loss %g with dropout, %g without", words, e.Epoch, e.ValidationLoss, p.ValidationLoss)
			}
			if e.Epoch != p.Epoch || e.TrainLoss != p.TrainLoss || e.TrainAccuracy != p.TrainAccuracy {
				t.Errorf("%q: epoch %d with dropout is %+v, without %+v", words, p.Epoch, e, p)
			}
		}
	}
}

// A run that changes its team between steps is the same run.
func TestSetTeam(t *testing.T) {
	const words = "40 bn relu dropout:0.4 9 relu dropout:0.2"
	config := small
	config.EvaluateDropout = true
	straight := newRun(t, newModel(t, words), config, nil)
	train(t, straight, Observer{})
	r := newRun(t, newModel(t, words), config, nil)
	var teams []*tensor.Team
	train(t, r, Observer{Step: func(s Step) error {
		team := tensor.NewTeam(1 + len(teams)%3)
		teams = append(teams, team)
		r.SetTeam(team)
		return nil
	}})
	for _, team := range teams {
		team.Close()
	}
	if !bytes.Equal(checkpointBytes(t, r), checkpointBytes(t, straight)) {
		t.Error("changing the team changes the run")
	}
}

func TestNewDescribesTheData(t *testing.T) {
	set, err := dataset.FromBytes(make([]uint8, 12), []int{2}, []int{0, 1, 0, 1, 0, 1}, []string{"cat", "dog"})
	if err != nil {
		t.Fatal(err)
	}
	m, err := nn.New(nil, 2, 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(m, set, set, small, nil); err != nil {
		t.Fatal(err)
	}
	if m.InputScale != 1.0/255 || m.ClassNames[1] != "dog" {
		t.Errorf("input scale %g, classes %v", m.InputScale, m.ClassNames)
	}
}

// TestDivergedInValidation has one step an epoch: its loss, taken before the step,
// is finite, and the weights after it are not.
func TestDivergedInValidation(t *testing.T) {
	r := newRun(t, newModel(t, strings.Repeat("8 relu ", 8)), Config{LearningRate: 1e30, Epochs: 5, Batch: 1000, Seed: 1}, nil)
	err := r.Train(context.Background(), Observer{})
	if !errors.Is(err, ErrDiverged) || !strings.Contains(err.Error(), "on the validation samples after epoch 1") {
		t.Errorf("error %v", err)
	}
	if len(r.History) != 0 || r.BestEpoch != 0 {
		t.Errorf("%d epochs are in the history, epoch %d is the best", len(r.History), r.BestEpoch)
	}
}

func TestDiverged(t *testing.T) {
	// Weights of a million in eight layers overflow float32.
	r := newRun(t, newModel(t, strings.Repeat("8 relu ", 8)), Config{LearningRate: 1e6, Epochs: 50, Batch: 8, Seed: 1}, nil)
	var last Step
	err := r.Train(context.Background(), Observer{Step: func(s Step) error { last = s; return nil }})
	if !errors.Is(err, ErrDiverged) {
		t.Fatalf("error %v, want ErrDiverged", err)
	}
	epoch, step := last.Epoch, last.Step+1
	if step > 3 || epoch == 0 {
		epoch, step = epoch+1, 1
	}
	want := fmt.Sprintf(`^train: the loss diverged: it is (NaN|\+Inf) at step %d of epoch %d; try a learning rate below 1e\+06$`, step, epoch)
	if !regexp.MustCompile(want).MatchString(err.Error()) {
		t.Errorf("error %q, want %s", err, want)
	}
}

func TestNewErrors(t *testing.T) {
	set := blobs(t, 1, 22)
	wide, err := dataset.FromFloats(make([]float32, 21), []int{7}, []int{0, 1, 2}, nil)
	if err != nil {
		t.Fatal(err)
	}
	narrow, err := dataset.FromFloats(make([]float32, 12), []int{6}, []int{0, 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	with := func(change func(c *Config)) Config {
		c := DefaultConfig()
		change(&c)
		return c
	}
	good := DefaultConfig()
	for _, c := range []struct {
		name                 string
		words                string
		training, validation *dataset.Set
		config               Config
		want                 string
	}{
		{"epochs", "", set, set, with(func(c *Config) { c.Epochs = 0 }), "train: 0 epochs: want at least 1"},
		{"negative epochs", "", set, set, with(func(c *Config) { c.Epochs = -1 }), "train: -1 epochs"},
		{"batch", "", set, set, with(func(c *Config) { c.Batch = 0 }), "train: batches of 0 samples: want at least 1"},
		{"learning rate", "", set, set, with(func(c *Config) { c.LearningRate = 0 }), "learning rate 0: want a number above 0"},
		{"features", "", wide, set, good, "train: samples of 7 features in 3 classes for a model of 6 inputs and 3 classes"},
		{"validation's features", "", set, wide, good, "7 features"},
		{"classes", "", narrow, set, good, "2 classes"},
		{"no training samples", "", set.Subset(nil), set, good, "no samples"},
		{"no validation samples", "", set, set.Subset(nil), good, "no samples"},
		{"a last batch of one", "bn", set, set, with(func(c *Config) { c.Batch = 7 }), "train: 22 samples in batches of 7 leave a batch of one"},
		{"batches of one", "bn", set, set, with(func(c *Config) { c.Batch = 1 }), "at least two samples"},
	} {
		_, err := New(newModel(t, c.words), c.training, c.validation, c.config, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
		if c.words == "bn" && !errors.Is(err, nn.ErrBatchOfOne) {
			t.Errorf("%s: error %v does not wrap ErrBatchOfOne", c.name, err)
		}
	}
	// Without batch norm a batch of one is as good as any.
	r, err := New(newModel(t, ""), set, set, with(func(c *Config) { c.Batch, c.Epochs = 7, 1 }), nil)
	if err != nil {
		t.Fatal(err)
	}
	train(t, r, Observer{})
}
