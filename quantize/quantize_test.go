package quantize

import (
	"math"
	"strings"
	"sync"
	"testing"

	"fnn/nn"
	"fnn/tensor"
)

// The logits are nearly those of the model in float32, whatever its layers.
func TestNew(t *testing.T) {
	const inputs, classes = 30, 10
	calibration, x := samples(1, 700, inputs), samples(2, 300, inputs)
	for _, words := range architectures {
		m := newModel(t, words, inputs, classes)
		q := newQuantized(t, m, calibration)
		want, got := tensor.NewMatrix(x.Rows, classes), tensor.NewMatrix(x.Rows, classes)
		m.Logits(want, scaled(x, m.InputScale))
		q.Logits(got, x)
		var errors, squares float64
		for i, v := range want.Data {
			d := float64(got.Data[i]) - float64(v)
			errors += d * d
			squares += float64(v) * float64(v)
		}
		if ratio := math.Sqrt(errors / squares); !(ratio < 0.03) {
			t.Errorf("%q: the logits are off by %.4f of their size", words, ratio)
		}
		if q.Classes() != classes || q.InputScale != m.InputScale || q.ClassNames[0] != m.ClassNames[0] || q.Info["image_height"] != "1" {
			t.Errorf("%q: %d classes, %q, scaled by %g, %q", words, q.Classes(), q.ClassNames, q.InputScale, q.Info)
		}
	}
}

// The integers of a network so small that they can be told by hand.
func TestIntegers(t *testing.T) {
	m := newModel(t, "2 relu", 2, 1)
	m.InputScale = 0.5
	set := func(layer int, weights []float32, bias ...float32) {
		d := m.Layers[layer].(*nn.Dense)
		for i, w := range weights {
			d.Weight.Set(i/d.Weight.Cols, i%d.Weight.Cols, w)
		}
		copy(d.Bias, bias)
	}
	set(0, []float32{1.27, 0, -0.635, 2}, 0, -254)
	set(2, []float32{1, -4}, 10)
	// The second neuron is 0 in the first sample, and just more than 0 in the second.
	calibration := tensor.NewBytes(2, 2)
	copy(calibration.Row(0), []uint8{200, 0})
	copy(calibration.Row(1), []uint8{200, 255})
	q := newQuantized(t, m, calibration)
	first, last := q.Layers[0], q.Layers[1]
	for i, want := range []int8{127, 0, -64, 127} {
		if first.Weights[i] != want {
			t.Errorf("weights %d, want %d at %d", first.Weights, want, i)
		}
	}
	// The first neuron goes up to 127, the second to 1: its steps are those of the
	// geometric mean.
	steps := []float64{127.0 / 255, math.Sqrt(127) / 255}
	scales := []float64{0.5 * 0.01 / steps[0], 0.5 * 2 / 127 / steps[1]}
	for j, want := range scales {
		if math.Abs(float64(first.Scale[j])/want-1) > 1e-6 {
			t.Errorf("scales %g, want %g", first.Scale, scales)
		}
	}
	// Rounding -63.5 to -64 takes half a unit of 0.005 from the first neuron for
	// each unit of the second input, whose mean is 127.5.
	if want := 127.5 * 0.5 * 0.005 / steps[0]; math.Abs(float64(first.Offset[0])/want-1) > 1e-5 {
		t.Errorf("offset %g, want %g", first.Offset[0], want)
	}
	// Weights for the steps are 127/255 and -4 * sqrt(127)/255.
	if last.Weights[0] != 127 || last.Weights[1] != -45 {
		t.Errorf("weights %d, want 127 and -45", last.Weights)
	}
	logits := tensor.NewMatrix(2, 1)
	q.Logits(logits, calibration)
	for i, want := range []float32{137, 137 - 80.95625 - 4} {
		if got := logits.At(i, 0); math.Abs(float64(got-want)) > 0.5 {
			t.Errorf("logit %g, want %g", got, want)
		}
	}
}

