package main

import (
	"fmt"
	"io"
	"math"

	"fnn/bench/peers/internal/turn"
	"fnn/nn"
)

// models are the report's, and a wide one.
var models = []struct{ name, words string }{
	{"A", "A"}, {"B", "B"}, {"C", "C"}, {"W", "512 bn relu dropout:0.2 512 bn relu dropout:0.2"},
}

// epochs measures epochs of training. The outcomes are named by the model.
func epochs(rounds int, r *record) ([]outcome, error) {
	c := newContest(trainers(r), r)
	defer c.close()
	var outcomes []outcome
	for _, m := range models {
		model, err := turn.NewModel(m.words)
		if err != nil {
			return nil, err
		}
		outcomes = append(outcomes, outcome{
			name:         m.name,
			operations:   turn.Samples * trainingOperations(model),
			measurements: c.run("epoch "+model.Architecture.String(), rounds, learns),
		})
	}
	return outcomes, nil
}

// learns says whether a mean loss is lower than that of guessing one
// of ten classes.
func learns(loss, _ float64) bool { return loss < math.Log(10) }

// trainingOperations returns the floating-point operations of the products in a
// training step, for each sample: those of each dense layer forward and for the
// gradient of its weights, and of all but the first for that of its inputs.
func trainingOperations(m *nn.Model) float64 {
	operations, first := 0.0, true
	for _, layer := range m.Layers {
		if dense, ok := layer.(*nn.Dense); ok {
			products := 3
			if first {
				products = 2
			}
			first = false
			operations += 2 * float64(products) * float64(dense.Weight.Rows) * float64(dense.Weight.Cols)
		}
	}
	return operations
}

// writeEpochs writes a row for each contender, and a column for each model.
func writeEpochs(w io.Writer, outcomes []outcome, peaks map[int]float64) {
	rows := contenderRows(outcomes, func(m measurement) string {
		return fmt.Sprintf("%.3f %s", m.seconds.median(), plusMinus(m.seconds))
	})
	rows = append(rows, limitRows(outcomes, peaks, func(seconds float64) string { return fmt.Sprintf("%.3f", seconds) })...)
	writeTable(w, append([]string{"seconds"}, names(outcomes)...), rows)
	for _, m := range models {
		if m.name != m.words {
			fmt.Fprintf(w, "%s is `%s`.\n\n", m.name, m.words)
		}
	}
}
