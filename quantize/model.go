package quantize

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"fnn/nn"
	"fnn/tensor"
)

// A Model turns samples of Inputs bytes into logits, one a class. Its methods that
// predict may be called from any number of goroutines at once.
type Model struct {
	Architecture nn.Architecture // of the model that it was made of
	Inputs       int
	Layers       []Layer
	ClassNames   []string // one a class

	// InputScale is what the model that this one was made of takes bytes
	// multiplied by. This one takes them as they are.
	InputScale float32

	// Info holds what else the model's file should say; this package does not read
	// it.
	Info map[string]string

	widest    int       // of the layers' inputs, and the outputs that are bytes
	scratches sync.Pool // of *scratch
}

// A Layer is a dense layer with all that comes between it and the next: y = x·W,
// each output of which becomes y*Scale + Offset. In all layers but the last, that
// is rounded to a byte, from 0 to 255: see [tensor.Int8.MulBytes]. Scale and Offset
// stand for the scales of weights and activations, bias, batch normalisation, and
// ReLU, where the byte 0 stands for 0.
type Layer struct {
	Inputs, Outputs int

	// Table (Inputs, 256) says what becomes of each input before the product,
	// byte by byte, where something does: a batch normalisation that no dense
	// layer precedes. Otherwise it is nil.
	Table []uint8

	Weights       []int8    // (Inputs, Outputs)
	Scale, Offset []float32 // (Outputs)

	product *tensor.Int8
}

// check returns an error if a number in the layer is not finite.
func (l *Layer) check() error {
	for _, list := range [][]float32{l.Scale, l.Offset} {
		if slices.ContainsFunc(list, func(v float32) bool { return !(v >= -math.MaxFloat32 && v <= math.MaxFloat32) }) {
			return errors.New("a scale or an offset is no finite number")
		}
	}
	return nil
}

// pack makes ready to predict.
func (m *Model) pack() {
	for i := range m.Layers {
		l := &m.Layers[i]
		l.product = tensor.NewInt8(l.Inputs, l.Outputs, l.Weights)
		m.widest = max(m.widest, l.Inputs)
	}
}

// Classes returns the number of classes.
func (m *Model) Classes() int { return m.Layers[len(m.Layers)-1].Outputs }

// An Input writes sample i of a batch to row. It may be called from several
// goroutines at once, for different samples.
type Input func(i int, row []uint8)

// Rows returns an Input that reads the rows of x (N, D).
func Rows(x tensor.Bytes) Input {
	return func(i int, row []uint8) { copy(row, x.Row(i)) }
}

// A scratch holds what one goroutine needs to predict a chunk.
type scratch struct {
	input   tensor.Bytes    // (chunk, inputs)
	buffers [2]tensor.Bytes // (chunk, widest)
}

func (m *Model) scratch() *scratch {
	if s, ok := m.scratches.Get().(*scratch); ok {
		return s
	}
	return &scratch{
		input:   tensor.NewBytes(chunk, m.Inputs),
		buffers: [2]tensor.Bytes{tensor.NewBytes(chunk, m.widest), tensor.NewBytes(chunk, m.widest)},
	}
}

// Logits computes the logits (N, classes), a plain matrix, of samples x (N,
// inputs), on this goroutine. It panics if the shapes are others.
func (m *Model) Logits(logits tensor.Matrix, x tensor.Bytes) {
	if logits.Cols != m.Classes() || x.Rows != logits.Rows || x.Cols != m.Inputs {
		panic(fmt.Sprintf("quantize: input (%d, %d) for logits %v of a model of %d inputs and %d classes",
			x.Rows, x.Cols, logits, m.Inputs, m.Classes()))
	}
	s := m.scratch()
	defer m.scratches.Put(s)
	for lo := 0; lo < x.Rows; lo += chunk {
		hi := min(lo+chunk, x.Rows)
		m.predict(logits.RowRange(lo, hi), x.RowRange(lo, hi), s)
	}
}

// LogitsOf computes the logits (N, classes) of the first N samples of an input,
// shared out over a team. It panics if logits has another number of columns.
func (m *Model) LogitsOf(team *tensor.Team, logits tensor.Matrix, input Input) {
	if logits.Cols != m.Classes() {
		panic(fmt.Sprintf("quantize: logits %v for %d classes", logits, m.Classes()))
	}
	team.EachChunk(logits.Rows, chunk, func(lo, hi int) {
		s := m.scratch()
		defer m.scratches.Put(s)
		x := s.input.RowRange(0, hi-lo)
		for i := range x.Rows {
			input(lo+i, x.Row(i))
		}
		m.predict(logits.RowRange(lo, hi), x, s)
	})
}

// predict passes a chunk through the layers.
func (m *Model) predict(logits tensor.Matrix, x tensor.Bytes, s *scratch) {
	for i := range m.Layers {
		l := &m.Layers[i]
		if l.Table != nil {
			looked := part(s.buffers[0], x.Rows, l.Inputs)
			l.look(looked, x)
			x = looked
			s.buffers[0], s.buffers[1] = s.buffers[1], s.buffers[0]
		}
		if i == len(m.Layers)-1 {
			l.product.MulFloats(logits, x, l.Scale, l.Offset)
			return
		}
		y := part(s.buffers[0], x.Rows, l.Outputs)
		l.product.MulBytes(y, x, l.Scale, l.Offset)
		x = y
		s.buffers[0], s.buffers[1] = s.buffers[1], s.buffers[0]
	}
}

// part returns a matrix over the beginning of a buffer.
func part(buffer tensor.Bytes, rows, cols int) tensor.Bytes {
	stride := (cols + 63) &^ 63 // as in a matrix that NewBytes makes
	return tensor.Bytes{Data: buffer.Data[:rows*stride], Rows: rows, Cols: cols, Stride: stride}
}

// look replaces the bytes of x by those of the table.
func (l *Layer) look(y, x tensor.Bytes) {
	for i := range x.Rows {
		from, to := x.Row(i), y.Row(i)
		for k, v := range from {
			to[k] = l.Table[k*levels+int(v)]
		}
	}
}
