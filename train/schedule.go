package train

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Schedule says in words how the learning rate changes from step to step:
//
//	constant      not at all
//	step:N:F      it is multiplied by F after every N epochs
//	cosine        it falls to 0 at the end of the run, along half a cosine
//	cosine:RATE   it falls to RATE
//
// and before them, or alone,
//
//	warmup:N      for N epochs it rises in a line; what follows begins after them
//
// The cosine is that of Loshchilov and Hutter, "SGDR: stochastic gradient descent
// with warm restarts", 2017, without restarts; the warm-up that of Goyal and
// others, "Accurate, large minibatch SGD", 2017. Both change the rate with each
// step. In PyTorch this is a SequentialLR of a LinearLR, which starts at
// 1/total_iters, and a StepLR or a CosineAnnealingLR, that is stepped after every
// batch.
//
// The zero Schedule is constant. [ParseSchedule] returns one spelling of each; a
// [Recipe] takes them all for the same.
type Schedule string

// maxEpochs is the most epochs that a schedule takes: on a 32-bit machine as well,
// an int holds them.
const maxEpochs = 1 << 30

var errSchedule = errors.New(
	"want constant, step:N:F, cosine or cosine:RATE, before any of them or alone warmup:N")

// ParseSchedule parses the words of a schedule.
func ParseSchedule(words string) (Schedule, error) {
	c, err := parseCurve(words)
	if err != nil {
		return "", fmt.Errorf("train: schedule %.100q: %w", words, err)
	}
	return c.schedule(), nil
}

// A curve is a schedule taken apart.
type curve struct {
	warmup  int     // epochs
	every   int     // epochs from one multiplication by factor to the next; 0 for none
	factor  float64 // in (0, 1)
	cosine  bool
	minimum float64 // where the cosine ends
}

func parseCurve(words string) (c curve, err error) {
	fields := strings.Fields(words)
	if len(fields) > 0 {
		if text, ok := strings.CutPrefix(fields[0], "warmup:"); ok {
			if c.warmup, err = parseEpochs(text); err != nil {
				return c, err
			}
			fields = fields[1:]
		}
	}
	if len(fields) > 1 {
		return c, errSchedule
	}
	if len(fields) == 0 {
		return c, nil
	}
	name, text, colon := strings.Cut(fields[0], ":")
	switch {
	case name == "constant" && !colon:
	case name == "step" && colon:
		every, factor, _ := strings.Cut(text, ":")
		if c.every, err = parseEpochs(every); err != nil {
			return c, err
		}
		c.factor, err = strconv.ParseFloat(factor, 64)
		if err != nil || !(c.factor > 0 && c.factor < 1) {
			return c, fmt.Errorf("factor %.100q: want a number between 0 and 1", factor)
		}
	case name == "cosine":
		c.cosine = true
		if !colon {
			break
		}
		c.minimum, err = strconv.ParseFloat(text, 64)
		if err != nil || !(c.minimum >= 0 && c.minimum <= math.MaxFloat32) {
			return c, fmt.Errorf("learning rate %.100q: want a number from 0 on that float32 can hold", text)
		}
	default:
		return c, errSchedule
	}
	return c, nil
}

func parseEpochs(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxEpochs {
		return 0, fmt.Errorf("%.100q epochs: want a whole number from 1 to %d", text, maxEpochs)
	}
	return n, nil
}

// schedule returns the words that parseCurve parses.
func (c curve) schedule() Schedule {
	var words []string
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	if c.warmup > 0 {
		words = append(words, "warmup:"+strconv.Itoa(c.warmup))
	}
	switch {
	case c.every > 0:
		words = append(words, "step:"+strconv.Itoa(c.every)+":"+number(c.factor))
	case c.cosine && c.minimum > 0:
		words = append(words, "cosine:"+number(c.minimum))
	case c.cosine:
		words = append(words, "cosine")
	}
	return Schedule(strings.Join(words, " "))
}

// check returns an error if the curve makes no sense for a run of so many epochs
// at the given rate.
func (c curve) check(rate float64, epochs int) error {
	switch {
	case c.warmup >= epochs:
		return fmt.Errorf("a warm-up of %d epochs of %d: want fewer", c.warmup, epochs)
	case c.cosine && c.minimum >= rate:
		return fmt.Errorf("a cosine from a learning rate of %g to %g: want it to fall", rate, c.minimum)
	}
	return nil
}

// rate returns the learning rate of the step after the first `done` of a run whose
// epochs have so many steps.
func (c curve) rate(base float64, done int64, steps, epochs int) float64 {
	warmup := int64(c.warmup) * int64(steps)
	if done < warmup {
		return base * (float64(done+1) / float64(warmup))
	}
	done -= warmup
	switch {
	case c.cosine:
		return c.minimum + float64((base-c.minimum)*cosine(done, int64(epochs)*int64(steps)-warmup))
	case c.every > 0:
		for range done / int64(steps) / int64(c.every) {
			base *= c.factor
		}
	}
	return base
}

// cosine returns (1 + cos(πt/n))/2, for t from 0 to n, with the same bits on every
// machine; the cosine of package math is assembly on some.
func cosine(t, n int64) float64 {
	if 2*t < n {
		return 1 - cosine(n-t, n)
	}
	// It is also sin²(π(n-t)/2n), here of an angle up to π/4, where the Taylor
	// series needs no more terms than these.
	x := math.Pi / 2 * float64(n-t) / float64(n)
	z := float64(x * x)
	p := -1.0 / 1307674368000
	p = float64(p*z) + 1.0/6227020800
	p = float64(p*z) - 1.0/39916800
	p = float64(p*z) + 1.0/362880
	p = float64(p*z) - 1.0/5040
	p = float64(p*z) + 1.0/120
	p = float64(p*z) - 1.0/6
	sin := x + float64(x*float64(p*z))
	return float64(sin * sin)
}
