package main

import (
	"context"
	"fmt"
)

const inspectUsage = `Usage: fnn inspect FILE... [flags]

Inspect tells what files hold, whatever their names are. Of an IDX file, with
gzip or without: type, shape, range and mean; of labels, how often each occurs;
of 8-bit pictures, the first. Of a safetensors file: its tensors and metadata,
and if it is a model of fnn, quantised or not, or a checkpoint, the architecture
and the classes. Of an ONNX file: the model that fnn makes of it, with its
tensors. A folder stands for the model.safetensors in it.

Flags:

  -json     a JSON object for each file

Examples:

  fnn inspect runs/A-lr0.001-seed1
  fnn inspect data/fashion-mnist/*.gz
`

func runInspect(ctx context.Context, e *env, args []string) error {
	f, o := newFlags("json")
	arguments, err := parse(f, args)
	if err != nil {
		return err
	}
	if len(arguments) == 0 {
		return usagef("no file given")
	}
	first := true
	return e.each(ctx, arguments, func(argument string) error {
		if !first && !o.json {
			fmt.Fprintln(e.stdout)
		}
		first = false
		name, err := modelFile(argument)
		if err != nil {
			return err
		}
		return e.inspect(name, o.json)
	})
}

func (e *env) inspect(name string, asJSON bool) error {
	kind, err := recognise(name)
	if err != nil {
		return err
	}
	switch kind {
	case idxFile:
		return e.inspectIDX(name, asJSON)
	case safetensorsFile:
		return e.inspectSafetensors(name, asJSON)
	case onnxFile:
		return e.inspectONNX(name, asJSON)
	}
	return fmt.Errorf("%s: neither an IDX nor a safetensors nor an ONNX file, by its first bytes", name)
}
