package nn

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"testing"

	"fnn/safetensors"
	"fnn/tensor"
)

// newModel returns a model whose parameters are all random, running statistics
// and biases included, so that none hides behind its first value.
func newModel(t testing.TB, words string, inputs, classes int) *Model {
	t.Helper()
	architecture, err := ParseArchitecture(words)
	if err != nil {
		t.Fatal(err)
	}
	m, err := New(architecture, inputs, classes)
	if err != nil {
		t.Fatal(err)
	}
	f := file(t, m)
	s := tensor.NewStream(1, "test "+words)
	for i := range f.Tensors {
		stored := &f.Tensors[i]
		if stored.Type != safetensors.F32 {
			continue
		}
		values := floats(t, *stored)
		for j := range values {
			switch {
			case strings.HasSuffix(stored.Name, "running_var"):
				values[j] = 0.5 + s.Uniform()
			case strings.HasSuffix(stored.Name, "weight") && len(stored.Shape) == 1:
				values[j] = 0.5 + s.Uniform()
			default:
				values[j] = 0.5 * s.Normal()
			}
		}
		*stored = safetensors.Float32(stored.Name, stored.Shape, values)
	}
	if err := m.Restore(f); err != nil {
		t.Fatal(err)
	}
	return m
}

func file(t testing.TB, m *Model) *safetensors.File {
	t.Helper()
	f, err := m.File()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func floats(t testing.TB, stored safetensors.Tensor) []float32 {
	t.Helper()
	values, err := stored.Float32s()
	if err != nil {
		t.Fatal(err)
	}
	return values
}

func newTrainer(t testing.TB, m *Model, optimizer Adam, batch int, team *tensor.Team) *Trainer {
	t.Helper()
	trainer, err := NewTrainer(m, optimizer, batch, 1, team)
	if err != nil {
		t.Fatal(err)
	}
	return trainer
}

func smooth(t testing.TB, trainer *Trainer, smoothing float64) {
	t.Helper()
	if err := trainer.SmoothLabels(smoothing); err != nil {
		t.Fatal(err)
	}
}

func step(t testing.TB, trainer *Trainer, x tensor.Matrix, labels []int) (loss float64, correct int) {
	t.Helper()
	loss, correct, err := trainer.Step(Rows(x), labels)
	if err != nil {
		t.Fatal(err)
	}
	return loss, correct
}

// samples returns random samples and labels.
func samples(seed uint64, rows, inputs, classes int) (tensor.Matrix, []int) {
	s := tensor.NewStream(seed, "samples")
	x := tensor.NewMatrix(rows, inputs)
	for i := range x.Data {
		x.Data[i] = s.Normal()
	}
	labels := make([]int, rows)
	for i := range labels {
		labels[i] = s.IntN(classes)
	}
	return x, labels
}

// hash returns the SHA-256 of a model's tensors, and of a trainer's if there is
// one: equal hashes are equal bits.
func hash(t testing.TB, m *Model, trainer *Trainer) string {
	t.Helper()
	tensors := file(t, m).Tensors
	if trainer != nil {
		tensors = append(tensors, trainer.Tensors()...)
	}
	h := sha256.New()
	for _, stored := range tensors {
		h.Write([]byte(stored.Name))
		h.Write(stored.Data)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// gradients returns the gradients of the loss that a first step on a batch
// computes, clipped unless clipNorm is 0, in the layout of files. With beta1 = 0,
// Adam's first moment is the gradient itself, save that one below 1e-15 counts as
// zero.
func gradients(t testing.TB, m *Model, x tensor.Matrix, labels []int, clipNorm, smoothing float64, team *tensor.Team) (g map[string][]float32, loss float64) {
	t.Helper()
	optimizer := Adam{LearningRate: 1e-3, Beta1: 0, Beta2: 0.999, Epsilon: 1e-8, ClipNorm: clipNorm}
	trainer := newTrainer(t, m.Clone(), optimizer, len(labels), team)
	smooth(t, trainer, smoothing)
	loss, _ = step(t, trainer, x, labels)
	g = map[string][]float32{}
	for _, stored := range trainer.Tensors() {
		name, ok := strings.CutSuffix(stored.Name, ".exp_avg")
		if ok {
			g[strings.TrimPrefix(name, "optimizer.")] = floats(t, stored)
		}
	}
	return g, loss / float64(len(labels))
}

// eachKernel runs test with every kernel of this machine in turn.
func eachKernel(t *testing.T, test func(t *testing.T)) {
	before := tensor.Kernel()
	defer tensor.SetKernel(before)
	for _, name := range tensor.Kernels() {
		if err := tensor.SetKernel(name); err != nil {
			t.Fatal(err)
		}
		t.Run(name, test)
	}
}

// sameBits says whether two matrices hold the same bits.
func sameBits(x, y tensor.Matrix) bool {
	if x.Rows != y.Rows {
		return false
	}
	for i := range x.Rows {
		if !slices.EqualFunc(x.Row(i), y.Row(i), func(a, b float32) bool {
			return math.Float32bits(a) == math.Float32bits(b)
		}) {
			return false
		}
	}
	return true
}

func mustPanic(t *testing.T, name string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if recover() == nil {
			t.Errorf("%s: no panic", name)
		}
	}()
	f()
}
