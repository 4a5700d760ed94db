package safetensors_test

import (
	"bytes"
	"fmt"
	"strings"

	"fnn/safetensors"
)

func Example() {
	file := &safetensors.File{
		Metadata: map[string]string{"format": "pt"},
		Tensors: []safetensors.Tensor{
			safetensors.Float32("0.weight", []int{2, 3}, []float32{1, 2, 3, 4, 5, 6}),
			safetensors.Float32("0.bias", []int{2}, []float32{0.5, -0.5}),
		},
	}
	var b bytes.Buffer
	if err := safetensors.Write(&b, file); err != nil {
		fmt.Println(err)
		return
	}

	back, err := safetensors.Read(&b)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range back.Tensors {
		values, err := t.Float32s()
		fmt.Println(t.Name, t.Type, t.Shape, values, err)
	}
	// Output:
	// 0.weight F32 [2 3] [1 2 3 4 5 6] <nil>
	// 0.bias F32 [2] [0.5 -0.5] <nil>
}

func ExampleFile_Lookup() {
	file, err := safetensors.ReadFile("testdata/fixture.safetensors")
	if err != nil {
		fmt.Println(err)
		return
	}
	if t, ok := file.Lookup("0.num_batches_tracked"); ok {
		fmt.Println(t.Int64s())
	}
	_, ok := file.Lookup("1.weight")
	fmt.Println(ok)
	// Output:
	// [-9007199254740993] <nil>
	// false
}

func ExampleRead_error() {
	_, err := safetensors.Read(strings.NewReader("\x02\x00\x00\x00\x00\x00\x00\x00{}more"))
	fmt.Println(err)
	// Output:
	// safetensors: offset 10: bytes after the data of the last tensor, expected the file to end
}
