package nn

import (
	"math"
	"strings"
	"testing"

	"fnn/tensor"
)

var (
	inf = float32(math.Inf(1))
	nan = float32(math.NaN())
)

func TestSoftmax(t *testing.T) {
	for _, c := range []struct{ logits, want []float32 }{
		{nil, nil},
		{[]float32{-3}, []float32{1}},
		{[]float32{0, 0, 0, 0}, []float32{0.25, 0.25, 0.25, 0.25}},
		{[]float32{0, float32(math.Log(3))}, []float32{0.25, 0.75}},
		{[]float32{1e4, 1e4, 0}, []float32{0.5, 0.5, 0}},
		{[]float32{3e38, -3e38}, []float32{1, 0}},
		{[]float32{-3e38, -3e38}, []float32{0.5, 0.5}},
		{[]float32{1, -inf}, []float32{1, 0}},
		{[]float32{0, nan, 1}, []float32{nan, nan, nan}},
		{[]float32{nan, 5}, []float32{nan, nan}},
		{[]float32{inf, 0}, []float32{nan, nan}},
	} {
		got := append([]float32(nil), c.logits...)
		Softmax(got)
		for i := range got {
			if c.want[i] != c.want[i] && got[i] != got[i] || math.Abs(float64(got[i]-c.want[i])) < 1e-6 {
				continue
			}
			t.Errorf("Softmax(%v) = %v, want %v", c.logits, got, c.want)
			break
		}
	}
}

func TestSoftmaxAgainstFloat64(t *testing.T) {
	s := tensor.NewStream(1, "test")
	for _, size := range []float32{0.1, 1, 10, 80, 1000} {
		for range 100 {
			logits := make([]float32, 10)
			for i := range logits {
				logits[i] = size * s.Normal()
			}
			highest := math.Inf(-1)
			for _, z := range logits {
				highest = max(highest, float64(z))
			}
			var sum float64
			for _, z := range logits {
				sum += math.Exp(float64(z) - highest)
			}
			p := append([]float32(nil), logits...)
			Softmax(p)
			var total float64
			for i, z := range logits {
				want := math.Exp(float64(z)-highest) / sum
				total += float64(p[i])
				// The difference of two logits is rounded before the exponential.
				if math.Abs(float64(p[i])-want) > want*(2e-6+float64(size)*2e-7)+1e-37 {
					t.Fatalf("logit %g of %v: probability %g, want %g", z, logits, p[i], want)
				}
				loss := math.Log(sum) - (float64(z) - highest)
				if got := float64(CrossEntropy(logits, i)); math.Abs(got-loss) > 1e-6*(1+loss) {
					t.Fatalf("class %d of %v: cross-entropy %g, want %g", i, logits, got, loss)
				}
			}
			if math.Abs(total-1) > 1e-6 {
				t.Fatalf("the probabilities of %v sum to %g", logits, total)
			}
		}
	}
}

func TestCrossEntropy(t *testing.T) {
	for _, c := range []struct {
		logits []float32
		label  int
		want   float32
	}{
		{[]float32{7}, 0, 0},
		{[]float32{0, 0}, 1, float32(math.Ln2)},
		{[]float32{1e4, -1e4}, 0, 0},
		{[]float32{1e4, -1e4}, 1, 2e4},
		{[]float32{3e38, -3e38}, 1, inf},
		{[]float32{nan, 1}, 1, nan},
		{[]float32{1, nan}, 0, nan},
		{[]float32{inf, 1}, 1, nan},
	} {
		got := CrossEntropy(c.logits, c.label)
		if got != c.want && (got == got || c.want == c.want) {
			t.Errorf("CrossEntropy(%v, %d) = %g, want %g", c.logits, c.label, got, c.want)
		}
	}
}

func TestSmoothedCrossEntropy(t *testing.T) {
	for _, c := range []struct {
		logits    []float32
		smoothing float32
		loss      float32
		gradient  []float32
	}{
		{[]float32{7}, 0.5, 0, []float32{0}},
		{[]float32{0, 0}, 0.5, float32(math.Ln2), []float32{-0.25, 0.25}},
		{[]float32{1e4, -1e4}, 0.5, 5e3, []float32{0.25, -0.25}},
		{[]float32{-1e4, 1e4}, 0.5, 1.5e4, []float32{-0.75, 0.75}},
		{[]float32{0, -inf}, 0.5, inf, []float32{0.25, -0.25}},
		{[]float32{0, -inf}, 0, 0, []float32{0, 0}},
		{[]float32{1, nan}, 0.5, nan, []float32{nan, nan}},
	} {
		gradient, losses := make([]float32, len(c.logits)), make([]float32, 1)
		lossGradient{c.smoothing, 1}.compute(gradient, c.logits, []int{0}, losses)
		for i, got := range append(gradient, losses...) {
			want := append(c.gradient, c.loss)[i]
			if got != want && (got == got || want == want) {
				t.Errorf("%v smoothed by %g: losses %g and gradient %v, want %g and %v", c.logits, c.smoothing, losses, gradient, c.loss, c.gradient)
				break
			}
		}
	}
	trainer := newTrainer(t, newModel(t, "", 5, 4), NewAdam(0.01), 8, nil)
	for _, bad := range []float64{-0.1, 1, math.NaN()} {
		if err := trainer.SmoothLabels(bad); err == nil || !strings.HasPrefix(err.Error(), "nn: label smoothing ") {
			t.Errorf("smoothing %g: error %v", bad, err)
		}
	}
}

func TestCorrect(t *testing.T) {
	for _, c := range []struct {
		logits []float32
		label  int
		want   bool
	}{
		{[]float32{7}, 0, true},
		{[]float32{1, 3, 2}, 1, true},
		{[]float32{1, 3, 2}, 2, false},
		{[]float32{3, 3}, 0, true},
		{[]float32{3, 3}, 1, false},
		{[]float32{-inf, inf}, 1, true},
		{[]float32{1, nan}, 0, false},
		{[]float32{nan, nan}, 0, false},
	} {
		correct := lossGradient{0, 1}.compute(make([]float32, len(c.logits)), c.logits, []int{c.label}, make([]float32, 1))
		if got := correct == 1; got != c.want {
			t.Errorf("logits %v, label %d: correct %v, want %v", c.logits, c.label, got, c.want)
		}
	}
}

func TestArgmax(t *testing.T) {
	for _, c := range []struct {
		row  []float32
		want int
	}{
		{[]float32{3}, 0}, {[]float32{1, 3, 2}, 1}, {[]float32{2, 2, 1}, 0}, {[]float32{-inf, -5}, 1}, {[]float32{1, inf, inf}, 1},
	} {
		if got := Argmax(c.row); got != c.want {
			t.Errorf("Argmax(%v) = %d, want %d", c.row, got, c.want)
		}
	}
}
