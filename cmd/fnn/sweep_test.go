package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fnn/internal/experiment"
	"fnn/internal/lock"
	"fnn/internal/sweep"
)

// sweepArgs returns a command line that sweeps 2 models at 2 learning rates, 2
// epochs each, into a folder.
func sweepArgs(data, out string, more ...string) []string {
	return slices.Concat([]string{
		"sweep", "-data", data, "-out", out, "-models", " 8 relu dropout:0.25,40 bn  relu", "-lrs", "0.01, 0.02", "-epochs", "2", "-batch", "8",
	}, more)
}

var sweepNames = []string{
	"8-relu-dropout0.25-lr0.01-seed1-epochs2-batch8", "8-relu-dropout0.25-lr0.02-seed1-epochs2-batch8",
	"40-bn-relu-lr0.01-seed1-epochs2-batch8", "40-bn-relu-lr0.02-seed1-epochs2-batch8",
}

// treeContents returns the files of a sweep's folder and of its runs.
func treeContents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, name := range sweepNames {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			continue
		}
		for file, text := range contents(t, filepath.Join(dir, name)) {
			files[name+"/"+file] = text
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, sweep.GridFile))
	if err != nil {
		t.Fatal(err)
	}
	files[sweep.GridFile] = string(text)
	return files
}

// withoutTime returns the output of a sweep but for its last line, which tells the
// folder and the time.
func withoutTime(t *testing.T, stdout, last string) string {
	t.Helper()
	lines := strings.SplitAfter(stdout, "\n")
	n := len(lines) - 2
	if n < 0 || !strings.HasPrefix(lines[n], last) || !strings.HasSuffix(lines[n], " s in all\n") {
		t.Errorf("the last line is not %q:\n%s", last, stdout)
		return stdout
	}
	return strings.Join(lines[:n], "")
}

func TestSweep(t *testing.T) {
	data, out := writeTrainingData(t), filepath.Join(t.TempDir(), "a", "sweep")
	status, stdout, stderr := fnn(t, sweepArgs(data, out)...)
	if status != done {
		t.Fatalf("status %d, %s", status, stderr)
	}

	// A line an epoch, and one at each experiment's end.
	lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
	if want := "4 experiments: 2 models, 2 learning rates, 1 seed; 2 epochs on 48 samples; "; !strings.HasPrefix(lines[0], want) {
		t.Errorf("%q, want %q", lines[0], want)
	}
	for _, name := range sweepNames {
		var own []string
		for _, line := range lines[1:] {
			if text, ok := strings.CutPrefix(line, name+"  "); ok {
				own = append(own, text)
			}
		}
		if len(own) != 3 || !strings.HasPrefix(own[0], "epoch 1/2  loss ") || !strings.HasPrefix(own[1], "epoch 2/2  loss ") || !strings.HasPrefix(own[2], "F1 ") {
			t.Errorf("%s: %q", name, own)
		}
	}
	if len(lines) != 1+4*3 {
		t.Errorf("%d lines:\n%s", len(lines), stderr)
	}

	// Each run is what train makes of it; the best is tested.
	var best *experiment.Outcome
	for i, name := range sweepNames {
		alone := t.TempDir()
		words, rate := "8 relu dropout:0.25", []string{"0.01", "0.02"}[i%2]
		if i >= 2 {
			words = "40 bn relu"
		}
		mustTrain(t, "train", "-data", data, "-out", alone, "-model", words, "-lr", rate, "-epochs", "2", "-batch", "8", "-eval-dropout")
		want, got := contents(t, alone), contents(t, filepath.Join(out, name))
		o, err := experiment.Read(experiment.Folder(filepath.Join(out, name)))
		if err != nil {
			t.Fatal(err)
		}
		if best == nil || o.Best().ValidationF1 > best.Best().ValidationF1 ||
			o.Best().ValidationF1 == best.Best().ValidationF1 && o.Best().ValidationLoss < best.Best().ValidationLoss {
			best = o
		}
		if o.Test == nil {
			delete(want, experiment.TestFile)
			delete(want, experiment.PredictionsFile)
		}
		same(t, name, got, want)
	}
	if best.Test == nil {
		t.Fatalf("%s, the best, is not tested", best.Folder)
	}
	text := withoutTime(t, stdout, "4 experiments in "+out+", shown by report.html; ")
	choice := fmt.Sprintf("\nthe best by validation F1: %s at %g, %.4f\n", best.Config.Architecture, best.Config.LearningRate, best.Best().ValidationF1)
	if !strings.HasPrefix(text, "model                learning rate  best epoch  loss    accuracy  F1      F1, dropout on") || !strings.Contains(text, choice) {
		t.Errorf("%s\nwant %s", text, choice)
	}
	if again := mustTrain(t, "eval", string(best.Folder), "-data", data); !strings.HasSuffix(text, "\n\n"+again+"\n") {
		t.Errorf("%s\nwant the test\n%s", text, again)
	}

	// All that again, from the folder alone.
	want := treeContents(t, out)
	for _, args := range [][]string{
		{"sweep", "-resume", out, "-quiet"},
		{"sweep", "-resume", out, "-quiet", "-models", "8 relu dropout:0.25,40 bn relu", "-lrs", "0.01,0.02", "-seeds", "1", "-epochs", "2", "-batch", "8", "-eval-dropout"},
		sweepArgs(data, out, "-quiet", "-threads", "1"),
	} {
		status, again, stderr := fnn(t, args...)
		if got := withoutTime(t, again, "4 experiments in "); status != done || got != text || stderr != "" {
			t.Errorf("%q: status %d\n%s%s\nwant\n%s", args, status, stderr, got, text)
		}
		same(t, "again", treeContents(t, out), want)
	}
}

