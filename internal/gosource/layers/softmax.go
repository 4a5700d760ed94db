package layers

import "math"

// softmax replaces logits by probabilities, exp(z[i]) / sum exp(z[j]).
func softmax(logits []float32) {
	highest := logits[0]
	for _, v := range logits {
		if v > highest || v != v {
			highest = v
		}
	}
	// The sum has a fixed shape: 16 strided partial sums, added in halves.
	var partial [16]float32
	for i, v := range logits {
		logits[i] = exp(v - highest)
		partial[i%16] += logits[i]
	}
	for half := 8; half > 0; half /= 2 {
		for i := 0; i < half; i++ {
			partial[i] += partial[i+half]
		}
	}
	for i := range logits {
		logits[i] /= partial[0]
	}
}

// exp returns e^x for x up to 0 to within 2 units in the last place, and 0 where
// that would be subnormal. Range reduction and coefficients are those of expf of
// the Cephes library (S. L. Moshier, 1989).
func exp(x float32) float32 {
	const log2e, ln2High, ln2Low = 1.44269504088896341, 0.693359375, -2.12194440e-4
	if x != x {
		return x
	}
	if x < -87.33654 { // ln 2^-126
		return 0
	}
	// x = n ln 2 + r with |r| <= ln(2)/2, then e^x = 2^n e^r.
	const round = 3 << 22 // adding it leaves no bits for a fraction
	n := float32(float32(x*log2e)+round) - round
	r := x - float32(n*ln2High)
	r -= float32(n * ln2Low)
	p := float32(1.9875691500e-4*r) + 1.3981999507e-3
	p = float32(p*r) + 8.3334519073e-3
	p = float32(p*r) + 4.1665795894e-2
	p = float32(p*r) + 1.6666665459e-1
	p = float32(p*r) + 5.0000001201e-1
	p = float32(p*float32(r*r)) + r + 1
	return p * math.Float32frombits(uint32(int32(n)+127)<<23)
}
