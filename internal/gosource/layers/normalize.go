package layers

// normalize sets each x to (x-mean)*inverse*gain + shift, rounding after each
// operation: batch normalisation, inverse being that of the standard deviation.
func normalize(x []float32, mean, inverse, gain, shift string) {
	for i, v := range x {
		at := 4 * i
		v = (v - load(mean[at:])) * load(inverse[at:])
		x[i] = float32(v*load(gain[at:])) + load(shift[at:])
	}
}
