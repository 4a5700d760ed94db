package tensor

import (
	"math"
	"math/bits"
)

// A Stream is a sequence of random numbers for one purpose: the weights of a
// layer, say, or the order of the samples in an epoch. It depends on nothing
// but what it was made from, so that every machine draws the same numbers and
// a run that resumes at epoch e needs no saved generator state.
//
// The bits are those of math/rand/v2's PCG, whose sequence Go guarantees: O'Neill's
// generator of 128 bits with the output function DXSM ("PCG: a family of simple
// fast space-efficient statistically good algorithms for random number
// generation", 2014). It is written out here so that many can be drawn at once.
// What is made of the bits is made here too, since the methods of rand.Rand carry
// no such guarantee. A Stream is not safe for concurrent use.
type Stream struct {
	state uint128
}

// NewStream returns the stream for a purpose and its indices (an epoch, a
// layer) under a seed. Streams that differ in any of the three are unrelated.
func NewStream(seed uint64, purpose string, index ...int) *Stream {
	s := new(Stream)
	s.Seed(seed, purpose, index...)
	return s
}

// Seed makes s the stream that NewStream returns for the same arguments.
func (s *Stream) Seed(seed uint64, purpose string, index ...int) {
	h := mix(seed)
	for i := range len(purpose) {
		h = mix(h ^ uint64(purpose[i]))
	}
	for _, i := range index {
		h = mix(h + uint64(i) + 1)
	}
	s.state = uint128{h, mix(h)}
}

// mix is the SplitMix64 step: it maps neighbouring inputs to unrelated outputs
// (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
// OOPSLA 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Uint64 returns 64 random bits.
func (s *Stream) Uint64() uint64 {
	s.state = s.state.advance(oneDraw)
	return s.state.output()
}

type uint128 struct{ hi, lo uint64 }

// times returns x*y, without what goes beyond 128 bits.
func (x uint128) times(y uint128) uint128 {
	hi, lo := bits.Mul64(x.lo, y.lo)
	return uint128{hi + x.hi*y.lo + x.lo*y.hi, lo}
}

// plus returns x+y, without what goes beyond 128 bits.
func (x uint128) plus(y uint128) uint128 {
	lo, carry := bits.Add64(x.lo, y.lo, 0)
	hi, _ := bits.Add64(x.hi, y.hi, carry)
	return uint128{hi, lo}
}

// A jump takes a generator's state some draws ahead: to state*factor + summand.
type jump struct{ factor, summand uint128 }

// oneDraw is PCG's jump to the next state.
var oneDraw = jump{
	uint128{2549297995355413924, 4865540595714422341},
	uint128{6364136223846793005, 1442695040888963407},
}

// then returns the jump that does what j and then next do.
func (j jump) then(next jump) jump {
	return jump{j.factor.times(next.factor), j.summand.times(next.factor).plus(next.summand)}
}

// jumpOf returns the jump over n draws (F. B. Brown, "Random number generation
// with arbitrary strides", 1994).
func jumpOf(n int) jump {
	all := jump{factor: uint128{0, 1}}
	for power := oneDraw; n > 0; n >>= 1 {
		if n&1 == 1 {
			all = all.then(power)
		}
		power = power.then(power)
	}
	return all
}

func (x uint128) advance(j jump) uint128 { return x.times(j.factor).plus(j.summand) }

// output returns the bits drawn in a state: DXSM, "double xorshift multiply".
func (x uint128) output() uint64 {
	const multiplier = 0xda942042e4dd58b5
	hi := x.hi
	hi ^= hi >> 32
	hi *= multiplier
	hi ^= hi >> 48
	return hi * (x.lo | 1)
}

// Skip passes over n draws of Uint64, in a time that grows with the logarithm of
// n.
func (s *Stream) Skip(n int) { s.state = s.state.advance(jumpOf(n)) }

// IntN returns a uniform integer in [0, n). It panics if n <= 0.
//
// The method is Lemire's "Fast random integer generation in an interval"
// (2019): a multiplication, and a retry for the few values that would bias it.
func (s *Stream) IntN(n int) int {
	if n <= 0 {
		panic("tensor: IntN of an empty interval")
	}
	high, low := bits.Mul64(s.Uint64(), uint64(n))
	if low < uint64(n) {
		for reject := -uint64(n) % uint64(n); low < reject; {
			high, low = bits.Mul64(s.Uint64(), uint64(n))
		}
	}
	return int(high)
}

// Shuffle puts values in a uniformly random order (Fisher and Yates).
func Shuffle[T any](s *Stream, values []T) {
	for i := len(values) - 1; i > 0; i-- {
		j := s.IntN(i + 1)
		values[i], values[j] = values[j], values[i]
	}
}

// Uniform returns a multiple of 2^-24 in [0, 1).
func (s *Stream) Uniform() float32 {
	return float32(s.Uint64()>>40) * (1.0 / (1 << 24))
}

// Normal returns a number from the standard normal distribution, by Marsaglia's
// polar method (Knuth, "The art of computer programming", volume 2, section
// 3.4.1, algorithm P).
func (s *Stream) Normal() float32 {
	for {
		x, y := float32(2*s.Uniform())-1, float32(2*s.Uniform())-1
		r := float32(x*x) + float32(y*y)
		if 0 < r && r < 1 {
			return x * float32(math.Sqrt(float64(-2*Log(r)/r)))
		}
	}
}
