package nn

import (
	"strconv"

	"fnn/tensor"
)

// Dense is a fully connected layer, y = x·W + b.
type Dense struct {
	Weight *tensor.Panels // (inputs, outputs)
	Bias   []float32      // (outputs)
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
	d.Weight.MatMulBias(y, x, d.Bias)
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
	own := d.Weight.Part(lo, hi)
	own.MatMulBias(y.ColRange(lo, hi), x, d.Bias[lo:hi])
}

// backward computes dx = dy·Wᵀ, dW = xᵀ·dy, and db, the sum of dy's rows.
func (d *denseTrainee) backward(w tensor.Worker, dx, dy, _, x tensor.Matrix) {
	if dx.Data != nil {
		w.Barrier() // dy is complete
		lo, hi := columns(w, dx.Cols)
		d.Weight.MatMulTrans(dx.ColRange(lo, hi), dy, lo, hi)
	}
	lo, hi := columns(w, dy.Cols)
	own := d.dw.matrix.Part(lo, hi)
	own.SetTransA(x, dy.ColRange(lo, hi))
	sumRows(d.db.vector[lo:hi], dy.ColRange(lo, hi))
}

// sumRows sets sum to the sum of x's rows, added in order.
func sumRows(sum []float32, x tensor.Matrix) {
	clear(sum)
	for i := range x.Rows {
		tensor.Add(sum, x.Row(i))
	}
}
