package layers

// rectify sets each x to max(x, 0): the rectified linear unit.
func rectify(x []float32) {
	for i, v := range x {
		if 0 > v {
			x[i] = 0
		}
	}
}
