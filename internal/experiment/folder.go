package experiment

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"fnn/dataset"
	"fnn/internal/atomicfile"
	"fnn/internal/lock"
	"fnn/nn"
	"fnn/safetensors"
	"fnn/train"
)

// The files in the folder of a run.
const (
	ConfigFile         = "config.json"
	HistoryFile        = "history.csv"
	DropoutHistoryFile = "history-dropout.csv" // evaluated with dropout on
	ModelFile          = "model.safetensors"
	CheckpointFile     = "checkpoint.safetensors"
	RecordFile         = "run.json"
	TestFile           = "test.json"
	PredictionsFile    = "predictions.safetensors"

	lockFile = ".lock"
)

// Limits of a configuration.
const (
	MinRate  = 1e-45 // a learning rate is a float32 in the end
	MaxRate  = 3e38
	MaxCount = 1 << 30 // epochs, and samples a batch

	maxJSON    = 16 << 20  // bytes of a file
	maxResult  = 256 << 20 // a confusion matrix of dataset.MaxClasses, a count a line
	maxHistory = 64 << 20
	maxTensors = 8 + safetensors.MaxHeader + safetensors.MaxSize
)

// A Config is what a run's config.json holds: all that its results depend on.
type Config struct {
	Model        string         `json:"model,omitempty"` // the architecture's name, if it has one
	Architecture string         `json:"architecture"`
	Initializer  nn.Initializer `json:"initializer"`
	LearningRate float64        `json:"learning_rate"`
	Epochs       int            `json:"epochs"`
	Batch        int            `json:"batch"`
	Seed         uint64         `json:"seed"`
	Recipe       train.Recipe   `json:"recipe,omitzero"`

	// EvaluateDropout asks for history-dropout.csv. It changes no other file.
	EvaluateDropout bool `json:"evaluate_dropout,omitempty"`

	Data Data `json:"data"`
}

// Data describes the data set of a run.
type Data struct {
	Folder     string `json:"folder"`
	Train      int    `json:"train"` // samples
	Validation int    `json:"validation"`
	Test       int    `json:"test"`
	Checksum   string `json:"checksum"` // of the training and validation samples
}

// NewConfig returns the configuration of a run, but for the data, with weights
// that start as the report's did.
func NewConfig(a nn.Architecture, c train.Config) Config {
	return Config{
		Model: a.Name(), Architecture: a.String(), Initializer: nn.Normal,
		LearningRate: c.LearningRate, Epochs: c.Epochs, Batch: c.Batch, Seed: c.Seed, Recipe: c.Recipe,
		EvaluateDropout: c.EvaluateDropout,
	}
}

// Training returns the part of the configuration that package train takes.
func (c Config) Training() train.Config {
	return train.Config{
		LearningRate: c.LearningRate, Epochs: c.Epochs, Batch: c.Batch, Seed: c.Seed, Recipe: c.Recipe,
		EvaluateDropout: c.EvaluateDropout,
	}
}

// Name returns the name of a run's folder: <model>-lr<rate>-seed<seed>, followed
// by what else is not the default. Words of an architecture are joined by "-".
func (c Config) Name() string {
	name := fmt.Sprintf("%s-lr%s-seed%d", Shortened(ModelName(c.Model, c.Architecture), 100), strconv.FormatFloat(c.LearningRate, 'g', -1, 64), c.Seed)
	standard := train.DefaultConfig()
	if c.Epochs != standard.Epochs {
		name += fmt.Sprintf("-epochs%d", c.Epochs)
	}
	if c.Batch != standard.Batch {
		name += fmt.Sprintf("-batch%d", c.Batch)
	}
	if c.Initializer != nn.Normal {
		name += "-" + string(c.Initializer)
	}
	return name + Shortened(RecipeName(c.Recipe), 250-len(name))
}

// RecipeName returns what a recipe adds to names of folders: each thing that is on
// after a "-".
func RecipeName(r train.Recipe) string {
	name := ""
	for _, s := range r.Settings() {
		switch {
		case !s.On():
		case s.Name == "schedule":
			for _, word := range strings.Fields(s.Value) {
				name += "-" + strings.ReplaceAll(strings.Replace(word, ":", "", 1), ":", "x")
			}
		default:
			name += Flag(s) + s.Value
		}
	}
	return name
}

// Flag returns the command's flag for a setting of a recipe.
func Flag(s train.Setting) string { return "-" + strings.ReplaceAll(s.Name, " ", "-") }

// ModelName returns how names of folders spell a model: by the architecture's own
// name, if it has one, or its words.
func ModelName(name, words string) string {
	words = strings.ReplaceAll(strings.ReplaceAll(words, " ", "-"), ":", "")
	return cmp.Or(name, words, "linear")
}

