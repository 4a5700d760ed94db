package benchmark

import (
	"fmt"

	"fnn/tensor"
)

// Vectors returns vector kernels of a training step of model A, each over as many
// elements as there. Every thread has operands of its own.
func Vectors() Group {
	const batch, inputs, neurons, classes = 64, 784, 128, 10
	activations := fmt.Sprintf("%dx%d", batch, neurons)
	return Group{Name: "vector kernels", Unit: GigabytesASecond, Cases: []Case{
		{"bytes to numbers", fmt.Sprintf("%dx%d", batch, inputs), vector(batch*inputs, 1+4, func(n int) func() {
			x, y := make([]uint8, n), random(n)
			return func() { tensor.ScaleBytes(y, x, 1.0/255) }
		})},
		{"relu", activations, vector(batch*neurons, 2*4, func(n int) func() {
			x, y := random(n), random(n)
			return func() { tensor.Rectify(y, x) }
		})},
		{"relu, backward", activations, vector(batch*neurons, 3*4, func(n int) func() {
			x, y, z := random(n), random(n), random(n)
			return func() { tensor.RectifyBackward(z, x, y) }
		})},
		{"sum of rows", activations, vector(batch*neurons, 4, func(int) func() {
			x, sum := Panels.matrix(batch, neurons), random(neurons)
			return func() { tensor.SumRows(sum, x) }
		})},
		{"batch norm", activations, vector(batch*neurons, 3*4, func(int) func() {
			x, y, z, v := Panels.matrix(batch, neurons), Panels.matrix(batch, neurons), Panels.matrix(batch, neurons), random(neurons)
			return func() { tensor.NormalizeRows(z, y, x, v, v, v, v) }
		})},
		{"batch norm, backward", activations, vector(batch*neurons, 3*4, func(int) func() {
			x, y, z, v := Panels.matrix(batch, neurons), Panels.matrix(batch, neurons), Panels.matrix(batch, neurons), random(neurons)
			return func() { tensor.NormalizeRowsBackward(z, y, x, v, v, v) }
		})},
		{"dropout's mask", activations, vector(batch*neurons, 4, func(n int) func() {
			mask, s := random(n), tensor.NewStream(1, "benchmark")
			return func() { s.Mask(mask, 1<<31, 2) }
		})},
		{"softmax's exponentials", fmt.Sprintf("%dx%d", batch, classes), vector(batch*classes, 2*4, func(n int) func() {
			x, y := random(n), random(n)
			return func() {
				for i := 0; i < n; i += classes {
					tensor.ExpSum(y[i:i+classes], x[i:i+classes], 1)
				}
			}
		})},
		{"Adam", fmt.Sprintf("%dx%d", inputs, neurons), vector(inputs*neurons, 7*4, func(n int) func() {
			w, g, m, v := random(n), random(n), filled(n, 0), filled(n, 0)
			step := tensor.NewAdamStep(0.001, 0.9, 0.999, 1e-8, 1000)
			return func() { tensor.Adam(w, g, m, v, &step) }
		})},
	}}
}

// Memory returns multiplications of one array by another, which read both and
// write one: what the levels of the memory let through.
func Memory() Group {
	const most = 128 << 20 // bytes, of all threads together
	g := Group{Name: "memory, x *= y", Unit: GigabytesASecond}
	for _, level := range []struct {
		name, note string
		size       int // bytes of both arrays
	}{
		{"24 KiB", "a thread", 24 << 10}, {"384 KiB", "a thread", 384 << 10}, {"6 MiB", "a thread", 6 << 20},
		{"128 MiB", "shared out", most},
	} {
		g.Cases = append(g.Cases, Case{Name: level.name, Note: level.note, New: func(team *tensor.Team) (func(), float64) {
			n := min(level.size, most/team.Threads()) / 8
			return vector(n, 3*4, func(n int) func() {
				x, y := filled(n, 1), filled(n, 1)
				return func() { tensor.Multiply(x, x, y) }
			})(team)
		}})
	}
	return g
}

// vector returns a case's New for an operation on n elements, each of which reads
// and writes some bytes. New makes the operation, with operands, for a thread.
func vector(n, bytes int, new func(n int) func()) func(*tensor.Team) (func(), float64) {
	return func(team *tensor.Team) (func(), float64) {
		times := max(1, 1<<20/n) // so that handing it to the team does not count
		work := float64(times) * float64(team.Threads()) * float64(n) * float64(bytes)
		return together(team, times, func() func() { return new(n) }), work
	}
}