func TestSweepJSON(t *testing.T) {
	data, out := writeTrainingData(t), t.TempDir()
	status, stdout, stderr := fnn(t, sweepArgs(data, out, "-seeds", "1,2", "-json", "-quiet")...)
	lines := strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")
	if status != done || stderr != "" || len(lines) != 8+1 {
		t.Fatalf("status %d, %q, %d lines", status, stderr, len(lines))
	}
	for _, line := range lines[:8] {
		var got experimentJSON
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		o, err := experiment.Read(experiment.Folder(filepath.Join(out, got.Experiment)))
		if err != nil {
			t.Fatal(err)
		}
		if best, dropout := newEpochJSON(o.Best(), nil), newEpochJSON(o.DropoutHistory.Best(), nil); *got.Best != best || *got.DropoutOn != dropout ||
			got.Seed != o.Config.Seed || got.LearningRate != o.Config.LearningRate || got.Architecture != o.Config.Architecture ||
			got.Epochs != 2 || got.Seconds != o.Record.Seconds() || got.Report != nil {
			t.Errorf("%s\nwant %+v", line, o)
		}
	}
	var all sweepJSON
	if err := json.Unmarshal([]byte(lines[8]), &all); err != nil {
		t.Fatal(err)
	}
	if all.Folder != out || all.Best == nil || all.Best.F1.Runs != 2 || all.DropoutOn == nil || all.Seconds <= 0 ||
		len(all.Tests) != 2 || all.Tests[1].Seed != 2 || len(all.Differences) != 0 {
		t.Errorf("%s", lines[8])
	}
	for _, test := range all.Tests {
		name := experiment.ModelName(all.Best.Model, all.Best.Architecture)
		folder := filepath.Join(out, fmt.Sprintf("%s-lr%g-seed%d-epochs2-batch8", name, all.Best.LearningRate, test.Seed))
		result, err := json.Marshal(test.Result)
		if again := mustTrain(t, "eval", folder, "-data", data, "-json"); err != nil || again != string(result)+"\n" {
			t.Errorf("%s, %v, but eval gives %s", result, err, again)
		}
	}
}

