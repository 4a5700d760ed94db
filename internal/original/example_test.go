package original_test

import (
	"fmt"

	"fnn/internal/original"
)

func ExampleHistory() {
	for _, e := range original.History("A", 0.001)[14:16] {
		fmt.Printf("epoch %d: validation loss %.4f, F1 %.4f\n", e.Epoch, e.ValidationLoss, e.ValidationF1)
	}
	// Output:
	// epoch 15: validation loss 0.3348, F1 0.8876
	// epoch 16: validation loss 0.3418, F1 0.8876
}
