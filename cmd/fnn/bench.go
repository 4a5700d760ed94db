package main

import (
	"context"

	"fnn/internal/benchmark"
	"fnn/internal/terminal"
)

const benchUsage = `Usage: fnn bench [flags]

Bench measures this machine, in some seconds and without a data set: how many
floating-point operations a second it can do at most, what share of these the
matrix products of the kernel in use reach, what the vector kernels and the
memory let through, and how fast models train and predict. Each figure is the
best of several rounds, with one thread and with all; other work on the
machine makes them lower.

The products are C = A·B, with C of M x N and K products in each element, of
plain matrices. Those of a training step are in the layouts of the model: the
outputs forward, the gradients of an input (A·Bᵀ) and of weights (Aᵀ·B),
layer by layer. Models A, B and C are the report's, W is a wide one.

$FNN_KERNEL chooses another kernel; the peak is then that of its instructions.
"go test -bench . ./tensor" and "./bench" measure more, in minutes.

Flags:

  -threads N    goroutines that compute; 0 stands for one a processor (0)
  -json         the result as a JSON object on one line

Examples:

  fnn bench
  FNN_KERNEL=avx2 fnn bench -threads 1
`

func runBench(ctx context.Context, e *env, args []string) error {
	f, o := newFlags("threads", "json")
	arguments, err := parse(f, args)
	if err != nil {
		return err
	}
	if err := none(arguments); err != nil {
		return err
	}
	report, err := e.measure(ctx, e.plan(o.threadCount()))
	if err != nil {
		return err
	}
	if o.json {
		return e.writeJSON(report)
	}
	return report.WriteText(e.stdout)
}

// measure carries a plan out. At an interrupt it returns at once, whatever is
// being measured.
func (e *env) measure(ctx context.Context, plan benchmark.Plan) (*benchmark.Report, error) {
	type outcome struct {
		report *benchmark.Report
		err    error
	}
	finished := make(chan outcome, 1)
	steps := make(chan terminal.Status)
	go func() {
		report, err := benchmark.Run(ctx, plan, func(done, total int) {
			select {
			case steps <- terminal.Status{Phase: "measuring", Step: done, Steps: total}:
			case <-ctx.Done():
			}
		})
		finished <- outcome{report, err}
	}()

	progress := terminal.NewProgress(e.screen, false)
	defer progress.Done()
	for {
		select {
		case s := <-steps:
			progress.Update(s)
		case o := <-finished:
			return o.report, o.err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
