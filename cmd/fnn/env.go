package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"

	"fnn/internal/benchmark"
	"fnn/internal/download"
	"fnn/internal/terminal"
)

// An env is what a command works with besides its arguments.
type env struct {
	stdout  *output         // for results
	stderr  *output         // for the rest
	screen  terminal.Screen // what stderr is
	mirrors []string        // where the data set is fetched from

	// plan returns what bench measures with at most so many threads.
	plan func(threads int) benchmark.Plan
}

func newEnv(stdout, stderr io.Writer) *env {
	e := &env{
		stdout:  &output{writer: stdout},
		stderr:  &output{writer: stderr},
		mirrors: download.FashionMNISTMirrors,
		plan:    benchmark.DefaultPlan,
	}
	if f, ok := stderr.(*os.File); ok {
		e.screen = terminal.NewScreen(f)
	}
	e.screen.Writer = e.stderr
	return e
}

// fail reports an error, in one line, of which a stranger's file can fill no more
// than a screen.
func (e *env) fail(err error) {
	const most = 2000
	text := err.Error()
	if len(text) > most {
		text = text[:most] + "…"
	}
	fmt.Fprintf(e.stderr, "fnn: %s\n", printable(text))
}

// note tells something that is no result, in one line.
func (e *env) note(format string, args ...any) {
	fmt.Fprintf(e.stderr, "note: %s\n", printable(fmt.Sprintf(format, args...)))
}

// each calls do for each argument. It reports errors and goes on to the next,
// until an interrupt or until standard output fails.
func (e *env) each(ctx context.Context, arguments []string, do func(string) error) error {
	var result error
	for _, argument := range arguments {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := do(argument)
		if e.stdout.err != nil {
			return e.stdout.err
		}
		if err != nil {
			e.fail(err)
			result = errReported
		}
	}
	return result
}

// printable returns text, perhaps from a file, as one line that cannot upset a
// terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return ' '
		case unicode.IsPrint(r):
			return r
		}
		return utf8.RuneError
	}, text)
}

// An output remembers the first error of its writer, so that those who write
// need not look at each, and writes nothing more after it.
type output struct {
	writer io.Writer
	err    error
	closed func() // if not nil, called when nobody reads any more
}

func (o *output) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.writer.Write(p)
	o.err = err
	if o.closed != nil && errors.Is(err, syscall.EPIPE) {
		o.closed()
	}
	return n, err
}
