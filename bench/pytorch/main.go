// Pytorch writes what a model makes of the test set, for check.py beside it to
// compare with PyTorch: the logits (samples, classes) as an IDX file of float32.
//
//	go run ./bench/pytorch MODEL LOGITS
package main

import (
	"fmt"
	"os"

	"fnn/dataset"
	"fnn/idx"
	"fnn/nn"
	"fnn/train"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: pytorch MODEL LOGITS")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "pytorch:", err)
		os.Exit(1)
	}
}

func write(model, name string) error {
	m, err := nn.LoadFile(model)
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
