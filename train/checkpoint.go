package train

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"fnn/nn"
	"fnn/safetensors"
)

// Keys of a checkpoint's metadata, besides those of the model.
const (
	keyRate    = "train.learning_rate"
	keyEpochs  = "train.epochs"
	keyBatch   = "train.batch"
	keySeed    = "train.seed"
	keySteps   = "train.steps"      // of Adam, in all
	keyStep    = "train.epoch_step" // within the current epoch
	keyLoss    = "train.epoch_loss"
	keyCorrect = "train.epoch_correct"
	keyHistory = "train.history"         // as CSV
	keyDropout = "train.dropout_history" // likewise, if there is to be one

	// bestPrefix begins the names of the best model's tensors.
	bestPrefix = "best."
)

// key returns the key of a setting that is on.
func (s Setting) key() string { return "train." + strings.ReplaceAll(s.Name, " ", "_") }

// Checkpoint returns all that Resume needs to go on with the run: weights,
// moments, the best weights, the history, and the place within the epoch. Random
// streams need no place; they are a function of the seed.
func (r *Run) Checkpoint() (*safetensors.File, error) {
	f, err := r.Model.File()
	if err != nil {
		return nil, err
	}
	best, err := r.Best.File()
	if err != nil {
		return nil, err
	}
	for _, t := range best.Tensors {
		t.Name = bestPrefix + t.Name
		f.Tensors = append(f.Tensors, t)
	}
	f.Tensors = append(f.Tensors, r.trainer.Tensors()...)

	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	f.Metadata[keyRate] = number(r.Config.LearningRate)
	f.Metadata[keyEpochs] = strconv.Itoa(r.Config.Epochs)
	f.Metadata[keyBatch] = strconv.Itoa(r.Config.Batch)
	f.Metadata[keySeed] = strconv.FormatUint(r.Config.Seed, 10)
	for _, s := range r.Config.Recipe.Settings() {
		if s.On() {
			f.Metadata[s.key()] = s.Value
		}
	}
	f.Metadata[keySteps] = strconv.Itoa(r.trainer.Steps())
	f.Metadata[keyStep] = strconv.Itoa(r.step)
	f.Metadata[keyLoss] = number(r.loss)
	f.Metadata[keyCorrect] = strconv.Itoa(r.correct)
	f.Metadata[keyHistory] = r.History.csv()
	if r.Config.EvaluateDropout {
		f.Metadata[keyDropout] = r.DropoutHistory.csv()
	}
	return f, nil
}

// Resume takes up the run that a checkpoint holds, at the step where it was
// saved. The run must be new, and of the model's architecture and the
// configuration that the checkpoint was made with; more epochs may be asked for.
func (r *Run) Resume(f *safetensors.File) error {
	if err := r.resume(f); err != nil {
		return fmt.Errorf("train: checkpoint: %w", err)
	}
	return nil
}

