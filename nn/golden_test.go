package nn

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"testing"

	"fnn/tensor"
)

// golden is the SHA-256 of what goldenRun computes: on every machine, with every
// kernel and any number of threads. A change of it is a change of every model
// that anybody has trained: a new version of the program.
const golden = "e12bfdd4929c9cbafd331642f14c6f3f9b06de1f5689f883d164298fed84045d"

// goldenRecipe is the same for a model that learns with weight decay, clipping and
// smoothed labels.
const goldenRecipe = "260cf5dae2eaadd7f39d0a0f66b2814b74ce7f1079726cbc83a9da5c3ee18903"

// goldenRun trains every kind of layer, at widths that fill no panel and no
// vector, on whole and on smaller batches, and predicts with the result.
func goldenRun(t *testing.T, words string, optimizer Adam, smoothing float64, threads int) string {
	const inputs, classes, batch = 37, 5, 16
	a, err := ParseArchitecture(words)
	if err != nil {
		t.Fatal(err)
	}
	m, err := New(a, inputs, classes)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Initialize(He, 1); err != nil {
		t.Fatal(err)
	}
	team := tensor.NewTeam(threads)
	defer team.Close()
	trainer := newTrainer(t, m, optimizer, batch, team)
	smooth(t, trainer, smoothing)
	for i := range 60 {
		if i%20 == 0 {
			trainer.StartEpoch(i / 20)
		}
		rows := batch
		if i%20 == 19 {
			rows = 7
		}
		x, labels := samples(uint64(i%20), rows, inputs, classes)
		step(t, trainer, x, labels)
	}
	// Prediction and softmax belong to the hash as well.
	x, _ := samples(100, 20, inputs, classes)
	logits := tensor.NewMatrix(20, classes)
	m.LogitsOf(team, logits, Rows(x))
	h := sha256.New()
	h.Write([]byte(hash(t, m, trainer)))
	for i := range logits.Rows {
		Softmax(logits.Row(i))
		if err := binary.Write(h, binary.LittleEndian, logits.Row(i)); err != nil {
			t.Fatal(err)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestGolden(t *testing.T) {
	const words = "dropout:0.1 40 bn relu dropout:0.3 33 relu dropout:0.25 9 bn"
	testGolden(t, golden, words, NewAdam(0.01), 0)
}

func TestGoldenRecipe(t *testing.T) {
	optimizer := NewAdam(0.01)
	optimizer.WeightDecay, optimizer.ClipNorm = 0.1, 0.7
	testGolden(t, goldenRecipe, "40 bn relu 3 relu 230 relu dropout:0.1", optimizer, 0.1)
}

func testGolden(t *testing.T, want, words string, optimizer Adam, smoothing float64) {
	eachKernel(t, func(t *testing.T) {
		for _, threads := range []int{1, 2, 7} {
			if got := goldenRun(t, words, optimizer, smoothing, threads); got != want {
				t.Errorf("%d threads: hash %s, want %s", threads, got, want)
			}
		}
	})
}
