package experiment

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"fnn/dataset"
	"fnn/internal/tiny"
	"fnn/nn"
	"fnn/tensor"
	"fnn/train"
)

// testSamples returns the samples of a tiny data set.
func testSamples(t *testing.T) *Samples {
	t.Helper()
	dir := t.TempDir()
	if err := tiny.Write(dir); err != nil {
		t.Fatal(err)
	}
	s, err := LoadSamples(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// smallConfig is a run of 3 epochs of 6 steps, with dropout.
func smallConfig(t *testing.T) Config {
	t.Helper()
	a, err := nn.ParseArchitecture("8 bn relu dropout:0.25")
	if err != nil {
		t.Fatal(err)
	}
	return NewConfig(a, train.Config{LearningRate: 0.01, Epochs: 3, Batch: 8, Seed: 7, EvaluateDropout: true})
}

func start(t *testing.T, f Folder, c Config, s *Samples) *Run {
	t.Helper()
	r, err := Start(f, c, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// finish trains a run to its end, tests it, and returns its files.
func finish(t *testing.T, r *Run, s *Samples) map[string]string {
	t.Helper()
	if err := r.Train(t.Context(), train.Observer{}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Test(s.Test, nil); err != nil {
		t.Fatal(err)
	}
	r.Close()
	return contents(t, r.Folder)
}

// contents returns a folder's files, but for the record, which tells the time.
func contents(t *testing.T, f Folder) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(string(f))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, entry := range entries {
		text, err := os.ReadFile(f.path(entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[entry.Name()] = string(text)
	}
	delete(all, RecordFile)
	return all
}

func TestRun(t *testing.T) {
	s, f := testSamples(t), Folder(filepath.Join(t.TempDir(), "a", "b"))
	r := start(t, f, smallConfig(t), s)
	if finished, err := f.Finished(); finished || err != nil {
		t.Errorf("finished before it began: %v, %v", finished, err)
	}
	epochs := 0
	err := r.Train(t.Context(), train.Observer{Epoch: func(e train.Epoch) error {
		epochs++
		o, err := Read(f)
		if err != nil || len(o.History) != e.Epoch || o.Record.Epochs != e.Epoch || o.Finished() != (e.Epoch == 3) {
			t.Errorf("told of epoch %d, the folder has %+v, %v", e.Epoch, o, err)
		}
		return err
	}})
	if err != nil || epochs != 3 {
		t.Fatalf("%d epochs, %v", epochs, err)
	}
	team := tensor.NewTeam(2)
	defer team.Close()
	result, err := r.Test(s.Test, team)
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(contents(t, f)))
	want := []string{lockFile, CheckpointFile, ConfigFile, DropoutHistoryFile, HistoryFile, ModelFile, PredictionsFile, TestFile}
	if !slices.Equal(names, want) {
		t.Errorf("files %q, want %q", names, want)
	}
	r.Close()

	o, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}
	config := smallConfig(t)
	config.Data = Data{Folder: s.Folder, Train: 48, Validation: 12, Test: 60, Checksum: s.checksum}
	if o.Config != config || !slices.Equal(o.History, r.Training.History) || !slices.Equal(o.DropoutHistory, r.Training.DropoutHistory) {
		t.Errorf("%+v", o)
	}
	if best := o.Best(); best.Epoch != r.Training.BestEpoch {
		t.Errorf("best epoch %d, want %d", best.Epoch, r.Training.BestEpoch)
	}
	if o.Test == nil || o.Test.Loss != result.Loss || o.Test.Confusion.Accuracy() != result.Confusion.Accuracy() ||
		!slices.Equal(o.Test.ClassNames, result.ClassNames) {
		t.Errorf("test %+v, want %+v", o.Test, result)
	}
	record := o.Record
	if len(record.Sessions) != 1 || record.Seconds() <= 0 || record.Seconds() > 60 || record.Diverged != "" {
		t.Fatalf("record %+v", record)
	}
	session := record.Sessions[0]
	if session.Epochs != 3 || session.Threads != 1 || time.Since(session.Started) > time.Minute ||
		session.Machine.Kernel != tensor.Kernel() || session.Machine.Processors < 1 {
		t.Errorf("session %+v", session)
	}
	if finished, err := f.Finished(); !finished || err != nil || !f.Begun() {
		t.Errorf("finished %v, %v", finished, err)
	}

	// A model can be tested again from its folder.
	before := contents(t, f)
	again, err := TestFolder(f, s.Test, nil)
	if err != nil || again.Loss != result.Loss || !maps.Equal(contents(t, f), before) {
		t.Errorf("tested again: %v, %v", again, err)
	}
}

// What a run without dropout has in place of a second history.
func TestReadWithoutDropout(t *testing.T) {
	s, f := testSamples(t), Folder(t.TempDir())
	c := smallConfig(t)
	c.Architecture = "8 relu"
	files := finish(t, start(t, f, c, s), s)
	if _, ok := files[DropoutHistoryFile]; ok {
		t.Error("a second history")
	}
	if o, err := Read(f); err != nil || !slices.Equal(o.DropoutHistory, o.History) {
		t.Errorf("%+v, %v", o, err)
	}
	other := Folder(t.TempDir())
	c = smallConfig(t)
	c.EvaluateDropout = false
	finish(t, start(t, other, c, s), s)
	if o, err := Read(other); err != nil || o.DropoutHistory != nil {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestBusy(t *testing.T) {
	s, f := testSamples(t), Folder(t.TempDir())
	r := start(t, f, smallConfig(t), s)
	busy := func(what string, err error) {
		t.Helper()
		want := fmt.Sprintf("%s: another process is writing there (process %d on ", f, os.Getpid())
		if !errors.Is(err, ErrBusy) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", what, err, want)
		}
	}
	_, err := Start(f, smallConfig(t), s, nil)
	busy("Start", err)
	_, err = Open(f)
	busy("Open", err)
	_, err = TestFolder(f, s.Test, nil)
	busy("TestFolder", err)
	finish(t, r, s)
	start(t, f, smallConfig(t), s)
}

// TestStopAnywhere ends a run at each of its steps, once as an interrupt does and
// once as a kill does, with only the checkpoints that its cadence has written;
// takes it up, and compares the files with those of a run in one piece.
func TestStopAnywhere(t *testing.T) {
	s := testSamples(t)
	want := finish(t, start(t, Folder(t.TempDir()), smallConfig(t), s), s)
	const steps = 18
	killed := errors.New("killed")
	for step := 1; step <= steps; step++ {
		for _, cadence := range []Cadence{{}, {Steps: 2}, {Time: time.Nanosecond}} {
			f := Folder(t.TempDir())
			r := start(t, f, smallConfig(t), s)
			r.Cadence = cadence
			n := 0
			err := r.Train(t.Context(), train.Observer{Step: func(train.Step) error {
				if n++; n > step {
					return killed
				}
				return nil
			}})
			if step < steps && !errors.Is(err, killed) {
				t.Fatalf("step %d: %v", step, err)
			}
			leftover := f.path("." + ModelFile + ".0123abcd.tmp")
			if err := os.WriteFile(leftover, []byte("half"), 0o666); err != nil {
				t.Fatal(err)
			}
			r.Close()
			if !f.Begun() { // nothing to take up
				if step > 6 || cadence.Time > 0 || cadence.Steps > 0 && step > 1 {
					t.Fatalf("step %d, %v: no checkpoint", step, cadence)
				}
				r = start(t, f, smallConfig(t), s)
			} else {
				r = resume(t, f, s)
			}
			if n := r.Training.History; cadence.Time > 0 && len(n) != min(step/6, 3) {
				t.Errorf("step %d: %d epochs", step, len(n))
			}
			if got := finish(t, r, s); !maps.Equal(got, want) {
				t.Errorf("killed at step %d, %+v: other files", step, cadence)
			}
		}

		f := Folder(t.TempDir())
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		r := start(t, f, smallConfig(t), s)
		err := r.Train(ctx, train.Observer{Step: func(train.Step) error {
			if n++; n == step {
				cancel()
			}
			return nil
		}})
		if !errors.Is(err, context.Canceled) || n != step {
			t.Fatalf("interrupted at step %d: %d steps, %v", step, n, err)
		}
		r.Close()
		r = resume(t, f, s)
		if got := finish(t, r, s); !maps.Equal(got, want) {
			t.Errorf("interrupted at step %d: other files", step)
		}
		if record, err := f.Record(); err != nil || len(record.Sessions) != 2 || record.Epochs != 3 {
			t.Errorf("interrupted at step %d: record %+v, %v", step, record, err)
		}
	}
}

func resume(t *testing.T, f Folder, s *Samples) *Run {
	t.Helper()
	r, err := Open(f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	if err := r.Resume(s, nil); err != nil {
		t.Fatal(err)
	}
	return r
}

// A run that is killed between its last checkpoint and its record, or taken up
// when all is done, has nothing left to train.
func TestResumeFinished(t *testing.T) {
	s, f := testSamples(t), Folder(t.TempDir())
	want := finish(t, start(t, f, smallConfig(t), s), s)
	before, err := f.Record()
	if err != nil {
		t.Fatal(err)
	}
	if got := finish(t, resume(t, f, s), s); !maps.Equal(got, want) {
		t.Error("other files")
	}
	if after, err := f.Record(); err != nil || !reflect.DeepEqual(after.Sessions, before.Sessions) || after.Epochs != 3 {
		t.Errorf("record %+v, %v, want %+v", after, err, before)
	}
	if err := f.remove(RecordFile); err != nil {
		t.Fatal(err)
	}
	if finished, err := f.Finished(); finished || err != nil {
		t.Errorf("without a record: finished %v, %v", finished, err)
	}
	if got := finish(t, resume(t, f, s), s); !maps.Equal(got, want) {
		t.Error("without a record: other files")
	}
	if finished, err := f.Finished(); !finished || err != nil {
		t.Errorf("with a new record: finished %v, %v", finished, err)
	}
}

// A run that its patience ends is at its end, however many epochs were asked for.
func TestRunStopsEarly(t *testing.T) {
	s, f := testSamples(t), Folder(t.TempDir())
	c := smallConfig(t)
	c.Epochs, c.Recipe = 50, train.Recipe{Schedule: "warmup:1", WeightDecay: 0.1, ClipNorm: 1, LabelSmoothing: 0.1, Patience: 2}
	r := start(t, f, c, s)
	err := r.Train(t.Context(), train.Observer{Epoch: func(e train.Epoch) error {
		o, err := Read(f)
		if err != nil {
			return err
		}
		stopped := e.Epoch-r.Training.BestEpoch == 2
		if finished, err := f.Finished(); finished != stopped || o.Finished() != stopped || o.Record.StoppedEarly != stopped || err != nil {
			t.Errorf("epoch %d, the best %d: finished %v, outcome %v, record %+v, %v",
				e.Epoch, r.Training.BestEpoch, finished, o.Finished(), o.Record, err)
		}
		return nil
	}})
	epochs := len(r.Training.History)
	if err != nil || epochs == 50 || epochs != r.Training.BestEpoch+2 {
		t.Fatalf("%d epochs, the best %d, %v", epochs, r.Training.BestEpoch, err)
	}
	want := finish(t, r, s)
	if got := finish(t, resume(t, f, s), s); !maps.Equal(got, want) {
		t.Error("taken up, it has other files")
	}
	longer, err := Open(f)
	if err != nil {
		t.Fatal(err)
	}
	defer longer.Close()
	longer.Config.Epochs = 60
	if err := longer.Resume(s, nil); err != nil {
		t.Fatal(err)
	}
	got := finish(t, longer, s)
	if len(longer.Training.History) != epochs || got[ModelFile] != want[ModelFile] || got[HistoryFile] != want[HistoryFile] {
		t.Errorf("made longer, it goes on to epoch %d", len(longer.Training.History))
	}
	if record, err := f.Record(); err != nil || len(record.Sessions) != 1 || !record.StoppedEarly {
		t.Errorf("record %+v, %v", record, err)
	}
	c.Epochs = 60
	if got := finish(t, start(t, f, c, s), s); !maps.Equal(got, contents(t, f)) || got[ModelFile] != want[ModelFile] {
		t.Error("run again, it has other files")
	}
}

// A run whose loss diverges is at its end, and says so.
func TestRunDiverges(t *testing.T) {
	s, f := testSamples(t), Folder(t.TempDir())
	c := smallConfig(t)
	c.Architecture, c.LearningRate, c.Epochs = "8 relu 8 relu 8 relu", 1e30, 50
	r := start(t, f, c, s)
	if err := r.Train(t.Context(), train.Observer{}); !errors.Is(err, train.ErrDiverged) {
		t.Fatalf("error %v", err)
	}
	r.Close()
	o, err := Read(f)
	if err != nil || !strings.Contains(o.Record.Diverged, "the loss diverged") || o.Finished() {
		t.Errorf("%+v, %v", o, err)
	}
	if finished, err := f.Finished(); !finished || err != nil {
		t.Errorf("finished %v, %v", finished, err)
	}
}

func TestRecordRefuses(t *testing.T) {
	for _, seconds := range []float64{-1, 1e300} {
		f := Folder(t.TempDir())
		if err := f.writeJSON(RecordFile, Record{Sessions: []Session{{Seconds: seconds}}}); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Record(); err == nil || !strings.Contains(err.Error(), "want 0 to 1e+09") {
			t.Errorf("a session of %g seconds: %v", seconds, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	s, f := testSamples(t), Folder(t.TempDir())
	good := finish(t, start(t, f, smallConfig(t), s), s)
	for name, want := range map[string]string{
		ConfigFile: "unexpected end of JSON", HistoryFile: "history", DropoutHistoryFile: "history",
		RecordFile: "unexpected end of JSON", TestFile: "unexpected end of JSON",
	} {
		if err := os.WriteFile(f.path(name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(f); err == nil || !strings.HasPrefix(err.Error(), f.path(name)+": ") || !strings.Contains(err.Error(), want) {
			t.Errorf("an empty %s: %v", name, err)
		}
		if name == RecordFile {
			if _, err := Open(f); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("an empty %s: %v", name, err)
			}
			if err := f.remove(RecordFile); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(f.path(name), []byte(good[name]), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Read(Folder(t.TempDir())); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
}

// What a run does when a file of it cannot be written.
func TestRunCannotWrite(t *testing.T) {
	s := testSamples(t)
	for _, name := range []string{HistoryFile, DropoutHistoryFile, ModelFile, CheckpointFile, RecordFile} {
		f := Folder(t.TempDir())
		r := start(t, f, smallConfig(t), s)
		if err := os.Mkdir(f.path(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := r.Train(t.Context(), train.Observer{}); err == nil || !strings.Contains(err.Error(), f.path(name)) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	f := Folder(t.TempDir())
	r := start(t, f, smallConfig(t), s)
	if err := os.Mkdir(f.path(CheckpointFile), 0o777); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := r.Train(ctx, train.Observer{Step: func(train.Step) error { cancel(); return nil }})
	if err == nil || errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "interrupted, and the checkpoint cannot be written: ") {
		t.Errorf("error %v", err)
	}
}

func TestStartRefuses(t *testing.T) {
	s, f := testSamples(t), Folder(filepath.Join(t.TempDir(), "run"))
	for want, change := range map[string]func(c *Config){
		`"relo"`:                func(c *Config) { c.Architecture = "relo" },
		"choose another -batch": func(c *Config) { c.Batch = 47 },
		"initialiser":           func(c *Config) { c.Initializer = "" },
	} {
		c := smallConfig(t)
		change(&c)
		if _, err := Start(f, c, s, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
		if _, err := os.Stat(string(f)); err == nil {
			t.Errorf("%s: refused, the run left a folder", want)
		}
	}
	finish(t, start(t, f, smallConfig(t), s), s)
	c := smallConfig(t)
	c.Seed = 8
	if _, err := Start(f, c, s, nil); err == nil || !strings.Contains(err.Error(), "holds another run (seed 7, not 8)") {
		t.Errorf("error %v", err)
	}
	start(t, f, smallConfig(t), s) // the refused one holds no lock
}

// Everybody gets the same split, and nobody else keeps it.
func TestSamples(t *testing.T) {
	s := testSamples(t)
	training, validation, err := s.Split(3)
	again, _, _ := s.Split(3)
	if err != nil || again == training || training.Len() != 48 || validation.Len() != 12 {
		t.Errorf("%v", err)
	}
	other, _, _ := s.Split(4)
	same := func(other *dataset.Set) bool {
		for i := range training.Len() {
			if !bytes.Equal(training.Bytes(i), other.Bytes(i)) {
				return false
			}
		}
		return true
	}
	if !same(again) {
		t.Error("a seed gives two splits")
	}
	if same(other) {
		t.Error("two seeds give the same split")
	}
	if err := s.Fit(Data{Checksum: "x"}); err == nil || !strings.Contains(err.Error(), "is not the data of the run") {
		t.Errorf("error %v", err)
	}
	if got := FolderOf(Data{Folder: s.Folder}); got != s.Folder {
		t.Errorf("%q", got)
	}
	if got := FolderOf(Data{Folder: "/nowhere"}); got != "" {
		t.Errorf("%q", got)
	}
	if _, err := LoadSamples("/nowhere"); err == nil {
		t.Error("no error")
	}
}
