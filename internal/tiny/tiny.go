// Package tiny writes a data set that a test trains on in no time: pictures of 4 x 4
// pixels in three classes, told apart, on a background that varies, by the row that
// is light.
package tiny

import (
	"path/filepath"

	"fnn/idx"
)

const (
	Side    = 4  // rows, and columns, of a picture
	Classes = 3  // of which each sample's is its number modulo 3
	Samples = 60 // to train on, of which 12 validate, and as many to test
)

// Write writes the four files, as published ones are named but not compressed, to a
// folder.
func Write(folder string) error {
	var pixels, labels []uint8
	for i := range Samples {
		label := i % Classes
		sample := make([]uint8, Side*Side)
		for p := range sample {
			sample[p] = uint8(i * (p + 3) * 31 % 120)
		}
		for x := range Side {
			sample[label*Side+x] += 90
		}
		pixels, labels = append(pixels, sample...), append(labels, uint8(label))
	}
	for _, part := range []string{"train", "t10k"} {
		images := filepath.Join(folder, part+"-images-idx3-ubyte")
		if err := idx.WriteFile(images, idx.New([]int{Samples, Side, Side}, pixels)); err != nil {
			return err
		}
		if err := idx.WriteFile(filepath.Join(folder, part+"-labels-idx1-ubyte"), idx.New([]int{Samples}, labels)); err != nil {
			return err
		}
	}
	return nil
}
