package main

import (
	"context"

	"io"
	"path/filepath"
	"strings"

	"fnn/internal/atomicfile"
	"fnn/internal/gosource"
	"fnn/nn"
)

const exportUsage = `Usage: fnn export MODEL -o FILE [flags]

Export writes a model in a format for other programs, which the suffix of FILE
chooses. MODEL is a model's file, or the folder of a run that holds
model.safetensors.

  .go   Go source that needs nothing else: it computes the same bits as fnn on
        every machine (docs/embedding.md)

Flags:

  -o FILE         the file to write
  -package NAME   the package of a Go file: without it, the name of FILE's
                  folder, or net if that is no name of a package

Example:

  fnn export runs/A-lr0.001-seed1 -o internal/garment/net.go
`

// exportOptions are what the flags of export say.
type exportOptions struct {
	file        string
	packageName string
}

// exporters are the formats of exported models, by their files' suffixes.
var exporters = []struct {
	suffix string
	write  func(w io.Writer, m *nn.Model, o exportOptions) error
}{
	{".go", exportGo},
}

func runExport(_ context.Context, e *env, args []string) error {
	f, _ := newFlags()
	var o exportOptions
	f.StringVar(&o.file, "o", "", "")
	f.StringVar(&o.packageName, "package", "", "")
	arguments, err := parse(f, args)
	if err != nil {
		return err
	}
	if len(arguments) == 0 {
		return usagef("no model given: want a file or the folder of a run")
	}
	if err := none(arguments[1:]); err != nil {
		return err
	}
	if o.file == "" {
		return usagef("no file to write: want -o FILE")
	}
	var suffixes []string
	for _, format := range exporters {
		if strings.HasSuffix(o.file, format.suffix) {
			m, err := loadModel(arguments[0])
			if err != nil {
				return err
			}
			return atomicfile.Write(o.file, func(w io.Writer) error { return format.write(w, m, o) })
		}
		suffixes = append(suffixes, format.suffix)
	}
	return usagef("-o %s: want a file that ends in %s", o.file, strings.Join(suffixes, " or "))
}

func exportGo(w io.Writer, m *nn.Model, o exportOptions) error {
	if o.packageName == "" {
		o.packageName = packageOf(o.file)
	}
	return gosource.Write(w, m, o.packageName)
}

// packageOf returns the name of the package that a Go file belongs to, if it is
// named after its folder.
func packageOf(file string) string {
	const other = "net"
	path, err := filepath.Abs(file)
	if err != nil {
		return other
	}
	if name := filepath.Base(filepath.Dir(path)); gosource.IsPackageName(name) {
		return name
	}
	return other
}
