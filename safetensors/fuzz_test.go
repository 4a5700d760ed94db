package safetensors

import (
	"bytes"
	"os"
	"testing"
)

// FuzzRead checks that no input makes Read panic, and that what reads can be written, reads back
// equal, and is written the same again.
func FuzzRead(f *testing.F) {
	fixture, err := os.ReadFile("testdata/fixture.safetensors")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(fixture)
	f.Fuzz(func(t *testing.T, input []byte) {
		file, err := Read(bytes.NewReader(input))
		if err != nil {
			return
		}
		for _, tensor := range file.Tensors {
			tensor.Float32s()
			tensor.Int64s()
			tensor.Int8s()
		}
		var first, second bytes.Buffer
		if err := Write(&first, file); err != nil {
			t.Fatalf("read, but not written: %v", err)
		}
		back, err := Read(bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatalf("written, but not read back: %v", err)
		}
		if !equal(file, back) {
			t.Fatalf("read %v, read back %v", file, back)
		}
		if err := Write(&second, back); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("written again it differs, %v", err)
		}
	})
}
