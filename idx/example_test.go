package idx_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"fnn/idx"
)

func Example() {
	dir, err := os.MkdirTemp("", "idx")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "labels.idx1-int32.gz")

	labels := []int32{9, 2, 1, 1}
	if err := idx.WriteFile(name, idx.New([]int{len(labels)}, labels)); err != nil {
		log.Fatal(err)
	}

	a, err := idx.ReadFile(name)
	if err != nil {
		log.Fatal(err)
	}
	values, err := idx.Values[int32](a)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(a.Type, a.Shape, values)
	// Output: int32 [4] [9 2 1 1]
}

func ExampleWrite() {
	var file bytes.Buffer
	if err := idx.Write(&file, idx.New([]int{2, 3}, []uint8{1, 2, 3, 4, 5, 6})); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("% x\n", file.Bytes())
	// Output: 00 00 08 02 00 00 00 02 00 00 00 03 01 02 03 04 05 06
}

func ExampleFormatError() {
	// The header promises 2 x 3 bytes; four are there.
	file := []byte{0, 0, 0x08, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4}
	_, err := idx.Read(bytes.NewReader(file))
	fmt.Println(err)

	var e *idx.FormatError
	if errors.As(err, &e) {
		fmt.Println(e.Offset, errors.Is(err, io.ErrUnexpectedEOF))
	}
	// Output:
	// idx: offset 16: want 6 bytes of data for uint8 [2 3]: unexpected EOF
	// 16 true
}
