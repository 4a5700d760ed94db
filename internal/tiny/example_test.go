package tiny_test

import (
	"fmt"
	"log"
	"os"

	"fnn/dataset"
	"fnn/internal/tiny"
)

func ExampleWrite() {
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	if err := tiny.Write(folder); err != nil {
		log.Fatal(err)
	}
	set, _, err := dataset.Load(folder)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(set.Len(), set.Shape(), set.Classes(), set.Labels()[:4])
	// Output: 60 [4 4] 3 [0 1 2 0]
}
