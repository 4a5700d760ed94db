package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

const (
	// patience is how long a worker may take for one turn.
	patience = 5 * time.Minute

	// rest is how long the threads of some libraries go on waiting for work by
	// spinning, which would take time from the next worker.
	rest = 40 * time.Millisecond
)

// A contender is a library in one setting.
type contender struct {
	library string // as the tables call it
	setting string // what tells it from the library's other contenders, if any
	threads int
	command []string // the worker; see internal/turn
	env     []string // added to the driver's own
}

// name returns the library with its setting.
func (c contender) name() string {
	if c.setting == "" {
		return c.library
	}
	return c.library + ", " + c.setting
}

// isOurs tells us from our rivals.
func (c contender) isOurs() bool { return c.library == ours || c.library == oursInPanels }

// What the tables call us: with the layout of matrices that every library takes,
// and with the one that our training uses.
const ours, oursInPanels = "fnn", "fnn in panels"

// A worker is a contender's process. It ends by itself when this one does.
type worker struct {
	contender
	version string
	process *exec.Cmd
	input   io.WriteCloser
	lines   chan string // closed when the process ends
	stderr  bytes.Buffer
}

// start runs the contender's worker and waits until it has said its version.
func start(c contender) (*worker, error) {
	w := &worker{contender: c, process: exec.Command(c.command[0], c.command[1:]...), lines: make(chan string)}
	w.process.Dir = root
	threads := strconv.Itoa(c.threads)
	w.process.Env = append(os.Environ(), "GOMAXPROCS="+threads, "OMP_NUM_THREADS="+threads,
		"OPENBLAS_NUM_THREADS="+threads, "BLIS_NUM_THREADS="+threads)
	w.process.Env = append(w.process.Env, c.env...)
	w.process.Stderr = &w.stderr
	var err error
	if w.input, err = w.process.StdinPipe(); err != nil {
		return nil, err
	}
	output, err := w.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := w.process.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(w.lines)
		for s := bufio.NewScanner(output); s.Scan(); {
			w.lines <- s.Text()
		}
	}()
	w.version, err = w.line()
	return w, err
}

// line waits for the worker's next line.
func (w *worker) line() (string, error) {
	select {
	case line, ok := <-w.lines:
		if ok {
			return line, nil
		}
		w.process.Wait()
		return "", fmt.Errorf("the worker ended: %s", lastLine(w.stderr.String()))
	case <-time.After(patience):
		w.stop()
		return "", fmt.Errorf("no answer within %v", patience)
	}
}

// ask gives the worker a turn.
func (w *worker) ask(task string) (seconds, check float64, err error) {
	if _, err := io.WriteString(w.input, task+"\n"); err != nil {
		return 0, 0, err
	}
	line, err := w.line()
	if err != nil {
		return 0, 0, err
	}
	if w.threads > 1 {
		time.Sleep(rest)
	}
	return parseAnswer(line)
}

// parseAnswer reads a worker's answer to a task.
func parseAnswer(line string) (seconds, check float64, err error) {
	if message, ok := strings.CutPrefix(line, "error "); ok {
		return 0, 0, errors.New(message)
	}
	if n, err := fmt.Sscanf(line, "ok %g %g", &seconds, &check); n != 2 || err != nil || !(seconds > 0) {
		return 0, 0, fmt.Errorf("answer %q, want: ok SECONDS CHECK", line)
	}
	return seconds, check, nil
}

// stop ends the worker.
func (w *worker) stop() {
	w.process.Process.Kill()
	w.process.Wait()
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}
