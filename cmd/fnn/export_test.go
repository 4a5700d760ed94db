package main

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"testing"
)

func TestExportGo(t *testing.T) {
	model := save(t, testModel(t))
	for _, c := range []struct{ folder, flag, want string }{
		{"garment", "", "garment"},
		{"garment", "shirt", "shirt"},
		{"my-net", "", "net"},
		{"func", "", "net"},
	} {
		folder := filepath.Join(t.TempDir(), c.folder)
		if err := os.Mkdir(folder, 0o777); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(folder, "model.go")
		args := []string{"export", model, "-o", file}
		if c.flag != "" {
			args = append(args, "-package", c.flag)
		}
		trial{args, done, "", ""}.check(t)
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		if parsed.Name.Name != c.want {
			t.Errorf("in folder %s with -package %q: package %s, want %s", c.folder, c.flag, parsed.Name, c.want)
		}
	}
}

// What fails leaves no file behind.
func TestExportFails(t *testing.T) {
	model := save(t, testModel(t))
	file := filepath.Join(t.TempDir(), "net.go")
	for _, test := range []trial{
		{[]string{"export"}, badUsage, "", "no model given"},
		{[]string{"export", model}, badUsage, "", "no file given to write: want -o FILE"},
		{[]string{"export", model, model, "-o", file}, badUsage, "", "unexpected argument"},
		{[]string{"export", model, "-o", file + ".py"}, badUsage, "", "the name of no known form: want one that ends in .onnx or .go"},
		{[]string{"export", model, "-o", file, "-package", "a-b"}, badUsage, "", `invalid value "a-b" for flag -package: want the name of a Go package`},
		{[]string{"export", model, "-o", file, "-softmax"}, badUsage, "", "-softmax is for files that end in .onnx: -o " + file},
		{[]string{"export", model, "-o", file, "-uint8"}, badUsage, "", "-uint8 is for files that end in .onnx"},
		{[]string{"export", model, "-o", file + ".onnx", "-package", "net"}, badUsage, "", "-package is for files that end in .go"},
		{[]string{"export", model, "-o", file, "-data", "x"}, badUsage, "", "-data goes with -int8"},
		{[]string{"export", file, "-o", file}, failed, "", "no such file"},
	} {
		test.check(t)
		if _, err := os.Stat(file); err == nil {
			t.Fatalf("%v: there is a file", test.args)
		}
	}
}
