package tensor

import "testing"

// Each kernel's saturator does as many multiply-adds as it is told, on all of its
// chains.
func TestSaturators(t *testing.T) {
	for _, k := range kernels() {
		for _, n := range []int{1, 2, 7, 1000} {
			chains := make([]float32, k.saturator.chains+1)
			for i := range chains {
				chains[i] = float32(i)
			}
			k.saturator.run(chains[:k.saturator.chains], 1, 0.1, n)
			for i, got := range chains {
				want := float32(i)
				if i < k.saturator.chains {
					for range n {
						want += 0.1
					}
				}
				if got != want {
					t.Fatalf("%s: chain %d is %g after %d steps, want %g", k.name, i, got, n, want)
				}
			}
		}
	}
}

func TestMeasurePeak(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, threads := range []int{1, 3} {
			team := NewTeam(threads)
			defer team.Close()
			if peak := team.MeasurePeak(); !(peak > 0) {
				t.Errorf("%d threads: %g operations a second", threads, peak)
			}
		}
	})
}
