package onnx_test

import (
	"bytes"
	"fmt"

	"fnn/nn"
	"fnn/onnx"
	"fnn/tensor"
)

func Example() {
	model, err := nn.New(nn.Architecture{"4", "relu"}, 2, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := model.Initialize(nn.He, 1); err != nil {
		fmt.Println(err)
		return
	}
	model.ClassNames = []string{"cat", "dog", "fox"}

	var file bytes.Buffer
	if err := onnx.Write(&file, model, onnx.Options{Softmax: true}); err != nil {
		fmt.Println(err)
		return
	}
	back, err := onnx.Load(&file)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(back.Architecture, back.Inputs, back.ClassNames)

	x := tensor.FromSlice([]float32{0.5, -1}, 1, 2).Matrix()
	before, after := tensor.NewMatrix(1, 3), tensor.NewMatrix(1, 3)
	model.Logits(before, x)
	back.Logits(after, x)
	fmt.Println(before.At(0, 0) == after.At(0, 0))
	// Output:
	// 4 relu 2 [cat dog fox]
	// true
}
