//go:build !race

package tensor

import "testing"

// The race detector makes a sync.Pool forget some of what it is given, so that this
// test says nothing under it.

func TestMatMulAllocatesNothing(t *testing.T) {
	a, b, bt, c := NewMatrix(16, 600), NewMatrix(600, 128), NewMatrix(128, 600), NewMatrix(16, 128)
	team := NewTeam(2)
	defer team.Close()
	for _, team := range []*Team{nil, team} {
		if n := testing.AllocsPerRun(100, func() { team.MatMul(c, a, b) }); n != 0 {
			t.Errorf("A·B, %d threads: %g allocations", team.Threads(), n)
		}
		if n := testing.AllocsPerRun(100, func() { team.MatMulTransB(c, a, bt) }); n != 0 {
			t.Errorf("A·Bᵀ, %d threads: %g allocations", team.Threads(), n)
		}
	}
}
