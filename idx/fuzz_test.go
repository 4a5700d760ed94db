package idx

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"
)

// FuzzRead checks that no input makes Read panic, and that what it accepts is
// written back as it was.
func FuzzRead(f *testing.F) {
	f.Fuzz(func(t *testing.T, input []byte) {
		a, err := Read(bytes.NewReader(input))
		if err != nil {
			return
		}
		want := input
		if z, err := gzip.NewReader(bytes.NewReader(input)); err == nil {
			if want, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		var got bytes.Buffer
		if err := Write(&got, a); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Fatalf("read % x, wrote % x", want, got.Bytes())
		}
	})
}