func (r *Run) resume(f *safetensors.File) error {
	c, err := checkpointConfig(f)
	if err != nil {
		return err
	}
	if err := r.Config.continues(c); err != nil {
		return err
	}
	if r.curve.cosine && c.Epochs != r.Config.Epochs {
		return fmt.Errorf("its cosine ends after %d epochs, not %d", c.Epochs, r.Config.Epochs)
	}
	for _, s := range r.Config.Recipe.Settings() {
		if old := cmp.Or(f.Metadata[s.key()], off); old != s.Value {
			return fmt.Errorf("it was made with %s %.100s, not %s", s.Name, old, s.Value)
		}
	}
	m := metadata{f, nil}
	steps := m.integer(keySteps, 1<<30)
	step := m.integer(keyStep, r.batches.Steps())
	correct := m.integer(keyCorrect, r.samples)
	loss := m.number(keyLoss)
	if m.err != nil {
		return m.err
	}
	history, err := ReadCSV(strings.NewReader(f.Metadata[keyHistory]))
	if err != nil {
		return err
	}
	var dropout History
	if r.Config.EvaluateDropout {
		if dropout, err = ReadCSV(strings.NewReader(f.Metadata[keyDropout])); err != nil {
			return err
		}
		if len(dropout) != len(history) {
			return fmt.Errorf("it has %d epochs evaluated with dropout, but %d in all", len(dropout), len(history))
		}
	}
	if steps != len(history)*r.batches.Steps()+step {
		return fmt.Errorf("it has %d steps: want %d for each of %d epochs, and %d", steps, r.batches.Steps(), len(history), step)
	}
	if err := r.Model.Restore(f); err != nil {
		return err
	}
	if err := r.trainer.Restore(f, steps); err != nil {
		return err
	}
	best := &safetensors.File{}
	for _, t := range f.Tensors {
		if name, ok := strings.CutPrefix(t.Name, bestPrefix); ok {
			t.Name = name
			best.Tensors = append(best.Tensors, t)
		}
	}
	if err := r.Best.Restore(best); err != nil {
		return fmt.Errorf("its best model: %w", err)
	}
	r.step, r.loss, r.correct = step, loss, correct
	r.History, r.DropoutHistory = history, dropout
	if len(history) > 0 {
		r.BestEpoch = history.Best().Epoch
	}
	return nil
}

// continues returns an error unless a run of configuration old can go on with c.
func (c Config) continues(old Config) error {
	switch {
	case c.LearningRate != old.LearningRate:
		return fmt.Errorf("it was made with learning rate %g, not %g", old.LearningRate, c.LearningRate)
	case c.Batch != old.Batch:
		return fmt.Errorf("it was made with batches of %d, not %d", old.Batch, c.Batch)
	case c.Seed != old.Seed:
		return fmt.Errorf("it was made with seed %d, not %d", old.Seed, c.Seed)
	case c.Epochs < old.Epochs:
		return fmt.Errorf("it was made for %d epochs, not for %d", old.Epochs, c.Epochs)
	case c.EvaluateDropout && !old.EvaluateDropout:
		return errors.New("it was made without an evaluation with dropout on")
	case !c.EvaluateDropout && old.EvaluateDropout:
		return errors.New("it was made with an evaluation with dropout on as well")
	}
	return nil
}

// checkpointConfig returns the configuration that a checkpoint was made with.
func checkpointConfig(f *safetensors.File) (Config, error) {
	m := metadata{f, nil}
	c := Config{
		LearningRate: m.number(keyRate),
		Epochs:       m.integer(keyEpochs, 1<<30),
		Batch:        m.integer(keyBatch, 1<<30),
	}
	_, c.EvaluateDropout = f.Metadata[keyDropout]
	seed, err := strconv.ParseUint(f.Metadata[keySeed], 10, 64)
	if err != nil {
		return c, fmt.Errorf("its metadata has %s %.100q: want a whole number", keySeed, f.Metadata[keySeed])
	}
	c.Seed = seed
	return c, m.err
}

// CheckpointModel returns the model that a checkpoint holds, as trained so far.
func CheckpointModel(f *safetensors.File) (*nn.Model, error) {
	m, err := nn.FromFile(f)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(m.Info, func(key, _ string) bool { return strings.HasPrefix(key, "train.") })
	return m, nil
}

// A metadata reads numbers from a file's metadata, up to the first error.
type metadata struct {
	file *safetensors.File
	err  error
}

func (m *metadata) integer(key string, most int) int {
	n, err := strconv.Atoi(m.file.Metadata[key])
	if (err != nil || n < 0 || n > most) && m.err == nil {
		m.err = fmt.Errorf("its metadata has %s %.100q: want a whole number from 0 to %d", key, m.file.Metadata[key], most)
	}
	return n
}

func (m *metadata) number(key string) float64 {
	x, err := strconv.ParseFloat(m.file.Metadata[key], 64)
	if err != nil && m.err == nil {
		m.err = fmt.Errorf("its metadata has %s %.100q: want a number", key, m.file.Metadata[key])
	}
	return x
}
