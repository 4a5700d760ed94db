package sweep

import (
	"fmt"
	"math"
)

// A Statistic is a figure of several runs that differ in their seeds.
type Statistic struct {
	Mean      float64 `json:"mean"`
	Deviation float64 `json:"deviation"` // the sample standard deviation; 0 of a single run
	Runs      int     `json:"runs"`
}

// NewStatistic returns the statistic of figures, of which there is at least one.
func NewStatistic(figures []float64) Statistic {
	n := float64(len(figures))
	s := Statistic{Runs: len(figures)}
	for _, x := range figures {
		s.Mean += x / n
	}
	if s.Runs > 1 {
		var sum float64
		for _, x := range figures {
			d := x - s.Mean
			sum += float64(d * d)
		}
		s.Deviation = math.Sqrt(sum / (n - 1))
	}
	return s
}

// Format returns the mean with so many decimals, and the deviation behind it, if
// there are several runs.
func (s Statistic) Format(decimals int) string {
	if s.Runs < 2 {
		return fmt.Sprintf("%.*f", decimals, s.Mean)
	}
	return fmt.Sprintf("%.*f ± %.*f", decimals, s.Mean, decimals, s.Deviation)
}
