package garment

import (
	"bytes"
	"math"
	"os"
	"testing"

	"fnn/idx"
	"fnn/internal/gosource"
	"fnn/nn"
	"fnn/tensor"
)

func open(t testing.TB) (*nn.Model, *idx.Array) {
	t.Helper()
	model, err := nn.LoadFile("../embed/model.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	images, err := idx.ReadFile("../../data/fashion-mnist/t10k-images-idx3-ubyte.gz")
	if err != nil {
		t.Fatal(err)
	}
	return model, images
}

// The file is what fnn export makes of the model.
func TestGenerated(t *testing.T) {
	model, _ := open(t)
	var want bytes.Buffer
	if err := gosource.Write(&want, model, "garment"); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("garment.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Error("run: go run ./cmd/fnn export examples/embed/model.safetensors -o examples/garment/garment.go")
	}
}

// Predict computes the bits of the model that it was generated from.
func TestPredict(t *testing.T) {
	model, images := open(t)
	count := images.Shape[0]
	if testing.Short() {
		count = 300
	}
	want := tensor.NewMatrix(count, Classes)
	model.LogitsOf(nil, want, func(i int, row []float32) {
		tensor.ScaleBytes(row, images.Data[i*Inputs:][:Inputs], model.InputScale)
	})
	var logits [Classes]float32
	for i := range count {
		class := Predict(&logits, (*[Inputs]byte)(images.Data[i*Inputs:]))
		if class != nn.Argmax(want.Row(i)) {
			t.Fatalf("picture %d: class %d, want %d", i, class, nn.Argmax(want.Row(i)))
		}
		for j, z := range want.Row(i) {
			if math.Float32bits(logits[j]) != math.Float32bits(z) {
				t.Fatalf("picture %d: logits %v, want %v", i, logits, want.Row(i))
			}
		}
	}
}

// BenchmarkPredict sets the generated code beside package nn.
func BenchmarkPredict(b *testing.B) {
	model, images := open(b)
	const count = 1000
	b.Run("generated", func(b *testing.B) {
		var logits [Classes]float32
		for i := 0; b.Loop(); i++ {
			Predict(&logits, (*[Inputs]byte)(images.Data[i%count*Inputs:]))
		}
	})
	for _, kernel := range tensor.Kernels() {
		b.Run("kernel="+kernel, func(b *testing.B) {
			before := tensor.Kernel()
			defer tensor.SetKernel(before)
			if err := tensor.SetKernel(kernel); err != nil {
				b.Fatal(err)
			}
			x, logits := tensor.NewMatrix(1, Inputs), tensor.NewMatrix(1, Classes)
			for i := 0; b.Loop(); i++ {
				tensor.ScaleBytes(x.Row(0), images.Data[i%count*Inputs:][:Inputs], model.InputScale)
				model.Logits(logits, x)
			}
		})
	}
}
