package nn

import (
	"fmt"

	"fnn/tensor"
)

// A Trainer trains a Model: it holds activations, gradients and the optimiser's
// moments, all made once, so that a step allocates nothing. A Trainer and its
// Model belong to one goroutine at a time.
type Trainer struct {
	model     *Model
	optimizer Adam
	batch     int
	team      *tensor.Team

	layers []trainee
	// Layer i reads activations[i] and gradients[i+1], and writes
	// activations[i+1] and gradients[i]. The first gradient, the input's, is
	// not wanted and has no data. See rowsOf.
	activations, gradients [][]float32
	sample                 []float32 // the batch by rows, where the first layer wants panels
	losses                 []float32 // a sample each
	hits                   []bool    // whether a sample's class came out highest
	weights                []trained
	steps                  int // of Adam, so far

	// What the members of the team work on in a step.
	rows   int
	input  Input
	labels []int
	adam   tensor.AdamStep
	work   func(w tensor.Worker)
}

// A trained parameter, its gradient, and Adam's moments, all of one shape.
type trained struct {
	layer         int
	value         parameter
	gradient      parameter
	first, second parameter
}

// files returns the moments' names in a file, which say what PyTorch's Adam
// calls them.
func (t trained) files() (first, second string) {
	name := "optimizer." + tensorName(t.layer, t.value.name)
	return name + ".exp_avg", name + ".exp_avg_sq"
}

// NewTrainer returns a trainer for batches of up to batch samples, whose steps
// are shared out over the team. The seed is that of dropout.
func NewTrainer(m *Model, optimizer Adam, batch int, seed uint64, team *tensor.Team) (*Trainer, error) {
	if err := optimizer.check(); err != nil {
		return nil, err
	}
	if batch < 1 || batch > maxBatch {
		return nil, fmt.Errorf("nn: batch of %d samples: want 1 to %d", batch, maxBatch)
	}
	if batch == 1 && m.HasBatchNorm() {
		return nil, ErrBatchOfOne
	}
	t := &Trainer{
		model: m, optimizer: optimizer, batch: batch, team: team,
		losses: make([]float32, batch), hits: make([]bool, batch),
	}
	t.work = t.share
	if m.Layers[0].inPlace() {
		t.sample = make([]float32, batch*m.Inputs)
	}
	buffer := func(cols int) []float32 { return tensor.NewPanels(batch, cols).Data }
	t.activations = append(t.activations, buffer(m.Inputs))
	t.gradients = append(t.gradients, nil)
	for i, layer := range m.Layers {
		trainee := layer.train(batch, i, seed)
		t.layers = append(t.layers, trainee)
		t.activations = append(t.activations, buffer(layer.outputs()))
		t.gradients = append(t.gradients, buffer(layer.outputs()))
		parameters := layer.parameters()
		for j, gradient := range trainee.gradients() {
			value := parameters[j]
			t.weights = append(t.weights, trained{i, value, gradient, value.like(), value.like()})
		}
	}
	t.StartEpoch(0)
	return t, nil
}

// StartEpoch prepares for the steps of an epoch: it starts the epoch's random
// streams of dropout.
func (t *Trainer) StartEpoch(epoch int) {
	for _, layer := range t.layers {
		layer.startEpoch(epoch)
	}
}

// Skip passes over the next samples of an epoch, of one batch or of several,
// without training, to take up the epoch where it was left.
func (t *Trainer) Skip(samples int) {
	for _, layer := range t.layers {
		if d, ok := layer.(*dropoutTrainee); ok {
			d.skip(samples)
		}
	}
}

// Step trains on one batch: forward, loss, backward, and a step of Adam. It
// returns the sum of the samples' losses before the step and how many samples'
// classes came out highest. There is a label for each sample, and input gives
// that many. A batch of one where there is batch normalisation gives
// ErrBatchOfOne.
func (t *Trainer) Step(input Input, labels []int) (loss float64, correct int, err error) {
	if len(labels) < 1 || len(labels) > t.batch {
		return 0, 0, fmt.Errorf("nn: batch of %d samples: want 1 to %d", len(labels), t.batch)
	}
	if len(labels) == 1 && t.model.HasBatchNorm() {
		return 0, 0, ErrBatchOfOne
	}
	for i, label := range labels {
		if label < 0 || label >= t.model.Classes() {
			return 0, 0, fmt.Errorf("nn: label %d of sample %d: want 0 to %d", label, i, t.model.Classes()-1)
		}
	}
	t.steps++
	t.rows, t.input, t.labels = len(labels), input, labels
	o := t.optimizer
	t.adam = tensor.NewAdamStep(o.LearningRate, o.Beta1, o.Beta2, o.Epsilon, t.steps)
	t.team.Run(t.work)
	t.input, t.labels = nil, nil

	for i := range t.rows {
		loss += float64(t.losses[i])
		if t.hits[i] {
			correct++
		}
	}
	return loss, correct, nil
}

