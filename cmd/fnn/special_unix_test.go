//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"fnn/internal/experiment"
)

// special makes, in a folder, what is no file, and returns the names.
func special(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	pipe, loop, zeros := filepath.Join(dir, "pipe"), filepath.Join(dir, "loop"), filepath.Join(dir, "zeros")
	if err := syscall.Mkfifo(pipe, 0o666); err != nil {
		t.Skip(err)
	}
	for link, to := range map[string]string{loop: loop, zeros: "/dev/zero"} {
		if err := os.Symlink(to, link); err != nil {
			t.Fatal(err)
		}
	}
	return []string{pipe, loop, zeros}
}

// What is no file is refused at once, by its name: a pipe that nobody writes to, a
// device without an end, a link to itself.
func TestSpecialFiles(t *testing.T) {
	model := save(t, testModel(t))
	out, imported := filepath.Join(t.TempDir(), "out.onnx"), filepath.Join(t.TempDir(), "out.safetensors")
	for _, name := range special(t) {
		for _, args := range [][]string{
			{"inspect", name}, {"eval", name}, {"predict", name, name}, {"predict", model, name},
			{"export", name, "-o", out}, {"import", name, "-o", imported}, {"report", name}, {"train", "-resume", name},
		} {
			trial{args, failed, "", name}.check(t)
		}
	}
}

// Nor does one in a run's folder stop anybody.
func TestSpecialFilesOfRun(t *testing.T) {
	data, run := writeTrainingData(t), filepath.Join(t.TempDir(), "run")
	mustTrain(t, trainArgs(data, run)...)
	files := []string{
		experiment.ConfigFile, experiment.RecordFile, experiment.HistoryFile, experiment.TestFile,
		experiment.PredictionsFile, experiment.ModelFile, experiment.CheckpointFile,
	}
	for _, name := range special(t) {
		for _, file := range files {
			folder := filepath.Join(t.TempDir(), "run")
			if err := os.CopyFS(folder, os.DirFS(run)); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(folder, file)
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(name, path); err != nil {
				t.Fatal(err)
			}
			status, _, stderr := fnn(t, "report", folder)
			if file != experiment.CheckpointFile && (status != failed || !strings.Contains(stderr, folder)) {
				t.Errorf("%s: status %d, %s", file, status, stderr)
			}
			status, _, stderr = fnn(t, "train", "-resume", folder, "-quiet")
			if status == failed && !strings.Contains(stderr, path) {
				t.Errorf("%s: status %d, %s", file, status, stderr)
			}
		}
	}
}
