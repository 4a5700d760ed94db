package quantize_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"fnn/nn"
	"fnn/quantize"
	"fnn/tensor"
)

// Quantise a network that tells whether the first of two pixels is the lighter.
func Example() {
	model, err := nn.New(nn.Architecture{"2", "relu"}, 2, 2)
	if err != nil {
		log.Fatal(err)
	}
	model.ClassNames, model.InputScale = []string{"first", "second"}, 1.0/255
	hidden, output := model.Layers[0].(*nn.Dense).Weight, model.Layers[2].(*nn.Dense).Weight
	for i := range 2 {
		hidden.Set(i, i, 1)
		hidden.Set(1-i, i, -1)
		output.Set(i, i, 10)
	}

	pixels := tensor.NewBytes(3, 2)
	copy(pixels.Row(0), []uint8{255, 0})
	copy(pixels.Row(1), []uint8{10, 240})
	copy(pixels.Row(2), []uint8{120, 118})
	quantized, err := quantize.New(model, pixels)
	if err != nil {
		log.Fatal(err)
	}
	logits := tensor.NewMatrix(3, 2)
	quantized.Logits(logits, pixels)
	for i := range pixels.Rows {
		fmt.Println(pixels.Row(i), quantized.ClassNames[nn.Argmax(logits.Row(i))])
	}
	// Output:
	// [255 0] first
	// [10 240] second
	// [120 118] first
}

func ExampleModel_Save() {
	folder, err := os.MkdirTemp("", "fnn")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	name := filepath.Join(folder, "int8.safetensors")

	model, err := nn.New(nn.Architecture{"128", "relu"}, 784, 10)
	if err != nil {
		log.Fatal(err)
	}
	quantized, err := quantize.New(model, tensor.NewBytes(1, 784))
	if err != nil {
		log.Fatal(err)
	}
	if err := quantized.Save(name); err != nil {
		log.Fatal(err)
	}
	loaded, err := quantize.LoadFile(name)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(loaded.Architecture, loaded.Inputs, loaded.Layers[0].Outputs)
	_, err = nn.LoadFile(name)
	fmt.Println(err != nil)
	// Output:
	// 128 relu 784 128
	// true
}
