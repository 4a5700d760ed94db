package sweep

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"fnn/internal/experiment"
	"fnn/train"
)

// WriteText writes the summary for people: a table of the configurations, and their
// difference to the report's tables.
func (s *Summary) WriteText(w io.Writer) error {
	var b strings.Builder
	s.writeTable(&b)
	if differences := s.Differences(); len(differences) > 0 {
		b.WriteString("\nmean absolute difference to the report's tables, validated with dropout on as they were:")
		for i, d := range differences {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, " %s %.4f", d.Model, d.Difference)
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteBest writes which configuration is the best, for people, and the results of
// its test. There has to be a best, and it has to be tested.
func (s *Summary) WriteBest(w io.Writer) error {
	best := s.Best()
	var b strings.Builder
	fmt.Fprintf(&b, "the best by validation F1: %s, %s\n", best.Name(), best.F1().Format(4))
	if other := s.BestWithDropout(); other != nil && other != best {
		f1, _ := other.DropoutF1()
		fmt.Fprintf(&b, "validated with dropout on, it would be %s, %s\n", other.Name(), f1.Format(4))
	}
	b.WriteByte('\n')
	if len(best.Runs) > 1 {
		test := func(figure func(r *experiment.Result) float64) string {
			return best.statistic(func(o *experiment.Outcome) float64 { return figure(o.Test) }).Format(4)
		}
		fmt.Fprintf(&b, "tested with %d seeds: loss %s, accuracy %s, macro F1 %s\n\nof these, seed %d, the best in validation:\n\n",
			len(best.Runs),
			test(func(r *experiment.Result) float64 { return r.Loss }),
			test(func(r *experiment.Result) float64 { return r.Confusion.Accuracy() }),
			test(func(r *experiment.Result) float64 { return r.Confusion.Macro().F1 }),
			best.BestRun().Config.Seed)
	}
	if err := best.BestRun().Test.WriteText(&b); err != nil {
		return err
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeTable writes a line for each configuration. The report's F1 is compared with
// the one that was taken as the report's was, where there are both.
func (s *Summary) writeTable(w io.Writer) {
	dropout, compared := false, false
	for _, c := range s.Configurations {
		if _, ok := c.DropoutF1(); ok {
			dropout = true
			compared = compared || len(c.Original()) > 0
		}
	}
	var lines strings.Builder
	t := tabwriter.NewWriter(&lines, 0, 0, 2, ' ', 0)
	columns := []string{"model", "learning rate", "best epoch", "loss", "accuracy", "F1"}
	if dropout {
		columns = append(columns, "F1, dropout on")
	}
	if compared {
		columns = append(columns, "the report's", "difference")
	}
	fmt.Fprintln(t, strings.Join(columns, "\t"))
	for _, c := range s.Configurations {
		// A row that ends early would end the columns, too.
		cells := make([]string, len(columns))
		copy(cells, c.cells())
		fmt.Fprintln(t, strings.Join(cells, "\t"))
	}
	t.Flush()
	for line := range strings.Lines(lines.String()) {
		fmt.Fprintln(w, strings.TrimRight(line, " \n"))
	}
}

// cells returns the configuration's line of the table, as far as it goes.
func (c *Configuration) cells() []string {
	cells := []string{c.model(), fmt.Sprintf("%g", c.LearningRate)}
	if o := c.Diverged(); o != nil {
		return append(cells, o.Divergence())
	}
	if !c.Complete() {
		return append(cells, "unfinished")
	}
	decimals := 0
	if len(c.Runs) > 1 {
		decimals = 1
	}
	cells = append(cells, c.Best(func(e train.Epoch) float64 { return float64(e.Epoch) }).Format(decimals))
	for _, figure := range []func(e train.Epoch) float64{
		func(e train.Epoch) float64 { return e.ValidationLoss },
		func(e train.Epoch) float64 { return e.ValidationAccuracy },
		func(e train.Epoch) float64 { return e.ValidationF1 },
	} {
		cells = append(cells, c.Best(figure).Format(4))
	}
	if f1, ok := c.DropoutF1(); ok {
		cells = append(cells, f1.Format(4))
		if table := c.Original(); len(table) > 0 {
			theirs := table.Best().ValidationF1
			cells = append(cells, fmt.Sprintf("%.4f", theirs), fmt.Sprintf("%+.4f", f1.Mean-theirs))
		}
	}
	return cells
}