// Shortened returns a name, or what stands for one that is longer than most: file
// names end at 255 bytes.
func Shortened(name string, most int) string {
	if len(name) > most {
		return fmt.Sprintf("%s-%08x", name[:most-20], crc32.ChecksumIEEE([]byte(name)))
	}
	return name
}

// drops says whether the model has dropout.
func (c Config) drops() bool { return strings.Contains(c.Architecture, "dropout:") }

// FashionMNIST is the Checksum of Fashion-MNIST's training set.
const FashionMNIST = "crc32c:944bd8fd"

// Checksum returns a CRC-32C of a set's samples and labels, by which a run that
// is taken up again knows its data.
func Checksum(s *dataset.Set) string {
	sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	row := make([]float32, s.Features())
	for i := range s.Len() {
		if b := s.Bytes(i); b != nil {
			sum.Write(b)
		} else {
			s.Row(i, row)
			sum.Write(safetensors.Float32("", []int{len(row)}, row).Data)
		}
		sum.Write([]byte{byte(s.Label(i)), byte(s.Label(i) >> 8)})
	}
	return fmt.Sprintf("crc32c:%08x", sum.Sum32())
}

// A Folder is that of a run.
type Folder string

// lock takes the folder for this process, and removes what killed ones have left
// half written.
func (f Folder) lock() (*lock.Lock, error) {
	l, err := lock.Acquire(f.path(lockFile))
	var held *lock.HeldError
	if errors.As(err, &held) {
		return nil, BusyError(string(f), held)
	}
	if err != nil {
		return nil, err
	}
	if err := atomicfile.RemoveLeftovers(string(f)); err != nil {
		l.Release()
		return nil, err
	}
	return l, nil
}

// Tidy removes what a process that was killed has left in the folder of a finished
// run. One that another process works in is left as it is.
func (f Folder) Tidy() error {
	l, err := f.lock()
	if errors.Is(err, ErrBusy) {
		return nil
	}
	if err == nil {
		l.Release()
	}
	return err
}

// ErrBusy is wrapped by the errors of runs and sweeps whose folder another process
// writes to.
var ErrBusy = errors.New("another process is writing there")

// BusyError returns the error of a folder whose lock is held.
func BusyError(folder string, held *lock.HeldError) error {
	return fmt.Errorf("%s: %w (%s)", folder, ErrBusy, held.Holder)
}

// create writes the configuration of a new run. It is an error, and the folder is
// left as it is, if it holds a run of another configuration, the same run
// unfinished, or files of no run at all that would be overwritten.
func (f Folder) create(c Config) error {
	old, err := f.Config()
	unknown := errors.Is(err, fs.ErrNotExist)
	if err != nil && !unknown {
		return err
	}
	if result := f.result(); result != "" {
		difference := old.Differs(c)
		switch {
		case unknown:
			return fmt.Errorf("%s holds a %s of no run: choose another folder with -out", f, result)
		case difference != "":
			return fmt.Errorf("%s holds another run (%s): choose another folder with -out", f, difference)
		}
		finished, err := f.finished(old)
		switch {
		case err != nil:
			return err
		case f.has(CheckpointFile) && !finished:
			return fmt.Errorf("%s holds this run, unfinished: take it up with -resume, choose another folder with -out, or remove this one", f)
		case old.EvaluateDropout != c.EvaluateDropout:
			// The checkpoint is one of the other way.
			if err := f.remove(CheckpointFile, DropoutHistoryFile); err != nil {
				return err
			}
		}
	}
	if err := f.remove(RecordFile); err != nil {
		return err
	}
	return f.lengthen(c)
}

// lengthen writes the configuration of the folder's own run, which may have come
// to more epochs, and removes the results of its test.
func (f Folder) lengthen(c Config) error {
	if err := f.writeJSON(ConfigFile, c); err != nil {
		return err
	}
	return f.remove(TestFile, PredictionsFile)
}

