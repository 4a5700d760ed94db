package nn

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"fnn/safetensors"
	"fnn/tensor"
)

// The contents of testdata/torch.json, which testdata/pytorch.py describes.
type (
	torchTensor struct {
		Shape     []int
		Values    []float32
		Deviation float64
	}
	torchState   map[string]torchTensor
	torchNetwork struct {
		Architecture    string
		Inputs, Classes int
		X               torchTensor
		Labels          []int
		Initial         torchState
		Logits          torchTensor
		Loss            float64
		Gradients       torchState
		Trained         map[string]torchState
		EvalLogits      torchTensor `json:"eval_logits"`
		WeightDecay     float64     `json:"weight_decay"`
		ClipNorm        float64     `json:"clip_norm"`
		Clipped         int
		LabelSmoothing  float64 `json:"label_smoothing"`
	}
)

func (s torchState) file() *safetensors.File {
	f := new(safetensors.File)
	for name, x := range s {
		if strings.HasSuffix(name, "num_batches_tracked") {
			f.Tensors = append(f.Tensors, safetensors.Int64(name, nil, []int64{int64(x.Values[0])}))
		} else {
			f.Tensors = append(f.Tensors, safetensors.Float32(name, x.Shape, x.Values))
		}
	}
	return f
}

// check compares values with PyTorch's. What rounding does to PyTorch's own
// result, the deviation, it may do to ours; four times that, since ours takes
// other roundings, and a few units in the last place of numbers near one.
func (x torchTensor) check(t *testing.T, name string, got []float32) {
	t.Helper()
	if len(got) != len(x.Values) {
		t.Errorf("%s: %d values, want %d", name, len(got), len(x.Values))
		return
	}
	for i, want := range x.Values {
		limit := 4*x.Deviation + 5e-7*(1+math.Abs(float64(want)))
		if off := math.Abs(float64(got[i]) - float64(want)); !(off <= limit) {
			t.Errorf("%s[%d] is %g, PyTorch's is %g, off by %.2g, limit %.2g", name, i, got[i], want, off, limit)
			return
		}
	}
}

func TestAgainstPyTorch(t *testing.T) {
	text, err := os.ReadFile("testdata/torch.json")
	if err != nil {
		t.Fatal(err)
	}
	var contents struct {
		LearningRate float64 `json:"learning_rate"`
		Networks     []torchNetwork
	}
	if err := json.Unmarshal(text, &contents); err != nil {
		t.Fatal(err)
	}
	if len(contents.Networks) == 0 {
		t.Fatal("no networks")
	}
	for _, n := range contents.Networks {
		name := fmt.Sprintf("%s decay %g clip %g smoothing %g", n.Architecture, n.WeightDecay, n.ClipNorm, n.LabelSmoothing)
		if n.ClipNorm > 0 && (n.Clipped == 0 || n.Clipped == 50) {
			t.Errorf("%s: %d of 50 gradients are clipped, so that the test tells little", name, n.Clipped)
		}
		t.Run(name, func(t *testing.T) {
			eachKernel(t, func(t *testing.T) { n.test(t, contents.LearningRate) })
		})
	}
}

func (n torchNetwork) test(t *testing.T, rate float64) {
	m := newModel(t, n.Architecture, n.Inputs, n.Classes)
	if err := m.Restore(n.Initial.file()); err != nil {
		t.Fatal(err)
	}
	x := tensor.FromSlice(n.X.Values, n.X.Shape...).Matrix()

	var names []string
	for _, stored := range file(t, m).Tensors {
		names = append(names, stored.Name)
		if want := n.Initial[stored.Name].Shape; !slices.Equal(stored.Shape, want) {
			t.Errorf("%s has shape %v, want %v", stored.Name, stored.Shape, want)
		}
	}
	if len(names) != len(n.Initial) {
		t.Errorf("a file has the tensors %q, want as many as PyTorch's %d", names, len(n.Initial))
	}

	got, loss := gradients(t, m, x, n.Labels, n.ClipNorm, n.LabelSmoothing, nil)
	if math.Abs(loss-n.Loss) > 1e-6*n.Loss {
		t.Errorf("loss %g, want %g", loss, n.Loss)
	}
	if len(got) != len(n.Gradients) {
		t.Errorf("%d gradients, want %d", len(got), len(n.Gradients))
	}
	for name, want := range n.Gradients {
		want.check(t, "gradient of "+name, got[name])
	}

	optimizer := NewAdam(rate)
	optimizer.WeightDecay, optimizer.ClipNorm = n.WeightDecay, n.ClipNorm
	trainer := newTrainer(t, m, optimizer, len(n.Labels), nil)
	smooth(t, trainer, n.LabelSmoothing)
	for steps := 1; steps <= 50; steps++ {
		step(t, trainer, x, n.Labels)
		state, ok := n.Trained[fmt.Sprint(steps)]
		if !ok {
			continue
		}
		for _, stored := range file(t, m).Tensors {
			want := state[stored.Name]
			name := fmt.Sprintf("after %d steps: %s", steps, stored.Name)
			switch {
			case strings.HasSuffix(stored.Name, "num_batches_tracked"):
				if batches, err := stored.Int64s(); err != nil || batches[0] != int64(want.Values[0]) {
					t.Errorf("%s is %d, want %g (error %v)", name, batches, want.Values[0], err)
				}
			case want.Deviation > 1e-3:
				// Batch norm subtracts the bias before it again, so that its true
				// gradient is zero. Adam scales the rounding errors in its place
				// up to steps of about the learning rate, which the running mean
				// follows: these differ even between PyTorch in float32 and in
				// float64, and nothing can be said but that steps are no larger.
				n.checkWandering(t, name, floats(t, stored), want, rate*float64(steps))
			default:
				want.check(t, name, floats(t, stored))
			}
		}
	}

	// Prediction, from PyTorch's own weights for the sake of the running means.
	if err := m.Restore(n.Trained["50"].file()); err != nil {
		t.Fatal(err)
	}
	logits := tensor.New(x.Rows, n.Classes)
	m.Logits(logits.Matrix(), x)
	for i, want := range n.EvalLogits.Values {
		if off := math.Abs(float64(logits.Data[i] - want)); off > 2e-6*(1+math.Abs(float64(want))) {
			t.Errorf("eval logit %d is %g, PyTorch's is %g", i, logits.Data[i], want)
		}
	}
}

// checkWandering checks that two walks of steps up to the learning rate, or what
// follows them, are no further apart than both can walk.
func (n torchNetwork) checkWandering(t *testing.T, name string, got []float32, want torchTensor, reach float64) {
	t.Helper()
	if !strings.HasSuffix(name, ".bias") && !strings.HasSuffix(name, ".running_mean") {
		t.Errorf("%s: PyTorch's deviation is %g", name, want.Deviation)
	}
	for i, x := range want.Values {
		if off := math.Abs(float64(got[i] - x)); !(off <= 2*reach) {
			t.Errorf("%s[%d] is %g, PyTorch's is %g, further than %g steps reach", name, i, got[i], x, 2*reach)
		}
	}
}
