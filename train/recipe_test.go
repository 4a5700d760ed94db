package train

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"fnn/nn"
)

func TestRecipeString(t *testing.T) {
	for _, c := range []struct {
		recipe Recipe
		want   string
	}{
		{Recipe{}, ""},
		{Recipe{Patience: 5}, "patience 5"},
		{Recipe{Schedule: "constant"}, ""},
		{Recipe{Schedule: " warmup:02\tconstant "}, "schedule warmup:2"},
		{Recipe{Schedule: " linear"}, "schedule  linear"}, // which Check refuses
		{
			Recipe{Schedule: "warmup:1 cosine", WeightDecay: 1e-5, ClipNorm: 2, LabelSmoothing: 0.1, Patience: 10},
			"schedule warmup:1 cosine, weight decay 1e-05, clip norm 2, label smoothing 0.1, patience 10",
		},
	} {
		if got := c.recipe.String(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestRecipeCheck(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		recipe Recipe
		want   string // in the error
	}{
		{Recipe{}, ""},
		{Recipe{Schedule: "warmup:19 cosine:0.009", WeightDecay: 3e38, ClipNorm: 1e-30, LabelSmoothing: 0.99, Patience: 1 << 30}, ""},
		{Recipe{Schedule: "linear"}, `schedule "linear": want constant`},
		{Recipe{Schedule: "warmup:20"}, `schedule "warmup:20": a warm-up of 20 epochs of 20: want fewer`},
		{Recipe{Schedule: "cosine:0.01"}, `schedule "cosine:0.01": a cosine from a learning rate of 0.01 to 0.01: want it to fall`},
		{Recipe{WeightDecay: -1}, "weight decay -1: want a number from 0 on that float32 can hold"},
		{Recipe{WeightDecay: nan}, "weight decay NaN: want"},
		{Recipe{WeightDecay: 1e39}, "weight decay 1e+39: want"},
		{Recipe{ClipNorm: -1}, "clip norm -1: want a number from 0 on that float32 can hold"},
		{Recipe{ClipNorm: nan}, "clip norm NaN: want"},
		{Recipe{ClipNorm: 1e39}, "clip norm 1e+39: want"},
		{Recipe{LabelSmoothing: -0.1}, "label smoothing -0.1: want a number from 0 to below 1"},
		{Recipe{LabelSmoothing: 1}, "label smoothing 1: want"},
		{Recipe{LabelSmoothing: nan}, "label smoothing NaN: want"},
		{Recipe{Patience: -1}, "patience of -1 epochs: want 0 or more"},
	} {
		err := c.recipe.Check(0.01, 20)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)) {
			t.Errorf("%+v: error %v, want %q", c.recipe, err, c.want)
		}
		config := Config{LearningRate: 0.01, Epochs: 20, Batch: 8, Seed: 1, Recipe: c.recipe}
		_, err = New(newModel(t, ""), blobs(t, 1, 22), blobs(t, 2, 15), config, nil)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), "train: "+c.want)) {
			t.Errorf("New: %+v: error %v, want %q", c.recipe, err, c.want)
		}
	}
}

// TestFinished ends runs by their epochs and by their patience.
func TestFinished(t *testing.T) {
	history := func(f1 ...float64) (h History) {
		for i, x := range f1 {
			h = append(h, Epoch{Epoch: i + 1, ValidationF1: x})
		}
		return h
	}
	for _, c := range []struct {
		patience int
		history  History
		want     bool
	}{
		{0, nil, false},
		{0, history(0.5, 0.4, 0.4, 0.4), false},
		{0, history(0.5, 0.4, 0.4, 0.4, 0.4), true},
		{1, nil, false},
		{1, history(0.5), false},
		{1, history(0.5, 0.6), false},
		{1, history(0.5, 0.5), true}, // as good is no better
		{1, history(0.5, 0.4), true},
		{2, history(0.5, 0.4), false},
		{2, history(0.5, 0.4, 0.4), true},
		{2, history(0.5, 0.4, 0.45), true}, // better than the last is not the best
		{2, history(0.5, 0.4, 0.51, 0.4), false},
		{2, history(0.5, 0.4, 0.51, 0.4, 0.51), true},
		{9, history(0.5, 0.6, 0.7, 0.8, 0.9), true},
	} {
		config := Config{Epochs: 5, Recipe: Recipe{Patience: c.patience}}
		if got := config.Finished(c.history); got != c.want {
			t.Errorf("patience %d, %d epochs %v: finished %v", c.patience, len(c.history), c.history, got)
		}
	}
}

