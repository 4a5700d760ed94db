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

func (r *ReLU) train(batch, i, threads int, seed uint64) trainee { return reluTrainee{} }

type reluTrainee struct{}

func (reluTrainee) startEpoch(epoch int) {}

func (reluTrainee) forward(_ int, y, x tensor.Matrix) { tensor.Rectify(y.Data, x.Data) }
func (reluTrainee) readsOutput() bool                 { return true }

func (reluTrainee) backward(_ int, dx, dy, y tensor.Matrix, _ *adamStep) {
	tensor.RectifyBackward(dx.Data, dy.Data, y.Data)
}

func (reluTrainee) learned() []*trained { return nil }
