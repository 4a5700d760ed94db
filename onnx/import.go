package onnx

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fnn/nn"
)

// Load reads a model from an ONNX file whose constants are all in it.
//
// The graph has to be a multilayer perceptron as exporters write them: from one
// input, a row a sample, through Gemm, or MatMul and Add, Relu,
// BatchNormalization and Dropout, to one output, with Softmax or LogSoftmax at
// the end or not; the model gives the logits before those. Scaling (Add, Sub,
// Mul and Div by constants) is folded into the dense layer beside it. Flatten,
// Reshape, Identity, Cast and Constant are understood, and so are the operators
// that pick a class from scikit-learn's probabilities. Another operator, or
// layers that are not in sequence, are an error that names the node.
//
// The metadata that [Write] writes give the classes' names, InputScale and Info.
// In a file of another make, the names are those of skl2onnx's operators, if it
// has them. A graph of 8-bit inputs that begins with their scaling gives
// InputScale; the model itself leaves it out. Other graphs do not say what
// 8-bit values are multiplied by. If they begin by dividing by 16 or more,
// InputScale is 1, because they do it themselves; otherwise it is 1/255, which
// is what PyTorch's ToTensor and most tutorials do.
func Load(r io.Reader) (*nn.Model, error) {
	file, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("onnx: %w", err)
	}
	m, err := load(file, "")
	if err != nil {
		return nil, fmt.Errorf("onnx: %w", err)
	}
	return m, nil
}

// LoadFile reads a model from an ONNX file, as Load does, and from the files of
// external data beside it.
func LoadFile(name string) (*nn.Model, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("onnx: %w", err)
	}
	defer f.Close()
	var file bytes.Buffer
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		file.Grow(int(min(info.Size(), maxFile)) + bytes.MinRead)
	}
	if _, err := file.ReadFrom(io.LimitReader(f, maxFile+1)); err != nil {
		return nil, fmt.Errorf("onnx: %w", err)
	}
	m, err := load(file.Bytes(), filepath.Dir(name))
	if err != nil {
		return nil, fmt.Errorf("onnx: %s: %w", name, err)
	}
	return m, nil
}

func load(file []byte, folder string) (*nn.Model, error) {
	if len(file) > maxFile {
		return nil, fmt.Errorf("more than %d bytes", maxFile)
	}
	m, err := decodeModel(file)
	if err != nil {
		return nil, err
	}
	if m.graph == nil {
		return nil, errors.New("there is no graph")
	}
	version := int64(0)
	for _, o := range m.opsets {
		if o.domain == "" || o.domain == "ai.onnx" {
			version = o.version
		}
	}
	if version < leastOpset {
		return nil, fmt.Errorf("operators of version %d: want %d or later", version, leastOpset)
	}
	im := &importer{
		folder: folder,
		values: map[string]value{},
		files:  map[string]bool{},
		budget: leastBudget,
	}
	im.allow(int64(len(file)))
	if err := im.run(m.graph); err != nil {
		return nil, err
	}
	return im.model(m)
}

// A value is what a name in the graph stands for.
type value struct {
	role  role
	array *array // of a constant
	stage int    // of samples
}

type role int

const (
	nothing   role = iota // that can be used: the second output of a node
	constants             // known from the file alone
	samples               // the batch, after so many nodes
	labels                // made of the classes' probabilities
)

// An importer follows the samples through a graph.
type importer struct {
	folder string // of external data, or ""
	values map[string]value
	budget int64           // bytes that it may still use
	files  map[string]bool // of external data, those that the budget counts

	bytes     bool  // whether the samples come in as 8-bit values
	input     []int // the shape in which they do; -1 is unknown
	shape     []int // of a sample after the nodes so far
	rows      int64 // of the batch; 0 if their number varies
	stage     int   // how many nodes have changed the samples
	stageName string
	end       *node // Softmax or LogSoftmax
	steps     []*step
	classes   []string
}

// describe names a node for a message.
func (n *node) describe() string {
	name := n.name
	if name == "" && len(n.outputs) > 0 {
		name = n.outputs[0]
	}
	op := strings.Trim(fmt.Sprintf("%.80q", n.op), `"`)
	return fmt.Sprintf("node %d, %.80q (%s)", n.number, name, op)
}

// attribute returns the attribute of that name, or one that is zero.
func (n *node) attribute(name string) (a attribute, ok bool) {
	for _, a := range n.attributes {
		if a.name == name {
			return a, true
		}
	}
	return attribute{}, false
}

// int returns an attribute that is an integer, or what stands in for it.
func (n *node) int(name string, otherwise int64) int64 {
	if a, ok := n.attribute(name); ok {
		return a.int
	}
	return otherwise
}

// float returns an attribute that is a number, or what stands in for it.
func (n *node) float(name string, otherwise float32) float32 {
	if a, ok := n.attribute(name); ok {
		return a.float
	}
	return otherwise
}

func (im *importer) define(name string, v value) error {
	if name == "" {
		return nil // an optional output that is not wanted
	}
	if _, ok := im.values[name]; ok {
		return fmt.Errorf("%.80q is made twice", name)
	}
	im.values[name] = v
	return nil
}

