package nn

import (
	"fmt"
	"sync/atomic"
	"time"

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
	stages []stage
	// Layer i reads values[i] and gradients[i+1], and writes values[i+1] and
	// gradients[i]. The first gradient, the input's, is not wanted and has no
	// data.
	values, gradients []activation
	own               []activation // copies of the batch, one for each member; none if all share values[0]
	sample            []float32    // the batch by rows, where the first layer wants panels
	losses            []float32    // a sample each
	steps             int          // of Adam, so far
	smoothing         float32      // of labels
	clipped           []*trained

	// What the members of the team work on in a step.
	rows   int
	input  Input
	labels []int
	step   adamStep
	work   func(w tensor.Worker)
	pace   pace

	correct atomic.Int64 // how many samples' classes came out highest
}

// A stage is a dense layer and the layers after it up to the next, which work by
// columns. The first stage may lack the dense layer.
type stage struct {
	dense   *denseTrainee
	columns []columnTrainee
	first   int // the number of the layer that columns starts with
	width   int // of those layers
}

// An activation holds a row for each sample of a batch: the values between two
// layers, or their gradient. It is in panels, but plain where samples come in and
// where logits go out, by rows.
type activation struct {
	tensor.Matrix
	blocks []tensor.Matrix // its panels, one by one; none where it is plain
}

func newActivation(batch, cols int) activation {
	return activation{Matrix: tensor.NewPanels(batch, cols)}
}

// plain returns a plain activation over the data of one in panels.
func (a activation) plain() activation {
	a.Panel, a.Stride = 0, a.Cols
	return a
}

// use makes the activation that of a batch of so many rows.
func (a *activation) use(rows int) {
	data := a.Data[:cap(a.Data)]
	if a.Panel == 0 {
		a.Data, a.Rows = data[:rows*a.Cols], rows
		return
	}
	a.Matrix = tensor.PanelsOver(data, rows, a.Cols)
	a.blocks = a.blocks[:0]
	for j := 0; j < a.Cols; j += columnBlock {
		a.blocks = append(a.blocks, a.ColRange(j, min(j+columnBlock, a.Cols)))
	}
}

// ownSamples is the most elements of a batch of which each member of a team takes its
// own copy, a megabyte: to write all of it to the nearest caches takes less time than to
// fetch from another processor's what that one has written.
const ownSamples = 1 << 18

// strayRows are rows of memory that nobody uses, above the samples and below. Going down
// their columns, for the gradient of the weights, processors fetch some fifty rows more,
// before they see that there are none, and some of them as many rows before the first:
// memory that another thread may be writing, which then has to take each line back.
const strayRows = 64

// newSamples returns a plain activation with strayRows around it.
func newSamples(batch, inputs int) activation {
	a := newActivation(batch+2*strayRows, inputs).plain()
	a.Data = a.Data[strayRows*inputs:]
	return a
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
		losses: make([]float32, batch),
	}
	t.work = t.takePart
	if m.Layers[0].inPlace() {
		t.sample = make([]float32, batch*m.Inputs)
		t.values = append(t.values, newActivation(batch, m.Inputs))
	} else {
		t.values = append(t.values, newSamples(batch, m.Inputs))
		if batch*m.Inputs <= ownSamples {
			t.own = append(t.own, t.values[0])
			t.reserve()
		}
	}
	t.gradients = append(t.gradients, activation{})
	for i, layer := range m.Layers {
		t.add(layer.train(batch, i, team.Threads(), seed), layer.outputs())
	}
	last := len(t.layers)
	t.values[last], t.gradients[last] = t.values[last].plain(), t.gradients[last].plain()
	if optimizer.ClipNorm > 0 {
		for _, layer := range t.layers {
			for _, p := range layer.learned() {
				p.keepGradient()
				t.clipped = append(t.clipped, p)
			}
		}
	}
	t.StartEpoch(0)
	return t, nil
}

// add adds the part of the next layer, and matrices for its output and for the
// gradient of that. It works in place where it can, so that they stay in the
// cache.
func (t *Trainer) add(layer trainee, outputs int) {
	i := len(t.layers)
	t.layers = append(t.layers, layer)
	values, gradients := newActivation(t.batch, outputs), newActivation(t.batch, outputs)
	switch layer := layer.(type) {
	case *denseTrainee:
		t.stages = append(t.stages, stage{dense: layer, first: i + 1})
	case columnTrainee:
		if i == 0 {
			t.stages = append(t.stages, stage{})
		}
		s := &t.stages[len(t.stages)-1]
		if n := len(s.columns); n == 0 || !s.columns[n-1].readsOutput() {
			values = t.values[i]
		}
		if i > 0 {
			t.gradients[i] = gradients
		}
		s.columns, s.width = append(s.columns, layer), outputs
	}
	t.values, t.gradients = append(t.values, values), append(t.gradients, gradients)
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
	if t.rows != len(labels) {
		t.rows = len(labels)
		for i := range t.values {
			t.values[i].use(t.rows)
			t.gradients[i].use(t.rows)
		}
		for i := range t.own {
			t.own[i].use(t.rows)
		}
	}
	t.input, t.labels = input, labels
	t.step = t.optimizer.step(t.steps)
	t.correct.Store(0)
	t.share()
	t.input, t.labels = nil, nil

	for i := range t.rows {
		loss += float64(t.losses[i])
	}
	return loss, int(t.correct.Load()), nil
}

