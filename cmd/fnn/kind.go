package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"fnn/idx"
)

// A kind is what the first bytes of a file say it is.
type kind int

const (
	otherFile kind = iota
	idxFile        // perhaps: any gzip file is taken for one
	safetensorsFile
	onnxFile
)

// recognise tells what a file is by how it begins: IDX with two zeros, a type
// and the number of dimensions; safetensors with the length, in 8 bytes, of the
// JSON object that follows. That is less than 2^32, so its upper half is zero:
// in an IDX file, a dimension that leaves no room for elements. ONNX begins with
// the first field of its message, a small version, and another field's tag.
//
// It is an error if the file is a pipe or a device: it is read from its beginning
// a second time, to the end.
func recognise(name string) (kind, error) {
	if name == "" {
		return otherFile, errors.New(`the name of a file is empty ("")`)
	}
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return otherFile, fmt.Errorf("%s is a pipe or a device: want a file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return otherFile, err
	}
	defer f.Close()
	start := make([]byte, 9)
	n, err := io.ReadFull(f, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return otherFile, err
	}
	start = start[:n]
	switch {
	case n == 9 && string(start[4:]) == "\x00\x00\x00\x00{":
		return safetensorsFile, nil
	case strings.HasPrefix(string(start), "\x1f\x8b"):
		return idxFile, nil
	case n >= 4 && start[0] == 0 && start[1] == 0 && idx.Type(start[2]).Size() > 0:
		return idxFile, nil
	case n >= 3 && start[0] == 0x08 && start[1] > 0 && start[1] < 0x80 && strings.IndexByte("\x12\x1a\x22\x28\x32\x3a\x42", start[2]) >= 0:
		return onnxFile, nil
	}
	return otherFile, nil
}
