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

type denseTrainee struct {
	*Dense
	dw, db parameter
}

func (d *Dense) train(batch, i int, seed uint64) trainee {
	p := d.parameters()
	return &denseTrainee{d, p[0].like(), p[1].like()}
}

func (d *denseTrainee) startEpoch(epoch int)   {}
func (d *denseTrainee) gradients() []parameter { return []parameter{d.dw, d.db} }

func (d *denseTrainee) forward(w tensor.Worker, y, x tensor.Matrix) {
	w.Barrier() // x is complete
	lo, hi := columns(w, y.Cols)
	tensor.MatMulBias(y.ColRange(lo, hi), x, d.Weight.ColRange(lo, hi), d.Bias[lo:hi])
}

// backward computes dx = dy·Wᵀ, dW = xᵀ·dy, and db, the sum of dy's rows.
func (d *denseTrainee) backward(w tensor.Worker, dx, dy, _, x tensor.Matrix) {
	if dx.Data != nil {
		w.Barrier() // dy is complete
		lo, hi := columns(w, dx.Cols)
		tensor.MatMulTransB(dx.ColRange(lo, hi), dy, d.Weight.RowRange(lo, hi))
	}
	lo, hi := columns(w, dy.Cols)
	dy = dy.ColRange(lo, hi)
	tensor.MatMulTransA(d.dw.matrix.ColRange(lo, hi), x, dy)
	tensor.SumRows(d.db.vector[lo:hi], dy)
}
