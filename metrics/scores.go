package metrics

// Scores are the figures of one class, or their average over classes. With TP
// the samples of a class predicted as that class, FP those of other classes
// predicted as it, and FN those of it predicted as another:
//
//	Precision = TP / (TP + FP)
//	Recall    = TP / (TP + FN)
//	F1        = 2 TP / (2 TP + FP + FN)
//
// A quotient whose divisor is 0 is 0.
type Scores struct {
	Precision, Recall, F1 float64

	// Support is the number of samples the figures are about.
	Support int
}

// Class returns the figures of class i. It panics if i is not a class.
func (c *Confusion) Class(i int) Scores {
	correct := float64(c.Count(i, i))
	support, predicted := 0, 0
	for j := range c.classes {
		support += c.Count(i, j)
		predicted += c.Count(j, i)
	}
	return Scores{
		Precision: ratio(correct, float64(predicted)),
		Recall:    ratio(correct, float64(support)),
		F1:        ratio(2*correct, float64(support)+float64(predicted)),
		Support:   support,
	}
}

// Macro returns the plain mean of the figures of all classes, those without
// samples included. Its Support is the total.
func (c *Confusion) Macro() Scores {
	return c.average(func(Scores) float64 { return 1 })
}

// Weighted returns the mean of the figures of all classes, each weighted by
// its support. Its Support is the total.
func (c *Confusion) Weighted() Scores {
	return c.average(func(s Scores) float64 { return float64(s.Support) })
}

func (c *Confusion) average(weight func(Scores) float64) Scores {
	var sum Scores
	var weights float64
	for i := range c.classes {
		s := c.Class(i)
		w := weight(s)
		// The conversions keep the compiler from fusing product and sum,
		// which would round differently on some machines.
		sum.Precision += float64(w * s.Precision)
		sum.Recall += float64(w * s.Recall)
		sum.F1 += float64(w * s.F1)
		sum.Support += s.Support
		weights += w
	}
	return Scores{
		Precision: ratio(sum.Precision, weights),
		Recall:    ratio(sum.Recall, weights),
		F1:        ratio(sum.F1, weights),
		Support:   sum.Support,
	}
}
