package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"

	"fnn/internal/atomicfile"
	"fnn/internal/gosource"
	"fnn/onnx"
	"fnn/quantize"
)

const exportUsage = `Usage: fnn export MODEL -o FILE [flags]

Export writes a model in a form that other programs take. MODEL is a model's
file, a quantised one included, or the folder of a run that holds
model.safetensors. The name of FILE says which form:

  .onnx     an ONNX graph, for ONNX Runtime and the like: float32 inputs (batch,
            inputs), any number of rows, to logits (batch, classes). The names
            of the classes and the scaling of inputs are in the metadata. Of a
            quantised model, in the QDQ form of ONNX Runtime's own tools.
  .go       Go source that needs nothing else: it computes the same bits as fnn
            on every machine (docs/embedding.md)

A quantised model (fnn help quantize) is exported as such, and with -int8 any
other is quantised first: a quarter of the size. How well it does before and after
is printed then.

Flags:

  -o FILE       the file to write
  -int8         quantise the model
  -data DIR     with -int8, the folder of the data set
  -softmax      ONNX: end in probabilities instead of logits
  -uint8        ONNX: begin with uint8 inputs, such as pixels, and scale them
  -package NAME Go: the package's name; without it, that of FILE's folder, or
                net if that is no name of a package

Examples:

  fnn export runs/A-lr0.001-seed1 -o a.onnx
  fnn export model.safetensors -o a.onnx -softmax -uint8
  fnn export runs/A-lr0.001-seed1 -o internal/garment/net.go -int8
`

// exportOptions are the flags of export.
type exportOptions struct {
	file string
	onnx onnx.Options

	packageName string // of a Go file
	int8        bool   // whether to quantise a model that is not
}

// exportFormats are the forms that export writes, by the suffix of the file.
var exportFormats = []struct {
	suffix string
	write  func(m *model, o *exportOptions) error
}{
	{".onnx", exportONNX},
	{".go", exportGo},
}

func runExport(ctx context.Context, e *env, args []string) error {
	f, shared := newFlags("data")
	var o exportOptions
	f.StringVar(&o.file, "o", "", "")
	f.BoolVar(&o.onnx.Softmax, "softmax", false, "")
	f.BoolVar(&o.onnx.Bytes, "uint8", false, "")
	f.StringVar(&o.packageName, "package", "", "")
	f.BoolVar(&o.int8, "int8", false, "")
	arguments, err := parse(f, args)
	if err != nil {
		return err
	}
	name, err := oneModel(arguments)
	if err != nil {
		return err
	}
	if o.file == "" {
		return usagef("no file given to write: want -o FILE")
	}
	suffix := strings.ToLower(filepath.Ext(o.file))
	var known []string
	for _, format := range exportFormats {
		if format.suffix != suffix {
			known = append(known, format.suffix)
			continue
		}
		m, err := loadModel(name)
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		var c *comparison
		if o.int8 && m.quantized == nil {
			var q *quantize.Model
			if q, c, err = quantizeModel(ctx, name, m.float, shared); err != nil {
				return err
			}
			m = quantizedModel(q)
		}
		if err := format.write(m, &o); err != nil || c == nil {
			return err
		}
		return e.printComparison(c)
	}
	return usagef("-o %s: the name of no known form: want one that ends in %s", o.file, strings.Join(known, " or "))
}

// oneModel returns the one argument of a command that names a model.
func oneModel(arguments []string) (string, error) {
	if len(arguments) == 0 {
		return "", usagef("no model given: want a file or the folder of a run")
	}
	return arguments[0], none(arguments[1:])
}

func exportONNX(m *model, o *exportOptions) error {
	if m.quantized != nil {
		return onnx.SaveQuantized(o.file, m.quantized, o.onnx)
	}
	return onnx.Save(o.file, m.float, o.onnx)
}

func exportGo(m *model, o *exportOptions) error {
	name := o.packageName
	if name == "" {
		name = packageOf(o.file)
	}
	return atomicfile.Write(o.file, func(w io.Writer) error {
		if m.quantized != nil {
			return gosource.WriteQuantized(w, m.quantized, name)
		}
		return gosource.Write(w, m.float, name)
	})
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
