package main

import (
	"context"
	"errors"
	"flag"
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
file, a quantised one or ONNX's included, or the folder of a run that holds
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

// An exportFormat is a form that export writes.
type exportFormat struct {
	suffix string   // of the file
	flags  []string // those that no other form takes
	write  func(m *model, o *exportOptions) error
}

var exportFormats = []exportFormat{
	{".onnx", []string{"softmax", "uint8"}, exportONNX},
	{".go", []string{"package"}, exportGo},
}

func runExport(ctx context.Context, e *env, args []string) error {
	f, shared := newFlags("data")
	var o exportOptions
	f.StringVar(&o.file, "o", "", "")
	f.BoolVar(&o.onnx.Softmax, "softmax", false, "")
	f.BoolVar(&o.onnx.Bytes, "uint8", false, "")
	f.Func("package", "", o.setPackage)
	f.BoolVar(&o.int8, "int8", false, "")
	arguments, err := parse(f, args)
	if err != nil {
		return err
	}
	name, err := oneModel(arguments)
	if err != nil {
		return err
	}
	if err := checkOutput(o.file, "FILE", modelPath(name)); err != nil {
		return err
	}
	format, err := o.format(f)
	if err != nil {
		return err
	}
	m, err := loadModel(name)
	if err != nil {
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
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := format.write(m, &o); err != nil || c == nil {
		return err
	}
	return e.printComparison(c)
}

// format returns the form that the file's name says. It is an error if flags are
// given that say nothing of it.
func (o *exportOptions) format(f *flag.FlagSet) (*exportFormat, error) {
	suffix := strings.ToLower(filepath.Ext(o.file))
	var chosen *exportFormat
	var known []string
	owners := map[string]string{}
	for i := range exportFormats {
		format := &exportFormats[i]
		known = append(known, format.suffix)
		if format.suffix == suffix {
			chosen = format
			continue
		}
		for _, name := range format.flags {
			owners[name] = format.suffix
		}
	}
	if chosen == nil {
		return nil, usagef("-o %s: the name of no known form: want one that ends in %s", o.file, strings.Join(known, " or "))
	}
	var err error
	f.Visit(func(f *flag.Flag) {
		if owner := owners[f.Name]; owner != "" {
			err = usagef("-%s is for files that end in %s: -o %s does not", f.Name, owner, o.file)
		} else if f.Name == "data" && !o.int8 {
			err = usagef("-data goes with -int8")
		}
	})
	return chosen, err
}

// setPackage takes the name of a Go package.
func (o *exportOptions) setPackage(text string) error {
	if !gosource.IsPackageName(text) {
		return errors.New("want the name of a Go package")
	}
	o.packageName = text
	return nil
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