// The folder of a sweep is named after what is not the report's.
func TestSweepDefaultFolder(t *testing.T) {
	t.Setenv("FNN_DATA", writeTrainingData(t))
	t.Chdir(t.TempDir())
	mustTrain(t, "sweep", "-quiet", "-epochs", "1", "-lrs", "0.001", "-models", "A,8", "-eval-dropout=false")
	if _, err := os.Stat(filepath.Join("runs", "sweep-A-8-lr0.001-epochs1", "A-lr0.001-seed1-epochs1", experiment.ModelFile)); err != nil {
		t.Error(err)
	}
}

// The report's models at its rates are compared with its tables on its data alone.
func TestSweepOtherData(t *testing.T) {
	for _, format := range []string{"-json=false", "-json"} {
		stdout := mustTrain(t, "sweep", "-data", writeTrainingData(t), "-out", t.TempDir(), "-quiet", "-epochs", "2", "-models", "B,A", "-lrs", "0.001,0.5", format)
		if strings.Contains(stdout, "report'") || strings.Contains(stdout, `"report"`) || strings.Contains(stdout, "_to_report") {
			t.Errorf("%s", stdout)
		}
	}
}

func TestSweepInterrupted(t *testing.T) {
	data, straight := writeTrainingData(t), t.TempDir()
	mustTrain(t, sweepArgs(data, straight, "-quiet")...)
	want := treeContents(t, straight)
	out := filepath.Join(t.TempDir(), "it's a sweep")
	run := func(after int, args ...string) (status int, stderr string) {
		var out, errs strings.Builder
		status = execute(&interruption{t.Context(), after}, newEnv(&out, &errs), args)
		if status == interrupted && out.Len() > 0 {
			t.Errorf("after %d: %q", after, out.String())
		}
		return status, errs.String()
	}
	if status, stderr := run(0, sweepArgs(data, out, "-threads", "1")...); status != interrupted || stderr != "fnn: interrupted\n" {
		t.Errorf("before it began: status %d, %q", status, stderr)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("interrupted before it began, the sweep left a folder")
	}
	told := "fnn: interrupted; to go on: fnn sweep -resume '" + strings.ReplaceAll(out, "'", `'\''`) + "'\n"
	status, stderr := run(5, sweepArgs(data, out, "-threads", "1")...)
	for rounds := 0; status == interrupted; rounds++ {
		if !strings.HasSuffix(stderr, "\n"+told) {
			t.Fatalf("round %d: %q", rounds, stderr)
		}
		if rounds == 0 {
			trial{sweepArgs(data, out), failed, "", "holds this sweep, unfinished: take it up with -resume"}.check(t)
		}
		if rounds > 20 {
			t.Fatal("no end")
		}
		status, stderr = run(9, "sweep", "-resume", out, "-threads", "1", "-checkpoint-every", "2")
	}
	if status != done {
		t.Fatalf("status %d, %s", status, stderr)
	}
	same(t, "interrupted", treeContents(t, out), want)
}

func TestSweepShards(t *testing.T) {
	data, straight, out := writeTrainingData(t), t.TempDir(), t.TempDir()
	whole := withoutTime(t, mustTrain(t, sweepArgs(data, straight, "-quiet")...), "4 experiments in ")
	for _, shard := range []string{"1/2", "2/2"} {
		status, stdout, stderr := fnn(t, sweepArgs(data, out, "-shard", shard)...)
		if status != done || !strings.HasPrefix(stderr, "2 of 4 experiments: 2 models, ") {
			t.Fatalf("status %d, %s", status, stderr)
		}
		if strings.Contains(stdout, "the best") || strings.Contains(stdout, "test samples") {
			t.Errorf("a shard chooses:\n%s", stdout)
		}
		withoutTime(t, stdout, "2 experiments in ")
	}
	if got := withoutTime(t, mustTrain(t, "sweep", "-resume", out, "-quiet"), "4 experiments in "); got != whole {
		t.Errorf("got\n%s\nwant\n%s", got, whole)
	}
	same(t, "shards", treeContents(t, out), treeContents(t, straight))

	trial{sweepArgs(data, t.TempDir(), "-shard", "7/9", "-quiet"), done, "shard 7/9 has none of the 4 experiments\n", ""}.check(t)

	var errs strings.Builder
	args := sweepArgs(data, t.TempDir(), "-shard", "2/2", "-threads", "1")
	status := execute(&interruption{t.Context(), 4}, newEnv(&strings.Builder{}, &errs), args)
	if status != interrupted || !strings.HasSuffix(errs.String(), " -shard 2/2\n") {
		t.Errorf("status %d, %s", status, errs.String())
	}
}

