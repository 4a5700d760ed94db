package tensor

import "math"

// Mask fills mask with 0 and keep, for dropout: with each 64 bits drawn it decides
// two elements, by the lower half and then by the upper; an element is 0 where
// its 32 bits are below dropped. The last element of an odd number takes a draw
// alone.
func (s *Stream) Mask(mask []float32, dropped uint32, keep float32) {
	n := len(mask) &^ 1
	active().vectors.mask(mask[:n], s, dropped, keep)
	if n < len(mask) {
		mask[n] = decide(uint32(s.Uint64()), dropped, keep)
	}
}

func maskPortable(mask []float32, s *Stream, dropped uint32, keep float32) {
	state := s.state
	for ; len(mask) >= 2; mask = mask[2:] {
		state = state.advance(oneDraw)
		bits := state.output()
		mask[0], mask[1] = decide(uint32(bits), dropped, keep), decide(uint32(bits>>32), dropped, keep)
	}
	s.state = state
}

// decide returns 0 or keep, without a branch that nobody could predict.
func decide(bits, dropped uint32, keep float32) float32 {
	drop := uint32((int64(bits) - int64(dropped)) >> 63) // all ones to drop
	return math.Float32frombits(math.Float32bits(keep) &^ drop)
}
