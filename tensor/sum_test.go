package tensor

import "testing"

func TestSum(t *testing.T) {
	// Numbers of which a sum in another shape drops some.
	const big = 1 << 24
	for _, c := range []struct {
		name    string
		numbers map[int]float32 // by their place among 32, the others 0
		want    float32
	}{
		{"nothing", nil, 0},
		{"one", map[int]float32{31: 5}, 5},
		{"a partial sum takes every 16th", map[int]float32{0: big, 1: 1, 16: -big, 17: 1}, 2},
		{"0 and 8 before 1 and 9", map[int]float32{0: big, 8: -big, 1: 1, 9: 1}, 2},
		{"0 and 4 before 2 and 6", map[int]float32{0: big, 4: -big, 2: 1, 6: 1}, 2},
		{"1 is lost beside what it is paired with", map[int]float32{0: big, 8: 1, 1: -big}, 0},
	} {
		var s Sum
		for i := range 32 {
			s.Add(c.numbers[i])
		}
		if got := s.Total(); got != c.want {
			t.Errorf("%s: %g, want %g", c.name, got, c.want)
		}
	}
}
