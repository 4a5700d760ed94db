package atomicfile_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"fnn/internal/atomicfile"
)

func ExampleWrite() {
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	name := filepath.Join(folder, "history.csv")

	err = atomicfile.Write(name, func(w io.Writer) error {
		_, err := fmt.Fprintln(w, "epoch,train_loss")
		return err
	})
	contents, _ := os.ReadFile(name)
	fmt.Printf("%s%v\n", contents, err)
	// Output:
	// epoch,train_loss
	// <nil>
}
