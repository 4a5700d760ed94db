package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"fnn/idx"
	"fnn/internal/experiment"
	"fnn/internal/report"
	"fnn/internal/tiny"
	"fnn/train"
)

// The training of these tests: 48 samples, 12 for validation, 6 steps an epoch.
const (
	trainingSteps  = 6
	trainingEpochs = 3
)

var trainingFlags = []string{"-model", "8 bn relu dropout:0.25", "-lr", "0.01", "-epochs", "3", "-batch", "8", "-seed", "7"}

// writeTrainingData writes a data set that is large enough to be split, and
// returns its folder.
func writeTrainingData(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := tiny.Write(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// trainArgs returns a command line that trains into a folder.
func trainArgs(data, out string, more ...string) []string {
	return slices.Concat([]string{"train", "-data", data, "-out", out}, trainingFlags, more)
}

// mustTrain runs a command line that succeeds, and returns its standard output.
func mustTrain(t *testing.T, args ...string) string {
	t.Helper()
	status, stdout, stderr := fnn(t, args...)
	if status != done {
		t.Fatalf("%q: status %d, %s", args, status, stderr)
	}
	return stdout
}

// contents returns the files of a run's folder, but for its record, which tells
// the time, and the pages, which tell it too.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, entry := range entries {
		switch entry.Name() {
		case experiment.RecordFile, report.HTMLFile, report.MarkdownFile, "figures":
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = string(text)
	}
	return files
}

// same tells which files of two runs differ.
func same(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if g, w := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(g, w) {
		t.Errorf("%s: files %q, want %q", what, g, w)
		return
	}
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s: %s differs", what, name)
		}
	}
}

func TestTrain(t *testing.T) {
	data, out := writeTrainingData(t), filepath.Join(t.TempDir(), "new", "run")
	status, stdout, stderr := fnn(t, trainArgs(data, out)...)
	if status != done {
		t.Fatalf("status %d, %s", status, stderr)
	}
	lines := strings.Split(stderr, "\n")
	if len(lines) != 1+trainingEpochs+3 {
		t.Fatalf("%d lines:\n%s", len(lines), stderr)
	}
	if want := "training 8 bn relu dropout:0.25, 179 parameters, at learning rate 0.01 on 48 samples; "; !strings.HasPrefix(lines[0], want) {
		t.Errorf("%q, want %q", lines[0], want)
	}

	files := contents(t, out)
	want := []string{
		experiment.CheckpointFile, experiment.ConfigFile, experiment.HistoryFile, experiment.ModelFile,
		experiment.PredictionsFile, experiment.TestFile,
	}
	if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, want) {
		t.Fatalf("files %q, want %q", got, want)
	}
	history, err := train.ReadCSV(strings.NewReader(files[experiment.HistoryFile]))
	if err != nil || len(history) != trainingEpochs {
		t.Fatalf("history %v, %v", history, err)
	}
	best := 0
	for i, e := range history {
		want := fmt.Sprintf("epoch %d/3  loss %.4f  accuracy %.4f  validation: loss %.4f  accuracy %.4f  F1 %.4f",
			i+1, e.TrainLoss, e.TrainAccuracy, e.ValidationLoss, e.ValidationAccuracy, e.ValidationF1)
		if i == 0 || e.ValidationF1 > history[best].ValidationF1 {
			best = i
			want += "  best so far"
		}
		if lines[i+1] != want {
			t.Errorf("%q, want %q", lines[i+1], want)
		}
	}
	if want := fmt.Sprintf("the best model, of epoch %d, is in %s; ", best+1, out); !strings.HasPrefix(lines[4], want) {
		t.Errorf("%q, want %q", lines[4], want)
	}

	var config map[string]any
	if err := json.Unmarshal([]byte(files[experiment.ConfigFile]), &config); err != nil {
		t.Fatal(err)
	}
	set := config["data"].(map[string]any)
	if sum := set["checksum"].(string); !strings.HasPrefix(sum, "crc32c:") {
		t.Errorf("checksum %q", sum)
	}
	delete(set, "checksum")
	wantConfig := fmt.Sprint(map[string]any{
		"architecture": "8 bn relu dropout:0.25", "initializer": "normal", "learning_rate": 0.01, "epochs": 3, "batch": 8, "seed": 7,
		"data": map[string]any{"folder": data, "train": 48, "validation": 12, "test": 60},
	})
	if got := fmt.Sprint(config); got != wantConfig {
		t.Errorf("config.json is %s, want %s", got, wantConfig)
	}

	// The model in the folder is the one whose figures training ended with.
	if again := mustTrain(t, "eval", out, "-data", data); again != stdout {
		t.Errorf("eval gives\n%s\nbut training ended with\n%s", again, stdout)
	}
	if info := mustTrain(t, "inspect", filepath.Join(out, experiment.CheckpointFile)); !strings.Contains(info, "a checkpoint of fnn") {
		t.Errorf("%s", info)
	}
}

