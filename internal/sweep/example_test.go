package sweep_test

import (
	"fmt"

	"fnn/internal/sweep"
)

func ExampleGrid_Configs() {
	grid := sweep.ReportGrid()
	grid.Models, grid.Seeds = grid.Models[:1], []uint64{1, 2}
	grid.LearningRates = []float64{0.001, 0.0005}
	fmt.Println(grid.Name())
	for _, c := range grid.Configs() {
		fmt.Println(" ", c.Name())
	}
	// Output:
	// sweep-A-lr0.001-0.0005-seed1-2
	//   A-lr0.001-seed1
	//   A-lr0.001-seed2
	//   A-lr0.0005-seed1
	//   A-lr0.0005-seed2
}
