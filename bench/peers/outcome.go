package main

import "fmt"

// An outcome is what a field of contenders took for one task.
type outcome struct {
	name         string
	operations   float64 // floating-point operations of the products in it
	measurements []measurement
}

// A filter picks contenders.
type filter func(contender) bool

func of(library string) filter { return func(c contender) bool { return c.library == library } }

func with(threads int) filter { return func(c contender) bool { return c.threads == threads } }

func rivals(c contender) bool { return !c.isOurs() }

// fastest returns the measurement with the lowest median among those that all
// filters pick, and whether there is one.
func (o outcome) fastest(filters ...filter) (fastest measurement, ok bool) {
next:
	for _, m := range o.measurements {
		for _, f := range filters {
			if !f(m.contender) {
				continue next
			}
		}
		if !ok || m.seconds.median() < fastest.seconds.median() {
			fastest, ok = m, true
		}
	}
	return fastest, ok
}

// libraries returns the names of those who were measured at any of the outcomes,
// in the order of the contest.
func libraries(outcomes []outcome) []string {
	var names []string
	seen := map[string]bool{}
	for _, o := range outcomes {
		for _, m := range o.measurements {
			if !seen[m.library] {
				seen[m.library] = true
				names = append(names, m.library)
			}
		}
	}
	return names
}

// gflops returns the operations a second of a measurement, in thousand millions.
func (o outcome) gflops(m measurement) float64 { return o.operations / m.seconds.median() / 1e9 }

// times returns how many times as fast as b a was, in the median of the rounds that both
// took part in: a machine that is slow for a second is so for both.
func times(a, b measurement) float64 {
	ratios := make(sample, min(len(a.seconds), len(b.seconds)))
	for round := range ratios {
		ratios[round] = b.seconds[round] / a.seconds[round]
	}
	return ratios.median()
}

// plusMinus formats a spread.
func plusMinus(s sample) string { return fmt.Sprintf("±%.0f%%", 100*s.spread()) }

// inThreads formats a number of threads.
func inThreads(n int) string {
	if n == 1 {
		return "1 thread"
	}
	return fmt.Sprintf("%d threads", n)
}

// names returns the outcomes' names.
func names(outcomes []outcome) []string {
	var list []string
	for _, o := range outcomes {
		list = append(list, o.name)
	}
	return list
}

// contenderRows returns a table's rows: for each contender its name, and a cell of
// its measurement at each outcome.
func contenderRows(outcomes []outcome, cell func(measurement) string) [][]string {
	index := map[string]int{}
	var rows [][]string
	for i, o := range outcomes {
		for _, m := range o.measurements {
			name := m.name() + ", " + inThreads(m.threads)
			at, ok := index[name]
			if !ok {
				at = len(rows)
				index[name] = at
				row := []string{name}
				for range outcomes {
					row = append(row, "-")
				}
				rows = append(rows, row)
			}
			rows[at][1+i] = cell(m)
		}
	}
	return rows
}

// limitRows returns a row for each number of threads: the seconds that the products
// alone would take at the peak.
func limitRows(outcomes []outcome, peaks map[int]float64, cell func(seconds float64) string) [][]string {
	var rows [][]string
	for _, threads := range threadCounts {
		if peak := peaks[threads]; peak > 0 {
			row := []string{"the limit: the products at the peak, " + inThreads(threads)}
			for _, o := range outcomes {
				row = append(row, cell(o.operations/peak/1e9))
			}
			rows = append(rows, row)
		}
	}
	return rows
}
