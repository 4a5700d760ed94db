package nn

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"

	"fnn/tensor"
)

// TestLogitsWithDropoutMasks looks at the masks themselves, through a model that
// gives out what dropout makes of its inputs, which are ones.
func TestLogitsWithDropoutMasks(t *testing.T) {
	const n, width, probability = 1000, 40, 0.25
	m := newModel(t, "dropout:0.25", width, width)
	dense := m.Layers[1].(*Dense)
	clear(dense.Weight.Data)
	clear(dense.Bias)
	for i := range width {
		dense.Weight.Set(i, i, 1)
	}
	ones := func(_ int, row []float32) {
		for i := range row {
			row[i] = 1
		}
	}
	draw := func(seed uint64, epoch int) tensor.Matrix {
		logits := tensor.NewMatrix(n, width)
		m.LogitsWithDropout(nil, logits, ones, seed, epoch)
		return logits
	}
	masks := draw(1, 1)
	dropped := 0
	for i, v := range masks.Data {
		switch v {
		case 0:
			dropped++
		case float32(1 / (1 - probability)):
		default:
			t.Fatalf("sample %d, input %d: %g, want 0 or 4/3", i/width, i%width, v)
		}
	}
	const mean, deviations = n * width * probability, 5
	if deviation := math.Sqrt(mean * (1 - probability)); math.Abs(float64(dropped)-mean) > deviations*deviation {
		t.Errorf("%d of %d dropped, want %g, give or take %.0f", dropped, n*width, float64(mean), deviation)
	}
	// Any two rows agree by chance alone, also across chunks, epochs and seeds.
	for _, other := range []struct {
		what  string
		masks tensor.Matrix
		shift int
	}{
		{"the next sample", masks, 1}, {"the next chunk", masks, chunk},
		{"another epoch", draw(1, 2), 0}, {"another seed", draw(2, 1), 0},
	} {
		same := 0
		for i := range n - other.shift {
			for j := range width {
				if masks.At(i, j) == other.masks.At(i+other.shift, j) {
					same++
				}
			}
		}
		const agreeing = probability*probability + (1-probability)*(1-probability)
		if got := float64(same) / float64((n-other.shift)*width); math.Abs(got-agreeing) > 0.02 {
			t.Errorf("the masks of %s agree in %.3f of their elements, want %.3f", other.what, got, agreeing)
		}
	}
}

// goldenDropout is the SHA-256 of the logits of TestLogitsWithDropoutGolden, as
// golden is that of training.
const goldenDropout = "583206f9c51e628c2a3b7810c4c166bce7f64742871e19a6dae166ef900af393"

func TestLogitsWithDropoutGolden(t *testing.T) {
	const inputs, classes, n = 37, 5, 150
	m := newModel(t, "dropout:0.1 40 bn relu dropout:0.3 33 relu dropout:0.25", inputs, classes)
	x, _ := samples(1, n, inputs, classes)
	eachKernel(t, func(t *testing.T) {
		logits := tensor.NewMatrix(n, classes)
		m.LogitsWithDropout(nil, logits, Rows(x), 1, 2)
		h := sha256.New()
		if err := binary.Write(h, binary.LittleEndian, logits.Data); err != nil {
			t.Fatal(err)
		}
		if got := hex.EncodeToString(h.Sum(nil)); got != goldenDropout {
			t.Errorf("hash %s, want %s", got, goldenDropout)
		}
	})
}

// Neither threads nor how many samples follow change a sample's logits, and a
// model without dropout has nothing to draw.
func TestLogitsWithDropout(t *testing.T) {
	const inputs, classes = 5, 4
	for _, words := range append(architectures, "7 bn relu dropout:0.5 40 relu dropout:0.2") {
		m := newModel(t, words, inputs, classes)
		x, _ := samples(1, 200, inputs, classes)
		plain, want := tensor.NewMatrix(200, classes), tensor.NewMatrix(200, classes)
		m.LogitsOf(nil, plain, Rows(x))
		m.LogitsWithDropout(nil, want, Rows(x), 3, 5)
		drops := false
		for _, layer := range m.Layers {
			if d, ok := layer.(*Dropout); ok && d.Probability > 0 {
				drops = true
			}
		}
		if drops == sameBits(plain, want) {
			t.Errorf("%q: with and without dropout: the same %v", words, !drops)
		}
		for _, n := range []int{0, 1, 63, 64, 65, 200} {
			for _, threads := range []int{1, 2, 7} {
				team := tensor.NewTeam(threads)
				got := tensor.NewMatrix(n, classes)
				m.LogitsWithDropout(team, got, Rows(x), 3, 5)
				if !sameBits(got, want.RowRange(0, n)) {
					t.Errorf("%q: %d samples, %d threads: other logits", words, n, threads)
				}
				team.Close()
			}
		}
		again := tensor.NewMatrix(200, classes)
		m.LogitsOf(nil, again, Rows(x))
		if !sameBits(again, plain) {
			t.Errorf("%q: dropout stays on", words)
		}
	}
}
