package nn

import "fnn/tensor"

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

// A lossGradient computes the losses of a batch's samples, each of which is
// CrossEntropy for a class that is not certain, and their gradient with respect to the
// logits, times scale. Smoothing, which is 0 or more, is shared out evenly over
// all classes, the label's among them, and the label has the rest (Szegedy and others,
// "Rethinking the Inception architecture", 2016). So with the probability q[j] of
// class j the loss is -sum q[j]·log softmax(z)[j], and its gradient softmax(z) - q.
type lossGradient struct{ smoothing, scale float32 }

// compute sets the gradient and the losses for rows of logits, one for each label, without gaps
// between them, and returns how often the label's logit is the highest, the first of equals.
//
// It does one thing for some rows before it does the next, because within a row
// everything waits for what comes before it, but a processor works at several rows.
func (l lossGradient) compute(gradient, logits []float32, labels []int, losses []float32) (correct int) {
	if len(labels) == 0 {
		return 0
	}
	classes := len(logits) / len(labels)
	var highests, sums [16]float32
	for len(labels) > 0 {
		n := min(len(labels), len(sums))
		for i, label := range labels[:n] {
			row := logits[i*classes:][:classes]
			highests[i] = highest(row) // taken off, lest the sum overflow
			if first(row, highests[i]) == label {
				correct++
			}
			sums[i] = tensor.ExpSum(gradient[i*classes:][:classes], row, highests[i])
		}
		for i, label := range labels[:n] {
			losses[i] = l.loss(logits[i*classes:][:classes], label, highests[i], sums[i])
		}
		for i, label := range labels[:n] {
			l.finish(gradient[i*classes:][:classes], label, sums[i])
		}
		gradient, logits = gradient[n*classes:], logits[n*classes:]
		labels, losses = labels[n:], losses[n:]
	}
	return correct
}

// loss returns the loss of a row of logits z, given the highest of them and the sum of
// exp(z - highest).
func (l lossGradient) loss(logits []float32, label int, highest, sum float32) float32 {
	loss := tensor.Log(sum) - float32((1-l.smoothing)*(logits[label]-highest))
	if l.smoothing > 0 {
		var rest tensor.Sum
		for _, z := range logits {
			rest.Add(z - highest)
		}
		loss -= float32(l.share(len(logits)) * rest.Total())
	}
	return loss
}

// finish turns a row of exponentials, whose sum is given, into that of the gradient.
func (l lossGradient) finish(row []float32, label int, sum float32) {
	share, own := l.share(len(row)), row[label]
	for j := range row {
		row[j] = (row[j]/sum - share) * l.scale
	}
	row[label] = (own/sum - share - (1 - l.smoothing)) * l.scale
}

// share returns the part of the smoothing that each of some classes gets.
func (l lossGradient) share(classes int) float32 { return l.smoothing / float32(classes) }

// highest returns the largest element of a row, or NaN where there is one.
func highest(row []float32) float32 {
	most := row[0]
	for _, v := range row[1:] {
		most = max(most, v)
	}
	return most
}

// first returns the index of the first element of a row that is x, which none exceeds,
// or -1. It always goes through all of them, which a processor can foresee.
func first(row []float32, x float32) int {
	at := -1
	for j := len(row) - 1; j >= 0; j-- {
		if row[j] >= x {
			at = j
		}
	}
	return at
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
