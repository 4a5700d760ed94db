// Package turn is a worker's side of the comparison: a process that holds one
// library ready, and measures it when its turn comes.
//
// A worker first prints a line that names the library and its version. Then it
// reads a line a turn from standard input, the words of a task, and answers each
// with a line:
//
//	ok SECONDS CHECK
//	error MESSAGE
//
// SECONDS is what one call, or one epoch, took. CHECK is a number by which the
// driver sees that all workers did the same work. The worker ends when its input
// does.
package turn

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// A Task measures what its arguments say.
type Task func(arguments []string) (seconds, check float64, err error)

// Serve answers the turns of a worker until its input ends.
func Serve(version string, tasks map[string]Task) {
	fmt.Println(version)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		seconds, check, err := run(tasks, words)
		if err != nil {
			fmt.Println("error", strings.ReplaceAll(err.Error(), "\n", " "))
			continue
		}
		fmt.Println("ok", seconds, strconv.FormatFloat(check, 'g', -1, 64))
	}
}

func run(tasks map[string]Task, words []string) (seconds, check float64, err error) {
	if len(words) == 0 || tasks[words[0]] == nil {
		return 0, 0, fmt.Errorf("no such task: %q", words)
	}
	return tasks[words[0]](words[1:])
}

// Repeat returns the seconds that a call of f takes, on average over about the
// given time, after as long a time to warm up: threads have to find their
// processors again after each pause.
func Repeat(seconds float64, f func()) float64 {
	calls, took := 1, 0.0
	for begin := time.Now(); time.Since(begin).Seconds() < seconds; {
		if took = repeat(calls, f); took < seconds/8 {
			calls *= 2
		}
	}
	calls = max(1, int(seconds/took*float64(calls)))
	return repeat(calls, f) / float64(calls)
}

func repeat(calls int, f func()) float64 {
	begin := time.Now()
	for range calls {
		f()
	}
	return time.Since(begin).Seconds()
}
