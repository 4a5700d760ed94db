package nn

import (
	"fmt"
	"sync"
	"testing"

	"fnn/tensor"
)

// TestLogitsByChunks compares batches that end inside, at and after the chunks
// that a model computes together with samples computed alone.
func TestLogitsByChunks(t *testing.T) {
	const inputs, classes = 5, 4
	for _, words := range architectures {
		m := newModel(t, words, inputs, classes)
		x, _ := samples(1, 200, inputs, classes)
		before := append([]float32(nil), x.Data...)
		want := tensor.NewMatrix(200, classes)
		for i := range x.Rows {
			m.Logits(want.RowRange(i, i+1), x.RowRange(i, i+1))
		}
		for _, n := range []int{0, 1, 2, 63, 64, 65, 128, 200} {
			got := tensor.NewMatrix(n, classes)
			m.Logits(got, x.RowRange(0, n))
			if !sameBits(got, want.RowRange(0, n)) {
				t.Errorf("%q: the logits of %d samples differ from those of each alone", words, n)
			}
			for _, threads := range []int{1, 2, 7} {
				team := tensor.NewTeam(threads)
				got := tensor.NewMatrix(n, classes)
				m.LogitsOf(team, got, Rows(x))
				if !sameBits(got, want.RowRange(0, n)) {
					t.Errorf("%q: LogitsOf with %d threads differs on %d samples", words, threads, n)
				}
				clear(got.Data)
				m.LogitsShared(team, got, x.RowRange(0, n))
				if !sameBits(got, want.RowRange(0, n)) {
					t.Errorf("%q: LogitsShared with %d threads differs on %d samples", words, threads, n)
				}
				team.Close()
			}
		}
		for i := range before {
			if x.Data[i] != before[i] {
				t.Fatalf("%q: prediction changed its input", words)
			}
		}
	}
}

// TestLogitsOfViews predicts from and to parts of wider matrices.
func TestLogitsOfViews(t *testing.T) {
	const inputs, classes = 5, 4
	for _, words := range architectures {
		m := newModel(t, words, inputs, classes)
		wide, _ := samples(1, 10, inputs+3, classes)
		x, narrow := wide.ColRange(2, 2+inputs), tensor.NewMatrix(10, inputs)
		for i := range x.Rows {
			copy(narrow.Row(i), x.Row(i))
		}
		want, whole := tensor.NewMatrix(10, classes), tensor.NewMatrix(10, classes+2)
		m.Logits(want, narrow)
		m.Logits(whole.ColRange(1, 1+classes), x)
		if !sameBits(whole.ColRange(1, 1+classes), want) {
			t.Errorf("%q: the logits of a part of a matrix differ", words)
		}
		for i := range whole.Rows {
			if whole.At(i, 0) != 0 || whole.At(i, classes+1) != 0 {
				t.Fatalf("%q: wrote beside the logits", words)
			}
		}
	}
}

func TestLogitsConcurrently(t *testing.T) {
	const inputs, classes = 5, 4
	m := newModel(t, "40 bn relu dropout:0.3 33 relu", inputs, classes)
	x, _ := samples(1, 100, inputs, classes)
	want := tensor.NewMatrix(100, classes)
	m.Logits(want, x)
	team := tensor.NewTeam(2)
	defer team.Close()
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for range 5 {
				got := tensor.NewMatrix(100, classes)
				if i%2 == 0 {
					m.Logits(got, x)
				} else {
					m.LogitsOf(team, got, Rows(x))
				}
				if !sameBits(got, want) {
					t.Error("logits computed at the same time as others differ")
				}
			}
		}()
	}
	wait.Wait()
}

func TestLogitsPanics(t *testing.T) {
	m := newModel(t, "6 relu", 5, 4)
	for name, f := range map[string]func(){
		"features": func() { m.Logits(tensor.NewMatrix(3, 4), tensor.NewMatrix(3, 6)) },
		"classes":  func() { m.Logits(tensor.NewMatrix(3, 5), tensor.NewMatrix(3, 5)) },
		"rows":     func() { m.Logits(tensor.NewMatrix(2, 4), tensor.NewMatrix(3, 5)) },
		"shared":   func() { m.LogitsShared(nil, tensor.NewMatrix(2, 4), tensor.NewMatrix(3, 5)) },
		"LogitsOf": func() { m.LogitsOf(nil, tensor.NewMatrix(3, 3), Rows(tensor.NewMatrix(3, 5))) },
		"short data": func() {
			m.Logits(tensor.NewMatrix(3, 4), tensor.Matrix{Data: make([]float32, 14), Rows: 3, Cols: 5, Stride: 5})
		},
	} {
		mustPanic(t, name, f)
	}
}

func TestClone(t *testing.T) {
	for _, words := range architectures {
		m := newModel(t, words, 5, 4)
		m.Info = map[string]string{"a": "b"}
		m.InputScale = 0.5
		before := hash(t, m, nil)
		clone := m.Clone()
		if hash(t, clone, nil) != before || clone.InputScale != 0.5 || clone.Info["a"] != "b" || clone.Inputs != 5 {
			t.Errorf("%q: the clone differs", words)
		}
		x, labels := samples(1, 6, 5, 4)
		step(t, newTrainer(t, clone, NewAdam(0.1), 6, nil), x, labels)
		clone.Info["a"] = "c"
		if hash(t, m, nil) != before || m.Info["a"] != "b" {
			t.Errorf("%q: training the clone changed the model", words)
		}
		m.CopyWeights(clone)
		if hash(t, m, nil) != hash(t, clone, nil) || hash(t, m, nil) == before {
			t.Errorf("%q: CopyWeights did not copy all", words)
		}
	}
}

func TestRows(t *testing.T) {
	x, _ := samples(1, 3, 4, 2)
	row := make([]float32, 4)
	Rows(x)(2, row)
	if fmt.Sprint(row) != fmt.Sprint(x.Row(2)) {
		t.Errorf("sample 2 is %v, want %v", row, x.Row(2))
	}
}
