package terminal_test

import (
	"fmt"
	"os"

	"fnn/internal/terminal"
)

func ExampleProgress() {
	// The command passes terminal.NewScreen(os.Stderr).
	screen := terminal.Screen{Writer: os.Stdout}
	p := terminal.NewProgress(screen, false)
	for epoch := 1; epoch <= 2; epoch++ {
		for step := 1; step <= 750; step++ {
			p.Update(terminal.Status{
				Epoch: epoch, Epochs: 2,
				Step: step, Steps: 750, Samples: 64 * step,
				Loss: 0.5, Accuracy: 0.8,
			})
		}
		p.Line(fmt.Sprintf("epoch %d/2  loss 0.5000", epoch))
	}
	p.Done()
	// Output:
	// epoch 1/2  loss 0.5000
	// epoch 2/2  loss 0.5000
}

func ExampleCount() {
	fmt.Println(terminal.Count(61_234) + " samples/s")
	// Output: 61.2k samples/s
}

func ExampleBytes() {
	fmt.Println(terminal.Bytes(26_421_880))
	// Output: 26.4 MB
}

func ExampleBoard() {
	// On a terminal, each piece of work has a line with a bar below these.
	b := terminal.NewBoard(terminal.Screen{Writer: os.Stdout}, false, []terminal.Work{
		{Name: "A-lr0.005-seed1", Weight: 1}, {Name: "A-lr0.001-seed1", Weight: 1},
	})
	b.Update(0, terminal.Status{Epoch: 1, Epochs: 1, Step: 750, Steps: 750, Samples: 48000})
	b.Line("A-lr0.005-seed1  epoch 1/1  loss 0.5899")
	b.Finish(0, "F1 0.8348 in epoch 1", true)
	b.Done()
	// Output:
	// A-lr0.005-seed1  epoch 1/1  loss 0.5899
}
