package main

import (
	"bytes"
	"testing"

	"fnn/nn"
)

// The examples of protobuf.dev, "Encoding".
func TestMessage(t *testing.T) {
	for _, test := range []struct {
		got  message
		want string
	}{
		{message{}.varint(1, 150), "\x08\x96\x01"},
		{message{}.text(2, "testing"), "\x12\x07testing"},
		{message{}.bytes(3, message{}.varint(1, 150)), "\x1a\x03\x08\x96\x01"},
	} {
		if string(test.got) != test.want {
			t.Errorf("% x, want % x", test.got, test.want)
		}
	}
}

func TestONNXModel(t *testing.T) {
	architecture, err := nn.ParseArchitecture("3 bn relu dropout:0.5")
	if err != nil {
		t.Fatal(err)
	}
	m, err := nn.New(architecture, 2, 4)
	if err != nil {
		t.Fatal(err)
	}
	file, err := onnxModel(m)
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, part := range []string{
		"\x22\x04Gemm", "\x22\x12BatchNormalization", "\x22\x04Relu", "\x22\x04Gemm", // op_type of the nodes
		"\x08\x02\x08\x03\x10\x01", "\x08\x03\x10\x01", // dims and data_type of weight and bias
		"\x0a\x01x", "\x08\x02", "\x0a\x02y3", "\x08\x04", // names and widths of input and output
	} {
		i := bytes.Index(file[at:], []byte(part))
		if i < 0 {
			t.Fatalf("no %q after byte %d of % x", part, at, file)
		}
		at += i + len(part)
	}
}