func TestTrainJSON(t *testing.T) {
	data, out := writeTrainingData(t), t.TempDir()
	status, stdout, stderr := fnn(t, trainArgs(data, out, "-json", "-quiet")...)
	lines := strings.SplitAfter(stdout, "\n")
	if status != done || stderr != "" || len(lines) != trainingEpochs+2 {
		t.Fatalf("status %d, %q, %d lines", status, stderr, len(lines))
	}
	files := contents(t, out)
	history, err := train.ReadCSV(strings.NewReader(files[experiment.HistoryFile]))
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range history {
		var got map[string]float64
		if err := json.Unmarshal([]byte(lines[i]), &got); err != nil {
			t.Fatal(err)
		}
		want := map[string]float64{
			"epoch": float64(i + 1), "train_loss": e.TrainLoss, "train_acc": e.TrainAccuracy,
			"val_loss": e.ValidationLoss, "val_acc": e.ValidationAccuracy, "val_f1": e.ValidationF1,
		}
		if !maps.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
	if got := mustTrain(t, "eval", out, "-data", data, "-json"); got != lines[trainingEpochs] {
		t.Errorf("eval gives %s, training %s", got, lines[trainingEpochs])
	}
	var written, printed any
	if err := json.Unmarshal([]byte(files[experiment.TestFile]), &written); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(lines[trainingEpochs]), &printed); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(written) != fmt.Sprint(printed) {
		t.Errorf("test.json is %v, but %v was printed", written, printed)
	}
}

// The same run gives the same files, whatever the threads.
func TestTrainAgain(t *testing.T) {
	data, out := writeTrainingData(t), t.TempDir()
	mustTrain(t, trainArgs(data, out, "-threads", "1")...)
	want := contents(t, out)
	mustTrain(t, trainArgs(data, out, "-threads", "3")...)
	same(t, "the same folder again", contents(t, out), want)
	other := t.TempDir()
	mustTrain(t, trainArgs(data, other, "-threads", "2", "-quiet", "-json")...)
	same(t, "another folder", contents(t, other), want)
}

// A second evaluation with dropout on adds a history and changes nothing else.
func TestTrainEvalDropout(t *testing.T) {
	data, plain, both := writeTrainingData(t), t.TempDir(), t.TempDir()
	mustTrain(t, trainArgs(data, plain)...)
	lines := strings.Split(mustTrain(t, trainArgs(data, both, "-eval-dropout", "-json")...), "\n")
	files := contents(t, both)
	history, err := train.ReadCSV(strings.NewReader(files[experiment.DropoutHistoryFile]))
	if err != nil || len(history) != trainingEpochs {
		t.Fatalf("history %v, %v", history, err)
	}
	for i, e := range history {
		var got epochJSON
		if err := json.Unmarshal([]byte(lines[i]), &got); err != nil {
			t.Fatal(err)
		}
		if want := (dropoutJSON{e.ValidationLoss, e.ValidationAccuracy, e.ValidationF1}); got.Dropout == nil || *got.Dropout != want {
			t.Errorf("%s, want %+v", lines[i], want)
		}
	}
	delete(files, experiment.DropoutHistoryFile)
	want := contents(t, plain)
	for _, name := range []string{experiment.ConfigFile, experiment.CheckpointFile} { // which tell of it
		delete(files, name)
		delete(want, name)
	}
	same(t, "evaluated with dropout", files, want)

	// The same run again, without.
	mustTrain(t, trainArgs(data, both)...)
	same(t, "and without again", contents(t, both), contents(t, plain))
}