// run goes through a graph's nodes, which are in an order in which each finds
// what it reads.
func (im *importer) run(g *graph) error {
	if g.sparse {
		return errors.New("sparse constants, which are not read")
	}
	for _, c := range g.initializers {
		a, err := newArray(c)
		if err != nil {
			return err
		}
		if err := im.define(c.name, value{role: constants, array: a}); err != nil {
			return err
		}
	}
	if err := im.begin(g); err != nil {
		return err
	}
	for _, n := range g.nodes {
		if err := im.node(n); err != nil {
			return fmt.Errorf("%s: %w", n.describe(), err)
		}
	}
	for _, output := range g.outputs {
		v, ok := im.values[output.name]
		if !ok {
			return fmt.Errorf("output %.80q, which no node makes", output.name)
		}
		if v.role == samples && v.stage == im.stage || v.role == labels {
			return nil
		}
	}
	return fmt.Errorf("%.80q, which the last layer makes, is no output", im.stageName)
}

// begin takes up the samples at the graph's input.
func (im *importer) begin(g *graph) error {
	var inputs []port
	for _, p := range g.inputs {
		if _, ok := im.values[p.name]; !ok { // as far as ONNX 1.4, constants are inputs too
			inputs = append(inputs, p)
		}
	}
	if len(inputs) != 1 {
		return fmt.Errorf("%d inputs: want one", len(inputs))
	}
	input := inputs[0]
	switch input.element {
	case typeUint8:
		im.bytes = true
	case typeFloat, typeDouble, typeFloat16, typeBfloat16, typeInt64, typeInt32:
	default:
		return fmt.Errorf("input %.80q has elements of type %d: want numbers", input.name, input.element)
	}
	im.shape = []int{-1}
	if input.ranked {
		if len(input.shape) < 2 {
			return fmt.Errorf("input %.80q has %d dimensions: want 2 or more, the first of them the batch", input.name, len(input.shape))
		}
		if len(input.shape) > 1+maxRank {
			return fmt.Errorf("input %.80q has %d dimensions: want at most %d", input.name, len(input.shape), 1+maxRank)
		}
		im.rows = max(0, input.shape[0].size)
		im.shape = nil
		for _, d := range input.shape[1:] {
			size := -1
			if d.name == "" && d.size > 0 {
				size = int(min(d.size, maxWidth+1))
			}
			im.shape = append(im.shape, size)
		}
	}
	im.input = slices.Clone(im.shape)
	if im.width() > maxWidth {
		return fmt.Errorf("input %.80q takes samples of shape %v: want at most %d values", input.name, im.shape, maxWidth)
	}
	im.stageName = input.name
	return im.define(input.name, value{role: samples})
}

// maxWidth is the most values that a sample may have anywhere.
const maxWidth = 1 << 20

// width returns the number of values of a sample, or -1 if that is unknown, or
// a number above maxWidth.
func (im *importer) width() int {
	width := 1
	for _, d := range im.shape {
		if d < 0 {
			return -1
		}
		width = int(min(int64(width)*int64(d), maxWidth+1))
	}
	return width
}

// node follows the samples through a node.
func (im *importer) node(n *node) error {
	switch n.domain {
	case "", "ai.onnx", "ai.onnx.ml":
	default:
		return fmt.Errorf("an operator of %.80q, which is not known", n.domain)
	}
	var takesSamples, takesLabels bool
	for i, name := range n.inputs {
		if name == "" {
			continue // an optional input
		}
		v, ok := im.values[name]
		switch {
		case !ok:
			return fmt.Errorf("it reads %.80q, which no node before it makes", name)
		case v.role == nothing:
			return fmt.Errorf("it reads %.80q, an output that is for training", name)
		case v.role == labels:
			takesLabels = true
		case v.role == samples && v.stage != im.stage:
			return fmt.Errorf("it reads %.80q, but the graph goes on from there to %.80q: layers have to be in sequence", name, im.stageName)
		case v.role == samples && takesSamples:
			return fmt.Errorf("it reads %.80q twice, or with itself: layers have to be in sequence", n.inputs[i])
		case v.role == samples:
			takesSamples = true
		}
	}
	switch {
	case takesLabels || takesSamples && (n.op == "ArgMax" || n.op == "ZipMap" || n.op == "ArrayFeatureExtractor"):
		return im.label(n)
	case !takesSamples || n.op == "Shape":
		a, err := im.fold(n)
		if err != nil {
			return err
		}
		return im.output(n, value{role: constants, array: a})
	}
	if err := im.apply(n); err != nil {
		return err
	}
	im.stage++
	if len(n.outputs) > 0 {
		im.stageName = n.outputs[0]
	}
	return im.output(n, value{role: samples, stage: im.stage})
}

// output defines the first output of a node.
func (im *importer) output(n *node, v value) error {
	for i, name := range n.outputs {
		if i > 0 {
			v = value{}
		}
		if err := im.define(name, v); err != nil {
			return err
		}
	}
	return nil
}

// label takes a node that has to do with the choice of a class. It adds nothing
// to the model but the names of the classes.
func (im *importer) label(n *node) error {
	var names []string
	switch n.op {
	case "ZipMap":
		for _, a := range n.attributes {
			switch a.name {
			case "classlabels_strings":
				names = a.texts
			case "classlabels_int64s":
				ints, err := unpack(a.ints)
				if err != nil {
					return err
				}
				names = decimals(ints)
			}
		}
	case "ArrayFeatureExtractor":
		if a := im.values[n.inputs[0]].array; a != nil && a.stored != nil {
			names = a.stored.texts
			if a.stored.element != typeString {
				ints, err := im.intsOf(a)
				if err != nil {
					return err
				}
				names = decimals(ints)
			}
		}
	}
	if names != nil {
		im.classes = names
	}
	for _, name := range n.outputs {
		if err := im.define(name, value{role: labels}); err != nil {
			return err
		}
	}
	return nil
}
