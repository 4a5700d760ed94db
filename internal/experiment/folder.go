package experiment

import (
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
	"fnn/nn"
	"fnn/safetensors"
	"fnn/train"
)

// The files in the folder of a run.
const (
	ConfigFile     = "config.json"
	HistoryFile    = "history.csv"
	ModelFile      = "model.safetensors"
	CheckpointFile = "checkpoint.safetensors"
	TestFile       = "test.json"
)

// Limits of a configuration.
const (
	MaxRate  = 3e38    // a learning rate is a float32 in the end
	MaxCount = 1 << 30 // epochs, and samples a batch

	maxConfigSize = 1 << 20
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
	Data         Data           `json:"data"`
}

// Data describes the data set of a run.
type Data struct {
	Folder     string `json:"folder"`
	Train      int    `json:"train"` // samples
	Validation int    `json:"validation"`
	Test       int    `json:"test"`
	Checksum   string `json:"checksum"` // of the training and validation samples
}

// Training returns the part of the configuration that package train takes.
func (c Config) Training() train.Config {
	return train.Config{LearningRate: c.LearningRate, Epochs: c.Epochs, Batch: c.Batch, Seed: c.Seed}
}

// Name returns the name of a run's folder: <model>-lr<rate>-seed<seed>, followed
// by what else is not the default. Words of an architecture are joined by "-".
func (c Config) Name() string {
	model := c.Model
	if model == "" {
		model = strings.ReplaceAll(strings.ReplaceAll(c.Architecture, " ", "-"), ":", "")
	}
	if model == "" {
		model = "linear"
	}
	if len(model) > 100 { // file names end at 255 bytes
		model = fmt.Sprintf("%s-%08x", model[:80], crc32.ChecksumIEEE([]byte(model)))
	}
	name := fmt.Sprintf("%s-lr%s-seed%d", model, strconv.FormatFloat(c.LearningRate, 'g', -1, 64), c.Seed)
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
	return name
}

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

// Create makes the folder, if it is not there, and writes the configuration. It
// is an error, and the folder is left as it is, if it holds a run of another
// configuration, the same run unfinished, or files of no run at all that would
// be overwritten.
func (f Folder) Create(c Config) error {
	old, err := f.Config()
	unknown := errors.Is(err, fs.ErrNotExist)
	if err != nil && !unknown {
		return err
	}
	if result := f.result(); result != "" {
		difference := old.differs(c)
		switch {
		case unknown:
			return fmt.Errorf("%s holds a %s of no run: choose another folder with -out", f, result)
		case difference != "":
			return fmt.Errorf("%s holds another run (%s): choose another folder with -out", f, difference)
		case f.has(CheckpointFile) && !f.has(TestFile):
			return fmt.Errorf("%s holds this run, unfinished: take it up with -resume, choose another folder with -out, or remove this one", f)
		}
	}
	if err := os.MkdirAll(string(f), 0o777); err != nil {
		return err
	}
	return f.Lengthen(c)
}

// Lengthen writes the configuration of the folder's own run, which may have come
// to more epochs, and removes what says that the run is finished.
func (f Folder) Lengthen(c Config) error {
	if err := f.writeJSON(ConfigFile, c); err != nil {
		return err
	}
	if err := os.Remove(f.path(TestFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// result returns the name of a file that a run has written, or "".
func (f Folder) result() string {
	for _, name := range []string{TestFile, ModelFile, CheckpointFile, HistoryFile} {
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

// differs tells in what another configuration gives other results.
func (c Config) differs(other Config) string {
	for _, d := range []struct {
		name      string
		mine, its any
	}{
		{"architecture", c.Architecture, other.Architecture},
		{"initializer", c.Initializer, other.Initializer},
		{"learning rate", c.LearningRate, other.LearningRate},
		{"epochs", c.Epochs, other.Epochs},
		{"batch", c.Batch, other.Batch},
		{"seed", c.Seed, other.Seed},
		{"data", c.Data.Checksum, other.Data.Checksum},
	} {
		if d.mine != d.its {
			return fmt.Sprintf("%s %v, not %v", d.name, d.mine, d.its)
		}
	}
	return ""
}

// Config reads the configuration, which may be a stranger's. Its errors name the
// file.
func (f Folder) Config() (Config, error) {
	var c Config
	name := f.path(ConfigFile)
	info, err := os.Stat(name)
	if err != nil {
		return c, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxConfigSize {
		return c, fmt.Errorf("%s: want a file of at most %d bytes", name, maxConfigSize)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return c, fmt.Errorf("%s: %w", name, err)
	}
	if err := c.check(); err != nil {
		return c, fmt.Errorf("%s: %w", name, err)
	}
	return c, nil
}

// check returns an error if the configuration is that of no run.
func (c Config) check() error {
	if _, err := nn.ParseArchitecture(c.Architecture); err != nil {
		return err
	}
	switch {
	case !slices.Contains(nn.Initializers, c.Initializer):
		return fmt.Errorf("initializer %q: want one of %v", c.Initializer, nn.Initializers)
	case !(c.LearningRate > 0 && c.LearningRate <= MaxRate):
		return fmt.Errorf("learning_rate %g: want a number above 0, at most %g", c.LearningRate, MaxRate)
	case c.Epochs < 1 || c.Epochs > MaxCount:
		return fmt.Errorf("epochs %d: want a whole number from 1 to %d", c.Epochs, MaxCount)
	case c.Batch < 1 || c.Batch > MaxCount:
		return fmt.Errorf("batch %d: want a whole number from 1 to %d", c.Batch, MaxCount)
	case c.Data.Checksum == "":
		return errors.New("data: no checksum")
	}
	return nil
}

// WriteHistory writes the history so far.
func (f Folder) WriteHistory(h train.History) error { return f.write(HistoryFile, h.WriteCSV) }

// WriteModel writes the best model so far.
func (f Folder) WriteModel(m *nn.Model) error { return m.Save(f.path(ModelFile)) }

// WriteCheckpoint writes all that the run needs to be taken up again.
func (f Folder) WriteCheckpoint(r *train.Run) error {
	checkpoint, err := r.Checkpoint()
	if err != nil {
		return err
	}
	return safetensors.WriteFile(f.path(CheckpointFile), checkpoint)
}

// Checkpoint reads what WriteCheckpoint wrote.
func (f Folder) Checkpoint() (*safetensors.File, error) {
	return safetensors.ReadFile(f.path(CheckpointFile))
}

// WriteResult writes the results of the test.
func (f Folder) WriteResult(r *Result) error { return f.writeJSON(TestFile, r) }

func (f Folder) writeJSON(name string, value any) error {
	return f.write(name, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(value)
	})
}

func (f Folder) path(name string) string { return filepath.Join(string(f), name) }

func (f Folder) write(name string, content func(w io.Writer) error) error {
	return atomicfile.Write(f.path(name), content)
}
