package dataset

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// sized returns a set with so many samples of each class, one value each, which
// tells samples apart.
func sized(t *testing.T, sizes ...int) *Set {
	var values []float32
	var labels []int
	for class, size := range sizes {
		for range size {
			values = append(values, float32(len(values)))
			labels = append(labels, class)
		}
	}
	s, err := FromFloats(values, nil, labels, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// content returns the values of a set of samples of one value each.
func content(s *Set) []float32 {
	values := make([]float32, s.Len())
	for i := range values {
		s.Row(i, values[i:])
	}
	return values
}

func count(s *Set) []int {
	counts := make([]int, s.Classes())
	for _, label := range s.Labels() {
		counts[label]++
	}
	return counts
}

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		sizes    []int
		fraction float64
		held     []int
	}{
		{[]int{10, 10, 10}, 0.2, []int{2, 2, 2}},
		{[]int{5, 5, 5, 5}, 0.5, []int{3, 3, 2, 2}},    // 2.5 each, 10 in all: ties go to the first
		{[]int{7, 2, 1}, 0.5, []int{4, 1, 0}},          // 3.5, 1, 0.5
		{[]int{1, 2, 96}, 0.1, []int{0, 0, 10}},        // 0.1, 0.2, 9.7
		{[]int{13, 29, 58}, 0.37, []int{5, 11, 21}},    // 4.81, 10.73, 21.46
		{[]int{3}, 0.5, []int{2}},                      // 1.5 rounds away from zero
		{[]int{0, 4, 0, 4}, 0.25, []int{0, 1, 0, 1}},   // classes without samples
		{[]int{1, 1, 1, 1, 1}, 0.9, []int{1, 1, 1, 1}}, // 4.5 rounds to all: an error
	} {
		s := sized(t, test.sizes...)
		rest, held, err := s.Split(test.fraction, 1)
		if total := math.Round(float64(s.Len()) * test.fraction); total == float64(s.Len()) {
			if err == nil {
				t.Errorf("%v: %v leaves nothing, and no error", test.sizes, test.fraction)
			}
			continue
		}
		if err != nil {
			t.Error(err)
			continue
		}
		if got := count(held); !slices.Equal(got, test.held) {
			t.Errorf("%v: fraction %v holds out %v, want %v", test.sizes, test.fraction, got, test.held)
		}
		a, b := content(rest), content(held)
		if !slices.IsSorted(a) || !slices.IsSorted(b) {
			t.Errorf("%v: the order is not that of the set: %v, %v", test.sizes, a, b)
		}
		both := slices.Concat(a, b)
		slices.Sort(both)
		if !slices.Equal(both, content(s)) {
			t.Errorf("%v: %v and %v are not the set divided", test.sizes, a, b)
		}
	}
}

func TestSplitSeed(t *testing.T) {
	s := sized(t, 50, 50)
	held := func(seed uint64) []float32 {
		_, h, err := s.Split(0.2, seed)
		if err != nil {
			t.Fatal(err)
		}
		return content(h)
	}
	if !slices.Equal(held(7), held(7)) {
		t.Error("one seed gives two splits")
	}
	if slices.Equal(held(7), held(8)) {
		t.Error("two seeds give one split")
	}
	// A split is part of what a run is a function of: it may not change.
	if want := []float32{2, 3, 8, 22, 24, 25, 35, 38, 41, 43, 51, 52, 55, 56, 57, 62, 73, 82, 86, 93}; !slices.Equal(held(7), want) {
		t.Errorf("seed 7 holds out %v, want %v", held(7), want)
	}
}

func TestSplitErrors(t *testing.T) {
	s := sized(t, 5, 5)
	for _, fraction := range []float64{0, 1, -0.5, 1.5, 0.04, 0.96, math.NaN(), math.Inf(1), math.Inf(-1)} {
		if _, _, err := s.Split(fraction, 1); err == nil {
			t.Errorf("fraction %v: no error", fraction)
		}
	}
	for _, n := range []int{0, 1, 2} {
		if _, _, err := s.Subset(make([]int, n)).Split(0.2, 1); err == nil || !strings.Contains(err.Error(), "too few samples") {
			t.Errorf("%d samples: error %v", n, err)
		}
	}
}