// A run without patience goes on; one with it is the same until it stops, and
// stops where it should, whether it was taken up again or not.
func TestPatience(t *testing.T) {
	config := Config{LearningRate: 0.05, Epochs: 60, Batch: 8, Seed: 5}
	patientless := newRun(t, newModel(t, "8 relu"), config, nil)
	train(t, patientless, Observer{})
	config.Recipe.Patience = 4
	last := 1
	for !config.Finished(patientless.History[:last]) {
		last++
	}
	if last < 7 || last > 50 {
		t.Fatalf("the run is to end after epoch %d, which tells little", last)
	}

	r := newRun(t, newModel(t, "8 relu"), config, nil)
	var places [][]byte
	train(t, r, Observer{Step: func(s Step) error {
		if s.Epoch > last-3 && s.Step == 2 {
			places = append(places, checkpointBytes(t, r))
		}
		return nil
	}})
	if !slices.Equal(r.History, patientless.History[:last]) || r.BestEpoch != last-4 {
		t.Errorf("the run ends after epoch %d, its best %d, want %d and %d", len(r.History), r.BestEpoch, last, last-4)
	}
	end := checkpointBytes(t, r)
	if len(places) != 3 {
		t.Fatalf("%d checkpoints", len(places))
	}
	for _, b := range append(places, end) {
		resumed := newRun(t, newModel(t, "8 relu"), config, nil)
		if err := resumed.Resume(decode(t, b)); err != nil {
			t.Fatal(err)
		}
		train(t, resumed, Observer{})
		if !bytes.Equal(checkpointBytes(t, resumed), end) {
			t.Errorf("taken up again, the run ends after epoch %d, or otherwise", len(resumed.History))
		}
	}
}

// Each part of a recipe changes the model that comes of a run, and one that is off
// does not.
func TestRecipeMatters(t *testing.T) {
	result := func(recipe Recipe) string {
		config := small
		config.Recipe = recipe
		r := newRun(t, newModel(t, "12 relu"), config, nil)
		train(t, r, Observer{})
		return string(modelBytes(t, r.Model))
	}
	seen := map[string]Recipe{result(Recipe{}): {}}
	for _, recipe := range []Recipe{
		{Schedule: "cosine"}, {Schedule: "cosine:0.001"}, {Schedule: "warmup:1"}, {Schedule: "warmup:1 cosine"},
		{Schedule: "step:1:0.5"}, {Schedule: "step:2:0.5"}, {WeightDecay: 0.1}, {ClipNorm: 0.1}, {LabelSmoothing: 0.1},
	} {
		model := result(recipe)
		if other, ok := seen[model]; ok {
			t.Errorf("%+v makes the same model as %+v", recipe, other)
		}
		seen[model] = recipe
	}
	if other := seen[result(Recipe{Schedule: "step:3:0.5", ClipNorm: 1e30, Patience: 3})]; other != (Recipe{}) {
		t.Errorf("a recipe that never comes to bear makes the model of %+v", other)
	}
}

