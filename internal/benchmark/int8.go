package benchmark

import (
	"fmt"

	"fnn/tensor"
)

// Int8Products returns products of uint8 and int8: those of model A's layers for
// 256 images, and of the first for 64 and for one. Every thread has operands of
// its own.
func Int8Products() Group {
	g := Group{Name: "products of uint8 and int8, M x N x K", Unit: MultiplyAdds}
	for _, s := range [][3]int{{1, 128, 784}, {64, 128, 784}, {256, 128, 784}, {256, 64, 128}, {256, 10, 64}} {
		m, n, k := s[0], s[1], s[2]
		work := float64(m) * float64(n) * float64(k)
		g.Cases = append(g.Cases, Case{Name: fmt.Sprintf("%dx%dx%d", m, n, k), New: func(team *tensor.Team) (func(), float64) {
			times := max(1, int(1e7/work)) // so that handing it to the team does not count
			run := together(team, times, func() func() { return int8Product(m, n, k) })
			return run, float64(times) * float64(team.Threads()) * work
		}})
	}
	return g
}

// int8Product returns a function that multiplies random matrices. The results of
// the last layer, of the classes, are numbers, those of the others bytes.
func int8Product(m, n, k int) func() {
	s := tensor.NewStream(1, "benchmark")
	x, weights := tensor.NewBytes(m, k), make([]int8, k*n)
	for i := range x.Data {
		x.Data[i] = uint8(s.IntN(256))
	}
	for i := range weights {
		weights[i] = int8(s.IntN(256) - 128)
	}
	w, scale, offset := tensor.NewInt8(k, n, weights), filled(n, 0.001), filled(n, 128)
	if n == classes {
		y := tensor.NewMatrix(m, n)
		return func() { w.MulFloats(y, x, scale, offset) }
	}
	y := tensor.NewBytes(m, n)
	return func() { w.MulBytes(y, x, scale, offset) }
}
