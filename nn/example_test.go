package nn_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"fnn/nn"
	"fnn/tensor"
)

// Train a network to compute the exclusive or, and use it.
func Example() {
	architecture, err := nn.ParseArchitecture("16 relu")
	if err != nil {
		log.Fatal(err)
	}
	model, err := nn.New(architecture, 2, 2)
	if err != nil {
		log.Fatal(err)
	}
	if err := model.Initialize(nn.He, 1); err != nil {
		log.Fatal(err)
	}
	trainer, err := nn.NewTrainer(model, nn.NewAdam(0.05), 4, 1, nil)
	if err != nil {
		log.Fatal(err)
	}
	x := tensor.FromSlice([]float32{0, 0, 0, 1, 1, 0, 1, 1}, 4, 2).Matrix()
	labels := []int{0, 1, 1, 0}
	for range 200 {
		if _, _, err := trainer.Step(nn.Rows(x), labels); err != nil {
			log.Fatal(err)
		}
	}

	logits := tensor.NewMatrix(4, 2)
	model.Logits(logits, x)
	for i := range x.Rows {
		fmt.Println(x.Row(i), nn.Argmax(logits.Row(i)))
	}
	// Output:
	// [0 0] 0
	// [0 1] 1
	// [1 0] 1
	// [1 1] 0
}

func ExampleParseArchitecture() {
	architecture, err := nn.ParseArchitecture("C")
	fmt.Println(architecture, err)
	_, err = nn.ParseArchitecture("128 relo")
	fmt.Println(err)
	// Output:
	// 128 bn relu dropout:0.4 64 bn relu dropout:0.4 <nil>
	// nn: architecture "128 relo": word 2, "relo": want a number of neurons, relu, bn or dropout:P, or one of A, B and C alone; did you mean relu?
}

func ExampleModel_Save() {
	folder, err := os.MkdirTemp("", "fnn")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	name := filepath.Join(folder, "model.safetensors")

	model, err := nn.New(nn.Architecture{"8", "relu"}, 4, 3)
	if err != nil {
		log.Fatal(err)
	}
	model.ClassNames = []string{"setosa", "versicolor", "virginica"}
	if err := model.Save(name); err != nil {
		log.Fatal(err)
	}
	loaded, err := nn.LoadFile(name)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(loaded.Architecture, loaded.Inputs, loaded.ClassNames)
	// Output: 8 relu 4 [setosa versicolor virginica]
}

func ExampleSoftmax() {
	logits := []float32{1, 2, 3}
	nn.Softmax(logits)
	fmt.Printf("%.3f\n", logits)
	// Output: [0.090 0.245 0.665]
}

func ExampleModel_Parameters() {
	for _, name := range []string{"A", "C"} {
		architecture, err := nn.ParseArchitecture(name)
		if err != nil {
			log.Fatal(err)
		}
		model, err := nn.New(architecture, 784, 10)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(name, model.Parameters())
	}
	// Output:
	// A 109386
	// C 109770
}
