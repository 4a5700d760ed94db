// Package experiment is a run of the command in its folder: what it writes there
// while it trains, how it is taken up again, and what others read of it later. The
// files are described in docs/formats.md.
package experiment

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"fnn/dataset"
	"fnn/idx"
	"fnn/metrics"
	"fnn/nn"
	"fnn/quantize"
	"fnn/tensor"
	"fnn/train"
)

// A Result is what a model made of a data set's test samples. As JSON it is the
// content of a run's test.json.
type Result struct {
	Loss       float64 // the mean cross-entropy
	Confusion  *metrics.Confusion
	ClassNames []string
}

// Test evaluates a model on a set with the threads of a team. Bytes are scaled as
// the model says, whatever the set's own scale is. It is an error if
// the set's samples or labels do not fit the model.
func Test(m *nn.Model, s *dataset.Set, team *tensor.Team) (*Result, error) {
	result, _, err := evaluate(m, s, team)
	return result, err
}

// TestQuantized is Test for a quantised model, which takes samples of bytes.
func TestQuantized(m *quantize.Model, s *dataset.Set, team *tensor.Team) (*Result, error) {
	if err := checkFit(m.Inputs, m.Classes(), s); err != nil {
		return nil, err
	}
	if s.Bytes(0) == nil {
		return nil, errors.New("the model is quantised and takes bytes, but the data set's samples are float32")
	}
	logits := tensor.NewMatrix(s.Len(), m.Classes())
	m.LogitsOf(team, logits, func(i int, row []uint8) { copy(row, s.Bytes(i)) })
	return newResult(train.NewEvaluation(logits, s), m.ClassNames), nil
}

func evaluate(m *nn.Model, s *dataset.Set, team *tensor.Team) (*Result, train.Evaluation, error) {
	if err := checkFit(m.Inputs, m.Classes(), s); err != nil {
		return nil, train.Evaluation{}, err
	}
	input := s.Row
	if s.Bytes(0) != nil {
		if m.InputScale == 0 {
			return nil, train.Evaluation{}, nn.ErrNoScale
		}
		input = func(i int, row []float32) { tensor.ScaleBytes(row, s.Bytes(i), m.InputScale) }
	}
	logits := tensor.NewMatrix(s.Len(), m.Classes())
	m.LogitsOf(team, logits, input)
	e := train.NewEvaluation(logits, s)
	return newResult(e, m.ClassNames), e, nil
}

// checkFit returns an error if a model cannot take a set's samples and labels.
func checkFit(inputs, classes int, s *dataset.Set) error {
	if s.Features() != inputs {
		return fmt.Errorf("the model's number of inputs is %d, but the data set's samples have shape %v", inputs, s.Shape())
	}
	if s.Classes() > classes {
		return fmt.Errorf("the model's number of classes is %d, but the data set's is %d", classes, s.Classes())
	}
	return nil
}

func newResult(e train.Evaluation, classNames []string) *Result {
	return &Result{Loss: e.Loss, Confusion: e.Confusion, ClassNames: classNames}
}

// MaxMatrix is the most classes whose confusion matrix is shown to people.
const MaxMatrix = 32

// WriteText writes the result for people: a line of the main figures, the table
// of the classes, and the confusion matrix, unless it is too large.
func (r *Result) WriteText(w io.Writer) error {
	_, err := fmt.Fprintf(w, "%d test samples: loss %.4f, accuracy %.4f, macro F1 %.4f\n\n",
		r.Confusion.Total(), r.Loss, r.Confusion.Accuracy(), r.Confusion.Macro().F1)
	if err != nil {
		return err
	}
	if err := r.Confusion.WriteReport(w, r.ClassNames); err != nil {
		return err
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return err
	}
	if n := len(r.ClassNames); n > MaxMatrix {
		_, err := fmt.Fprintf(w, "the confusion matrix of %d classes is too large to be shown: -json has it\n", n)
		return err
	}
	return r.Confusion.WriteMatrix(w, r.ClassNames)
}

// UnmarshalJSON reads what MarshalJSON wrote: the loss, the names of the classes
// and the confusion matrix, from which the rest follows.
func (r *Result) UnmarshalJSON(text []byte) error {
	var j resultJSON
	if err := json.Unmarshal(text, &j); err != nil {
		return err
	}
	n := len(j.Classes)
	if n < 1 || n > dataset.MaxClasses || len(j.Confusion) != n {
		return fmt.Errorf("a confusion matrix of %d rows for %d classes: want 1 to %d", len(j.Confusion), n, dataset.MaxClasses)
	}
	for i, row := range j.Confusion {
		if len(row) != n {
			return fmt.Errorf("confusion: row %d has %d counts: want %d", i, len(row), n)
		}
	}
	*r = Result{Loss: math.NaN(), Confusion: metrics.NewConfusion(n)}
	if j.Loss != nil {
		r.Loss = *j.Loss
	}
	total := 0
	for i, row := range j.Confusion {
		for k, count := range row {
			if count < 0 || count > idx.MaxSize-total {
				return fmt.Errorf("confusion: row %d: %d samples: want 0 to %d in all", i, count, idx.MaxSize)
			}
			total += count
			r.Confusion.AddCount(i, k, count)
		}
		r.ClassNames = append(r.ClassNames, j.Classes[i].Name)
	}
	return nil
}

type resultJSON struct {
	Samples    int         `json:"samples"`
	Loss       *float64    `json:"loss"`
	Accuracy   float64     `json:"accuracy"`
	MacroF1    float64     `json:"macro_f1"`
	WeightedF1 float64     `json:"weighted_f1"`
	Classes    []classJSON `json:"classes"`
	Confusion  [][]int     `json:"confusion"`
}

type classJSON struct {
	Name      string  `json:"name"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	Support   int     `json:"support"`
}

// MarshalJSON returns the result as a JSON object: samples, loss, accuracy,
// macro_f1, weighted_f1; classes, with the name, precision, recall, f1 and
// support of each; and confusion, a row for each true class. A loss that is not
// a finite number, for which JSON has no word, is null.
func (r *Result) MarshalJSON() ([]byte, error) {
	c := r.Confusion
	j := resultJSON{
		Samples:    c.Total(),
		Accuracy:   c.Accuracy(),
		MacroF1:    c.Macro().F1,
		WeightedF1: c.Weighted().F1,
	}
	if !math.IsNaN(r.Loss) && !math.IsInf(r.Loss, 0) {
		j.Loss = &r.Loss
	}
	for i, name := range r.ClassNames {
		s := c.Class(i)
		j.Classes = append(j.Classes, classJSON{name, s.Precision, s.Recall, s.F1, s.Support})
		row := make([]int, c.Classes())
		for k := range row {
			row[k] = c.Count(i, k)
		}
		j.Confusion = append(j.Confusion, row)
	}
	return json.Marshal(j)
}