// Two processes do not write to one folder.
func TestTrainBusy(t *testing.T) {
	data, out := writeTrainingData(t), t.TempDir()
	mustTrain(t, trainArgs(data, out)...)
	before := contents(t, out)
	run, err := experiment.Open(experiment.Folder(out))
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%s: another process is writing there (process %d", out, os.Getpid())
	trial{trainArgs(data, out), failed, "", want}.check(t)
	trial{[]string{"train", "-resume", out}, failed, "", want}.check(t)
	run.Close()
	same(t, "refused", contents(t, out), before)
	mustTrain(t, trainArgs(data, out)...)
}

// The folder of a run is named after it, and a model of no words has a name.
func TestTrainDefaultFolder(t *testing.T) {
	t.Setenv("FNN_DATA", writeTrainingData(t))
	t.Chdir(t.TempDir())
	status, _, stderr := fnn(t, "-model", "", "-epochs", "1")
	if status != done || !strings.HasPrefix(stderr, "training the output layer alone, 51 parameters, ") {
		t.Errorf("status %d, %s", status, stderr)
	}
	if _, err := os.Stat(filepath.Join("runs", "linear-lr0.001-seed1-epochs1", experiment.ModelFile)); err != nil {
		t.Error(err)
	}
}

// An interruption is a context that is cancelled when it has been asked a number
// of times: once before the first step, and then after each.
type interruption struct {
	context.Context
	after int
}

func (i *interruption) Err() error {
	if i.after--; i.after < 0 {
		return context.Canceled
	}
	return nil
}

// TestTrainInterrupted interrupts a run after each of its steps, takes it up as
// it says, interrupts it again, takes it up again, and compares all it leaves
// with what the run leaves in one piece.
func TestTrainInterrupted(t *testing.T) { testTrainInterrupted(t, trainingEpochs) }

// The same with all that a recipe has; the run would have a third more epochs if
// its patience did not end it.
func TestTrainInterruptedRecipe(t *testing.T) {
	testTrainInterrupted(t, trainingEpochs, "-epochs", "4", "-schedule", "warmup:1 cosine:0.001", "-weight-decay", "0.1",
		"-clip-norm", "0.5", "-label-smoothing", "0.1", "-patience", "1")
}

func TestTrainStopsEarly(t *testing.T) {
	data, out := writeTrainingData(t), t.TempDir()
	status, stdout, stderr := fnn(t, trainArgs(data, out, "-epochs", "50", "-lr", "1e-30", "-patience", "2")...)
	lines := strings.Split(stderr, "\n")
	if status != done || len(lines) != 1+3+1+3 || !strings.Contains(lines[0], " on 48 samples, patience 2; ") ||
		lines[4] != "no higher F1 in 2 epochs: stopped early" || !strings.HasPrefix(lines[5], "the best model, of epoch 1, ") {
		t.Fatalf("status %d, %s", status, stderr)
	}
	files := contents(t, out)
	for _, more := range [][]string{nil, {"-epochs", "60"}} {
		status, again, stderr := fnn(t, append([]string{"train", "-resume", out}, more...)...)
		if status != done || again != stdout || !strings.HasPrefix(stderr, "stopped early, after 3 epochs of ") {
			t.Errorf("status %d, %s", status, stderr)
		}
		if contents(t, out)[experiment.ModelFile] != files[experiment.ModelFile] {
			t.Error("resumed, it has another model")
		}
	}

	// The cosine of a longer run would have been another one.
	out = t.TempDir()
	mustTrain(t, trainArgs(data, out, "-schedule", "cosine")...)
	files = contents(t, out)
	trial{[]string{"train", "-resume", out, "-epochs", "5"}, failed, "", "its cosine ends after 3 epochs, not 5"}.check(t)
	same(t, "refused", contents(t, out), files)
}

func testTrainInterrupted(t *testing.T, epochs int, flags ...string) {
	data, straight := writeTrainingData(t), t.TempDir()
	trainArgs := func(data, out string, more ...string) []string {
		return trainArgs(data, out, append(slices.Clone(flags), more...)...)
	}
	mustTrain(t, trainArgs(data, straight)...)
	want := contents(t, straight)
	if n := strings.Count(want[experiment.HistoryFile], "\n") - 1; n != epochs {
		t.Fatalf("%d epochs, want %d", n, epochs)
	}
	interrupt := func(after int, args []string) (status int, stderr string) {
		var out, errs strings.Builder
		status = execute(&interruption{t.Context(), after}, newEnv(&out, &errs), args)
		if status == interrupted && out.Len() > 0 {
			t.Errorf("after %d: %q", after, out.String())
		}
		return status, errs.String()
	}
	out := filepath.Join(t.TempDir(), "it's a run")
	if status, stderr := interrupt(0, trainArgs(data, out)); status != interrupted || stderr != "fnn: interrupted\n" {
		t.Errorf("before the first step: status %d, %q", status, stderr)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("interrupted before the first step, the run left a folder")
	}
	for step := 1; step <= trainingSteps*epochs; step++ {
		out := filepath.Join(t.TempDir(), "it's a run")
		status, stderr := interrupt(step, trainArgs(data, out, "-threads", "1"))
		told := "fnn: interrupted; to go on: fnn train -resume '" + strings.ReplaceAll(out, "'", `'\''`) + "'\n"
		if status != interrupted || !strings.HasSuffix(stderr, "\n"+told) {
			t.Fatalf("step %d: status %d, %q", step, status, stderr)
		}
		again := trainArgs(data, out)
		trial{append(again, "-quiet"), failed, "", "holds this run, unfinished"}.check(t)

		resume := []string{"train", "-resume", out, "-threads", "2"}
		interrupt(2, resume)
		status, stderr = interrupt(trainingSteps*epochs, resume)
		if status != done {
			t.Fatalf("step %d: resumed, status %d, %q", step, status, stderr)
		}
		same(t, fmt.Sprintf("interrupted at step %d", step), contents(t, out), want)
	}
}

func TestResume(t *testing.T) {
	data, out := writeTrainingData(t), t.TempDir()
	printed := mustTrain(t, trainArgs(data, out)...)
	want := contents(t, out)

	// A finished run is tested again.
	status, stdout, stderr := fnn(t, "train", "-resume", out)
	if status != done || stdout != printed || !strings.HasPrefix(stderr, "all 3 epochs are done\nthe best model, of epoch ") {
		t.Errorf("status %d, %s", status, stderr)
	}
	same(t, "a finished run", contents(t, out), want)

	// Or made longer, to become the longer run; by way of an interrupt, after
	// which it knows how long it is to be.
	straight := t.TempDir()
	mustTrain(t, trainArgs(data, straight, "-epochs", "5")...)
	var errs strings.Builder
	status = execute(&interruption{t.Context(), 1}, newEnv(&strings.Builder{}, &errs), []string{"train", "-resume", out, "-epochs", "5"})
	if status != interrupted || !strings.HasPrefix(errs.String(), "after 3 epochs, training 8 bn relu") {
		t.Errorf("status %d, %s", status, errs.String())
	}
	if _, ok := contents(t, out)[experiment.TestFile]; ok {
		t.Error("a longer run, unfinished, has the results of the shorter")
	}
	mustTrain(t, "-resume", out)
	same(t, "a longer run", contents(t, out), contents(t, straight))
}

func TestResumeRefuses(t *testing.T) {
	data, other, out := writeTrainingData(t), writeTrainingData(t), t.TempDir()
	labels := make([]uint8, tiny.Samples)
	labels[0], labels[1] = 1, 2
	writeIDX(t, filepath.Join(other, "train-labels-idx1-ubyte"), idx.New([]int{tiny.Samples}, labels))
	mustTrain(t, trainArgs(data, out)...)
	good := contents(t, out)

	const clash = "-resume takes up a run as it was: it goes with -epochs, -data, -checkpoint-every, -threads, -json and -quiet alone"
	tests := []trial{
		{[]string{"train", "-resume", ""}, badUsage, "", "for flag -resume: want the folder of a run"},
		{[]string{"train", "-resume", out, "-epochs", "2"}, badUsage, "", "-epochs 2: the run is one of 3 epochs: want as many or more"},
		{[]string{"train", "-resume", filepath.Join(out, "nowhere")}, failed, "", "no run to take up: "},
		{[]string{"train", "-resume", out, "-data", "/nowhere"}, failed, "", "/nowhere, which -data names, lacks all four files"},
		{[]string{"train", "-resume", out, "-data", other}, failed, "", other + " is not the data of the run: its checksum is crc32c:"},
	}
	for _, flag := range []string{"-model=A", "-lr=0.01", "-batch=8", "-seed=7", "-init=normal", "-eval-dropout", "-out=" + out,
		"-schedule=cosine", "-weight-decay=0.1", "-clip-norm=1", "-label-smoothing=0.1", "-patience=3"} {
		tests = append(tests, trial{[]string{"train", "-resume", out, flag}, badUsage, "", clash})
	}
	for _, test := range tests {
		test.check(t)
	}
	same(t, "refused", contents(t, out), good)

	for _, c := range []struct {
		file, old, new string
		want           string
	}{
		{experiment.ConfigFile, `"epochs": 3`, `"epochs": 0`, experiment.ConfigFile + ": epochs 0: want a whole number from 1"},
		{experiment.ConfigFile, `"8 bn relu dropout:0.25"`, `""`, `is of a model "8 bn relu dropout:0.25", but config.json says ""`},
		{experiment.ConfigFile, `"learning_rate": 0.01`, `"learning_rate": 0.02`, "checkpoint: it was made with"},
		{experiment.ConfigFile, `"batch": 8`, `"recipe": {"clip_norm": 1}, "batch": 8`, "checkpoint: it was made with clip norm none, not 1"},
		{experiment.ConfigFile, `"crc32c:`, `"crc32c:0`, "is not the data of the run"},
		{experiment.CheckpointFile, "architecture", "architectura", experiment.CheckpointFile + ": "},
		{experiment.CheckpointFile, good[experiment.CheckpointFile][100:], "", experiment.CheckpointFile},
		{experiment.CheckpointFile, good[experiment.CheckpointFile], "", experiment.CheckpointFile},
		{experiment.CheckpointFile, good[experiment.CheckpointFile], good[experiment.ModelFile], experiment.CheckpointFile + ": train: checkpoint: its metadata has train."},
	} {
		write(t, filepath.Join(out, c.file), strings.Replace(good[c.file], c.old, c.new, 1))
		trial{[]string{"train", "-resume", out, "-quiet"}, failed, "", c.want}.check(t)
		write(t, filepath.Join(out, c.file), good[c.file])
	}
	if err := os.Remove(filepath.Join(out, experiment.CheckpointFile)); err != nil {
		t.Fatal(err)
	}
	trial{[]string{"train", "-resume", out}, failed, "", "no run to take up: "}.check(t)
}

func TestTrainRefuses(t *testing.T) {
	data, out := writeTrainingData(t), t.TempDir()
	mustTrain(t, trainArgs(data, out)...)
	before := contents(t, out)
	file := write(t, filepath.Join(t.TempDir(), "file"), "")
	tests := []trial{
		{trainArgs(data, out, "-lr", "0.02"), failed, "", out + " holds another run (learning rate 0.01, not 0.02): choose another folder with -out"},
		{trainArgs(data, filepath.Join(file, "below")), failed, "", file},
		{trainArgs(data, file), failed, "", file},
		{trainArgs(data, t.TempDir(), "-batch", "47"), failed, "", "leave a batch of one: nn: batch normalisation needs at least two samples in a training batch; choose another -batch"},
		{trainArgs("/nowhere", t.TempDir()), failed, "", "/nowhere, which -data names, lacks all four files"},
		{trainArgs(writeData(t), t.TempDir(), "-lr", "3e38", "-quiet", "-epochs", "1000"), failed, "", "the loss diverged"},
		{[]string{"train", "-model", "128", "relu"}, badUsage, "", `unexpected argument "relu": the words of an architecture go in quotes after -model`},
	}
	for _, test := range tests {
		test.check(t)
	}
	same(t, "refused", contents(t, out), before)
}

// A batch may be larger than the set.
func TestTrainLargeBatch(t *testing.T) {
	data, out := writeTrainingData(t), t.TempDir()
	mustTrain(t, trainArgs(data, out, "-batch", "1000000")...)
	mustTrain(t, "-resume", out, "-epochs", "4")
}

// When nobody reads the epochs any more, those that were told are kept.
func TestTrainBrokenOutput(t *testing.T) {
	data, straight := writeTrainingData(t), t.TempDir()
	lines := strings.SplitAfter(mustTrain(t, trainArgs(data, straight, "-json")...), "\n")
	for _, broken := range []struct {
		err    error
		status int
	}{{syscall.EPIPE, closedPipe}, {syscall.ENOSPC, failed}} {
		out := t.TempDir()
		var stderr strings.Builder
		output := &brokenOutput{len(lines[0]), broken.err}
		if status := execute(t.Context(), newEnv(output, &stderr), trainArgs(data, out, "-json", "-quiet")); status != broken.status {
			t.Errorf("status %d, want %d (%s)", status, broken.status, stderr.String())
		}
		history, err := train.ReadCSV(strings.NewReader(contents(t, out)[experiment.HistoryFile]))
		if err != nil || len(history) != 2 {
			t.Errorf("history of %d epochs, %v, want 2", len(history), err)
		}
		mustTrain(t, "-resume", out)
		same(t, "taken up", contents(t, out), contents(t, straight))
	}
}
