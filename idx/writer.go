package idx

import (
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"fnn/internal/atomicfile"
)

// Write writes a to w, uncompressed. It is an error, and nothing is written, if
// a's shape and data disagree or a exceeds [MaxSize].
func Write(w io.Writer, a *Array) error {
	err := a.check()
	if err == nil {
		err = write(w, a)
	}
	if err != nil {
		return fmt.Errorf("idx: %w", err)
	}
	return nil
}

// write writes a, which has been checked, to w. It returns the errors of w as they
// are: WriteFile takes the name of a temporary file off them.
func write(w io.Writer, a *Array) error {
	header := []byte{0, 0, byte(a.Type), byte(len(a.Shape))}
	for _, dim := range a.Shape {
		header = binary.BigEndian.AppendUint32(header, uint32(dim))
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	_, err := w.Write(a.Data)
	return err
}

// WriteFile writes a to a file, compressed with gzip if the name ends in ".gz". What
// is almost all one value is better left uncompressed: [Read] limits what it unpacks.
// The file is written beside its final place and renamed once it is complete, so
// that nobody sees half of it and a failure leaves an older file as it was.
func WriteFile(name string, a *Array) error {
	if err := a.check(); err != nil {
		return fmt.Errorf("idx: %s: %w", name, err)
	}
	contents := write
	if strings.HasSuffix(name, ".gz") {
		contents = writeGzip
	}
	if err := atomicfile.Write(name, func(w io.Writer) error { return contents(w, a) }); err != nil {
		return fmt.Errorf("idx: %w", err)
	}
	return nil
}

// writeGzip writes a to w as write does, compressed.
func writeGzip(w io.Writer, a *Array) error {
	z := gzip.NewWriter(w)
	return cmp.Or(write(z, a), z.Close())
}
