package quantize

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"testing"

	"fnn/tensor"
)

// golden is the SHA-256 of what goldenRun computes: on every machine, with every
// kernel and any number of threads. A change of it is a change of every model that
// anybody has quantised: a new version of the program.
const golden = "d5a8e737c2c303eefffa320ede84b60404cf01970b23fb8d1c0267a4c98173ae"

// goldenRun quantises models of all kinds of layers, at widths that fill no
// vector, and predicts with them.
func goldenRun(t *testing.T, threads int) string {
	const inputs, classes = 37, 5
	team := tensor.NewTeam(threads)
	defer team.Close()
	h := sha256.New()
	for _, words := range architectures {
		q := newQuantized(t, newModel(t, words, inputs, classes), samples(1, 150, inputs))
		h.Write(written(t, q))
		logits := tensor.NewMatrix(150, classes)
		q.LogitsOf(team, logits, Rows(samples(2, 150, inputs)))
		if err := binary.Write(h, binary.LittleEndian, logits.Data); err != nil {
			t.Fatal(err)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestGolden(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, threads := range []int{1, 2, 7} {
			if got := goldenRun(t, threads); got != golden {
				t.Errorf("%d threads: hash %s, want %s", threads, got, golden)
			}
		}
	})
}
