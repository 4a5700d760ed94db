package tensor

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

// TestStreamPinned compares the streams with an independent implementation in
// Python: a stream that changed would change every model.
func TestStreamPinned(t *testing.T) {
	text, err := os.ReadFile("testdata/random.json")
	if err != nil {
		t.Fatal(err)
	}
	var pinned []struct {
		Seed    uint64
		Purpose string
		Index   []int
		Bits    []string
		Dice    struct {
			N     int
			Draws []int
		}
		Shuffle []int
		Uniform []float32
		Normal  []float64
	}
	if err := json.Unmarshal(text, &pinned); err != nil {
		t.Fatal(err)
	}
	for _, p := range pinned {
		t.Run(fmt.Sprint(p.Seed, p.Purpose, p.Index), func(t *testing.T) {
			stream := func() *Stream { return NewStream(p.Seed, p.Purpose, p.Index...) }
			s := stream()
			for i, want := range p.Bits {
				if got := fmt.Sprintf("%016x", s.Uint64()); got != want {
					t.Errorf("Uint64 %d is %s, want %s", i, got, want)
				}
			}
			s = stream()
			for i, want := range p.Dice.Draws {
				if got := s.IntN(p.Dice.N); got != want {
					t.Errorf("IntN(%d) %d is %d, want %d", p.Dice.N, i, got, want)
				}
			}
			values := numbers(len(p.Shuffle))
			if Shuffle(stream(), values); !slices.Equal(values, p.Shuffle) {
				t.Errorf("Shuffle gives %v, want %v", values, p.Shuffle)
			}
			s = stream()
			for i, want := range p.Uniform {
				if got := s.Uniform(); got != want {
					t.Errorf("Uniform %d is %g, want %g", i, got, want)
				}
			}
			s = stream()
			for i, want := range p.Normal {
				if got := s.Normal(); math.Abs(float64(got)-want) > 1e-6*(1+math.Abs(want)) {
					t.Errorf("Normal %d is %g, want %g", i, got, want)
				}
			}
		})
	}
}

// numbers returns 0 to n-1.
func numbers(n int) []int {
	values := make([]int, n)
	for i := range values {
		values[i] = i
	}
	return values
}

func TestStreamsDiffer(t *testing.T) {
	first := map[uint64]string{}
	for _, seed := range []uint64{0, 1, 2, 1 << 63} {
		for _, purpose := range []string{"", "a", "b", "ab", "ba", "weights", "dropout"} {
			for _, index := range [][]int{nil, {0}, {1}, {-1}, {0, 0}, {0, 1}, {1, 0}, {1, 1}, {2}, {0, 0, 0}} {
				name := fmt.Sprint(seed, purpose, index)
				bits := NewStream(seed, purpose, index...).Uint64()
				if other, ok := first[bits]; ok {
					t.Errorf("streams %s and %s start with the same bits", name, other)
				}
				first[bits] = name
			}
		}
	}
}

func TestSeedRestarts(t *testing.T) {
	s := NewStream(3, "test", 1)
	s.Uint64()
	s.Seed(1, "dropout", 2, 17)
	if got, want := s.Uint64(), NewStream(1, "dropout", 2, 17).Uint64(); got != want {
		t.Errorf("a stream seeded again draws %x, a new one %x", got, want)
	}
}

// chiSquare returns Pearson's statistic of counts that should be equal; its mean
// is len(counts)-1 and its variance twice that.
func chiSquare(counts []int) float64 {
	total := 0
	for _, n := range counts {
		total += n
	}
	expected := float64(total) / float64(len(counts))
	var sum float64
	for _, n := range counts {
		sum += (float64(n) - expected) * (float64(n) - expected) / expected
	}
	return sum
}

func checkUniform(t *testing.T, name string, counts []int) {
	t.Helper()
	freedom := float64(len(counts) - 1)
	if x := chiSquare(counts); math.Abs(x-freedom) > 6*math.Sqrt(2*freedom) {
		t.Errorf("%s: chi-square %.1f with %g degrees of freedom", name, x, freedom)
	}
}

