package idx

import (
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"fnn/internal/atomicfile"
)

// Write writes a to w, uncompressed. It is an error, and nothing is written, if
// a's shape and data disagree or a exceeds [MaxSize].
func Write(w io.Writer, a *Array) error {
	if err := a.check(); err != nil {
		return fmt.Errorf("idx: %w", err)
	}
	header := []byte{0, 0, byte(a.Type), byte(len(a.Shape))}
	for _, dim := range a.Shape {
		header = binary.BigEndian.AppendUint32(header, uint32(dim))
	}
	if _, err := w.Write(header); err != nil {
		return fmt.Errorf("idx: %w", err)
	}
	if _, err := w.Write(a.Data); err != nil {
		return fmt.Errorf("idx: %w", err)
	}
	return nil
}

// WriteFile writes a to a file, compressed with gzip if the name ends in ".gz".
// The file is written beside its final place and renamed once it is complete, so
// that nobody sees half of it and a failure leaves an older file as it was.
func WriteFile(name string, a *Array) error {
	if err := a.check(); err != nil {
		return fmt.Errorf("idx: %s: %w", name, err)
	}
	compressed := strings.HasSuffix(name, ".gz")
	err := atomicfile.Write(name, func(w io.Writer) error { return writeTo(w, a, compressed) })
	if err != nil {
		return fmt.Errorf("idx: %w", err)
	}
	return nil
}

// writeTo writes a to w, compressed if asked.
func writeTo(w io.Writer, a *Array, compressed bool) error {
	if !compressed {
		return Write(w, a)
	}
	z := gzip.NewWriter(w)
	return errors.Join(Write(z, a), z.Close())
}
