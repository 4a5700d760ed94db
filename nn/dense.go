package nn

import (
	"strconv"

	"fnn/tensor"
)

// Dense is a fully connected layer, y = x·W + b.
type Dense struct {
	Weight tensor.Matrix // (inputs, outputs), in panels
	Bias   []float32     // (outputs)
}

func newDense(inputs, outputs int) *Dense {
	return &Dense{Weight: tensor.NewPanels(inputs, outputs), Bias: newVector(outputs)}
}

func (d *Dense) String() string { return strconv.Itoa(d.outputs()) }
func (d *Dense) outputs() int   { return d.Weight.Cols }
func (d *Dense) inPlace() bool  { return false }

func (d *Dense) parameters() []parameter {
	return []parameter{
		{name: "weight", matrix: d.Weight, trained: true},
		{name: "bias", vector: d.Bias, trained: true},
	}
}

func (d *Dense) predict(y, x tensor.Matrix, _ *predictScratch) {
	tensor.MatMulBias(y, x, d.Weight, d.Bias)
}

// A denseTrainee computes the gradient of its weights in blocks of gradientRows
// inputs by a panel of outputs, and updates a block while the gradient is in the
// second-level cache. The whole gradient is nowhere, unless it is to be clipped.
type denseTrainee struct {
	*Dense
	weight, bias trained
	dw           [][]float32 // (gradientRows, columnBlock), one for each member
	db           []float32
}

const gradientRows = 1024

func (d *Dense) train(batch, i, threads int, seed uint64) trainee {
	p := d.parameters()
	t := &denseTrainee{Dense: d, weight: newTrained(p[0]), bias: newTrained(p[1]), db: newVector(d.outputs())}
	t.reserve(threads)
	return t
}

// reserve makes room for a team of so many threads.
func (d *denseTrainee) reserve(threads int) {
	for len(d.dw) < threads {
		d.dw = append(d.dw, tensor.NewPanels(min(gradientRows, d.Weight.Rows), columnBlock).Data)
	}
}

func (d *denseTrainee) startEpoch(epoch int) {}
func (d *denseTrainee) learned() []*trained  { return []*trained{&d.weight, &d.bias} }

// forward computes y = x·W + b, once x is complete. The logits, which are plain, are
// shared out by rows, as the loss is: they have too few columns for many members.
func (d *denseTrainee) forward(w tensor.Worker, y, x tensor.Matrix) {
	if y.Panel == 0 {
		lo, hi := w.Share(y.Rows, 1)
		tensor.MatMulBias(y.RowRange(lo, hi), x.RowRange(lo, hi), d.Weight, d.Bias)
		return
	}
	lo, hi := columns(w, y.Cols)
	w.MatMulBias(y.ColRange(lo, hi), x, d.Weight.ColRange(lo, hi), d.Bias[lo:hi])
}

// backward computes dx = dy·Wᵀ, unless dx has no data, dW = xᵀ·dy, and db, the sum
// of dy's rows, and updates W and b.
func (d *denseTrainee) backward(w tensor.Worker, dx, dy, x tensor.Matrix, s *adamStep) {
	w.Barrier() // dy is complete
	near := false
	if dx.Data != nil {
		lo, hi := columns(w, dx.Cols)
		w.MatMulTransB(dx.ColRange(lo, hi), dy, d.Weight.RowRange(lo, hi))
		if near = evenly(panels(dx.Cols), w.Threads()); near {
			// A member updates the weights that it alone has read.
			for j := 0; j < dy.Cols; j += columnBlock {
				d.learn(w, dy, x, j, lo, hi, s)
			}
		} else {
			w.Barrier() // nobody reads the weights any more
		}
	}
	if !near {
		// The weights are dealt out as if their panels were one, the one below the
		// other.
		inputs := panels(x.Cols) * columnBlock
		lo, hi := w.Share(panels(dy.Cols)*inputs, columnBlock)
		for lo < hi {
			i := lo % inputs
			end := min(i+hi-lo, inputs)
			d.learn(w, dy, x, lo/inputs*columnBlock, i, min(end, x.Cols), s)
			lo += end - i
		}
	}
	lo, hi := columns(w, dy.Cols)
	tensor.SumRows(d.db[lo:hi], dy.ColRange(lo, hi))
	d.bias.update(lo, d.db[lo:hi], s, false)
}

// readElsewhere says whether another member has computed the panel of outputs that starts
// with output j, and will read its weights again. Those of logits, which are plain, are few.
func readElsewhere(w tensor.Worker, dy tensor.Matrix, j int) bool {
	lo, hi := columns(w, dy.Cols)
	return dy.Panel != 0 && (j < lo || j >= hi)
}

// learn updates the weights from inputs lo to hi to the outputs of the panel that
// starts with output j.
func (d *denseTrainee) learn(w tensor.Worker, dy, x tensor.Matrix, j, lo, hi int, s *adamStep) {
	elsewhere := readElsewhere(w, dy, j)
	dy = dy.ColRange(j, min(j+columnBlock, dy.Cols))
	for i := lo; i < hi; i += gradientRows {
		x := x.ColRange(i, min(i+gradientRows, hi))
		dw := tensor.PanelsOver(d.dw[w.Index()], x.Cols, dy.Cols)
		if dw.Cols < columnBlock {
			clear(dw.Data) // nothing is to be learned beyond the columns
		}
		tensor.MatMulTransA(dw, x, dy)
		d.weight.update(j*d.Weight.Rows+i*columnBlock, dw.Data, s, elsewhere)
	}
}

// evenly says whether n pieces dealt out to threads leave none with more than a
// quarter above the average.
func evenly(n, threads int) bool { return 4*threads*((n+threads-1)/threads) <= 5*n }