// Steps returns the number of steps taken so far.
func (t *Trainer) Steps() int { return t.steps }

// SetTeam shares the steps that follow out over another team, which changes no
// result.
func (t *Trainer) SetTeam(team *tensor.Team) { t.team = team }

// share is one member's part of a step.
func (t *Trainer) share(w tensor.Worker) {
	t.forward(w)
	t.lose(w)
	t.backward(w)
	w.Barrier() // nobody reads the weights any more
	t.update(w)
}

// activation returns the rows in use of what layer i reads.
func (t *Trainer) activation(i int) tensor.Matrix { return t.rowsOf(t.activations[i], i) }

// gradientOf returns the rows in use of the gradient of what layer i reads.
func (t *Trainer) gradientOf(i int) tensor.Matrix {
	if i == 0 {
		return tensor.Matrix{}
	}
	return t.rowsOf(t.gradients[i], i)
}

// rowsOf returns the rows in use of a buffer for what layer i reads: in panels,
// but plain where samples come in and where logits go out, by rows.
func (t *Trainer) rowsOf(buffer []float32, i int) tensor.Matrix {
	switch {
	case i == 0 && !t.model.Layers[0].inPlace():
		return tensor.Matrix{Data: buffer, Rows: t.rows, Cols: t.model.Inputs, Stride: t.model.Inputs}
	case i == len(t.layers):
		return tensor.Matrix{Data: buffer, Rows: t.rows, Cols: t.model.Classes(), Stride: t.model.Classes()}
	}
	return tensor.PanelsOver(buffer, t.rows, t.model.Layers[max(i-1, 0)].outputs())
}

func (t *Trainer) forward(w tensor.Worker) {
	x := t.activation(0)
	lo, hi := w.Share(t.rows, 1)
	for i := lo; i < hi; i++ {
		if x.Panel == 0 {
			t.input(i, x.Row(i))
		} else {
			row := t.sample[i*x.Cols : (i+1)*x.Cols]
			t.input(i, row)
			x.SetRow(i, row)
		}
	}
	if t.model.Layers[0].inPlace() {
		w.Barrier() // a dense layer waits for its input itself
	}
	for i, layer := range t.layers {
		layer.forward(w, t.activation(i+1), t.activation(i))
	}
}

// lose computes the samples' losses and the gradient of the logits, for the mean
// loss of the batch. The members share it out by rows.
func (t *Trainer) lose(w tensor.Worker) {
	w.Barrier() // the logits are complete
	logits, gradient := t.activation(len(t.layers)), t.gradientOf(len(t.layers))
	scale := 1 / float32(t.rows)
	lo, hi := w.Share(t.rows, 1)
	for i := lo; i < hi; i++ {
		t.losses[i] = crossEntropyGradient(gradient.Row(i), logits.Row(i), t.labels[i], scale)
		t.hits[i] = Argmax(logits.Row(i)) == t.labels[i]
	}
	w.Barrier() // the gradient is complete
}

func (t *Trainer) backward(w tensor.Worker) {
	for i := len(t.layers) - 1; i >= 0; i-- {
		t.layers[i].backward(w, t.gradientOf(i), t.gradientOf(i+1), t.activation(i+1), t.activation(i))
	}
}

// update takes a step of Adam for the weights of the member's columns, which are
// in its cache.
func (t *Trainer) update(w tensor.Worker) {
	for i := range t.weights {
		p := &t.weights[i]
		lo, hi := columns(w, p.value.outputs())
		tensor.Adam(p.value.own(lo, hi), p.gradient.own(lo, hi), p.first.own(lo, hi), p.second.own(lo, hi), &t.adam)
	}
}
