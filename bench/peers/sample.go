package main

import (
	"math"
	"slices"
)

// A sample is a set of measured values.
type sample []float64

// quantile returns the value below which the given part of the sample lies,
// between values by linear interpolation.
func (s sample) quantile(part float64) float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(s))
	at := part * float64(len(s)-1)
	below := int(at)
	if below == len(s)-1 {
		return sorted[below]
	}
	return sorted[below] + (at-float64(below))*(sorted[below+1]-sorted[below])
}

func (s sample) median() float64 { return s.quantile(0.5) }

// spread returns half the distance between the quartiles as a part of the median.
func (s sample) spread() float64 {
	return (s.quantile(0.75) - s.quantile(0.25)) / 2 / s.median()
}
