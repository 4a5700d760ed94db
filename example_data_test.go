package fnn_test

import (
	"bytes"
	"log"

	"fnn/dataset"
	"fnn/nn"
	"fnn/safetensors"
	"fnn/tensor"
)

// spirals returns points on two arms of a spiral, n on each.
func spirals(n int) *dataset.Set {
	s := tensor.NewStream(1, "spirals")
	var points []float32
	var labels []int
	for range n {
		for arm := range 2 {
			// Along the arm, a quarter turn at a time, by repeated rotation.
			radius := 0.1 + 0.9*s.Uniform()
			x, y := radius, float32(0)
			for turned := float32(0); turned < radius; turned += 0.02 {
				x, y = float32(0.995*x)-float32(0.0998749*y), float32(0.0998749*x)+float32(0.995*y)
			}
			if arm == 1 {
				x, y = -x, -y
			}
			points = append(points, x, y)
			labels = append(labels, arm)
		}
	}
	set, err := dataset.FromFloats(points, []int{2}, labels, nil)
	if err != nil {
		log.Fatal(err)
	}
	return set
}

// trainedModel returns the file of a model that tells points above the diagonal
// from those below.
func trainedModel() []byte {
	architecture, err := nn.ParseArchitecture("")
	if err != nil {
		log.Fatal(err)
	}
	model, err := nn.New(architecture, 2, 2)
	if err != nil {
		log.Fatal(err)
	}
	model.ClassNames = []string{"below", "above"}
	dense := model.Layers[0].(*nn.Dense)
	dense.Weight.Set(0, 0, 1)
	dense.Weight.Set(1, 1, 1)
	file, err := model.File()
	if err != nil {
		log.Fatal(err)
	}
	var b bytes.Buffer
	if err := safetensors.Write(&b, file); err != nil {
		log.Fatal(err)
	}
	return b.Bytes()
}
