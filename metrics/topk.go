package metrics

import "fmt"

// TopK returns the share of samples whose label is among the k classes with
// the greatest scores, or 0 when there are no samples. Scores is (N, C),
// row-major, and labels has length N. Among equal scores the lower class is
// ahead, as in numpy's and PyTorch's argmax, so that TopK with k = 1 is the
// accuracy of that; scikit-learn puts the higher class ahead. NaN is behind
// every number, -Inf included.
//
// It panics if k is less than 1, if the length of scores is not a multiple of
// the length of labels, or if a label is not a class.
func TopK(scores []float32, labels []int, k int) float64 {
	if k < 1 {
		panic(fmt.Sprintf("metrics: top %d accuracy", k))
	}
	samples := len(labels)
	if samples == 0 && len(scores) == 0 {
		return 0
	}
	if samples == 0 || len(scores)%samples != 0 {
		panic(fmt.Sprintf("metrics: %d scores for %d labels", len(scores), samples))
	}
	classes := len(scores) / samples
	hits := 0
	for n, label := range labels {
		row := scores[n*classes:][:classes]
		if uint(label) >= uint(classes) {
			panic(fmt.Sprintf("metrics: label %d: the classes are 0 to %d", label, classes-1))
		}
		if rank(row, label) < k {
			hits++
		}
	}
	return ratio(float64(hits), float64(samples))
}

// rank returns how many classes are ahead of the given one.
func rank(row []float32, class int) int {
	ahead := 0
	for i, score := range row {
		if above(score, row[class]) || i < class && !above(row[class], score) {
			ahead++
		}
	}
	return ahead
}

// above reports whether x is greater than y, NaN being less than any number.
func above(x, y float32) bool {
	return x > y || x == x && y != y
}
