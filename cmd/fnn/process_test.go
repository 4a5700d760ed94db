//go:build unix

package main

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"fnn/internal/report"
)

// process returns the command as a program of its own.
func process(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self, args...)
	c.Env = append(os.Environ(), "FNN_TEST_COMMAND=1")
	return c
}

// A program whose reader has gone ends without a word, with the status that shells
// give one that the signal ended.
func TestClosedPipe(t *testing.T) {
	write, err := closedReader()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	c := process(t, "help")
	var stderr bytes.Buffer
	c.Stdout, c.Stderr = write, &stderr
	var exit *exec.ExitError
	if err := c.Run(); !errors.As(err, &exit) {
		t.Fatalf("error %v", err)
	}
	if exit.ExitCode() != closedPipe || stderr.Len() > 0 {
		t.Errorf("%v, %q", exit, stderr.String())
	}
}

// What a run's folder has in the end does not depend on whether its output can be
// written.
func TestTrainOutputFails(t *testing.T) {
	data, straight := writeTrainingData(t), t.TempDir()
	mustTrain(t, trainArgs(data, straight)...)
	want := contents(t, straight)
	for _, test := range []struct {
		name   string
		flags  []string
		stdout func() (*os.File, error)
		stderr bool // whether it goes to the same file
		done   bool // whether the run comes to its end
	}{
		{"closed", []string{"-quiet"}, closedReader, false, true},
		{"full", []string{"-quiet"}, fullDevice, false, true},
		{"closed in training", []string{"-quiet", "-json"}, closedReader, false, false},
		{"full in training", []string{"-quiet", "-json"}, fullDevice, false, false},
		{"closed with progress", nil, closedReader, true, false},
	} {
		file, err := test.stdout()
		if err != nil {
			t.Logf("%s: %v", test.name, err)
			continue
		}
		out := t.TempDir()
		c := process(t, trainArgs(data, out, test.flags...)...)
		c.Stdout = file
		if test.stderr {
			c.Stderr = file
		}
		var exit *exec.ExitError
		if err := c.Run(); !errors.As(err, &exit) || exit.ExitCode() != closedPipe && exit.ExitCode() != failed {
			t.Errorf("%s: %v", test.name, err)
		}
		file.Close()
		if _, err := os.Stat(filepath.Join(out, ".lock")); err == nil {
			t.Errorf("%s: the folder is locked", test.name)
		}
		if !test.done {
			mustTrain(t, "train", "-quiet", "-resume", out)
		}
		same(t, test.name, contents(t, out), want)
		if _, err := os.Stat(filepath.Join(out, report.HTMLFile)); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// Each signal that asks a run to end leaves a checkpoint to go on from, also when it
// comes twice, as a hangup does.
func TestTrainSignals(t *testing.T) {
	// Nohup has a hangup ignored, and what these tests ignore, the processes that they
	// start do too; but not what they catch.
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	data, folder := writeTrainingData(t), t.TempDir()
	args := func(out string) []string { return trainArgs(data, out, "-epochs", "20000", "-json", "-quiet") }
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		out := filepath.Join(folder, s.String())
		c := process(t, args(out)...)
		stdout, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var stderr strings.Builder
		c.Stderr = &stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(stdout)
		lines.Scan() // an epoch is over
		c.Process.Signal(s)
		if s == syscall.SIGHUP {
			c.Process.Signal(s)
		}
		for lines.Scan() {
		}
		var exit *exec.ExitError
		if err := c.Wait(); !errors.As(err, &exit) || exit.ExitCode() != interrupted {
			t.Errorf("%v: %v", s, err)
		}
		if want := "fnn: interrupted; to go on: fnn train -resume "; !strings.HasPrefix(stderr.String(), want) {
			t.Errorf("%v: %q", s, stderr.String())
		}
		if _, err := os.Stat(filepath.Join(out, ".lock")); err == nil {
			t.Errorf("%v: the folder is locked", s)
		}
	}
}

// closedReader returns the end to write to of a pipe that nobody reads.
func closedReader() (*os.File, error) {
	read, write, err := os.Pipe()
	if err == nil {
		read.Close()
	}
	return write, err
}

func fullDevice() (*os.File, error) { return os.OpenFile("/dev/full", os.O_WRONLY, 0) }

func TestFullDisk(t *testing.T) {
	full, err := fullDevice()
	if err != nil {
		t.Skipf("no such device: %v", err)
	}
	defer full.Close()
	c := process(t, "help")
	var stderr strings.Builder
	c.Stdout, c.Stderr = full, &stderr
	var exit *exec.ExitError
	if err := c.Run(); !errors.As(err, &exit) || exit.ExitCode() != failed {
		t.Errorf("error %v", err)
	}
	if got := stderr.String(); !strings.HasPrefix(got, "fnn: standard output: ") || strings.Count(got, "\n") != 1 {
		t.Errorf("%q", got)
	}
}
