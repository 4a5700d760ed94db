package tensor

// A Sum adds numbers up along a row in one fixed shape, which vectors of up to 16
// elements can follow: the numbers go in turn to 16 partial sums, and those are
// added in halves, 0 to 8, 1 to 9 and so on, then 0 to 4, down to one. The zero
// Sum is empty.
type Sum struct {
	partial [16]float32
	next    int
}

// Add adds x.
func (s *Sum) Add(x float32) {
	s.partial[s.next%16] += x
	s.next++
}

// Total returns the sum of the numbers added.
func (s *Sum) Total() float32 {
	p := s.partial
	for half := 8; half > 0; half /= 2 {
		for i := range half {
			p[i] += p[i+half]
		}
	}
	return p[0]
}
