package train

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// An Epoch is one row of a run's history. The training figures are means over
// the epoch's steps, each taken before the step changed the weights and with
// dropout on; the validation figures are the model's at the end of the epoch.
type Epoch struct {
	Epoch              int // from 1
	TrainLoss          float64
	TrainAccuracy      float64
	ValidationLoss     float64
	ValidationAccuracy float64
	ValidationF1       float64 // the mean of the classes' F1
}

// A History is the epochs of a run, from the first.
type History []Epoch

// Best returns the epoch of the highest validation F1, the first of equals. The
// history must not be empty.
func (h History) Best() Epoch {
	best := h[0]
	for _, e := range h {
		if e.ValidationF1 > best.ValidationF1 {
			best = e
		}
	}
	return best
}

// columns of a history as CSV.
const columns = "epoch,train_loss,train_acc,val_loss,val_acc,val_f1"

// WriteCSV writes the history with a heading: epoch,train_loss,train_acc,
// val_loss,val_acc,val_f1. Numbers are written so that they read back the same.
func (h History) WriteCSV(w io.Writer) error {
	_, err := io.WriteString(w, h.csv())
	return err
}

func (h History) csv() string {
	var text strings.Builder
	text.WriteString(columns + "\n")
	for _, e := range h {
		text.WriteString(strconv.Itoa(e.Epoch))
		for _, x := range []float64{e.TrainLoss, e.TrainAccuracy, e.ValidationLoss, e.ValidationAccuracy, e.ValidationF1} {
			text.WriteString("," + strconv.FormatFloat(x, 'g', -1, 64))
		}
		text.WriteByte('\n')
	}
	return text.String()
}

// ReadCSV reads what WriteCSV wrote. Its errors name the line.
func ReadCSV(r io.Reader) (History, error) {
	rows := csv.NewReader(r)
	names := strings.Split(columns, ",")
	rows.FieldsPerRecord = len(names)
	heading, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("train: history: %w", err)
	}
	if got := strings.Join(heading, ","); got != columns {
		return nil, fmt.Errorf("train: history: heading %.100q: want %q", got, columns)
	}
	var h History
	for {
		fields, err := rows.Read()
		if err == io.EOF {
			return h, nil
		}
		if err != nil {
			return nil, fmt.Errorf("train: history: %w", err)
		}
		var x [6]float64
		for i, field := range fields {
			if x[i], err = strconv.ParseFloat(field, 64); err != nil {
				line, _ := rows.FieldPos(i)
				return nil, fmt.Errorf("train: history: line %d: %s %.100q: want a number", line, names[i], field)
			}
		}
		if x[0] != float64(len(h)+1) {
			line, _ := rows.FieldPos(0)
			return nil, fmt.Errorf("train: history: line %d: epoch %.100s: want %d", line, fields[0], len(h)+1)
		}
		h = append(h, Epoch{len(h) + 1, x[1], x[2], x[3], x[4], x[5]})
	}
}
