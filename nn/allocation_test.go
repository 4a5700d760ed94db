//go:build !race

package nn

import (
	"testing"

	"fnn/tensor"
)

// The race detector makes a sync.Pool forget some of what it is given, so that
// these tests say nothing under it.

func TestStepAllocatesNothing(t *testing.T) {
	x, labels := samples(1, 16, 20, 5)
	input := Rows(x)
	for _, threads := range []int{1, 2} {
		team := tensor.NewTeam(threads)
		optimizer := NewAdam(0.001)
		optimizer.WeightDecay, optimizer.ClipNorm = 0.1, 0.1
		trainer := newTrainer(t, newModel(t, "70 bn relu dropout:0.3 40 relu", 20, 5), optimizer, 16, team)
		smooth(t, trainer, 0.1)
		rows := 16
		if n := testing.AllocsPerRun(20, func() {
			trainer.StartEpoch(3)
			trainer.Skip(10)
			if _, _, err := trainer.Step(input, labels[:rows]); err != nil {
				t.Error(err)
			}
			rows = 25 - rows // whole batches and smaller ones in turn
		}); n != 0 {
			t.Errorf("%d threads: %g allocations a step", threads, n)
		}
		team.Close()
	}
}

func TestPredictionAllocatesNothing(t *testing.T) {
	m := newModel(t, "40 bn relu dropout:0.3 33 relu", 5, 4)
	x, _ := samples(1, 100, 5, 4)
	logits := tensor.NewMatrix(100, 4)
	m.Logits(logits, x) // makes the buffers
	if n := testing.AllocsPerRun(20, func() { m.Logits(logits, x) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}
