package nn

import (
	"fmt"
	"maps"
	"strconv"
	"sync"

	"fnn/internal/metadata"
	"fnn/tensor"
)

// A Model is a sequence of layers that turns samples of Inputs features into
// logits, one a class. Its methods that predict may be called from any number of
// goroutines at once, as long as nobody trains it or sets its weights.
type Model struct {
	Architecture Architecture
	Inputs       int
	Layers       []Layer
	ClassNames   []string // one a class

	// InputScale is the factor that makes inputs of 8-bit values: 1/255 for
	// pixels; 0 if none does. The model itself does not apply it. New sets it to 1.
	InputScale float32

	// Info holds what else the model's file should say; nn does not read it.
	Info map[string]string

	scratches sync.Pool // of *predictScratch
}

// Limits of a model, above which New fails.
const (
	maxInputs  = 1 << 20
	maxWeights = 1 << 28 // of all layers, with what fills up their panels: a gigabyte
	maxBatch   = 1 << 20
)

// New returns a model with zero weights for samples of the given number of
// features; its classes are called "0", "1" and so on.
func New(a Architecture, inputs, classes int) (*Model, error) {
	m, err := build(a, inputs, classes)
	if err != nil {
		return nil, fmt.Errorf("nn: %w", err)
	}
	return m, nil
}

func build(a Architecture, inputs, classes int) (*Model, error) {
	if inputs < 1 || inputs > maxInputs {
		return nil, fmt.Errorf("%d inputs: want 1 to %d", inputs, maxInputs)
	}
	if classes < 1 || classes > metadata.MaxClasses {
		return nil, fmt.Errorf("%d classes: want 1 to %d", classes, metadata.MaxClasses)
	}
	layers, err := a.layers(inputs, classes)
	if err != nil {
		return nil, err
	}
	m := &Model{Architecture: a, Inputs: inputs, Layers: layers, InputScale: 1}
	for i := range classes {
		m.ClassNames = append(m.ClassNames, strconv.Itoa(i))
	}
	return m, nil
}

// Classes returns the number of classes.
func (m *Model) Classes() int { return m.Layers[len(m.Layers)-1].outputs() }

// Parameters returns the number of trained parameters.
func (m *Model) Parameters() int {
	n := 0
	for _, layer := range m.Layers {
		for _, p := range layer.parameters() {
			switch {
			case !p.trained:
			case p.isMatrix():
				n += p.matrix.Rows * p.matrix.Cols
			default:
				n += len(p.vector)
			}
		}
	}
	return n
}

// chunk is the number of samples that pass through all layers together in
// prediction: few enough for their activations to stay in the cache, enough for
// the weights to be read seldom.
const chunk = 64

// A predictScratch holds what one goroutine needs to predict a chunk.
type predictScratch struct {
	input   tensor.Matrix     // (chunk, inputs)
	buffers [2][]float32      // (chunk, widest layer) in panels
	columns []float32         // (widest layer)
	dropout []*dropoutTrainee // of the layers that drop; nil where none does
}

func (m *Model) scratch() *predictScratch {
	if s, ok := m.scratches.Get().(*predictScratch); ok {
		return s
	}
	return m.newScratch()
}

func (m *Model) newScratch() *predictScratch {
	widest := 0
	for _, layer := range m.Layers {
		widest = max(widest, layer.outputs())
	}
	buffer := func() []float32 { return tensor.NewPanels(chunk, widest).Data }
	return &predictScratch{
		input:   tensor.NewMatrix(chunk, m.Inputs),
		buffers: [2][]float32{buffer(), buffer()},
		columns: make([]float32, widest),
	}
}

// Logits computes the logits (N, classes) of samples x (N, inputs), both plain
// matrices, on this goroutine. It panics if the shapes are others.
func (m *Model) Logits(logits, x tensor.Matrix) {
	m.checkSamples(logits, x)
	s := m.scratch()
	defer m.scratches.Put(s)
	for lo := 0; lo < x.Rows; lo += chunk {
		hi := min(lo+chunk, x.Rows)
		m.predict(logits.RowRange(lo, hi), x.RowRange(lo, hi), s)
	}
}

