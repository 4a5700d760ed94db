package nn

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"fnn/tensor"
)

// A reference is a model computed plainly in float64: the formulas of the layers'
// comments, one sample and one number after the other.
type reference struct {
	words   []string // the output layer's included
	weights map[string][]float64
}

func newReference(t testing.TB, m *Model) *reference {
	r := &reference{append(strings.Fields(m.Architecture.String()), strconv.Itoa(m.Classes())), map[string][]float64{}}
	for _, stored := range file(t, m).Tensors {
		if strings.HasSuffix(stored.Name, "num_batches_tracked") {
			continue
		}
		for _, x := range floats(t, stored) {
			r.weights[stored.Name] = append(r.weights[stored.Name], float64(x))
		}
	}
	return r
}

// logits computes the logits of a batch, in training for masks that are not nil,
// of which there is one a layer, in prediction otherwise.
func (r *reference) logits(x tensor.Matrix, masks []tensor.Matrix) [][]float64 {
	batch := make([][]float64, x.Rows)
	for i := range batch {
		for _, v := range x.Row(i) {
			batch[i] = append(batch[i], float64(v))
		}
	}
	for layer, word := range r.words {
		weight := func(name string) []float64 { return r.weights[strconv.Itoa(layer)+"."+name] }
		switch {
		case word == "relu":
			for _, row := range batch {
				for j := range row {
					row[j] = max(row[j], 0)
				}
			}
		case word == "bn":
			for j := range batch[0] {
				mean, variance := weight("running_mean")[j], weight("running_var")[j]
				if masks != nil {
					mean, variance = moments(batch, j)
				}
				for _, row := range batch {
					row[j] = (row[j]-mean)/math.Sqrt(variance+1e-5)*weight("weight")[j] + weight("bias")[j]
				}
			}
		case strings.HasPrefix(word, "dropout"):
			if masks != nil {
				for i, row := range batch {
					for j := range row {
						row[j] *= float64(masks[layer].At(i, j))
					}
				}
			}
		default:
			w, b := weight("weight"), weight("bias")
			for i, row := range batch {
				y := append([]float64(nil), b...)
				for j := range y {
					for k, v := range row {
						y[j] += v * w[j*len(row)+k]
					}
				}
				batch[i] = y
			}
		}
	}
	return batch
}

// moments returns the mean and the biased variance of column j.
func moments(batch [][]float64, j int) (mean, variance float64) {
	for _, row := range batch {
		mean += row[j] / float64(len(batch))
	}
	for _, row := range batch {
		variance += (row[j] - mean) * (row[j] - mean) / float64(len(batch))
	}
	return mean, variance
}

// loss returns the mean cross-entropy of a batch in training, with smoothed labels.
func (r *reference) loss(x tensor.Matrix, labels []int, smoothing float64, masks []tensor.Matrix) float64 {
	var loss float64
	for i, z := range r.logits(x, masks) {
		var sum float64
		for _, v := range z {
			sum += math.Exp(v)
		}
		loss += (1 - smoothing) * (math.Log(sum) - z[labels[i]])
		for _, v := range z {
			loss += smoothing / float64(len(z)) * (math.Log(sum) - v)
		}
	}
	return loss / float64(len(labels))
}

// masks draws the masks of an epoch's first batch in training, one a layer. A
// layer has one stream for each 32 columns; each 64 bits decide two neighbours,
// the lower half the first, and an odd column at the end takes bits alone.
func (r *reference) masks(rows, inputs int, seed uint64, epoch int) []tensor.Matrix {
	masks := make([]tensor.Matrix, len(r.words))
	width := inputs
	for layer, word := range r.words {
		if n, err := strconv.Atoi(word); err == nil {
			width = n
		}
		text, ok := strings.CutPrefix(word, "dropout:")
		if !ok {
			continue
		}
		p, err := strconv.ParseFloat(text, 64)
		if err != nil {
			panic(err)
		}
		masks[layer] = tensor.NewMatrix(rows, width)
		for lo := 0; lo < width; lo += 32 {
			s := tensor.NewStream(seed, "dropout", layer, epoch, lo/32)
			for i := range rows {
				var bits uint64
				for j := lo; j < min(lo+32, width); j++ {
					if (j-lo)%2 == 0 {
						bits = s.Uint64()
					}
					if float64(uint32(bits)) >= math.Floor(p*(1<<32)) {
						masks[layer].Row(i)[j] = float32(1 / (1 - p))
					}
					bits >>= 32
				}
			}
		}
	}
	return masks
}