func TestIntNUniform(t *testing.T) {
	s := NewStream(1, "test")
	for _, n := range []int{1, 2, 3, 10, 64, 100} {
		counts := make([]int, n)
		for range 20_000 {
			counts[s.IntN(n)]++
		}
		if n > 1 {
			checkUniform(t, fmt.Sprintf("IntN(%d)", n), counts)
		}
	}
}

// TestIntNRejects holds IntN to Lemire's condition for the interval that rejects
// most on the machine: a quarter of the draws where int has 64 bits.
func TestIntNRejects(t *testing.T) {
	n := math.MaxInt/4*3 + 1
	reject := -uint64(n) % uint64(n)
	s, raw := NewStream(2, "test"), NewStream(2, "test")
	for i := range 1000 {
		got := s.IntN(n)
		for {
			x := raw.Uint64()
			high, low := multiply128(x, uint64(n))
			if low >= reject {
				if uint64(got) != high {
					t.Fatalf("IntN(%d) %d is %d, want %d", n, i, got, high)
				}
				break
			}
		}
	}
}

// multiply128 returns the halves of x*y, by long multiplication.
func multiply128(x, y uint64) (high, low uint64) {
	const half = 1<<32 - 1
	x0, x1, y0, y1 := x&half, x>>32, y&half, y>>32
	middle := x1*y0 + x0*y0>>32
	rest := x0*y1 + middle&half
	return x1*y1 + middle>>32 + rest>>32, x * y
}

func TestIntNPanics(t *testing.T) {
	for _, n := range []int{0, -1} {
		mustPanic(t, fmt.Sprintf("IntN(%d)", n), func() { NewStream(1, "test").IntN(n) })
	}
}

func TestShuffle(t *testing.T) {
	s := NewStream(1, "test")
	for _, n := range []int{0, 1, 2, 5, 100} {
		values := numbers(n)
		Shuffle(s, values)
		slices.Sort(values)
		if !slices.Equal(values, numbers(n)) {
			t.Errorf("%d values: no permutation: %v", n, values)
		}
	}
	// All orders of four values come up equally often.
	counts := map[[4]int]int{}
	for range 24 * 1000 {
		values := [4]int{0, 1, 2, 3}
		Shuffle(s, values[:])
		counts[values]++
	}
	if len(counts) != 24 {
		t.Fatalf("%d of 24 orders came up", len(counts))
	}
	var flat []int
	for _, n := range counts {
		flat = append(flat, n)
	}
	checkUniform(t, "Shuffle", flat)
}

func TestUniform(t *testing.T) {
	s := NewStream(1, "test")
	counts := make([]int, 50)
	for range 50_000 {
		x := s.Uniform()
		if x < 0 || x >= 1 || x*(1<<24) != float32(int32(x*(1<<24))) {
			t.Fatalf("Uniform drew %g", x)
		}
		counts[int(x*50)]++
	}
	checkUniform(t, "Uniform", counts)
}

// TestStreamIsPCG compares Uint64 with math/rand/v2, and Skip with drawing.
func TestStreamIsPCG(t *testing.T) {
	for _, seed := range []uint64{0, 1, 1 << 63} {
		s := NewStream(seed, "test")
		pcg := rand.NewPCG(s.state.hi, s.state.lo)
		for i := range 1000 {
			if got, want := s.Uint64(), pcg.Uint64(); got != want {
				t.Fatalf("seed %d, draw %d: %x, want %x", seed, i, got, want)
			}
		}
		for _, n := range []int{0, 1, 2, 3, 16, 1000, 12345} {
			s.Skip(n)
			for range n {
				pcg.Uint64()
			}
			if got, want := s.Uint64(), pcg.Uint64(); got != want {
				t.Fatalf("seed %d, after skipping %d: %x, want %x", seed, n, got, want)
			}
		}
	}
}
