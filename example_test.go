package fnn_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"runtime"

	"fnn/nn"
	"fnn/tensor"
	"fnn/train"
)

// Train a model and measure it. In place of the points that this example makes
// up, dataset.Load("data/fashion-mnist") gives Fashion-MNIST.
func Example() {
	set := spirals(600)
	training, validation, err := set.Split(0.2, 1)
	if err != nil {
		log.Fatal(err)
	}
	architecture, err := nn.ParseArchitecture("64 relu 32 relu")
	if err != nil {
		log.Fatal(err)
	}
	model, err := nn.New(architecture, set.Features(), set.Classes())
	if err != nil {
		log.Fatal(err)
	}
	if err := model.Initialize(nn.He, 1); err != nil {
		log.Fatal(err)
	}
	team := tensor.NewTeam(runtime.GOMAXPROCS(0))
	defer team.Close()
	config := train.Config{LearningRate: 0.01, Epochs: 40, Batch: 32, Seed: 1}
	run, err := train.New(model, training, validation, config, team)
	if err != nil {
		log.Fatal(err)
	}
	if err := run.Train(context.Background(), train.Observer{}); err != nil {
		log.Fatal(err)
	}
	result := train.Evaluate(run.Best, validation, team)
	fmt.Printf("accuracy %.3f, macro F1 %.3f\n", result.Confusion.Accuracy(), result.Confusion.Macro().F1)
	// Output: accuracy 1.000, macro F1 1.000
}

// Predict with a model inside the binary. Its file would be in a variable with a
// line above it, "//go:embed model.safetensors".
func Example_embedded() {
	var file = trainedModel()

	model, err := nn.Load(bytes.NewReader(file))
	if err != nil {
		log.Fatal(err)
	}
	x := tensor.NewMatrix(1, model.Inputs)
	x.SetRow(0, []float32{0.2, 0.9})
	logits := tensor.NewMatrix(1, model.Classes())
	model.Logits(logits, x)
	class := nn.Argmax(logits.Row(0))
	nn.Softmax(logits.Row(0))
	fmt.Printf("%s, with probability %.2f\n", model.ClassNames[class], logits.Row(0)[class])
	// Output: above, with probability 0.67
}