func TestSweepRefuses(t *testing.T) {
	data, out := writeTrainingData(t), t.TempDir()
	mustTrain(t, sweepArgs(data, out, "-quiet")...)
	before := treeContents(t, out)
	was := "-resume takes up a sweep as it was: " + out + " is one of "
	tests := []trial{
		{sweepArgs(data, out, "-seeds", "2"), failed, "", out + " holds another sweep (-seeds 1, not 2): choose another folder with -out"},
		{[]string{"sweep", "-resume", out, "-models", "A"}, badUsage, "", was + "-models 8 relu dropout:0.25,40 bn relu, not A"},
		{[]string{"sweep", "-resume", out, "-lrs", "0.1"}, badUsage, "", was + "-lrs 0.01,0.02, not 0.1"},
		{[]string{"sweep", "-resume", out, "-seeds", "1,2"}, badUsage, "", was + "-seeds 1, not 1,2"},
		{[]string{"sweep", "-resume", out, "-epochs", "20"}, badUsage, "", was + "-epochs 2, not 20"},
		{[]string{"sweep", "-resume", out, "-batch", "64"}, badUsage, "", was + "-batch 8, not 64"},
		{[]string{"sweep", "-resume", out, "-schedule", "cosine"}, badUsage, "", was + "-schedule none, not cosine"},
		{[]string{"sweep", "-resume", out, "-weight-decay", "1"}, badUsage, "", was + "-weight-decay none, not 1"},
		{[]string{"sweep", "-resume", out, "-clip-norm", "1"}, badUsage, "", was + "-clip-norm none, not 1"},
		{[]string{"sweep", "-resume", out, "-label-smoothing", "0.1"}, badUsage, "", was + "-label-smoothing none, not 0.1"},
		{[]string{"sweep", "-resume", out, "-patience", "3"}, badUsage, "", was + "-patience none, not 3"},
		{[]string{"sweep", "-resume", out, "-eval-dropout=false"}, badUsage, "", was + "-eval-dropout=true, not false"},
		{[]string{"sweep", "-resume", out, "-out", out}, badUsage, "", "-out does not go with -resume"},
		{[]string{"sweep", "-resume", out, "-data", writeData(t)}, failed, "", "is not the data of the run"},
		{[]string{"sweep", "-resume", filepath.Join(out, sweepNames[0])}, failed, "", "no sweep to take up: "},
		{[]string{"sweep", "-resume", ""}, badUsage, "", "for flag -resume: want the folder of a sweep"},
		{[]string{"sweep", "-models", "A,,B"}, badUsage, "", `invalid value "A,,B" for flag -models: want a list separated by commas`},
		{[]string{"sweep", "-models", "A,128 relu 64 relu"}, badUsage, "", `for flag -models: "128 relu 64 relu" is there twice`},
		{[]string{"sweep", "-models", "A, relo"}, badUsage, "", `for flag -models: "relo": architecture "relo": word 1`},
		{[]string{"sweep", "-lrs", "0.1;0.2"}, badUsage, "", `for flag -lrs: "0.1;0.2": want a number from 1e-45 to 3e+38`},
		{[]string{"sweep", "-seeds", "1,-1"}, badUsage, "", `for flag -seeds: "-1": want a whole number from 0`},
		{[]string{"sweep", "-shard", "0/3"}, badUsage, "", `for flag -shard: want I/N`},
		{[]string{"sweep", "-model", "A"}, badUsage, "", "unknown flag -model; did you mean -models?"},
		{[]string{"sweep", "A"}, badUsage, "", `unexpected argument "A"`},
	}
	for _, test := range tests {
		test.check(t)
	}
	l, err := lock.Acquire(filepath.Join(out, ".lock"))
	if err != nil {
		t.Fatal(err)
	}
	busy := fmt.Sprintf("fnn: %s: another process is writing there (process %d", out, os.Getpid())
	trial{sweepArgs(data, out), failed, "", busy}.check(t)
	trial{[]string{"sweep", "-resume", out}, failed, "", busy}.check(t)
	l.Release()
	same(t, "refused", treeContents(t, out), before)
}

