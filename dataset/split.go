package dataset

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"fnn/tensor"
)

// Split holds out a fraction of the samples, chosen at random by the seed, and
// returns those that remain and those held out, each in the order of s.
//
// The number held out is Len()*fraction, rounded. Each class gives its share of
// it, in proportion to its size; what rounding leaves over is dealt out by
// largest remainder. It is an error if the fraction is not between 0 and 1, or
// so near to either that a side is empty.
func (s *Set) Split(fraction float64, seed uint64) (rest, held *Set, err error) {
	if !(fraction > 0 && fraction < 1) {
		return nil, nil, fmt.Errorf("dataset: cannot hold out the fraction %v, want one between 0 and 1", fraction)
	}
	total := int(math.Round(float64(s.Len()) * fraction))
	if total == 0 || total == s.Len() {
		return nil, nil, fmt.Errorf("dataset: too few samples: holding out %v of the %d leaves one side empty", fraction, s.Len())
	}
	quota := s.shares(total)
	order := make([]int, s.Len())
	for i := range order {
		order[i] = i
	}
	tensor.Shuffle(tensor.NewStream(seed, "split"), order)
	heldOut := make([]bool, s.Len())
	for _, i := range order {
		if label := s.labels[i]; quota[label] > 0 {
			quota[label]--
			heldOut[i] = true
		}
	}
	var sides [2][]int
	for i, out := range heldOut {
		if out {
			sides[1] = append(sides[1], i)
		} else {
			sides[0] = append(sides[0], i)
		}
	}
	return s.Subset(sides[0]), s.Subset(sides[1]), nil
}

// shares divides a total among the classes in proportion to their sizes, by the
// method of largest remainders (Hamilton's); of equal remainders the first
// class has the precedence.
func (s *Set) shares(total int) []int {
	sizes := make([]int, s.Classes())
	for _, label := range s.labels {
		sizes[label]++
	}
	shares := make([]int, s.Classes())
	remainders := make([]int64, s.Classes())
	byRemainder := make([]int, s.Classes())
	left := total
	for class, size := range sizes {
		// In 64 bits, whatever the machine: the product of two counts.
		product := int64(total) * int64(size)
		shares[class] = int(product / int64(s.Len()))
		remainders[class] = product % int64(s.Len())
		byRemainder[class] = class
		left -= shares[class]
	}
	slices.SortStableFunc(byRemainder, func(a, b int) int { return cmp.Compare(remainders[b], remainders[a]) })
	for _, class := range byRemainder[:left] {
		shares[class]++
	}
	return shares
}
