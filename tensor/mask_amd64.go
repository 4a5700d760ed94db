//go:build !purego

package tensor

// lanes are 16 successive states of a generator, which go on together by jumps
// over 16 draws.
type lanes struct {
	lo, hi [16]uint64
	jump   jump
}

var sixteenDraws = jumpOf(16)

// maskLanesAVX512 fills a mask whose length is a multiple of 32, and not 0. It
// leaves the states at the last 16 draws.
//
//go:noescape
func maskLanesAVX512(mask []float32, l *lanes, dropped uint32, keep float32)

// maskLanesAVX2 does the same.
//
//go:noescape
func maskLanesAVX2(mask []float32, l *lanes, dropped uint32, keep float32)

// A parameter for the one call that differs would make the lanes of maskAVX512 and maskAVX2
// escape to the heap.

func maskAVX512(mask []float32, s *Stream, dropped uint32, keep float32) {
	if l := (lanes{}); l.start(mask, s) {
		n := len(mask) &^ 31
		maskLanesAVX512(mask[:n], &l, dropped, keep)
		l.end(s)
		mask = mask[n:]
	}
	maskPortable(mask, s, dropped, keep)
}

func maskAVX2(mask []float32, s *Stream, dropped uint32, keep float32) {
	if l := (lanes{}); l.start(mask, s) {
		n := len(mask) &^ 31
		maskLanesAVX2(mask[:n], &l, dropped, keep)
		l.end(s)
		mask = mask[n:]
	}
	maskPortable(mask, s, dropped, keep)
}

// start draws the first 16 states, unless they cost more than they save.
func (l *lanes) start(mask []float32, s *Stream) bool {
	const worthwhile = 128 // the first 16 states cost as much as a mask of 32
	if len(mask) < worthwhile {
		return false
	}
	l.jump = sixteenDraws
	for i := range l.lo {
		s.state = s.state.advance(oneDraw)
		l.lo[i], l.hi[i] = s.state.lo, s.state.hi
	}
	return true
}

// end leaves s at the last state.
func (l *lanes) end(s *Stream) { s.state = uint128{l.hi[15], l.lo[15]} }
