package main

import (
	"testing"

	"fnn/nn"
)

func TestOperations(t *testing.T) {
	m, err := nn.New(nn.Architecture{"128", "relu", "64", "relu"}, 784, 10)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := predictionOperations(m), 2.0*(784*128+128*64+64*10); got != want {
		t.Errorf("prediction: %v, want %v", got, want)
	}
	if got, want := trainingOperations(m), 2.0*(2*784*128+3*128*64+3*64*10); got != want {
		t.Errorf("training: %v, want %v", got, want)
	}
}
