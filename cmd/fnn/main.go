package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"fnn/internal/suggest"
	"fnn/tensor"
)

const usage = `Fnn trains, tests and uses small neural networks that classify pictures.

Usage:

  fnn [command] [flags] [arguments]

The commands are:

  train     train a model on a data set, then test it (the default)
  sweep     train many models side by side, and choose the best
  eval      measure a model on a data set's test samples
  predict   tell the class of pictures
  quantize  make a model of 8-bit integers
  export    write a model in a form that other programs take
  import    take in a model that another program trained
  inspect   tell what an IDX or a model file holds
  data      find, check or fetch the data set
  report    write the pages of runs again, from their folders
  bench     measure this machine
  version   tell the version, and what it runs on
  help      explain a command

"fnn help COMMAND" tells more.

Examples:

  fnn                                     train model A on Fashion-MNIST
  fnn -model "256 relu 128 relu" -lr 0.0005
  fnn eval runs/A-lr0.001-seed1
  fnn predict runs/A-lr0.001-seed1 shirt.png
`

// A command is what the first word of the command line names.
type command struct {
	name  string
	usage string
	run   func(ctx context.Context, e *env, args []string) error
}

var commands = []command{
	{"train", trainUsage, runTrain},
	{"sweep", sweepUsage, runSweep},
	{"eval", evalUsage, runEval},
	{"predict", predictUsage, runPredict},
	{"quantize", quantizeUsage, runQuantize},
	{"export", exportUsage, runExport},
	{"import", importUsage, runImport},
	{"inspect", inspectUsage, runInspect},
	{"data", dataUsage, runData},
	{"report", reportUsage, runReport},
	{"bench", benchUsage, runBench},
	{"version", versionUsage, runVersion},
}

// The exit statuses.
const (
	done        = 0
	failed      = 1
	badUsage    = 2
	interrupted = 128 + int(syscall.SIGINT)
	closedPipe  = 128 + 13 // SIGPIPE, which not every system has
)

var (
	// errInterrupted is wrapped by the error of a command that an interrupt
	// ended, if it has more to say than that.
	errInterrupted = errors.New("interrupted")

	// errReported is the error of a command that has told what failed already.
	errReported = errors.New("reported")
)

// A usageError is a mistake in the command line.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-interrupts
		cancel()
		<-interrupts
		os.Exit(interrupted)
	}()
	prepareSignals(cancel)
	e := newEnv(os.Stdout, os.Stderr)
	e.stdout.closed, e.stderr.closed = cancel, cancel
	os.Exit(execute(ctx, e, os.Args[1:]))
}

// execute runs a command line, without the program's name, and returns the exit
// status.
func execute(ctx context.Context, e *env, args []string) int {
	name, help := "train", "fnn help"
	if len(args) > 0 && (!strings.HasPrefix(args[0], "-") || isHelp(args[0])) {
		name, args = args[0], args[1:]
	}
	c, err := find(name, args)
	if err == nil && c.run != nil {
		help = "fnn help " + c.name
		if err := tensor.SetKernel(os.Getenv(tensor.KernelVariable)); err != nil {
			e.fail(fmt.Errorf("%s: %w", tensor.KernelVariable, err))
			return badUsage
		}
		err = c.run(ctx, e, args)
	}
	if err == nil && c.run == nil || errors.Is(err, flag.ErrHelp) {
		_, err = io.WriteString(e.stdout, c.usage)
	}

	var mistake usageError
	switch {
	case errors.Is(e.stdout.err, syscall.EPIPE), errors.Is(e.stderr.err, syscall.EPIPE):
		return closedPipe
	case e.stdout.err != nil:
		e.fail(fmt.Errorf("standard output: %w", e.stdout.err))
		return failed
	case err == nil:
		return done
	case errors.As(err, &mistake):
		e.fail(err)
		if len(args) == 0 && c.run != nil {
			fmt.Fprint(e.stderr, "\n", c.usage)
		} else {
			fmt.Fprintf(e.stderr, "run '%s' for usage\n", help)
		}
		return badUsage
	case errors.Is(err, errInterrupted):
		e.fail(err)
		return interrupted
	case errors.Is(err, context.Canceled):
		e.fail(errInterrupted)
		return interrupted
	case errors.Is(err, errReported):
		return failed
	}
	e.fail(err)
	return failed
}

// find returns the command of a name, or, if it asks for help, one that has
// nothing to run but the usage to print.
func find(name string, args []string) (command, error) {
	if name == "help" || isHelp(name) {
		switch len(args) {
		case 0:
			return command{usage: usage}, nil
		case 1:
			c, err := find(args[0], nil)
			c.run = nil
			return c, err
		}
		return command{}, usagef("help: unexpected argument %q: want one command", args[1])
	}
	names := []string{"help"}
	for _, c := range commands {
		if c.name == name {
			return c, nil
		}
		names = append(names, c.name)
	}
	if near := suggest.Suggest(name, names); near != "" {
		return command{}, usagef("unknown command %q; did you mean %q?", name, near)
	}
	return command{}, usagef("unknown command %q", name)
}

func isHelp(word string) bool { return word == "-h" || word == "-help" || word == "--help" }
