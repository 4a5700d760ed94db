package main

import (
	"bytes"
	"compress/gzip"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fnn/idx"
	"fnn/onnx"
	"fnn/safetensors"
)

// FuzzFile checks that no file makes a command that reads it panic, that what fails
// is told in one line which names the file, and that a model which a command takes
// is one that it can pass on.
func FuzzFile(f *testing.F) {
	model := testModel(f)
	file, err := model.File()
	if err != nil {
		f.Fatal(err)
	}
	var stored, graph, picture, pixels, zipped bytes.Buffer
	if err := safetensors.Write(&stored, file); err != nil {
		f.Fatal(err)
	}
	if err := onnx.Write(&graph, model, onnx.Options{Bytes: true}); err != nil {
		f.Fatal(err)
	}
	card := image.NewGray(image.Rect(0, 0, 6, 5))
	card.SetGray(2, 2, color.Gray{200})
	if err := png.Encode(&picture, card); err != nil {
		f.Fatal(err)
	}
	samples, labels := testPixels()
	if err := idx.Write(&pixels, idx.New([]int{testSamples, testSide, testSide}, samples)); err != nil {
		f.Fatal(err)
	}
	z := gzip.NewWriter(&zipped)
	if err := idx.Write(z, idx.New([]int{testSamples}, labels)); err != nil || z.Close() != nil {
		f.Fatal(err)
	}
	saved := save(f, model)
	var sizeless bytes.Buffer
	file.Metadata["image_height"] = "3"
	if err := safetensors.Write(&sizeless, file); err != nil {
		f.Fatal(err)
	}
	for _, b := range []bytes.Buffer{stored, graph, picture, pixels, zipped, sizeless} {
		f.Add(b.Bytes())
	}
	grey := bytes.Repeat([]byte{128}, testSide*testSide) // no background to note anything about
	f.Fuzz(func(t *testing.T, content []byte) {
		folder := t.TempDir()
		name := filepath.Join(folder, "file")
		if err := os.WriteFile(name, content, 0o666); err != nil {
			t.Fatal(err)
		}
		run := func(args ...string) bool {
			status, _, stderr := fnn(t, args...)
			switch {
			case status == done:
				return true
			case status == badUsage && args[0] == "import": // a flag too many or too few for the kind of file
			case status != failed || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, name):
				t.Errorf("%q: status %d, %s", args, status, stderr)
			}
			return false
		}
		run("inspect", name)
		run("inspect", "-json", name)
		run("predict", saved, name)
		rows := name + ".rows"
		if err := idx.WriteFile(rows, idx.New([]int{1, len(grey)}, grey)); err != nil {
			t.Fatal(err)
		}
		run("predict", name, rows)
		imported := filepath.Join(folder, "imported.safetensors")
		if (run("import", name, "-o", imported) || run("import", name, "-model", "", "-o", imported)) && !run("inspect", imported) {
			t.Error("what was imported cannot be read")
		}
		exported := filepath.Join(folder, "x.onnx")
		float := !bytes.Contains(content, []byte("quantization")) // what is quantised comes back from no ONNX file
		if run("export", name, "-o", exported) && float && !run("export", exported, "-o", filepath.Join(folder, "x.go")) {
			t.Error("what was exported cannot be read")
		}
	})
}
