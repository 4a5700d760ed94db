package tensor_test

import (
	"fmt"

	"fnn/tensor"
)

func ExampleMatMul() {
	a := tensor.FromSlice([]float32{
		1, 2, 3,
		4, 5, 6,
	}, 2, 3).Matrix()
	b := tensor.FromSlice([]float32{
		1, 0,
		0, 1,
		1, 1,
	}, 3, 2).Matrix()
	c := tensor.NewMatrix(2, 2)
	tensor.MatMul(c, a, b)
	for i := range c.Rows {
		fmt.Println(c.Row(i))
	}
	// Output:
	// [4 5]
	// [10 11]
}

func ExampleTeam_Run() {
	team := tensor.NewTeam(3)
	defer team.Close()
	squares := make([]int, 10)
	team.Run(func(w tensor.Worker) {
		lo, hi := w.Share(len(squares), 1)
		for i := lo; i < hi; i++ {
			squares[i] = i * i
		}
	})
	fmt.Println(squares)
	// Output: [0 1 4 9 16 25 36 49 64 81]
}

func ExampleTeam_MatMul() {
	team := tensor.NewTeam(2)
	defer team.Close()
	a, b, c := tensor.NewMatrix(64, 784), tensor.NewMatrix(784, 128), tensor.NewMatrix(64, 128)
	a.Row(63)[5] = 2
	b.Row(5)[127] = 21
	team.MatMul(c, a, b)
	fmt.Println(c.At(63, 127))
	// Output: 42
}

func ExampleNewStream() {
	// The same seed, purpose and index give the same numbers on every machine.
	s := tensor.NewStream(1, "shuffle", 20)
	order := []int{0, 1, 2, 3, 4, 5, 6, 7}
	tensor.Shuffle(s, order)
	fmt.Println(order)
	fmt.Println(s.IntN(100), s.Uniform())
	// Output:
	// [0 5 2 6 4 7 3 1]
	// 56 0.41365892
}

func ExampleMatrix_ColRange() {
	m := tensor.FromSlice([]float32{
		1, 2, 3,
		4, 5, 6,
	}, 2, 3).Matrix()
	right := m.ColRange(1, 3)
	right.Row(0)[0] = 20
	fmt.Println(right.Row(0), right.Row(1), m.At(0, 1))
	// Output: [20 3] [5 6] 20
}

func ExampleNewPanels() {
	weights := tensor.NewPanels(2, 3)
	tensor.Transpose(weights, tensor.FromSlice([]float32{
		1, 2,
		3, 4,
		5, 6,
	}, 3, 2).Matrix())
	y := tensor.NewMatrix(1, 3)
	x := tensor.FromSlice([]float32{10, 1}, 1, 2).Matrix()
	tensor.MatMulBias(y, x, weights, []float32{100, 200, 300})
	fmt.Println(y.Row(0))
	// Output: [112 234 356]
}

// The product of one row of bytes, as whole numbers and as they are.
func ExampleInt8() {
	w := tensor.NewInt8(3, 2, []int8{
		1, -1,
		2, -2,
		3, 100,
	})
	x := tensor.NewBytes(1, 3)
	copy(x.Row(0), []uint8{10, 20, 30})
	scale, offset := []float32{0.25, 0.25}, []float32{0, 1}

	y := tensor.NewBytes(1, 2)
	w.MulBytes(y, x, scale, offset)
	z := tensor.NewMatrix(1, 2)
	w.MulFloats(z, x, scale, offset)
	fmt.Println(y.Row(0), z.Row(0))
	// Output: [35 255] [35 738.5]
}

func ExampleScaleBytes() {
	pixels := []uint8{0, 51, 255}
	x := make([]float32, len(pixels))
	tensor.ScaleBytes(x, pixels, 1.0/255)
	fmt.Printf("%.3f\n", x)
	// Output: [0.000 0.200 1.000]
}