// A feature that is far from its mean once in many samples must not take the other
// features' precision, in its layer or the next.
func TestOutliers(t *testing.T) {
	const inputs, classes = 20, 4
	m := newModel(t, "bn 16 relu", inputs, classes)
	b := m.Layers[0].(*nn.BatchNorm)
	b.RunningMean[0], b.RunningVariance[0] = 0, 0 // divides by 0.003
	calibration := samples(1, 2000, inputs)
	for i := range calibration.Rows {
		calibration.Row(i)[0] = 0
	}
	calibration.Row(0)[0] = 255
	q := newQuantized(t, m, calibration)
	x := samples(2, 200, inputs)
	for i := range x.Rows {
		x.Row(i)[0] = 0
	}
	want, got := tensor.NewMatrix(x.Rows, classes), tensor.NewMatrix(x.Rows, classes)
	m.Logits(want, scaled(x, m.InputScale))
	q.Logits(got, x)
	for i, v := range want.Data {
		if d := math.Abs(float64(got.Data[i] - v)); d > 0.2 {
			t.Fatalf("logit %d is %g, want %g", i, got.Data[i], v)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	sound := func() *nn.Model { return newModel(t, "3 bn relu", 4, 2) }
	for _, c := range []struct {
		name    string
		change  func(m *nn.Model)
		samples tensor.Bytes
		want    string
	}{
		{"no samples", nil, tensor.NewBytes(0, 4), "quantize: 0 samples of 4 values to calibrate with: want some of 4"},
		{"other samples", nil, tensor.NewBytes(9, 5), "quantize: 9 samples of 5 values to calibrate with: want some of 4"},
		{"scale", func(m *nn.Model) { m.InputScale = 0 }, samples(1, 9, 4), "quantize: " + nn.ErrNoScale.Error()},
		{"NaN scale", func(m *nn.Model) { m.InputScale = float32(math.NaN()) }, samples(1, 9, 4), "inputs scaled by NaN"},
		{"NaN", func(m *nn.Model) { m.Layers[0].(*nn.Dense).Weight.Set(0, 0, float32(math.NaN())) }, samples(1, 9, 4), "no finite numbers"},
		{"infinite", func(m *nn.Model) { m.Layers[3].(*nn.Dense).Bias[1] = float32(math.Inf(-1)) }, samples(1, 9, 4), "no finite numbers"},
		{"negative variance", func(m *nn.Model) { m.Layers[1].(*nn.BatchNorm).RunningVariance[0] = -1 }, samples(1, 9, 4), "no finite numbers"},
	} {
		m := sound()
		if c.change != nil {
			c.change(m)
		}
		if _, err := New(m, c.samples); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	wide, err := nn.New(nn.Architecture{"1"}, tensor.MaxInt8Rows+1, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(wide, tensor.NewBytes(1, wide.Inputs)); err == nil || !strings.Contains(err.Error(), "dense layer 0 has 65794 inputs: want at most 65793") {
		t.Errorf("error %v", err)
	}
}

// What has no spread in the calibration samples is no obstacle.
func TestConstant(t *testing.T) {
	for _, words := range architectures {
		m := newModel(t, words, 6, 3)
		q := newQuantized(t, m, tensor.NewBytes(5, 6))
		x := samples(1, 5, 6)
		logits := tensor.NewMatrix(5, 3)
		q.Logits(logits, x)
		for _, v := range logits.Data {
			if v-v != 0 {
				t.Errorf("%q: logits %g", words, logits.Data)
				break
			}
		}
	}
	zero, err := nn.New(nn.Architecture{"4", "relu"}, 6, 3)
	if err != nil {
		t.Fatal(err)
	}
	q := newQuantized(t, zero, samples(1, 5, 6))
	logits := tensor.NewMatrix(1, 3)
	q.Logits(logits, samples(1, 1, 6))
	for _, v := range logits.Data {
		if v != 0 {
			t.Errorf("logits %g of a model of zeros", logits.Data)
		}
	}
}

// All ways of predicting agree, in chunks and in pieces of them.
func TestLogits(t *testing.T) {
	const inputs, classes = 37, 5
	m := newModel(t, "bn 40 relu bn relu 9", inputs, classes)
	q := newQuantized(t, m, samples(1, 200, inputs))
	for _, rows := range []int{0, 1, 2, 63, 64, 65, 200} {
		x := samples(2, rows, inputs)
		want, got := tensor.NewMatrix(rows, classes), tensor.NewMatrix(rows, classes)
		for i := range rows {
			q.Logits(want.RowRange(i, i+1), x.RowRange(i, i+1))
		}
		before := append([]uint8(nil), x.Data...)
		q.Logits(got, x)
		if !sameBits(got, want) {
			t.Errorf("%d rows at once differ from one at a time", rows)
		}
		if string(before) != string(x.Data) {
			t.Errorf("%d rows: the inputs have changed", rows)
		}
		for _, threads := range []int{1, 2, 7} {
			team := tensor.NewTeam(threads)
			clear(got.Data)
			q.LogitsOf(team, got, Rows(x))
			team.Close()
			if !sameBits(got, want) {
				t.Errorf("%d rows with %d threads differ from one at a time", rows, threads)
			}
		}
	}
	var group sync.WaitGroup
	x := samples(3, 100, inputs)
	want := tensor.NewMatrix(100, classes)
	q.Logits(want, x)
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			got := tensor.NewMatrix(100, classes)
			for range 20 {
				q.Logits(got, x)
				if !sameBits(got, want) {
					t.Error("concurrent calls differ")
				}
			}
		}()
	}
	group.Wait()
}

func TestPanics(t *testing.T) {
	q := newQuantized(t, newModel(t, "8 relu", 5, 4), samples(1, 50, 5))
	for name, f := range map[string]func(){
		"columns of logits":  func() { q.Logits(tensor.NewMatrix(2, 5), samples(1, 2, 5)) },
		"rows":               func() { q.Logits(tensor.NewMatrix(2, 4), samples(1, 3, 5)) },
		"inputs":             func() { q.Logits(tensor.NewMatrix(2, 4), samples(1, 2, 6)) },
		"logits of an Input": func() { q.LogitsOf(nil, tensor.NewMatrix(2, 3), Rows(samples(1, 2, 5))) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
