package main

import (
	"math"
	"testing"
)

func TestSample(t *testing.T) {
	for _, test := range []struct {
		sample         sample
		median, spread float64
	}{
		{sample{7}, 7, 0},
		{sample{4, 2}, 3, 0.5 / 3},
		{sample{3, 1, 2}, 2, 0.25},
		{sample{10, 40, 20, 30}, 25, 0.3},
		{sample{1, 1, 1, 1, 100}, 1, 0}, // one disturbed turn of five shows in neither
	} {
		if got := test.sample.median(); got != test.median {
			t.Errorf("median of %v is %v, want %v", test.sample, got, test.median)
		}
		if got := test.sample.spread(); math.Abs(got-test.spread) > 1e-15 {
			t.Errorf("spread of %v is %v, want %v", test.sample, got, test.spread)
		}
	}
	if got := (sample{}).median(); !math.IsNaN(got) {
		t.Errorf("median of nothing is %v", got)
	}
}
