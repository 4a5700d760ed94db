package tensor

import (
	"math"
	"unsafe"
)

// An AdamStep holds the constants of one step of Adam (Kingma and Ba, "Adam: a
// method for stochastic optimization", 2015, algorithm 1), arranged as PyTorch
// arranges them.
type AdamStep struct {
	beta1, rest1 float32 // decay of the first moment, 1-beta1
	beta2, rest2 float32 // decay of the second moment, 1-beta2
	inverseRoot2 float32 // 1/sqrt(1-beta2^t)
	epsilon      float32
	rate         float32 // learning rate / (1-beta1^t)
	negligible   float32 // moments below this become 0
	tiny         float32 // gradients below this are taken as 0
}

// NewAdamStep returns the constants of step t, which counts from 1.
func NewAdamStep(learningRate, beta1, beta2, epsilon float64, t int) AdamStep {
	return AdamStep{
		beta1:        float32(beta1),
		rest1:        float32(1 - beta1),
		beta2:        float32(beta2),
		rest2:        float32(1 - beta2),
		inverseRoot2: float32(1 / math.Sqrt(1-power(beta2, t))),
		epsilon:      float32(epsilon),
		rate:         float32(learningRate / (1 - power(beta1, t))),
		negligible:   1e-30,
		tiny:         1e-15,
	}
}

// power returns x^n by repeated squaring: math.Pow's last bits differ between
// machines.
func power(x float64, n int) float64 {
	y := 1.0
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			y = float64(y * x)
		}
		x = float64(x * x)
	}
	return y
}

// Adam updates weights w by a step of Adam, given their gradient g and their
// moments m and v:
//
//	m = m*beta1 + g*(1-beta1)
//	v = v*beta2 + g²*(1-beta2)
//	w = w - rate * m / (sqrt(v)*inverseRoot2 + epsilon)
//
// A first moment below 1e-30 in size becomes 0, as does a second moment below
// 1e-30, and a gradient below 1e-15 in size counts as 0.
// Neither can be seen beside epsilon and a weight, but left alone they decay into
// the subnormal numbers, with which most processors are a hundred times slower.
func Adam(w, g, m, v []float32, step *AdamStep) {
	adam(active(), w, g, m, v, step, false)
}

// AdamUncached does what Adam does, for weights that other processors have read and will
// read again. Where it takes less time than to take back from their caches the memory
// that it writes, it writes w to memory, past all caches.
func AdamUncached(w, g, m, v []float32, step *AdamStep) {
	kern := active()
	adam(kern, w, g, m, v, step, kern.uncached && startsLine(w))
}

func adam(kern *kernel, w, g, m, v []float32, step *AdamStep, uncached bool) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	n := whole(len(w))
	kern.vectors.adam(w[:n], g, m, v, step, uncached)
	adamPortable(w[n:], g[n:], m[n:], v[n:], step, false)
}

// startsLine says whether x starts with a line of the cache.
func startsLine(x []float32) bool {
	return uintptr(unsafe.Pointer(unsafe.SliceData(x)))%alignment == 0
}

func adamPortable(w, g, m, v []float32, c *AdamStep, _ bool) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i := range w {
		gi := flush(g[i], c.tiny)
		mi := flush(float32(m[i]*c.beta1)+float32(gi*c.rest1), c.negligible)
		vi := float32(v[i]*c.beta2) + float32(float32(gi*gi)*c.rest2)
		if vi < c.negligible {
			vi = 0
		}
		m[i], v[i] = mi, vi
		root := float32(math.Sqrt(float64(vi)))
		w[i] -= float32(c.rate * (mi / (float32(root*c.inverseRoot2) + c.epsilon)))
	}
}

// flush returns x, or 0 where its size is below the limit.
func flush(x, limit float32) float32 {
	if math.Float32frombits(math.Float32bits(x)&^(1<<31)) < limit {
		return 0
	}
	return x
}
