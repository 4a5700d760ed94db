package dataset_test

import (
	"fmt"
	"log"

	"fnn/dataset"
)

func ExampleLoad() {
	train, test, err := dataset.Load("../data/fashion-mnist")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(train.Len(), test.Len(), train.Shape(), train.Classes())
	fmt.Println(train.ClassNames()[train.Label(0)])

	pixels := make([]float32, train.Features())
	train.Row(0, pixels)
	fmt.Printf("%d %.3f\n", train.Bytes(0)[404], pixels[404])
	// Output:
	// 60000 10000 [28 28] 10
	// Ankle boot
	// 237 0.929
}

func ExampleSet_Split() {
	labels := []int{0, 0, 0, 0, 0, 0, 1, 1, 1, 1}
	samples := make([]float32, 2*len(labels))
	set, err := dataset.FromFloats(samples, []int{2}, labels, []string{"cat", "dog"})
	if err != nil {
		log.Fatal(err)
	}
	rest, held, err := set.Split(0.5, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(rest.Labels(), held.Labels())
	// Output: [0 0 0 1 1] [0 0 0 1 1]
}

func ExampleBatches() {
	set, err := dataset.FromBytes([]uint8{0, 51, 102, 153, 204}, []int{1}, []int{0, 1, 2, 3, 4}, nil)
	if err != nil {
		log.Fatal(err)
	}
	batches := dataset.NewBatches(set, 2, 1)
	row := make([]float32, 1)
	for epoch := range 2 {
		batches.Start(epoch)
		fmt.Print("epoch ", epoch, ":")
		for batches.Next() {
			for i, label := range batches.Labels() {
				batches.Row(i, row)
				fmt.Printf(" %d:%.1f", label, row[0])
			}
			fmt.Print(" |")
		}
		fmt.Println()
	}
	// Output:
	// epoch 0: 1:0.2 4:0.8 | 3:0.6 2:0.4 | 0:0.0 |
	// epoch 1: 3:0.6 4:0.8 | 0:0.0 2:0.4 | 1:0.2 |
}
