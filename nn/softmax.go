package nn

import (
	"slices"

	"fnn/tensor"
)

// Softmax replaces a row of logits by the probabilities of the classes,
// exp(z[i]) / sum exp(z[j]).
func Softmax(logits []float32) {
	if len(logits) == 0 {
		return
	}
	sum := tensor.ExpSum(logits, logits, highest(logits))
	for i := range logits {
		logits[i] /= sum
	}
}

// CrossEntropy returns the loss of a row of logits whose class is label:
// log(sum exp(z[j])) - z[label].
func CrossEntropy(logits []float32, label int) float32 {
	highest := highest(logits)
	var sum tensor.Sum
	for _, z := range logits {
		sum.Add(tensor.Exp(z - highest))
	}
	return tensor.Log(sum.Total()) - (logits[label] - highest)
}

// crossEntropyGradient sets gradient to that of the loss with respect to the
// logits, times scale. It returns the loss, and whether the label's logit is the
// highest, the first of equals. The loss is CrossEntropy for a class that is
// not certain: smoothing, which is 0 or more, is shared out evenly over all classes,
// the label's among them, and the label has the rest (Szegedy and others,
// "Rethinking the Inception architecture", 2016). So with the probability q[j] of
// class j the loss is -sum q[j]·log softmax(z)[j], and its gradient softmax(z) - q.
func crossEntropyGradient(gradient, logits []float32, label int, smoothing, scale float32) (loss float32, hit bool) {
	highest := highest(logits) // taken off, lest the sum overflow
	sum := tensor.ExpSum(gradient, logits, highest)
	certain, share := 1-smoothing, smoothing/float32(len(logits))
	loss = tensor.Log(sum) - float32(certain*(logits[label]-highest))
	if smoothing > 0 {
		var rest tensor.Sum
		for _, z := range logits {
			rest.Add(z - highest)
		}
		loss -= float32(share * rest.Total())
	}
	own := gradient[label]
	for j := range gradient {
		gradient[j] = (gradient[j]/sum - share) * scale
	}
	gradient[label] = (own/sum - share - certain) * scale
	return loss, logits[label] == highest && !slices.Contains(logits[:label], highest)
}

// highest returns the largest element of a row, or NaN where there is one.
func highest(row []float32) float32 {
	most := row[0]
	for _, v := range row[1:] {
		most = max(most, v)
	}
	return most
}

// Argmax returns the index of the largest element of a row, the first of equals.
func Argmax(row []float32) int {
	best := 0
	for j, v := range row {
		if v > row[best] {
			best = j
		}
	}
	return best
}