// LogitsShared computes what Logits does, shared out over a team.
func (m *Model) LogitsShared(team *tensor.Team, logits, x tensor.Matrix) {
	m.checkSamples(logits, x)
	team.EachChunk(x.Rows, chunk, func(lo, hi int) { m.Logits(logits.RowRange(lo, hi), x.RowRange(lo, hi)) })
}

// LogitsOf computes the logits (N, classes) of the first N samples of an input,
// shared out over a team. It panics if logits has another number of columns.
func (m *Model) LogitsOf(team *tensor.Team, logits tensor.Matrix, input Input) {
	m.check(logits)
	team.EachChunk(logits.Rows, chunk, func(lo, hi int) {
		s := m.scratch()
		defer m.scratches.Put(s)
		m.logitsOf(logits, input, lo, hi, s)
	})
}

// logitsOf computes the logits of the samples first to last, without last. With
// dropout on, first is the beginning of a chunk.
func (m *Model) logitsOf(logits tensor.Matrix, input Input, first, last int, s *predictScratch) {
	for lo := first; lo < last; lo += chunk {
		hi := min(lo+chunk, last)
		x := s.input.RowRange(0, hi-lo)
		for i := range x.Rows {
			input(lo+i, x.Row(i))
		}
		s.startDropout(lo)
		m.predict(logits.RowRange(lo, hi), x, s)
	}
}

func (m *Model) checkSamples(logits, x tensor.Matrix) {
	m.check(logits)
	if x.Rows != logits.Rows || x.Cols != m.Inputs {
		panic(fmt.Sprintf("nn: input %v for logits %v of a model of %d inputs", x, logits, m.Inputs))
	}
}

func (m *Model) check(logits tensor.Matrix) {
	if logits.Cols != m.Classes() {
		panic(fmt.Sprintf("nn: logits %v for %d classes", logits, m.Classes()))
	}
}

// predict passes a chunk through the layers. Between a dense layer and the next,
// which reads from one buffer and writes to the other, all work in place.
func (m *Model) predict(logits, x tensor.Matrix, s *predictScratch) {
	if m.Layers[0].inPlace() {
		x = intoPanels(s.buffers[1], x)
	}
	next := 0
	for i, layer := range m.Layers {
		y := x
		switch {
		case i == len(m.Layers)-1:
			y = logits
		case !layer.inPlace():
			y = tensor.PanelsOver(s.buffers[next], x.Rows, layer.outputs())
			next = 1 - next
		}
		layer.predict(y, x, s)
		if s.dropout != nil && s.dropout[i] != nil {
			s.dropout[i].drop(y)
		}
		x = y
	}
}

// intoPanels returns a copy of a plain matrix in panels over a buffer.
func intoPanels(buffer []float32, x tensor.Matrix) tensor.Matrix {
	panels := tensor.PanelsOver(buffer, x.Rows, x.Cols)
	for i := range x.Rows {
		panels.SetRow(i, x.Row(i))
	}
	return panels
}

// HasBatchNorm says whether the model normalises over the batch, and so cannot
// train on a batch of one.
func (m *Model) HasBatchNorm() bool {
	for _, layer := range m.Layers {
		if _, ok := layer.(*BatchNorm); ok {
			return true
		}
	}
	return false
}

// HasDropout says whether the model drops inputs at random in training.
func (m *Model) HasDropout() bool {
	for _, layer := range m.Layers {
		if _, ok := layer.(*Dropout); ok {
			return true
		}
	}
	return false
}

// Clone returns a copy of the model with weights of its own.
func (m *Model) Clone() *Model {
	layers, err := m.Architecture.layers(m.Inputs, m.Classes())
	if err != nil {
		panic(err) // m was made of the same
	}
	clone := &Model{
		Architecture: m.Architecture, Inputs: m.Inputs, Layers: layers,
		ClassNames: m.ClassNames, InputScale: m.InputScale, Info: maps.Clone(m.Info),
	}
	clone.CopyWeights(m)
	return clone
}

// CopyWeights sets the model's weights, running statistics included, to those of
// a model of the same architecture.
func (m *Model) CopyWeights(from *Model) {
	for i, layer := range m.Layers {
		source := from.Layers[i].parameters()
		for j, p := range layer.parameters() {
			copy(p.data(), source[j].data())
		}
		if b, ok := layer.(*BatchNorm); ok {
			b.Batches = from.Layers[i].(*BatchNorm).Batches
		}
	}
}
