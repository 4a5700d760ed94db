package plot_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"fnn/internal/plot"
)

func ExampleLines() {
	epochs := []float64{1, 2, 3, 4}
	figure := plot.Lines{
		Title:     "Model A at learning rate 0.001",
		XLabel:    "epoch",
		MarkLabel: "best epoch",
		Panels: []plot.Panel{
			{Title: "Loss", YLabel: "cross-entropy (nats)", Series: []plot.Series{
				{Name: "train", X: epochs, Y: []float64{0.755, 0.470, 0.412, 0.369}},
				{Name: "validation", X: epochs, Y: []float64{0.542, 0.427, 0.394, 0.401}, Marks: []float64{3}},
			}},
		},
	}
	dir, err := os.MkdirTemp("", "plot")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "loss.svg"), figure.SVG(), 0o666); err != nil {
		fmt.Println(err)
	}
	fmt.Println(element("desc", figure))
	// Output:
	// Loss, cross-entropy (nats) against epoch: train from 0.755 at 1 to 0.369 at 4; validation from 0.542 at 1 to 0.401 at 4.
}

func ExampleConfusion() {
	figure := plot.Confusion{
		Title:   "Confusion matrix",
		Classes: []string{"Coat", "Shirt"},
		Counts:  [][]int{{90, 10}, {25, 75}},
	}
	fmt.Println(element("desc", figure))
	// Output:
	// Confusion matrix. Of 100 Coat, 90 are right and 10 taken for Shirt. Of 100 Shirt, 75 are right and 25 taken for Coat.
}

// element returns the text of the first element of a name in a figure.
func element(name string, f plot.Figure) string {
	_, rest, _ := strings.Cut(string(f.SVG()), "<"+name+">")
	text, _, _ := strings.Cut(rest, "</"+name+">")
	return text
}
