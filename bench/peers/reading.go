package main

import (
	"fmt"
	"io"
	"strings"
)

// writeProductReading writes, for each number of threads, how our products compare
// with the best rival's, and how many threads compare with one.
func writeProductReading(w io.Writer, outcomes []outcome, peaks map[int]float64) {
	for _, threads := range threadCounts {
		var ratios, shares, scale sample
		var behind, slower []string
		for _, o := range outcomes {
			we, ok := o.fastest(of(ours), with(threads))
			if !ok {
				continue
			}
			if peak := peaks[threads]; peak > 0 {
				shares = append(shares, o.gflops(we)/peak)
			}
			if they, ok := o.fastest(rivals, with(threads)); ok {
				ratio := times(we, they)
				ratios = append(ratios, ratio)
				if ratio < 1 {
					behind = append(behind, fmt.Sprintf("%s %.2f (%s)", o.name, ratio, they.library))
				}
			}
			if one, ok := o.fastest(of(ours), with(1)); ok && threads > 1 {
				scale = append(scale, times(we, one))
				if times(we, one) < 1 {
					slower = append(slower, fmt.Sprintf("%s %.2f", o.name, times(we, one)))
				}
			}
		}
		if len(ratios) > 0 {
			fmt.Fprintf(w, "- Products, %s: %.2f to %.2f times as fast as the best rival, %.2f in the median; behind at %d of %d%s.\n",
				inThreads(threads), ratios.quantile(0), ratios.quantile(1), ratios.median(), len(behind), len(ratios), list(behind))
		}
		if len(shares) > 0 {
			fmt.Fprintf(w, "- Products, %s: %.0f%% to %.0f%% of the peak, %.0f%% in the median.\n",
				inThreads(threads), 100*shares.quantile(0), 100*shares.quantile(1), 100*shares.median())
		}
		if len(scale) > 0 {
			fmt.Fprintf(w, "- Products: %s are %.2f to %.2f times as fast as one, %.2f in the median; slower at %d of %d%s.\n",
				inThreads(threads), scale.quantile(0), scale.quantile(1), scale.median(), len(slower), len(scale), list(slower))
		}
	}
}

// list formats what follows a count.
func list(items []string) string {
	if len(items) == 0 {
		return ""
	}
	return ": " + strings.Join(items, ", ")
}

// writePortableReading compares products without assembly.
func writePortableReading(w io.Writer, outcomes []outcome) {
	var ratios sample
	for _, o := range outcomes {
		we, weOK := o.fastest(of(ours), with(1))
		they, theyOK := o.fastest(rivals, with(1))
		if weOK && theyOK {
			ratios = append(ratios, times(we, they))
		}
	}
	if len(ratios) > 0 {
		fmt.Fprintf(w, "- Products without assembly, 1 thread: %.2f to %.2f times as fast as GoMLX, %.2f in the median.\n",
			ratios.quantile(0), ratios.quantile(1), ratios.median())
	}
}

// writeTimes writes a table of how many times as fast as others we are at each
// outcome: as each rival in its fastest setting, with the same number of threads
// and with the one that is best for each; as one thread of our own; and as the
// limit.
func writeTimes(w io.Writer, title string, outcomes []outcome, peaks map[int]float64) {
	var rows [][]string
	row := func(name string, ratio func(o outcome) (float64, bool)) {
		cells, some := []string{name}, false
		for _, o := range outcomes {
			if r, ok := ratio(o); ok {
				cells, some = append(cells, fmt.Sprintf("%.2f", r)), true
			} else {
				cells = append(cells, "-")
			}
		}
		if some {
			rows = append(rows, cells)
		}
	}
	against := func(a, b []filter) func(outcome) (float64, bool) {
		return func(o outcome) (float64, bool) {
			x, ok := o.fastest(a...)
			y, okToo := o.fastest(b...)
			return times(x, y), ok && okToo
		}
	}
	for _, library := range libraries(outcomes) {
		if library == ours {
			continue
		}
		for _, threads := range threadCounts {
			row(library+", "+inThreads(threads)+" each",
				against([]filter{of(ours), with(threads)}, []filter{of(library), with(threads)}))
		}
		if len(threadCounts) > 1 {
			row(library+", each as fast as it can", against([]filter{of(ours)}, []filter{of(library)}))
		}
	}
	for _, threads := range threadCounts {
		if threads > 1 {
			row("fnn itself, "+inThreads(threads)+" to 1", against([]filter{of(ours), with(threads)}, []filter{of(ours), with(1)}))
		}
		row("the limit, "+inThreads(threads), func(o outcome) (float64, bool) {
			we, ok := o.fastest(of(ours), with(threads))
			return o.gflops(we) / peaks[threads], ok && peaks[threads] > 0
		})
	}
	writeTable(w, append([]string{title}, names(outcomes)...), rows)
}
