// Small is a program that only predicts, of packages os and math and the
// generated package garment: what a small machine has room for. It reads
// pictures of 28 x 28 grey pixels, a byte each, and prints the class of each.
//
//	gunzip -c data/fashion-mnist/t10k-images-idx3-ubyte.gz | tail -c +17 | go run ./examples/small
package main

import (
	"os"

	"fnn/examples/garment"
)

func main() {
	var pixels [garment.Inputs]byte
	var logits [garment.Classes]float32
	for read(pixels[:]) {
		class := garment.Predict(&logits, &pixels)
		os.Stdout.WriteString(garment.ClassNames[class] + "\n")
	}
}

// read fills b from standard input, or says that there is not as much left.
func read(b []byte) bool {
	for len(b) > 0 {
		n, err := os.Stdin.Read(b)
		if b = b[n:]; err != nil {
			break
		}
	}
	return len(b) == 0
}
