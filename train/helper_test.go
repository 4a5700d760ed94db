package train

import (
	"bytes"
	"context"
	"testing"

	"fnn/dataset"
	"fnn/nn"
	"fnn/safetensors"
	"fnn/tensor"
)

const (
	features = 6
	classes  = 3
)

// blobs returns samples of three classes, each scattered around a point of its
// own so widely that the classes overlap.
func blobs(t testing.TB, seed uint64, n int) *dataset.Set {
	t.Helper()
	centres, s := tensor.NewStream(1, "centres"), tensor.NewStream(seed, "blobs")
	var centre [classes][features]float32
	for c := range centre {
		for j := range centre[c] {
			centre[c][j] = centres.Normal()
		}
	}
	values, labels := make([]float32, n*features), make([]int, n)
	for i := range labels {
		labels[i] = i % classes
		for j := range features {
			values[i*features+j] = centre[labels[i]][j] + 1.5*s.Normal()
		}
	}
	set, err := dataset.FromFloats(values, []int{features}, labels, []string{"red", "green", "blue"})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func newModel(t testing.TB, words string) *nn.Model {
	t.Helper()
	a, err := nn.ParseArchitecture(words)
	if err != nil {
		t.Fatal(err)
	}
	m, err := nn.New(a, features, classes)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Initialize(nn.He, 1); err != nil {
		t.Fatal(err)
	}
	return m
}

func newRun(t testing.TB, m *nn.Model, c Config, team *tensor.Team) *Run {
	t.Helper()
	r, err := New(m, blobs(t, 1, 22), blobs(t, 2, 15), c, team)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func train(t testing.TB, r *Run, o Observer) {
	t.Helper()
	if err := r.Train(context.Background(), o); err != nil {
		t.Fatal(err)
	}
}

// encode returns a file's bytes.
func encode(t testing.TB, f *safetensors.File, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := safetensors.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func modelBytes(t testing.TB, m *nn.Model) []byte {
	t.Helper()
	f, err := m.File()
	return encode(t, f, err)
}

func checkpointBytes(t testing.TB, r *Run) []byte {
	t.Helper()
	f, err := r.Checkpoint()
	return encode(t, f, err)
}

func decode(t testing.TB, b []byte) *safetensors.File {
	t.Helper()
	f, err := safetensors.Read(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return f
}
