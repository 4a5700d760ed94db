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

// A denseTrainee computes the gradient of its weights in blocks of up to gradientSize
// weights, of one panel of outputs or two, and updates a block while the gradient is in
// the second-level cache. The whole gradient is nowhere, unless it is to be clipped.
type denseTrainee struct {
	*Dense
	weight, bias trained
	dw           [][]float32 // (gradientSize), one for each member
	db           []float32
}

const gradientSize = 1024 * columnBlock

func (d *Dense) train(batch, i, threads int, seed uint64) trainee {
	p := d.parameters()
	t := &denseTrainee{Dense: d, weight: newTrained(p[0]), bias: newTrained(p[1]), db: newVector(d.outputs())}
	t.reserve(threads)
	return t
}

// reserve makes room for a team of so many threads.
func (d *denseTrainee) reserve(threads int) {
	for len(d.dw) < threads {
		d.dw = append(d.dw, newVector(min(gradientSize, len(d.Weight.Data))))
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
	// For the weights alone a member may need no columns of dy but those that it has computed,
	// as all layers share out their columns alike.
	own := dx.Data == nil && dy.Panel != 0 && panels(dy.Cols)%w.Threads() == 0
	if !own {
		w.Barrier() // dy is complete
	}
	near := false
	if dx.Data != nil {
		lo, hi := columns(w, dx.Cols)
		w.MatMulTransB(dx.ColRange(lo, hi), dy, d.Weight.RowRange(lo, hi))
		if near = evenly(panels(dx.Cols), w.Threads()); near {
			// A member updates the weights that it alone has read.
			for j := 0; j < dy.Cols; j += 2 * columnBlock {
				d.learn(w, dy, x, j, min(j+2*columnBlock, dy.Cols), lo, hi, s)
			}
		} else {
			w.Barrier() // nobody reads the weights any more
		}
	}
	if !near {
		// The weights are dealt out as if their panels were one, the one below the
		// other; two that a member has all of, it computes side by side.
		inputs := panels(x.Cols) * columnBlock
		lo, hi := w.Share(panels(dy.Cols)*inputs, columnBlock)
		for lo < hi {
			j, i := lo/inputs*columnBlock, lo%inputs
			n, wide := min(hi-lo, inputs-i), 1
			if hi-lo >= 2*inputs && i == 0 {
				wide = 2
			}
			d.learn(w, dy, x, j, min(j+wide*columnBlock, dy.Cols), i, min(i+n, x.Cols), s)
			lo += wide * n
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

// learn updates the weights from inputs lo to hi to outputs j to end, of one panel or two.
func (d *denseTrainee) learn(w tensor.Worker, dy, x tensor.Matrix, j, end, lo, hi int, s *adamStep) {
	outputs := dy.ColRange(j, end)
	rows := gradientSize / (panels(outputs.Cols) * columnBlock)
	for i := lo; i < hi; i += rows {
		x := x.ColRange(i, min(i+rows, hi))
		dw := tensor.PanelsOver(d.dw[w.Index()], x.Cols, outputs.Cols)
		if dw.Cols%columnBlock != 0 {
			clear(dw.Data) // nothing is to be learned beyond the columns
		}
		tensor.MatMulTransA(dw, x, outputs)
		for at := j; at < end; at += columnBlock {
			panel := dw.ColRange(at-j, min(at-j+columnBlock, dw.Cols))
			d.weight.update(at*d.Weight.Rows+i*columnBlock, panel.Data, s, readElsewhere(w, dy, at))
		}
	}
}

// evenly says whether n pieces dealt out to threads leave none with more than a
// quarter above the average.
func evenly(n, threads int) bool { return 4*threads*((n+threads-1)/threads) <= 5*n }
