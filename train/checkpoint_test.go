package train

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fnn/nn"
	"fnn/safetensors"
	"fnn/tensor"
)

// TestResumeAnywhere takes a run up again from a checkpoint at each of its steps
// and at the end of each of its epochs, and compares everything it ends with.
func TestResumeAnywhere(t *testing.T) {
	const deep = "40 bn relu dropout:0.4 9 bn relu dropout:0.2"
	for _, c := range []struct {
		words  string
		recipe Recipe
	}{
		{"", Recipe{}}, {"12 relu", Recipe{}}, {deep, Recipe{}}, {"dropout:0.3 bn 7", Recipe{}},
		{deep, Recipe{Schedule: "warmup:1 cosine:0.001"}},
		{deep, Recipe{Schedule: "step:1:0.5"}},
		{deep, Recipe{WeightDecay: 0.1}},
		{deep, Recipe{ClipNorm: 0.5}},
		{deep, Recipe{LabelSmoothing: 0.1}},
		{deep, Recipe{Patience: 2}},
		{deep, Recipe{Schedule: "warmup:2", WeightDecay: 0.1, ClipNorm: 0.5, LabelSmoothing: 0.1, Patience: 3}},
	} {
		words := c.words
		t.Run(words+" "+c.recipe.String(), func(t *testing.T) {
			config := small
			config.EvaluateDropout, config.Recipe = true, c.recipe
			r := newRun(t, newModel(t, words), config, nil)
			r.Model.Info = map[string]string{"data": "blobs"}
			r.Best.Info = r.Model.Info
			places := map[string][]byte{"the start": checkpointBytes(t, r)}
			train(t, r, Observer{
				Step: func(s Step) error {
					places[fmt.Sprintf("step %d of epoch %d", s.Step, s.Epoch)] = checkpointBytes(t, r)
					return nil
				},
				Epoch: func(e Epoch) error {
					places[fmt.Sprintf("the end of epoch %d", e.Epoch)] = checkpointBytes(t, r)
					return nil
				},
			})
			if len(places) != 1+9+3 {
				t.Fatalf("%d checkpoints, want 13", len(places))
			}
			end, best := checkpointBytes(t, r), modelBytes(t, r.Best)
			for place, b := range places {
				f := decode(t, b)
				m, err := CheckpointModel(f)
				if err != nil {
					t.Fatal(err)
				}
				if len(m.Info) != 1 || m.Info["data"] != "blobs" {
					t.Errorf("%s: the checkpoint's model has the info %q", place, m.Info)
				}
				team := tensor.NewTeam(2)
				resumed := newRun(t, m, config, team)
				if err := resumed.Resume(f); err != nil {
					t.Fatalf("%s: %v", place, err)
				}
				if again := checkpointBytes(t, resumed); !bytes.Equal(again, b) {
					t.Errorf("%s: a resumed run makes another checkpoint before its first step", place)
				}
				train(t, resumed, Observer{})
				if !slices.Equal(resumed.History, r.History) || !slices.Equal(resumed.DropoutHistory, r.DropoutHistory) ||
					resumed.BestEpoch != r.BestEpoch {
					t.Errorf("%s: the resumed run has another history", place)
				}
				if !bytes.Equal(modelBytes(t, resumed.Best), best) {
					t.Errorf("%s: the resumed run has another best model", place)
				}
				if !bytes.Equal(checkpointBytes(t, resumed), end) {
					t.Errorf("%s: the resumed run ends elsewhere", place)
				}
				team.Close()
			}
		})
	}
}

func TestResumeForMoreEpochs(t *testing.T) {
	const words = "12 bn relu dropout:0.4"
	short := newRun(t, newModel(t, words), small, nil)
	train(t, short, Observer{})
	f := decode(t, checkpointBytes(t, short))

	longer := small
	longer.Epochs = 5
	straight := newRun(t, newModel(t, words), longer, nil)
	train(t, straight, Observer{})
	m, err := CheckpointModel(f)
	if err != nil {
		t.Fatal(err)
	}
	resumed := newRun(t, m, longer, nil)
	if err := resumed.Resume(f); err != nil {
		t.Fatal(err)
	}
	train(t, resumed, Observer{})
	if !bytes.Equal(checkpointBytes(t, resumed), checkpointBytes(t, straight)) {
		t.Error("three epochs and two more end elsewhere than five")
	}
}

