//go:build unix

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
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

// A program whose reader has gone ends as others do: by the signal, without a
// word.
func TestClosedPipe(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	read.Close()
	defer write.Close()
	c := process(t, "help")
	var stderr bytes.Buffer
	c.Stdout, c.Stderr = write, &stderr
	var exit *exec.ExitError
	if err := c.Run(); !errors.As(err, &exit) {
		t.Fatalf("error %v", err)
	}
	if status := exit.Sys().(syscall.WaitStatus); status.Signal() != syscall.SIGPIPE || stderr.Len() > 0 {
		t.Errorf("%v, %q", exit, stderr.String())
	}
}

func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
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
