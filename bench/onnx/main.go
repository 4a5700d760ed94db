// Onnx writes what an imported model makes of the test set, for pytorch.py beside
// it to compare with PyTorch: the logits (samples, classes) as an IDX file of
// float32.
//
//	go run ./bench/onnx MODEL LOGITS
package main

import (
	"fmt"
	"os"
	"strings"

	"fnn/dataset"
	"fnn/idx"
	"fnn/nn"
	"fnn/onnx"
	"fnn/train"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: onnx MODEL LOGITS")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "onnx:", err)
		os.Exit(1)
	}
}

func write(model, name string) error {
	read := nn.LoadFile
	if strings.HasSuffix(model, ".onnx") {
		read = onnx.LoadFile
	}
	m, err := read(model)
	if err != nil {
		return err
	}
	dir, err := dataset.Find("")
	if err != nil {
		return err
	}
	test, err := dataset.LoadTest(dir)
	if err != nil {
		return err
	}
	logits := train.Evaluate(m, test, nil).Logits
	return idx.WriteFile(name, idx.New([]int{logits.Rows, logits.Cols}, logits.Data))
}