// The training loss is that of the smoothed labels, the validation loss is not.
func TestLossOfSmoothedLabels(t *testing.T) {
	training, validation := blobs(t, 1, 22), blobs(t, 2, 15)
	m := newModel(t, "8 relu")
	e := Evaluate(m, training, nil)
	const smoothing = 0.3
	var want float64
	for i := range training.Len() {
		for class := range classes {
			q := smoothing / classes
			if class == training.Label(i) {
				q += 1 - smoothing
			}
			want += q * float64(nn.CrossEntropy(e.Logits.Row(i), class)) / float64(training.Len())
		}
	}
	config := Config{LearningRate: 0.05, Epochs: 1, Batch: 100, Seed: 1, Recipe: Recipe{LabelSmoothing: smoothing}}
	r, err := New(m, training, validation, config, nil)
	if err != nil {
		t.Fatal(err)
	}
	train(t, r, Observer{})
	if got := r.History[0].TrainLoss; math.Abs(got-want) > 1e-6 {
		t.Errorf("train loss %g, want %g", got, want)
	}
	if got, want := r.History[0].ValidationLoss, Evaluate(m, validation, nil).Loss; got != want {
		t.Errorf("validation loss %g, want %g", got, want)
	}
}

// A resumed run has the recipe it began with.
func TestResumeOtherRecipe(t *testing.T) {
	recipe := Recipe{Schedule: "cosine", WeightDecay: 0.01, ClipNorm: 0.5, LabelSmoothing: 0.1, Patience: 9}
	with, without := small, small
	with.Recipe = recipe
	checkpoint := func(c Config) []byte {
		r := newRun(t, newModel(t, ""), c, nil)
		train(t, r, Observer{})
		return checkpointBytes(t, r)
	}
	resume := func(c Config, b []byte, want string) {
		t.Helper()
		err := newRun(t, newModel(t, ""), c, nil).Resume(decode(t, b))
		if err == nil || err.Error() != "train: checkpoint: "+want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	on, off := checkpoint(with), checkpoint(without)
	for want, change := range map[string]func(r *Recipe){
		"it was made with schedule none, not cosine":      func(r *Recipe) { r.Schedule = "cosine" },
		"it was made with weight decay none, not 0.01":    func(r *Recipe) { r.WeightDecay = 0.01 },
		"it was made with clip norm none, not 0.5":        func(r *Recipe) { r.ClipNorm = 0.5 },
		"it was made with label smoothing none, not 0.1":  func(r *Recipe) { r.LabelSmoothing = 0.1 },
		"it was made with patience none, not 9":           func(r *Recipe) { r.Patience = 9 },
		"it was made with schedule none, not warmup:1":    func(r *Recipe) { r.Schedule = "warmup:1" },
		"it was made with schedule none, not step:2:0.25": func(r *Recipe) { r.Schedule = "step:2:0.25" },
	} {
		c := small
		change(&c.Recipe)
		resume(c, off, want)
	}
	for want, change := range map[string]func(r *Recipe){
		"it was made with schedule cosine, not none":          func(r *Recipe) { r.Schedule = "" },
		"it was made with schedule cosine, not warmup:1":      func(r *Recipe) { r.Schedule = "warmup:1" },
		"it was made with weight decay 0.01, not 0.02":        func(r *Recipe) { r.WeightDecay = 0.02 },
		"it was made with clip norm 0.5, not none":            func(r *Recipe) { r.ClipNorm = 0 },
		"it was made with label smoothing 0.1, not 0.1000001": func(r *Recipe) { r.LabelSmoothing = 0.1000001 },
		"it was made with patience 9, not 8":                  func(r *Recipe) { r.Patience = 8 },
	} {
		c := with
		change(&c.Recipe)
		resume(c, on, want)
	}
	for _, s := range []struct {
		config   Config
		schedule Schedule // in another spelling
		file     []byte
	}{{without, "constant", off}, {with, " cosine:0 ", on}} {
		s.config.Recipe.Schedule = s.schedule
		if err := newRun(t, newModel(t, ""), s.config, nil).Resume(decode(t, s.file)); err != nil {
			t.Errorf("%q: %v", s.schedule, err)
		}
	}
	// The cosine of a longer run is another one from the first step on.
	longer := with
	longer.Epochs++
	resume(longer, on, "its cosine ends after 3 epochs, not 4")
}
