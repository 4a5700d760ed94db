package nn

import "fnn/tensor"

// ReLU is the rectified linear unit, y = max(x, 0).
type ReLU struct{ width int }

func (r *ReLU) String() string          { return "relu" }
func (r *ReLU) outputs() int            { return r.width }
func (r *ReLU) inPlace() bool           { return true }
func (r *ReLU) parameters() []parameter { return nil }

func (r *ReLU) predict(y, x tensor.Matrix, _ *predictScratch) {
	tensor.Rectify(y.Data, x.Data)
}

func (r *ReLU) train(batch, i int, seed uint64) trainee { return reluTrainee{} }

type reluTrainee struct{}

func (reluTrainee) startEpoch(epoch int) {}

func (reluTrainee) forward(w tensor.Worker, y, x tensor.Matrix) {
	lo, hi := columns(w, y.Cols)
	tensor.Rectify(y.ColRange(lo, hi).Data, x.ColRange(lo, hi).Data)
}

func (reluTrainee) backward(w tensor.Worker, dx, dy, y, _ tensor.Matrix) {
	if dx.Data == nil {
		return
	}
	lo, hi := columns(w, dx.Cols)
	tensor.RectifyBackward(dx.ColRange(lo, hi).Data, dy.ColRange(lo, hi).Data, y.ColRange(lo, hi).Data)
}

func (reluTrainee) gradients() []parameter { return nil }
