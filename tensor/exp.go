package tensor

import "math"

// Exp and Log are polynomials of our own, because those of package math are
// assembly on some machines and differ there in their last bits. Range reduction
// and coefficients are those of the Cephes library (S. L. Moshier, "Methods and
// programs for mathematical functions", 1989; expf and logf of Cephes 2.2).

// expConstants are what exp is computed with, here and by the kernels.
var expConstants = exp{
	least:    -87.33654, // ln 2^-126
	most:     88.72283,  // ln of the largest float32
	infinity: float32(math.Inf(1)),
	log2e:    1.44269504088896341,
	ln2High:  0.693359375,
	ln2Low:   -2.12194440e-4,
	round:    3 << 22, // adding it leaves no bits for a fraction
	p5:       1.9875691500e-4,
	p4:       1.3981999507e-3,
	p3:       8.3334519073e-3,
	p2:       4.1665795894e-2,
	p1:       1.6666665459e-1,
	p0:       5.0000001201e-1,
	one:      1,
}

type exp struct {
	least, most, infinity         float32
	log2e, ln2High, ln2Low, round float32
	p0, p1, p2, p3, p4, p5, one   float32
}

// Exp returns e^x to within 2 units in the last place. Below -87.33, where the
// result would be subnormal, it returns 0, above 88.72 infinity.
func Exp(x float32) float32 {
	c := &expConstants
	if x != x {
		return x
	}
	if x < c.least {
		return 0
	}
	if x > c.most {
		return c.infinity
	}
	// x = n ln 2 + r with |r| <= ln(2)/2, then e^x = 2^n e^r.
	n := float32(float32(x*c.log2e)+c.round) - c.round
	r := x - float32(n*c.ln2High)
	r -= float32(n * c.ln2Low)
	p := float32(c.p5*r) + c.p4
	p = float32(p*r) + c.p3
	p = float32(p*r) + c.p2
	p = float32(p*r) + c.p1
	p = float32(p*r) + c.p0
	p = float32(p*float32(r*r)) + r + c.one
	// In two steps, since 2^128 is no float32.
	half := int32(n) >> 1
	return p * power2(half) * power2(int32(n)-half)
}

// ExpSum sets dst = exp(x - shift) and returns the sum of dst, added up as a Sum
// adds it. It is what softmax makes of logits, with the highest for a shift.
func ExpSum(dst, x []float32, shift float32) float32 {
	return active().vectors.expSum(dst, x[:len(dst)], shift)
}

func expSumPortable(dst, x []float32, shift float32) float32 {
	var sum Sum
	for i, v := range x {
		dst[i] = Exp(v - shift)
		sum.Add(dst[i])
	}
	return sum.Total()
}

// power2 returns 2^n for a normal result.
func power2(n int32) float32 { return math.Float32frombits(uint32(n+127) << 23) }

// Log returns the natural logarithm of x to within 2 units in the last place:
// -Inf for 0, NaN for a negative number.
func Log(x float32) float32 {
	const (
		ln2High  = 0.693359375
		ln2Low   = -2.12194440e-4
		rootHalf = 0.707106781186547524
	)
	switch {
	case x != x || x < 0:
		return float32(math.NaN())
	case x == 0:
		return float32(math.Inf(-1))
	case x > math.MaxFloat32:
		return x
	}
	var e float32
	if x < 0x1p-126 {
		x *= 1 << 23
		e = -23
	}
	// x = 2^e m with m in [sqrt(1/2), sqrt(2)).
	bits := math.Float32bits(x)
	e += float32(int32(bits>>23) - 126)
	m := math.Float32frombits(bits&(1<<23-1) | 126<<23)
	if m < rootHalf {
		e--
		m += m
	}
	m--
	z := float32(m * m)
	p := float32(7.0376836292e-2)
	p = float32(p*m) - 1.1514610310e-1
	p = float32(p*m) + 1.1676998740e-1
	p = float32(p*m) - 1.2420140846e-1
	p = float32(p*m) + 1.4249322787e-1
	p = float32(p*m) - 1.6668057665e-1
	p = float32(p*m) + 2.0000714765e-1
	p = float32(p*m) - 2.4999993993e-1
	p = float32(p*m) + 3.3333331174e-1
	y := float32(float32(p*m) * z)
	y += float32(e * ln2Low)
	y -= float32(z * 0.5)
	return m + y + float32(e*ln2High)
}