// stopped returns a checkpoint in the middle of the second epoch.
func stopped(t *testing.T, words string) []byte {
	t.Helper()
	r := newRun(t, newModel(t, words), small, nil)
	var b []byte
	train(t, r, Observer{Step: func(s Step) error {
		if s.Epoch == 2 && s.Step == 2 {
			b = checkpointBytes(t, r)
		}
		return nil
	}})
	return b
}

func TestConfigOfCheckpoint(t *testing.T) {
	f := decode(t, stopped(t, "7 relu"))
	if c, err := checkpointConfig(f); err != nil || c != small {
		t.Errorf("configuration %+v, error %v, want %+v", c, err, small)
	}
	for _, key := range []string{"train.learning_rate", "train.epochs", "train.batch", "train.seed"} {
		for _, value := range []string{"", "x", "-"} {
			f := decode(t, stopped(t, "7 relu"))
			f.Metadata[key] = value
			if _, err := checkpointConfig(f); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%s %q", key, value)) {
				t.Errorf("%s %q: error %v", key, value, err)
			}
		}
	}
}

func TestResumeOtherConfig(t *testing.T) {
	f := decode(t, stopped(t, "7 relu"))
	for want, change := range map[string]func(c *Config){
		"it was made with learning rate 0.02, not 0.03": func(c *Config) { c.LearningRate = 0.03 },
		"it was made with batches of 8, not 9":          func(c *Config) { c.Batch = 9 },
		"it was made with seed 5, not 6":                func(c *Config) { c.Seed = 6 },
		"it was made for 3 epochs, not for 2":           func(c *Config) { c.Epochs = 2 },
	} {
		c := small
		change(&c)
		r := newRun(t, newModel(t, "7 relu"), c, nil)
		if err := r.Resume(f); err == nil || err.Error() != "train: checkpoint: "+want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	for _, words := range []string{"8 relu", "7 bn relu", "", "7 relu 7"} {
		r := newRun(t, newModel(t, words), small, nil)
		if err := r.Resume(f); err == nil || !strings.HasPrefix(err.Error(), "train: checkpoint: ") {
			t.Errorf("a checkpoint of \"7 relu\" resumed by %q: error %v", words, err)
		}
	}
}

// A checkpoint goes with its way of evaluation.
func TestResumeOtherEvaluation(t *testing.T) {
	const words = "7 relu dropout:0.3"
	with := small
	with.EvaluateDropout = true
	r := newRun(t, newModel(t, words), with, nil)
	train(t, r, Observer{})
	f := decode(t, checkpointBytes(t, r))
	if err := newRun(t, newModel(t, words), small, nil).Resume(f); err == nil ||
		err.Error() != "train: checkpoint: it was made with an evaluation with dropout on as well" {
		t.Errorf("error %v", err)
	}
	f.Metadata["train.dropout_history"] = strings.TrimSuffix(f.Metadata["train.dropout_history"], "\n")
	f.Metadata["train.dropout_history"] = f.Metadata["train.dropout_history"][:strings.LastIndex(f.Metadata["train.dropout_history"], "\n")]
	if err := newRun(t, newModel(t, words), with, nil).Resume(f); err == nil ||
		err.Error() != "train: checkpoint: it has 2 epochs evaluated with dropout, but 3 in all" {
		t.Errorf("error %v", err)
	}
	f.Metadata["train.dropout_history"] = "epoch"
	if err := newRun(t, newModel(t, words), with, nil).Resume(f); err == nil {
		t.Error("a history that is none gives no error")
	}
	if err := newRun(t, newModel(t, words), with, nil).Resume(decode(t, stopped(t, words))); err == nil ||
		err.Error() != "train: checkpoint: it was made without an evaluation with dropout on" {
		t.Errorf("error %v", err)
	}
}

func TestResumeHostile(t *testing.T) {
	const words = "7 bn relu dropout:0.3"
	good := stopped(t, words)
	resume := func(f *safetensors.File) error { return newRun(t, newModel(t, words), small, nil).Resume(f) }
	if err := resume(decode(t, good)); err != nil {
		t.Fatal(err)
	}
	// The best epoch is that of the history, whatever other keys say.
	f, r := decode(t, good), newRun(t, newModel(t, words), small, nil)
	f.Metadata["train.best_epoch"] = "2"
	if err := r.Resume(f); err != nil || r.BestEpoch != 1 {
		t.Errorf("the best epoch is %d, error %v, want 1", r.BestEpoch, err)
	}

	for _, c := range []struct{ key, value string }{
		{"train.steps", "-1"}, {"train.steps", "4"}, {"train.steps", "2000000000"}, {"train.steps", "five"},
		{"train.epoch_step", "-1"}, {"train.epoch_step", "4"}, {"train.epoch_step", "1.5"},
		{"train.epoch_correct", "-1"}, {"train.epoch_correct", "23"},
		{"train.epoch_loss", "much"},
		{"train.history", "epoch\n"},
		{"train.history", "epoch,train_loss,train_acc,val_loss,val_acc,val_f1\n"},
	} {
		f := decode(t, good)
		f.Metadata[c.key] = c.value
		if err := resume(f); err == nil || !strings.HasPrefix(err.Error(), "train: checkpoint: ") {
			t.Errorf("%s %q: error %v", c.key, c.value, err)
		}
	}
	for key := range decode(t, good).Metadata {
		if !strings.HasPrefix(key, "train.") {
			continue
		}
		f := decode(t, good)
		delete(f.Metadata, key)
		if err := resume(f); err == nil || !strings.HasPrefix(err.Error(), "train: checkpoint: ") {
			t.Errorf("without %s: error %v", key, err)
		}
	}
	for i, x := range decode(t, good).Tensors {
		if strings.HasSuffix(x.Name, "num_batches_tracked") {
			continue // which PyTorch may leave out as well
		}
		f := decode(t, good)
		f.Tensors = slices.Delete(f.Tensors, i, i+1)
		if err := resume(f); err == nil || !strings.Contains(err.Error(), strings.TrimPrefix(x.Name, "best.")) {
			t.Errorf("without %s: error %v", x.Name, err)
		}
		f = decode(t, good)
		f.Tensors[i] = safetensors.Float32(x.Name, []int{1, 1, 1}, make([]float32, 1))
		if err := resume(f); err == nil || !strings.Contains(err.Error(), "[1 1 1]") {
			t.Errorf("%s of another shape: error %v", x.Name, err)
		}
	}

	// A plain model is no checkpoint, and a file of something else is no model.
	model, err := newModel(t, words).File()
	if err != nil {
		t.Fatal(err)
	}
	if err := resume(model); err == nil {
		t.Error("a model without a checkpoint gives no error")
	}
	if m, err := CheckpointModel(&safetensors.File{}); err == nil || m != nil {
		t.Errorf("an empty file is read as model %v, error %v", m, err)
	}
}

func TestCheckpointErrors(t *testing.T) {
	for name, model := range map[string]func(r *Run) *nn.Model{
		"model": func(r *Run) *nn.Model { return r.Model }, "best": func(r *Run) *nn.Model { return r.Best },
	} {
		r := newRun(t, newModel(t, ""), small, nil)
		model(r).ClassNames = []string{"one\ntwo", "three", "four"}
		if _, err := r.Checkpoint(); err == nil {
			t.Errorf("%s: a class name of two lines gives no error", name)
		}
	}
}

// FuzzResume checks that no checkpoint makes taking up a run panic, and that what is
// taken up is what the checkpoint says.
func FuzzResume(f *testing.F) {
	const words = "4 bn relu dropout:0.4"
	config := small
	config.EvaluateDropout = true
	r := newRun(f, newModel(f, words), config, nil)
	f.Add(checkpointBytes(f, r))
	train(f, r, Observer{Step: func(s Step) error {
		if s.Step == 2 {
			f.Add(checkpointBytes(f, r))
		}
		return nil
	}})
	f.Add(checkpointBytes(f, r))
	training, validation := blobs(f, 1, 22), blobs(f, 2, 15)
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := safetensors.Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		m, err := CheckpointModel(file)
		if err != nil {
			return
		}
		r, err := New(m, training, validation, config, nil)
		if err != nil {
			return
		}
		if err := r.Resume(file); err != nil {
			if len(err.Error()) > 10_000 {
				t.Errorf("an error of %d bytes: %.200v", len(err.Error()), err)
			}
			return
		}
		first := checkpointBytes(t, r)
		again, err := New(m.Clone(), training, validation, config, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := again.Resume(decode(t, first)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(checkpointBytes(t, again), first) {
			t.Error("taken up again, its checkpoint is another")
		}
		if len(r.History) > r.Config.Epochs {
			return
		}
		r.Train(context.Background(), Observer{Step: func(Step) error { return errEnough }})
	})
}

// errEnough ends a run.
var errEnough = errors.New("enough")
