package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"fnn/internal/terminal"
	"fnn/nn"
	"fnn/onnx"
	"fnn/quantize"
	"fnn/safetensors"
)

// A safetensorsReport is what inspect tells of a safetensors or an ONNX file.
type safetensorsReport struct {
	File     string            `json:"file"`
	Format   string            `json:"format"`
	Model    *modelReport      `json:"model,omitempty"`
	Values   int               `json:"values"` // in all tensors
	Bytes    int64             `json:"bytes"`
	Tensors  []tensorReport    `json:"tensors"`
	Metadata map[string]string `json:"metadata"`
}

// A modelReport is what inspect tells of a model, or of a checkpoint's.
type modelReport struct {
	Checkpoint   bool     `json:"checkpoint"`
	Quantization string   `json:"quantization,omitempty"` // the type of the weights, if not float32
	Architecture string   `json:"architecture"`
	Name         string   `json:"name,omitempty"` // of the architecture
	Inputs       int      `json:"inputs"`
	InputScale   float32  `json:"input_scale"`
	Parameters   int      `json:"parameters"`
	Classes      []string `json:"classes"`

	info map[string]string // of the metadata, what is not in the fields
}

type tensorReport struct {
	Name  string `json:"name"`
	Type  string `json:"dtype"`
	Shape []int  `json:"shape"`
	Bytes int    `json:"bytes"`
}

// checkpointPrefix begins the keys of the metadata that only checkpoints have.
const checkpointPrefix = "train."

func (e *env) inspectSafetensors(name string, asJSON bool) error {
	f, err := safetensors.ReadFile(name)
	if err != nil {
		return err
	}
	r := reportTensors(name, "safetensors", f)
	q, err := quantize.FromFile(f)
	if err == nil {
		r.Model = reportQuantized(q)
	}
	if !errors.Is(err, quantize.ErrNotQuantized) {
		return e.finishSafetensors(r, err, asJSON)
	}
	m, err := nn.FromFile(f)
	if err == nil {
		r.Model = reportModel(m)
		for key := range f.Metadata {
			if strings.HasPrefix(key, checkpointPrefix) {
				r.Model.Checkpoint = true
			}
		}
	}
	if errors.Is(err, nn.ErrNotModel) {
		err = nil
	}
	return e.finishSafetensors(r, err, asJSON)
}

// finishSafetensors writes a report, and returns why there is no model in it where
// there should be one.
func (e *env) finishSafetensors(r *safetensorsReport, err error, asJSON bool) error {
	if err != nil {
		err = fmt.Errorf("%s: %w", r.File, err)
	}
	if asJSON {
		return errors.Join(e.writeJSON(r), err)
	}
	e.printSafetensors(r)
	return err
}

// inspectONNX tells what fnn makes of an ONNX file: the tensors are as they would
// be in a model file.
func (e *env) inspectONNX(name string, asJSON bool) error {
	m, err := onnx.LoadFile(name)
	if err != nil {
		return err
	}
	f, err := m.File()
	if err != nil {
		return err
	}
	r := reportTensors(name, "onnx", f)
	r.Model, r.Metadata = reportModel(m), m.Info
	if asJSON {
		return e.writeJSON(r)
	}
	e.printSafetensors(r)
	return nil
}

func reportTensors(name, format string, f *safetensors.File) *safetensorsReport {
	r := &safetensorsReport{File: name, Format: format, Metadata: f.Metadata, Tensors: []tensorReport{}}
	for _, t := range f.Tensors {
		values := 1
		for _, d := range t.Shape {
			values *= d
		}
		r.Values += values
		r.Bytes += int64(len(t.Data))
		r.Tensors = append(r.Tensors, tensorReport{t.Name, string(t.Type), t.Shape, len(t.Data)})
	}
	return r
}

func reportModel(m *nn.Model) *modelReport {
	return &modelReport{
		Architecture: m.Architecture.String(), Name: m.Architecture.Name(),
		Inputs: m.Inputs, InputScale: m.InputScale, Parameters: m.Parameters(), Classes: m.ClassNames,
		info: m.Info,
	}
}

func reportQuantized(m *quantize.Model) *modelReport {
	parameters := 0
	for _, l := range m.Layers {
		parameters += len(l.Weights) + len(l.Offset)
	}
	return &modelReport{
		Quantization: "int8",
		Architecture: m.Architecture.String(), Name: m.Architecture.Name(),
		Inputs: m.Inputs, InputScale: m.InputScale, Parameters: parameters, Classes: m.ClassNames,
		info: m.Info,
	}
}

func (e *env) printSafetensors(r *safetensorsReport) {
	what := "safetensors"
	switch m := r.Model; {
	case m == nil:
	case r.Format == "onnx":
		what = "an ONNX model"
	case m.Checkpoint:
		what = "a checkpoint of fnn"
	case m.Quantization != "":
		what = "a model of fnn quantised to " + m.Quantization
	default:
		what = "a model of fnn"
	}
	fmt.Fprintf(e.stdout, "%s: %s, %d tensors, %s\n", printable(r.File), what, len(r.Tensors), terminal.Bytes(r.Bytes))

	t := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	if m := r.Model; m != nil {
		architecture := cmp.Or(m.Architecture, "the output layer alone")
		if m.Name != "" {
			architecture = m.Name + ": " + architecture
		}
		fmt.Fprintf(t, "  architecture\t%s\n", architecture)
		scaled := "not made of 8-bit values"
		if m.InputScale != 0 {
			scaled = fmt.Sprintf("scaled by %v", m.InputScale)
		}
		fmt.Fprintf(t, "  inputs\t%d, %s\n", m.Inputs, scaled)
		fmt.Fprintf(t, "  parameters\t%d\n", m.Parameters)
		fmt.Fprintf(t, "  classes\t%d: %s\n", len(m.Classes), printable(list(m.Classes)))
	} else {
		fmt.Fprintf(t, "  values\t%d\n", r.Values)
	}
	t.Flush()

	if len(r.Tensors) > 0 {
		fmt.Fprintf(t, "\n  tensor\ttype\tshape\tbytes\n")
		for _, tensor := range r.Tensors {
			shape := times(tensor.Shape)
			if shape == "" {
				shape = "scalar"
			}
			fmt.Fprintf(t, "  %s\t%s\t%s\t%d\n", printable(cut(tensor.Name, maxName)), printable(tensor.Type), shape, tensor.Bytes)
		}
		t.Flush()
	}
	metadata := r.Metadata
	if r.Model != nil {
		metadata = r.Model.info
	}
	if len(metadata) > 0 {
		fmt.Fprintf(t, "\n  metadata\n")
		for _, key := range slices.Sorted(maps.Keys(metadata)) {
			fmt.Fprintf(t, "  %s\t%s\n", printable(cut(key, maxName)), printable(firstLine(metadata[key])))
		}
		t.Flush()
	}
}

// maxName is the most characters of a name in a table, whose rows are as wide as the
// longest.
const maxName = 100

// cut returns a text, or the beginning of one of more characters than most.
func cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// firstLine returns the first line of a text, and how many there are if there
// are more, cut to what fits a line of a terminal.
func firstLine(text string) string {
	line, _, several := strings.Cut(text, "\n")
	line = cut(line, 60)
	if several {
		line += fmt.Sprintf(" (first of %d lines)", strings.Count(strings.TrimSuffix(text, "\n"), "\n")+1)
	}
	return line
}
