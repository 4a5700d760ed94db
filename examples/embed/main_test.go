package main

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fnn/idx"
	"fnn/nn"
)

func TestClassify(t *testing.T) {
	model, err := nn.Load(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	images, err := idx.ReadFile("../../data/fashion-mnist/t10k-images-idx3-ubyte.gz")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"Ankle boot", "Pullover", "Trouser"} {
		name := filepath.Join(t.TempDir(), "picture.png")
		f, err := os.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		garment := &image.Gray{Pix: images.Data[i*784:][:784], Stride: 28, Rect: image.Rect(0, 0, 28, 28)}
		if err := png.Encode(f, garment); err != nil {
			t.Fatal(err)
		}
		class, probability, err := classify(model, name)
		if err != nil || class != want || probability < 0.9 {
			t.Errorf("picture %d: %s %.4f, error %v; want %s", i, class, probability, err, want)
		}
	}
	if _, _, err := classify(model, "main.go"); err == nil {
		t.Error("a Go file is taken for a picture")
	}
}
