// Package original holds the results of the course report that fnn reproduces
// (Asif Azad, "Feed-forward neural network on Fashion-MNIST", course report, 2024):
// its twelve tables, three models at four learning rates, 20 epochs each.
//
// Its validation figures of the models with dropout, B and C, were taken with
// dropout left on; they compare with a run's dropout history
// ([train.Run.DropoutHistory]). See docs/architectures.md.
package original

import (
	_ "embed"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"fnn/train"
)

// tables has a line for each epoch: model, learning rate, and the columns of a
// history, separated by tabs. The report gives four decimals.
//
//go:embed tables.tsv
var tables string

// An experiment is one of the twelve.
type experiment struct {
	model string
	rate  float64
}

var histories = sync.OnceValue(func() map[experiment]train.History {
	all := map[experiment]train.History{}
	lines := strings.Split(strings.TrimSpace(tables), "\n")
	for _, line := range lines[1:] { // below the heading
		fields := strings.Split(line, "\t")
		var x [7]float64
		for i := range x {
			var err error
			if x[i], err = strconv.ParseFloat(fields[1+i], 64); err != nil {
				panic(fmt.Sprintf("original: line %q: %v", line, err))
			}
		}
		e := experiment{fields[0], x[0]}
		all[e] = append(all[e], train.Epoch{
			Epoch: int(x[1]), TrainLoss: x[2], TrainAccuracy: x[3],
			ValidationLoss: x[4], ValidationAccuracy: x[5], ValidationF1: x[6],
		})
	}
	return all
})

// History returns the report's table of a model, A, B or C, at a learning rate, or
// nil if it has none. The caller must not change it.
func History(model string, learningRate float64) train.History {
	return histories()[experiment{model, learningRate}]
}

// Difference returns the mean absolute difference of two histories, over their
// five figures and the epochs that both have: NaN if there are none.
func Difference(a, b train.History) float64 {
	n := min(len(a), len(b))
	var sum float64
	for i, x := range a[:n] {
		y := b[i]
		sum += math.Abs(x.TrainLoss-y.TrainLoss) + math.Abs(x.TrainAccuracy-y.TrainAccuracy) +
			math.Abs(x.ValidationLoss-y.ValidationLoss) + math.Abs(x.ValidationAccuracy-y.ValidationAccuracy) +
			math.Abs(x.ValidationF1-y.ValidationF1)
	}
	return sum / float64(5*n)
}
