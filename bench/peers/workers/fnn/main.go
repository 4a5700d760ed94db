// Fnn is our own worker.
//
//	fnn THREADS LAYOUT
//
// LAYOUT is that of a product's operands: plain, which is what every other library
// takes, or panels, which training uses.
package main

import (
	"fmt"
	"os"
	"strconv"

	"fnn/bench/peers/internal/turn"
	"fnn/nn"
	"fnn/tensor"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: fnn THREADS LAYOUT")
		os.Exit(2)
	}
	threads, err := strconv.Atoi(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "fnn:", err)
		os.Exit(2)
	}
	w := &worker{
		team:      tensor.NewTeam(threads),
		panels:    os.Args[2] == "panels",
		trainings: map[string]*training{},
		models:    map[string]*nn.Model{},
	}
	turn.Serve("fnn, "+tensor.Kernel()+" kernels", map[string]turn.Task{
		"product": w.product,
		"epoch":   w.epoch,
		"predict": w.predict,
		"logits":  w.logits,
		"peak":    w.peak,
	})
}

// A worker is what turns share.
type worker struct {
	team      *tensor.Team
	panels    bool
	trainings map[string]*training // by the architecture's words
	models    map[string]*nn.Model // by file name
}

// peak measures the machine's floating-point peak: the seconds that a thousand
// million operations take.
func (w *worker) peak([]string) (seconds, check float64, err error) {
	return 1e9 / w.team.MeasurePeak(), 0, nil
}
