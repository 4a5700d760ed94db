package benchmark

import (
	"fmt"

	"fnn/quantize"
	"fnn/tensor"
)

// Prediction returns model A's prediction of some samples, shared out over the
// threads.
func Prediction(samples ...int) Group {
	g := Group{Name: "prediction with A, shared out", Unit: SamplesASecond}
	for _, n := range samples {
		g.Cases = append(g.Cases, Case{Name: images(n), New: func(team *tensor.Team) (func(), float64) {
			m, x, logits := newModel("A"), pictures(n), tensor.NewMatrix(n, classes)
			return func() { m.LogitsShared(team, logits, x) }, float64(n)
		}})
	}
	return g
}

// PredictionInt8 is Prediction by the quantised model.
func PredictionInt8(samples ...int) Group {
	g := Group{Name: "prediction with A as int8, shared out", Unit: SamplesASecond}
	for _, n := range samples {
		g.Cases = append(g.Cases, Case{Name: images(n), New: func(team *tensor.Team) (func(), float64) {
			x, logits := tensor.NewBytes(n, features), tensor.NewMatrix(n, classes)
			for i := range x.Data {
				x.Data[i] = 128
			}
			m, err := quantize.New(newModel("A"), x.RowRange(0, 1))
			if err != nil {
				panic(err) // the weights are finite
			}
			input := quantize.Rows(x)
			return func() { m.LogitsOf(team, logits, input) }, float64(n)
		}})
	}
	return g
}

// Latency returns how long a caller waits for model A's prediction of some
// samples, while each of the other threads calls as well.
func Latency(samples ...int) Group {
	g := Group{Name: "prediction with A, a call on each thread", Unit: Microseconds}
	for _, n := range samples {
		g.Cases = append(g.Cases, Case{Name: images(n), New: func(team *tensor.Team) (func(), float64) {
			m, x := newModel("A"), pictures(n)
			times := max(1, 128/n) // so that handing it to the team does not count
			return together(team, times, func() func() {
				logits := tensor.NewMatrix(n, classes)
				return func() { m.Logits(logits, x) }
			}), float64(times)
		}})
	}
	return g
}

// pictures returns n samples of even grey.
func pictures(n int) tensor.Matrix {
	return tensor.FromSlice(filled(n*features, 0.5), n, features).Matrix()
}

func images(n int) string {
	if n == 1 {
		return "1 image"
	}
	return fmt.Sprintf("%d images", n)
}