// Steps returns the number of steps taken so far.
func (t *Trainer) Steps() int { return t.steps }

// SetTeam shares the steps that follow out over another team, which changes no
// result.
func (t *Trainer) SetTeam(team *tensor.Team) {
	t.team, t.pace = team, pace{}
	t.reserve()
	for _, s := range t.stages {
		if s.dense != nil {
			s.dense.reserve(team.Threads())
		}
	}
}

// reserve makes room for a copy of the batch for each member of the team.
func (t *Trainer) reserve() {
	for n := len(t.own); n > 0 && n < t.team.Threads(); n++ {
		x := newSamples(t.batch, t.model.Inputs)
		x.use(t.rows)
		t.own = append(t.own, x)
	}
}

// SetLearningRate sets the learning rate of the steps that follow, from 0 on.
func (t *Trainer) SetLearningRate(rate float64) { t.optimizer.LearningRate = rate }

// SmoothLabels sets the label smoothing of the steps that follow (Szegedy and
// others, "Rethinking the Inception architecture", 2016), 0 at first. With
// smoothing from 0 to below 1, a sample is of its label's class only by 1-smoothing; the
// rest is shared out evenly over all classes, as in PyTorch's CrossEntropyLoss. The
// losses that Step returns are those of the smoothed labels.
func (t *Trainer) SmoothLabels(smoothing float64) error {
	if !(smoothing >= 0 && smoothing < 1) {
		return fmt.Errorf("nn: label smoothing %g: want a number from 0 to below 1", smoothing)
	}
	t.smoothing = float32(smoothing)
	return nil
}

// share has the team take a step, or one thread where that is faster.
func (t *Trainer) share() {
	if t.team.Threads() == 1 {
		t.team.Run(t.work)
		return
	}
	team := t.team
	if t.pace.alone > 0 {
		team = nil
	}
	start := time.Now()
	team.Run(t.work)
	t.pace.add(time.Since(start))
}

// takePart is one member's part of a step.
func (t *Trainer) takePart(w tensor.Worker) {
	t.forward(w)
	t.lose(w)
	t.backward(w)
	if t.clipped != nil {
		clip(w, t.clipped, t.optimizer.ClipNorm, &t.step)
	}
}

// value returns what layer i reads: for the first, the batch that this member reads.
func (t *Trainer) value(w tensor.Worker, i int) tensor.Matrix {
	if i == 0 && t.own != nil {
		return t.own[w.Index()].Matrix
	}
	return t.values[i].Matrix
}

// takeSamples takes in the batch: all of it, from another row on for each member, where
// each has its own copy, and otherwise the member's share.
func (t *Trainer) takeSamples(w tensor.Worker) {
	x := t.value(w, 0)
	first, end := w.Share(t.rows, 1)
	if t.own != nil {
		end = first + t.rows
	}
	for i := first; i < end; i++ {
		i := i % t.rows
		if x.Panel == 0 {
			t.input(i, x.Row(i))
		} else {
			row := t.sample[i*x.Cols : (i+1)*x.Cols]
			t.input(i, row)
			x.SetRow(i, row)
		}
	}
}

func (t *Trainer) forward(w tensor.Worker) {
	t.takeSamples(w)
	for i := range t.stages {
		s := &t.stages[i]
		if i > 0 || t.own == nil {
			w.Barrier() // what the stage reads is complete
		}
		if s.dense != nil {
			s.dense.forward(w, t.values[s.first].Matrix, t.value(w, s.first-1))
		}
		lo, hi := s.share(w)
		for b := lo; b < hi; b++ {
			for k, layer := range s.columns {
				at := s.first + k
				layer.forward(b*columnBlock, t.values[at+1].blocks[b], t.values[at].blocks[b])
			}
		}
	}
}

// lose computes the samples' losses and the gradient of the logits, for the mean
// loss of the batch. The members share it out by rows, as they do the logits.
func (t *Trainer) lose(w tensor.Worker) {
	last := len(t.layers)
	lo, hi := w.Share(t.rows, 1)
	l := lossGradient{smoothing: t.smoothing, scale: 1 / float32(t.rows)}
	gradient, logits := t.gradients[last].RowRange(lo, hi), t.values[last].RowRange(lo, hi)
	correct := l.compute(gradient.Data, logits.Data, t.labels[lo:hi], t.losses[lo:])
	t.correct.Add(int64(correct))
}

func (t *Trainer) backward(w tensor.Worker) {
	for i := len(t.stages) - 1; i >= 0; i-- {
		s := &t.stages[i]
		lo, hi := s.share(w)
		for b := lo; b < hi; b++ {
			for k := len(s.columns) - 1; k >= 0; k-- {
				at := s.first + k
				var dx tensor.Matrix
				if at > 0 {
					dx = t.gradients[at].blocks[b]
				}
				s.columns[k].backward(b*columnBlock, dx, t.gradients[at+1].blocks[b], t.values[at+1].blocks[b], &t.step)
			}
		}
		if s.dense != nil {
			at := s.first - 1
			s.dense.backward(w, t.gradients[at].Matrix, t.gradients[at+1].Matrix, t.value(w, at), &t.step)
		}
	}
}

// share returns the member's blocks of columns of the layers that work by columns.
func (s *stage) share(w tensor.Worker) (lo, hi int) {
	return w.Share(panels(s.width), 1)
}
