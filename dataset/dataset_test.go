package dataset

import (
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
)

// small returns a set of n samples of shape 2x3, whose values are a function of
// the sample's number. The classes are c in turn.
func small(t testing.TB, n, classes int) *Set {
	samples := make([]uint8, n*6)
	labels := make([]int, n)
	for i := range samples {
		samples[i] = uint8(i / 6 * 7)
	}
	for i := range labels {
		labels[i] = i % classes
	}
	s, err := FromBytes(samples, []int{2, 3}, labels, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFromBytes(t *testing.T) {
	s, err := FromBytes([]uint8{0, 51, 255, 102}, []int{1, 2}, []int{2, 0}, []string{"a", "b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	if s.Len() != 2 || s.Features() != 2 || !slices.Equal(s.Shape(), []int{1, 2}) {
		t.Errorf("%d samples of %d features, shape %v", s.Len(), s.Features(), s.Shape())
	}
	if s.Classes() != 3 || !slices.Equal(s.ClassNames(), []string{"a", "b", "c"}) {
		t.Errorf("%d classes %v", s.Classes(), s.ClassNames())
	}
	if s.Label(0) != 2 || !slices.Equal(s.Labels(), []int{2, 0}) {
		t.Errorf("labels %v", s.Labels())
	}
	if s.Scale() != 1.0/255 || !slices.Equal(s.Bytes(1), []uint8{255, 102}) {
		t.Errorf("scale %v, bytes %v", s.Scale(), s.Bytes(1))
	}
	row := []float32{9, 9, 9}
	s.Row(1, row)
	if want := []float32{1, float32(102) * (1.0 / 255), 9}; !slices.Equal(row, want) {
		t.Errorf("row %v, want %v", row, want)
	}
}

func TestFromFloats(t *testing.T) {
	s, err := FromFloats([]float32{0.5, -2, 300, 4}, []int{2}, []int{0, 3}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Scale() != 0 || s.Bytes(0) != nil {
		t.Errorf("scale %v, bytes %v", s.Scale(), s.Bytes(0))
	}
	if !slices.Equal(s.ClassNames(), []string{"0", "1", "2", "3"}) {
		t.Errorf("classes %v", s.ClassNames())
	}
	row := make([]float32, 2)
	s.Row(1, row)
	if !slices.Equal(row, []float32{300, 4}) {
		t.Errorf("row %v", row)
	}
}

func TestScale(t *testing.T) {
	nan := float32(math.NaN())
	for _, test := range []struct {
		samples []float32
		want    float32
	}{
		{[]float32{0, 0.5, 1}, 1.0 / 255},
		{[]float32{0, 1}, 1.0 / 255},
		{[]float32{0, 17, 255}, 1},
		{[]float32{0, 0.5, 17}, 0},
		{[]float32{0, 256}, 0},
		{[]float32{-0.5, 0.5}, 0},
		{[]float32{nan, 0}, 0},
	} {
		s, err := FromFloats(test.samples, nil, make([]int, len(test.samples)), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Subset([]int{0}).Scale(); got != test.want {
			t.Errorf("%v: scale %v, want %v", test.samples, got, test.want)
		}
	}
}

func TestFromErrors(t *testing.T) {
	for _, test := range []struct {
		name   string
		values int
		shape  []int
		labels []int
		names  []string
		want   string
	}{
		{"nothing", 0, []int{2}, nil, nil, "no samples"},
		{"too few values", 3, []int{2}, []int{0, 0}, nil, "3 values for 2 labels, want 2 for each sample of shape [2]"},
		{"too few labels", 4, []int{2}, []int{0}, nil, "4 values for 1 labels, want 2 for each"},
		{"empty shape", 0, []int{2, 0}, []int{0}, nil, "sample of shape [2 0], want between 1 and"},
		{"negative shape", 4, []int{-2, -2}, []int{0}, nil, "sample of shape [-2 -2], want between 1 and"},
		{"overflowing shape", 0, []int{1 << 16, 1 << 16}, []int{0}, nil, "sample of shape [65536 65536], want between 1 and"},
		{"label beyond classes", 2, []int{1}, []int{0, 2}, []string{"a", "b"}, "label 1 is 2, want one of 2 classes, 0 to 1"},
		{"negative label", 2, []int{1}, []int{0, -1}, []string{"a", "b"}, "label 1 is -1, want one of 2 classes"},
		{"negative label, no names", 2, []int{1}, []int{-1, 0}, nil, "label 0 is -1, want one of 4096 classes"},
		{"label too large", 1, []int{1}, []int{MaxClasses}, nil, "label 0 is 4096, want one of 4096 classes"},
		{"too many names", 1, []int{1}, []int{0}, make([]string, MaxClasses+1), "4097 classes, want at most 4096"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, bytesErr := FromBytes(make([]uint8, test.values), test.shape, test.labels, test.names)
			_, floatsErr := FromFloats(make([]float32, test.values), test.shape, test.labels, test.names)
			for _, err := range []error{bytesErr, floatsErr} {
				if err == nil || !strings.HasPrefix(err.Error(), "dataset: "+test.want) {
					t.Errorf("error %v, want %q", err, test.want)
				}
			}
		})
	}
}

func TestSubset(t *testing.T) {
	s := small(t, 10, 3)
	sub := s.Subset([]int{7, 2, 2, 9}).Subset([]int{3, 0, 1})
	for row, i := range []int{9, 7, 2} {
		if sub.Label(row) != s.Label(i) || &sub.Bytes(row)[0] != &s.Bytes(i)[0] {
			t.Errorf("row %d is not sample %d, shared", row, i)
		}
		got, want := make([]float32, 6), make([]float32, 6)
		sub.Row(row, got)
		s.Row(i, want)
		if !slices.Equal(got, want) {
			t.Errorf("row %d: %v, want %v", row, got, want)
		}
	}
	if sub.Len() != 3 || sub.Classes() != 3 || sub.Features() != 6 {
		t.Errorf("%d samples, %d classes, %d features", sub.Len(), sub.Classes(), sub.Features())
	}
	if empty := s.Subset(nil); empty.Len() != 0 {
		t.Errorf("an empty subset has %d samples", empty.Len())
	}
}

func TestRowPanics(t *testing.T) {
	bytes := small(t, 2, 2)
	floats, err := FromFloats(make([]float32, 12), []int{6}, []int{0, 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Set{bytes, floats} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("a destination too short did not panic")
				}
			}()
			s.Row(0, make([]float32, 5))
		}()
	}
}

func TestRowConcurrent(t *testing.T) {
	s := small(t, 30, 3).Subset([]int{5, 4, 3, 2, 1, 0})
	var group sync.WaitGroup
	for range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			row := make([]float32, 6)
			for i := range s.Len() {
				s.Row(i, row)
				if want := float32(7*(5-i)) * (1.0 / 255); row[0] != want || row[5] != want {
					t.Errorf("row %d: %v, want all %v", i, row, want)
				}
			}
		}()
	}
	group.Wait()
}

func TestRowAllocatesNothing(t *testing.T) {
	s := small(t, 30, 3)
	row := make([]float32, 6)
	if n := testing.AllocsPerRun(100, func() { s.Row(3, row) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkRow(b *testing.B) {
	_, s, err := Load(published)
	if err != nil {
		b.Fatal(err)
	}
	row := make([]float32, s.Features())
	i := 0
	for b.Loop() {
		s.Row(i, row)
		if i++; i == s.Len() {
			i = 0
		}
	}
	b.ReportMetric(float64(4*s.Features()*b.N)/b.Elapsed().Seconds()/1e9, "GB/s")
}
