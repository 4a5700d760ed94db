//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// prepareSignals lets a write to a pipe that nobody reads any more fail, instead of
// ending the program where it stands.
func prepareSignals() { signal.Ignore(syscall.SIGPIPE) }