// What one experiment fails of is told, and how to go on; the others end.
func TestSweepFails(t *testing.T) {
	data, out := writeTrainingData(t), t.TempDir()
	file := write(t, filepath.Join(out, sweepNames[1]), "")
	status, stdout, stderr := fnn(t, sweepArgs(data, out, "-quiet")...)
	lines := strings.Split(stderr, "\n")
	if status != failed || stdout != "" || len(lines) != 3 || !strings.HasPrefix(lines[0], "fnn: "+sweepNames[1]+": ") || !strings.Contains(lines[0], file) ||
		lines[1] != "fnn: 1 of 4 experiments failed; to go on: fnn sweep -resume "+out {
		t.Errorf("status %d, %q, %s", status, stdout, stderr)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	mustTrain(t, "sweep", "-resume", out)

	// A run that was lengthened is told to be out of the way, and the sweep goes on
	// when it is.
	run := filepath.Join(out, sweepNames[0])
	mustTrain(t, "train", "-resume", run, "-epochs", "3")
	misfit := run + " is not the experiment of the sweep (epochs 3, not 2): remove it, or move it out of the sweep's folder\n"
	if status, _, stderr := fnn(t, "report", out); status != done || stderr != "note: "+misfit {
		t.Errorf("status %d, %s", status, stderr)
	}
	want := "fnn: " + sweepNames[0] + ": " + misfit + "fnn: 1 of 4 experiments failed; to go on: fnn sweep -resume " + out + "\n"
	if status, _, stderr := fnn(t, "sweep", "-resume", out, "-quiet"); status != failed || stderr != want {
		t.Errorf("status %d, %s", status, stderr)
	}
	if err := os.RemoveAll(run); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := fnn(t, "report", out); status != done || stderr != "note: "+sweepNames[0]+" of the sweep is in no folder given\n" {
		t.Errorf("status %d, %s", status, stderr)
	}
	mustTrain(t, "sweep", "-resume", out)

	status, stdout, stderr = fnn(t, "sweep", "-data", data, "-out", t.TempDir(), "-quiet", "-models", "8 relu 8 relu 8 relu", "-lrs", "1e30")
	if status != failed || !strings.Contains(stdout, "1e+30          diverged after 0 epochs\n") || !strings.HasPrefix(stderr, "fnn: there is no best: ") {
		t.Errorf("status %d, %q, %q", status, stdout, stderr)
	}
}

// The folder of a sweep is no model's and no run's, and an empty name is no file's.
func TestSweepFolder(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, sweep.GridFile), "{}")
	picture := writePNG(t, "top.png", oneRow(0))
	isSweep := folder + " is the folder of a sweep: "
	const empty = `the name of a file is empty ("")`
	for _, test := range []trial{
		{[]string{"train", "-resume", folder}, failed, "", isSweep + `"fnn sweep -resume" takes it up`},
		{[]string{"eval", folder}, failed, "", isSweep + "want one of the runs in it"},
		{[]string{"predict", folder, picture}, failed, "", isSweep},
		{[]string{"inspect", folder}, failed, "", isSweep},
		{[]string{"export", folder, "-o", "x.onnx"}, failed, "", isSweep},
		{[]string{"quantize", folder, "-o", "x.safetensors"}, failed, "", isSweep},
		{[]string{"predict", "", picture}, failed, "", empty},
		{[]string{"predict", save(t, testModel(t)), ""}, failed, "", empty},
		{[]string{"eval", ""}, failed, "", empty},
		{[]string{"inspect", ""}, failed, "", empty},
		{[]string{"import", "", "-o", "x.safetensors"}, failed, "", empty},
	} {
		test.check(t)
	}
}
