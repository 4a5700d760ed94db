package main

import (
	"fmt"
	"io"
	"strings"
)

// The products: those of a training step of the report's models at batch 64, of
// one image's prediction, and squares; M, N, K.
var shapes = [][3]int{
	{64, 128, 784}, {784, 128, 64}, {64, 784, 128}, {64, 64, 128}, {64, 256, 784}, {784, 256, 64},
	{64, 10, 64}, {1, 128, 784}, {256, 256, 256}, {512, 512, 512}, {1024, 1024, 1024},
}

// forms are the ways in which operands are stored, by the names that BLAS has for
// them.
var forms = []struct{ name, title string }{{"NN", "A·B"}, {"TN", "Aᵀ·B"}, {"NT", "A·Bᵀ"}}

// productSeconds is how long a product is measured in a turn. Turns are short, and there are
// productTurns as many as of other tasks: how fast a processor is may change within a second.
const (
	productSeconds = 0.02
	productTurns   = 2
)

// products measures products of all shapes in the first forms. The outcomes are
// named by form and shape.
func products(contenders []contender, formCount, rounds int, r *record) []outcome {
	c := newContest(contenders, r)
	defer c.close()
	var outcomes []outcome
	for _, form := range forms[:formCount] {
		for _, s := range shapes {
			task := fmt.Sprintf("product %s %d %d %d %g", form.name, s[0], s[1], s[2], productSeconds)
			outcomes = append(outcomes, outcome{
				name:         fmt.Sprintf("%s %dx%dx%d", form.title, s[0], s[1], s[2]),
				operations:   2 * float64(s[0]) * float64(s[1]) * float64(s[2]),
				measurements: c.run(task, productTurns*rounds, func(check, first float64) bool { return check == first }),
			})
		}
	}
	return outcomes
}

// measurePeaks returns the machine's floating-point peak in GFLOPS for each number
// of threads, or none without a worker of ours.
func measurePeaks(r *record) map[int]float64 {
	f := &field{record: r}
	f.addOurs(ours, "plain")
	c := newContest(f.contenders, r)
	defer c.close()
	peaks := map[int]float64{}
	for _, m := range c.run("peak", 5, always) {
		peaks[m.threads] = 1 / m.seconds.quantile(0)
	}
	return peaks
}

func always(float64, float64) bool { return true }

// writeProducts writes a table for each form and number of threads.
func writeProducts(w io.Writer, outcomes []outcome, peaks map[int]float64) {
	for _, threads := range threadCounts {
		for _, form := range forms {
			rows := outcomesOf(form.title, threads, outcomes)
			if len(rows) > 0 {
				fmt.Fprintf(w, "### %s, %s\n\n", form.title, inThreads(threads))
				writeProductTable(w, rows, threads, peaks[threads])
			}
		}
	}
	writeSettings(w, outcomes)
}

// outcomesOf returns what there is of a form with a number of threads, named by the
// shape alone.
func outcomesOf(form string, threads int, outcomes []outcome) []outcome {
	var some []outcome
	for _, o := range outcomes {
		name, ok := strings.CutPrefix(o.name, form+" ")
		if _, measured := o.fastest(with(threads)); ok && measured {
			o.name = name
			some = append(some, o)
		}
	}
	return some
}

// writeProductTable writes a row for each outcome. A peak of 0 is unknown.
func writeProductTable(w io.Writer, outcomes []outcome, threads int, peak float64) {
	columns := libraries(outcomes)
	header := append([]string{"M x N x K"}, columns...)
	header = append(header, "to best rival")
	if peak > 0 {
		header = append(header, "of peak")
	}
	var rows [][]string
	for _, o := range outcomes {
		row := []string{o.name}
		for _, library := range columns {
			cell := "-"
			if m, ok := o.fastest(of(library), with(threads)); ok {
				cell = digits(o.gflops(m)) + " " + plusMinus(m.seconds)
			}
			row = append(row, cell)
		}
		ratio, share := "-", "-"
		if we, ok := o.fastest(of(ours), with(threads)); ok {
			if they, ok := o.fastest(rivals, with(threads)); ok {
				ratio = fmt.Sprintf("%.2f", times(we, they))
			}
			share = fmt.Sprintf("%.0f%%", 100*o.gflops(we)/peak)
		}
		rows = append(rows, append(row, ratio, share)[:len(header)])
	}
	writeTable(w, header, rows)
}

// writeSettings says in which setting a library that has several was fastest.
func writeSettings(w io.Writer, outcomes []outcome) {
	for _, library := range libraries(outcomes) {
		wins, order := map[string]int{}, []string(nil)
		for _, o := range outcomes {
			for _, m := range o.measurements {
				if m.library != library {
					continue
				}
				if _, ok := wins[m.setting]; !ok {
					wins[m.setting] = 0
					order = append(order, m.setting)
				}
				if best, _ := o.fastest(of(library), with(m.threads)); best.setting == m.setting {
					wins[m.setting]++
				}
			}
		}
		if len(order) < 2 {
			continue
		}
		var list []string
		for _, setting := range order {
			name := setting
			if name == "" {
				name = "by itself"
			}
			list = append(list, fmt.Sprintf("%s at %d", name, wins[setting]))
		}
		fmt.Fprintf(w, "%s was fastest %s.\n\n", library, strings.Join(list, ", "))
	}
}
