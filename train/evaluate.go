package train

import (
	"fnn/dataset"
	"fnn/metrics"
	"fnn/nn"
	"fnn/tensor"
)

// An Evaluation is what a model makes of a set of samples.
type Evaluation struct {
	Loss      float64 // the mean cross-entropy
	Confusion *metrics.Confusion
	Logits    tensor.Matrix // (samples, classes)
}

// Evaluate predicts every sample of a set with the threads of a team. The set
// has the model's features and classes.
func Evaluate(m *nn.Model, s *dataset.Set, team *tensor.Team) Evaluation {
	logits := tensor.NewMatrix(s.Len(), m.Classes())
	m.LogitsOf(team, logits, s.Row)
	return NewEvaluation(logits, s)
}

// EvaluateWithDropout is Evaluate with dropout left on, as some training loops do
// by mistake: its figures are a function of the seed and the epoch as well.
func EvaluateWithDropout(m *nn.Model, s *dataset.Set, seed uint64, epoch int, team *tensor.Team) Evaluation {
	logits := tensor.NewMatrix(s.Len(), m.Classes())
	m.LogitsWithDropout(team, logits, s.Row, seed, epoch)
	return NewEvaluation(logits, s)
}

// NewEvaluation returns what logits (samples, classes) say of the samples of a set.
func NewEvaluation(logits tensor.Matrix, s *dataset.Set) Evaluation {
	e := Evaluation{Confusion: metrics.NewConfusion(logits.Cols), Logits: logits}
	var sum float64
	for i := range logits.Rows {
		row, label := logits.Row(i), s.Label(i)
		e.Confusion.Add(label, nn.Argmax(row))
		sum += float64(nn.CrossEntropy(row, label))
	}
	e.Loss = sum / float64(s.Len())
	return e
}
