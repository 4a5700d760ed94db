//go:build !race

package quantize

import (
	"testing"

	"fnn/tensor"
)

// The race detector makes a sync.Pool forget some of what it is given, so that this
// test says nothing under it.
func TestPredictionAllocatesNothing(t *testing.T) {
	q := newQuantized(t, newModel(t, "bn 40 bn relu 33 relu bn", 5, 4), samples(1, 50, 5))
	x, logits := samples(2, 100, 5), tensor.NewMatrix(100, 4)
	q.Logits(logits, x) // makes the buffers
	if n := testing.AllocsPerRun(20, func() { q.Logits(logits, x) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}
