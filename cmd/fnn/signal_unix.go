//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// prepareSignals lets a write to a pipe that nobody reads any more fail, instead of
// ending the program where it stands, and calls hangup when the terminal is closed:
// once, as a shell and the system both tell of it. Nohup has that ignored.
func prepareSignals(hangup func()) {
	signal.Ignore(syscall.SIGPIPE)
	if signal.Ignored(syscall.SIGHUP) {
		return
	}
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		<-hangups
		hangup()
	}()
}
