package dataset

import (
	"slices"
	"testing"
)

// epoch returns the values of an epoch's samples in order, from its batch at
// skip on, and the size of each batch.
func epoch(t *testing.T, b *Batches, epoch, skip int) (values []float32, sizes []int) {
	b.Start(epoch)
	b.Skip(skip)
	for b.Next() {
		sizes = append(sizes, b.Len())
		for i, label := range b.Labels() {
			row := make([]float32, 1)
			b.Row(i, row)
			values = append(values, row[0])
			if want := b.set.Label(int(row[0])); label != want {
				t.Errorf("sample %v has label %d, want %d", row[0], label, want)
			}
		}
	}
	if b.Next() || b.Len() != 0 || len(b.Labels()) != 0 {
		t.Error("the epoch goes on after its end")
	}
	return values, sizes
}

func TestBatches(t *testing.T) {
	s := sized(t, 4, 3, 3)
	for _, test := range []struct {
		size  int
		sizes []int
	}{
		{1, []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
		{3, []int{3, 3, 3, 1}},
		{5, []int{5, 5}},
		{10, []int{10}},
		{64, []int{10}},
	} {
		b := NewBatches(s, test.size, 1)
		if b.Next() {
			t.Errorf("size %d: a batch before Start", test.size)
		}
		values, sizes := epoch(t, b, 3, 0)
		if !slices.Equal(sizes, test.sizes) || b.Steps() != len(test.sizes) {
			t.Errorf("size %d: batches of %v in %d steps, want %v", test.size, sizes, b.Steps(), test.sizes)
		}
		slices.Sort(values)
		if !slices.Equal(values, content(s)) {
			t.Errorf("size %d: an epoch deals out %v", test.size, values)
		}
	}
}

func TestBatchesOrder(t *testing.T) {
	s := sized(t, 10, 10)
	order := func(seed uint64, size, n int) []float32 {
		values, _ := epoch(t, NewBatches(s, size, seed), n, 0)
		return values
	}
	first := order(1, 4, 0)
	// The order is part of what a run is a function of: it may not change.
	if want := []float32{4, 6, 13, 9, 10, 3, 7, 19, 15, 5, 18, 8, 17, 1, 11, 12, 0, 16, 14, 2}; !slices.Equal(first, want) {
		t.Errorf("seed 1, epoch 0: %v, want %v", first, want)
	}
	if !slices.Equal(first, order(1, 7, 0)) {
		t.Error("the order depends on the batch size")
	}
	if slices.Equal(first, order(1, 4, 1)) || slices.Equal(first, order(2, 4, 0)) {
		t.Error("the order does not depend on the epoch and the seed")
	}
	b := NewBatches(s, 4, 1)
	epoch(t, b, 5, 0)
	if again, _ := epoch(t, b, 0, 0); !slices.Equal(again, first) {
		t.Error("the order depends on the epochs before")
	}
}

func TestBatchesSkip(t *testing.T) {
	b := NewBatches(sized(t, 10), 3, 1)
	all, _ := epoch(t, b, 2, 0)
	for skip, want := range [][]float32{all, all[3:], all[6:], all[9:], nil, nil} {
		if got, _ := epoch(t, b, 2, skip); !slices.Equal(got, want) {
			t.Errorf("after skipping %d batches: %v, want %v", skip, got, want)
		}
	}
	b.Start(2)
	b.Next()
	b.Skip(2)
	if !b.Next() || b.Len() != 1 {
		t.Errorf("skipping from the first batch to the last: %d samples", b.Len())
	}
}

func TestBatchesPanics(t *testing.T) {
	s := sized(t, 10)
	b := NewBatches(s, 4, 1)
	b.Start(0)
	b.Next()
	for name, f := range map[string]func(){
		"size 0":           func() { NewBatches(s, 0, 1) },
		"row of the next":  func() { b.Row(4, make([]float32, 1)) },
		"row of none":      func() { b.Row(-1, make([]float32, 1)) },
		"short row buffer": func() { b.Row(0, nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s did not panic", name)
				}
			}()
			f()
		}()
	}
}

func TestBatchesOfNothing(t *testing.T) {
	b := NewBatches(sized(t, 1).Subset(nil), 4, 1)
	if b.Start(0); b.Next() || b.Steps() != 0 {
		t.Errorf("an empty set has a batch, or %d steps", b.Steps())
	}
}

func TestBatchesAllocateNothing(t *testing.T) {
	s := small(t, 100, 3)
	b := NewBatches(s, 16, 1)
	row := make([]float32, s.Features())
	e := 0
	if n := testing.AllocsPerRun(10, func() {
		b.Start(e)
		b.Skip(1)
		for b.Next() {
			for i := range b.Len() {
				b.Row(i, row)
			}
		}
		e++
	}); n != 0 {
		t.Errorf("%v allocations an epoch", n)
	}
}
