package protobuf_test

import (
	"fmt"

	"fnn/internal/protobuf"
)

func Example() {
	dimension := protobuf.AppendInt64(nil, 1, 784)
	message := protobuf.AppendString(nil, 1, "input")
	message = protobuf.AppendBytes(message, 2, dimension)
	fmt.Printf("% x\n", message)

	for f, err := range (protobuf.Message{Data: message}).Fields() {
		if err != nil {
			fmt.Println(err)
			return
		}
		switch f.Number {
		case 1:
			fmt.Println(f.String())
		case 2:
			inner, _ := f.Message()
			for f := range inner.Fields() {
				fmt.Println(f.Int64())
			}
		}
	}
	// Output:
	// 0a 05 69 6e 70 75 74 12 03 08 90 06
	// input <nil>
	// 784 <nil>
}
