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
	e := Evaluation{
		Confusion: metrics.NewConfusion(m.Classes()),
		Logits:    tensor.NewMatrix(s.Len(), m.Classes()),
	}
	m.LogitsOf(team, e.Logits, s.Row)
	var sum float64
	for i := range e.Logits.Rows {
		logits, label := e.Logits.Row(i), s.Label(i)
		e.Confusion.Add(label, nn.Argmax(logits))
		sum += float64(nn.CrossEntropy(logits, label))
	}
	e.Loss = sum / float64(s.Len())
	return e
}
