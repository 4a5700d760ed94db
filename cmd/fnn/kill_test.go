//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"fnn/internal/experiment"
	"fnn/internal/report"
	"fnn/internal/sweep"
	"fnn/safetensors"
)

// killsVariable names the environment variable that says how many processes
// TestKilled is to kill.
const killsVariable = "FNN_KILLS"

// A victim is a command line that is killed and taken up again.
type victim struct {
	name   string
	begin  []string // without the folder
	resume []string // likewise
	begun  func(folder string) bool
}

// TestKilled kills processes (SIGKILL) at random moments, between writes and in
// them, takes their work up again until it is done, and compares every file with
// those of work that was never stopped.
func TestKilled(t *testing.T) {
	kills := 4
	if text := os.Getenv(killsVariable); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatalf("%s: %v", killsVariable, err)
		}
	}
	data := writeTrainingData(t)
	train := []string{"train", "-quiet", "-data", data, "-model", "40 bn relu dropout:0.25", "-lr", "0.01", "-epochs", "12", "-batch", "8", "-eval-dropout"}
	trained := func(folder string) bool { return experiment.Folder(folder).Begun() }
	victims := []victim{
		{"train", slices.Concat(train, []string{"-out"}), []string{"train", "-quiet", "-resume"}, trained},
		{
			"train with a recipe, a checkpoint each step", slices.Concat(train, []string{
				"-schedule", "warmup:2 cosine", "-weight-decay", "0.1", "-clip-norm", "0.5", "-label-smoothing", "0.1", "-patience", "8",
				"-checkpoint-every", "1", "-out",
			}),
			[]string{"train", "-quiet", "-checkpoint-every", "1", "-threads", "1", "-resume"}, trained,
		},
		{
			"sweep", []string{
				"sweep", "-quiet", "-data", data, "-models", "8 relu dropout:0.25,40 bn relu", "-lrs", "0.01,0.02", "-epochs", "4",
				"-batch", "8", "-checkpoint-every", "2", "-out",
			},
			[]string{"sweep", "-quiet", "-checkpoint-every", "5ms", "-resume"},
			func(folder string) bool {
				_, err := os.Stat(filepath.Join(folder, sweep.GridFile))
				return err == nil
			},
		},
	}
	for i, v := range victims {
		t.Run(v.name, func(t *testing.T) { v.kill(t, (kills+i)/len(victims)) })
	}
}

// kill kills so many processes, and works on until all they began is done.
func (v victim) kill(t *testing.T, kills int) {
	straight := filepath.Join(t.TempDir(), "straight")
	began := time.Now()
	if killed := v.run(t, slices.Concat(v.begin, []string{straight}), time.Minute); killed {
		t.Fatal("no end")
	}
	duration := time.Since(began)
	want := tree(t, straight)
	for round := 0; kills > 0; round++ {
		folder := filepath.Join(t.TempDir(), fmt.Sprint(round))
		for done := false; !done; {
			args := v.begin
			if v.begun(folder) {
				args = v.resume
			}
			after := time.Minute
			if kills > 0 {
				after = time.Duration(rand.Float64() * 1.2 * float64(duration))
			}
			done = !v.run(t, slices.Concat(args, []string{folder}), after)
			if !done {
				kills--
			}
			sound(t, folder)
		}
		got := tree(t, folder)
		same(t, fmt.Sprintf("round %d", round), got, want)
	}
}

// run runs a command line as a process of its own, kills it after a time, and
// reports whether that came before its end.
func (v victim) run(t *testing.T, args []string, after time.Duration) (killed bool) {
	t.Helper()
	c := process(t, args...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { c.Process.Kill() })
	defer timer.Stop()
	err := c.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL {
		return true
	}
	if err != nil {
		t.Fatalf("%q: %v, %s", args, err, stderr.String())
	}
	return false
}

// tree returns the files below a folder, but for the runs' records and the pages,
// which tell the time.
func tree(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	walk(t, folder, func(path string, text []byte) {
		switch filepath.Base(path) {
		case experiment.RecordFile, report.HTMLFile, report.MarkdownFile:
			return
		}
		name, _ := filepath.Rel(folder, path)
		files[name] = string(text)
	})
	return files
}

// sound checks that every file a reader would open is one, not a part of one.
func sound(t *testing.T, folder string) {
	t.Helper()
	walk(t, folder, func(path string, text []byte) {
		var err error
		switch name := filepath.Base(path); {
		case strings.HasPrefix(name, "."): // nobody reads what is not renamed yet
		case filepath.Ext(name) == ".safetensors":
			_, err = safetensors.Read(bytes.NewReader(text))
		case name == experiment.ConfigFile:
			_, err = experiment.Read(experiment.Folder(filepath.Dir(path)))
		}
		if err != nil {
			t.Errorf("%s after a kill: %v", path, err)
		}
	})
}

// walk calls visit for each file below a folder, which need not be there.
func walk(t *testing.T, folder string, visit func(path string, text []byte)) {
	t.Helper()
	if _, err := os.Stat(folder); err != nil {
		return
	}
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		visit(path, text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
