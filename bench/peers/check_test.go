package main

import (
	"math"
	"testing"
)

func TestMaxDifference(t *testing.T) {
	if got, err := maxDifference([]float32{1, -2, 3}, []float32{1.5, -2, 2.75}); got != 0.5 || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	nan := float32(math.NaN())
	for _, pair := range [][2][]float32{{{nan, 0}, {0, 1}}, {{0, 1}, {1, nan}}} {
		if got, _ := maxDifference(pair[0], pair[1]); got <= largestDifference {
			t.Errorf("%v and %v differ by %v", pair[0], pair[1], got)
		}
	}
	if _, err := maxDifference([]float32{1}, nil); err == nil {
		t.Error("lengths that differ are taken")
	}
}