// remove removes those of the files that are there.
func (f Folder) remove(names ...string) error {
	for _, name := range names {
		if err := os.Remove(f.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Begun says whether there is something in the folder to take up or to keep.
func (f Folder) Begun() bool { return f.has(CheckpointFile) }

// Finished says whether the folder holds a run that all its epochs were trained
// of, or that can come no further.
func (f Folder) Finished() (bool, error) {
	c, err := f.Config()
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return f.finished(c)
}

func (f Folder) finished(c Config) (bool, error) {
	r, err := f.Record()
	return r.Diverged != "" || (r.StoppedEarly || r.Epochs >= c.Epochs) && f.has(ModelFile) && f.has(CheckpointFile), err
}

// result returns the name of a file that a run has written, or "".
func (f Folder) result() string {
	for _, name := range []string{TestFile, PredictionsFile, ModelFile, CheckpointFile, RecordFile, HistoryFile, DropoutHistoryFile} {
		if f.has(name) {
			return name
		}
	}
	return ""
}

func (f Folder) has(name string) bool {
	_, err := os.Lstat(f.path(name))
	return err == nil
}

// Differs tells in what another configuration gives other results.
func (c Config) Differs(other Config) string {
	type difference struct {
		name      string
		mine, its any
	}
	all := []difference{
		{"architecture", c.Architecture, other.Architecture},
		{"initializer", c.Initializer, other.Initializer},
		{"learning rate", c.LearningRate, other.LearningRate},
		{"epochs", c.Epochs, other.Epochs},
		{"batch", c.Batch, other.Batch},
		{"seed", c.Seed, other.Seed},
		{"data", c.Data.Checksum, other.Data.Checksum},
	}
	its := other.Recipe.Settings()
	for i, s := range c.Recipe.Settings() {
		all = append(all, difference{s.Name, s.Value, its[i].Value})
	}
	for _, d := range all {
		if d.mine != d.its {
			return fmt.Sprintf("%s %v, not %v", d.name, d.mine, d.its)
		}
	}
	return ""
}

// Results returns what of the configuration its results depend on.
func (c Config) Results() Config {
	c.Model, c.EvaluateDropout, c.Data = "", false, Data{Checksum: c.Data.Checksum}
	return c
}

// Config reads the configuration, which may be a stranger's. Its errors name the
// file.
func (f Folder) Config() (Config, error) {
	var c Config
	if err := f.readJSON(ConfigFile, &c); err != nil {
		return c, err
	}
	if err := c.Check(); err != nil {
		return c, fmt.Errorf("%s: %w", f.path(ConfigFile), err)
	}
	return c, nil
}

// Check returns an error if the configuration is that of no run.
func (c Config) Check() error {
	architecture, err := nn.ParseArchitecture(c.Architecture)
	if err != nil {
		return err
	}
	switch {
	case c.Model != "" && c.Model != architecture.Name():
		return fmt.Errorf("model %.100q: want the name of architecture %.100q, or none", c.Model, architecture)
	case !slices.Contains(nn.Initializers, c.Initializer):
		return fmt.Errorf("initializer %q: want one of %v", c.Initializer, nn.Initializers)
	case !(c.LearningRate >= MinRate && c.LearningRate <= MaxRate):
		return fmt.Errorf("learning_rate %g: want a number from %g to %g", c.LearningRate, MinRate, MaxRate)
	case c.Epochs < 1 || c.Epochs > MaxCount:
		return fmt.Errorf("epochs %d: want a whole number from 1 to %d", c.Epochs, MaxCount)
	case c.Batch < 1 || c.Batch > MaxCount:
		return fmt.Errorf("batch %d: want a whole number from 1 to %d", c.Batch, MaxCount)
	case c.Data.Checksum == "":
		return errors.New("data: no checksum")
	}
	if err := c.Recipe.Check(c.LearningRate, c.Epochs); err != nil {
		return fmt.Errorf("recipe: %w", err)
	}
	return nil
}

// Model reads the model of the best epoch so far. Its errors name the file.
func (f Folder) Model() (*nn.Model, error) {
	name := f.path(ModelFile)
	if err := checkFile(name, maxTensors); err != nil {
		return nil, err
	}
	return nn.LoadFile(name)
}

// readTensors reads a file of tensors.
func (f Folder) readTensors(name string) (*safetensors.File, error) {
	name = f.path(name)
	if err := checkFile(name, maxTensors); err != nil {
		return nil, err
	}
	return safetensors.ReadFile(name)
}

func (f Folder) writeJSON(name string, value any) error { return WriteJSON(f.path(name), value) }

func (f Folder) readJSON(name string, value any) error { return ReadJSON(f.path(name), value) }

func (f Folder) path(name string) string { return filepath.Join(string(f), name) }

// WriteJSON writes a value to a file as JSON for people to read.
func WriteJSON(name string, value any) error {
	return atomicfile.Write(name, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(value)
	})
}

// checkFile returns an error unless the name is that of a file, of no more bytes
// than given. A stranger's folder may hold a pipe, which nobody writes to, or a
// link to a device without end.
func checkFile(name string, most int64) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || info.Size() > most {
		return fmt.Errorf("%s: want a file of at most %d bytes", name, most)
	}
	return nil
}

// ReadJSON reads a value from a file, perhaps a stranger's. Its errors name the
// file.
func ReadJSON(name string, value any) error { return readJSON(name, maxJSON, value) }

func readJSON(name string, most int64, value any) error {
	if err := checkFile(name, most); err != nil {
		return err
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, value); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
