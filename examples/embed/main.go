// Embed is a program with a trained model inside: it tells what garment a
// picture shows.
//
//	go run ./examples/embed shirt.png
package main

import (
	_ "embed"
	"fmt"
	"os"
	"strings"

	"fnn/nn"
	"fnn/picture"
	"fnn/tensor"
)

// The model was trained with
//
//	fnn -model "64 bn relu dropout:0.2"
//
//go:embed model.safetensors
var file string

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err) // package log would take 50 KB more
		os.Exit(1)
	}
}

// run prints the class of each of the pictures.
func run(pictures []string) error {
	model, err := nn.Load(strings.NewReader(file))
	if err != nil {
		return err
	}
	for _, name := range pictures {
		class, probability, err := classify(model, name)
		if err != nil {
			return err
		}
		fmt.Printf("%s: %s %.4f\n", name, class, probability)
	}
	return nil
}

// classify returns the likeliest class of a PNG, JPEG or GIF file.
func classify(model *nn.Model, name string) (class string, probability float32, err error) {
	const height, width = 28, 28 // of the pictures that the model learned from
	pixels, _, err := picture.LoadFile(name, height, width)
	if err != nil {
		return "", 0, err
	}
	x := tensor.NewMatrix(1, model.Inputs)
	tensor.ScaleBytes(x.Row(0), pixels, model.InputScale)
	logits := tensor.NewMatrix(1, model.Classes())
	model.Logits(logits, x)

	row := logits.Row(0)
	best := nn.Argmax(row)
	nn.Softmax(row)
	return model.ClassNames[best], row[best], nil
}
