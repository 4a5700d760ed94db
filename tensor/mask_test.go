package tensor

import "testing"

// TestMask compares masks with what the bits drawn one by one say, and checks
// that the stream goes on from there.
func TestMask(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, length := range append(vectorLengths(), 126, 127, 128, 129, 130, 159, 160, 161, 2048) {
			for _, dropped := range []uint32{0, 1, 1 << 30, 1 << 31, 3 << 30, 1<<32 - 1} {
				const keep = 1.25
				s, reference := NewStream(1, "test", length), NewStream(1, "test", length)
				mask := make([]float32, length+1)
				mask[length] = 7
				s.Mask(mask[:length], dropped, keep)
				var bits uint64
				for i := range length {
					if i%2 == 0 {
						bits = reference.Uint64()
					} else {
						bits >>= 32
					}
					want := float32(keep)
					if uint32(bits) < dropped {
						want = 0
					}
					if mask[i] != want {
						t.Fatalf("%d elements, %d dropped: element %d is %g, want %g", length, dropped, i, mask[i], want)
					}
				}
				if mask[length] != 7 {
					t.Fatalf("%d elements: wrote beyond them", length)
				}
				if got, want := s.Uint64(), reference.Uint64(); got != want {
					t.Fatalf("%d elements: the next draw is %x, want %x", length, got, want)
				}
			}
		}
	})
}

func TestMaskAllocatesNothing(t *testing.T) {
	mask, s := make([]float32, 200), NewStream(1, "test")
	eachKernel(t, func(t *testing.T) {
		if n := testing.AllocsPerRun(10, func() { s.Mask(mask, 1<<31, 2) }); n != 0 {
			t.Errorf("%g allocations", n)
		}
	})
}
