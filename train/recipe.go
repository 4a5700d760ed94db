package train

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Recipe is what training may do besides Adam at one learning rate. The zero
// Recipe does none of it.
type Recipe struct {
	// Schedule changes the learning rate in the course of the run.
	Schedule Schedule `json:"schedule,omitempty"`
	// WeightDecay and ClipNorm are those of nn.Adam, LabelSmoothing is that of
	// nn.Trainer. The training loss is that of smoothed labels; the validation loss
	// never is, so that it compares with that of other runs.
	WeightDecay    float64 `json:"weight_decay,omitempty"`
	ClipNorm       float64 `json:"clip_norm,omitempty"`
	LabelSmoothing float64 `json:"label_smoothing,omitempty"`
	// Patience ends the run early, after so many epochs in a row that did not bring
	// a higher validation F1 than all before them; 0 goes on to the last epoch. The
	// run's Best is then the model of the epoch before those.
	Patience int `json:"patience,omitempty"`
}

// off is the value of a setting that is off.
const off = "none"

// A Setting is one thing that a Recipe may say.
type Setting struct{ Name, Value string }

// On says whether the recipe says it.
func (s Setting) On() bool { return s.Value != off }

// Settings returns all that the recipe may say, in one order and one spelling. The
// value of what is off is "none".
func (r Recipe) Settings() []Setting {
	number := func(x float64) string {
		if x == 0 {
			return off
		}
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	schedule := r.Schedule
	if c, err := parseCurve(string(schedule)); err == nil {
		schedule = c.schedule()
	}
	return []Setting{
		{"schedule", cmp.Or(string(schedule), off)},
		{"weight decay", number(r.WeightDecay)},
		{"clip norm", number(r.ClipNorm)},
		{"label smoothing", number(r.LabelSmoothing)},
		{"patience", number(float64(r.Patience))},
	}
}

// String returns what is on, such as "schedule cosine, patience 5".
func (r Recipe) String() string {
	var on []string
	for _, s := range r.Settings() {
		if s.On() {
			on = append(on, s.Name+" "+s.Value)
		}
	}
	return strings.Join(on, ", ")
}

// Check returns an error if the recipe makes no sense for a run of so many epochs
// at the given learning rate.
func (r Recipe) Check(rate float64, epochs int) error {
	_, err := r.curve(rate, epochs)
	return err
}

// curve returns the course of the learning rate, and the error of Check.
func (r Recipe) curve(rate float64, epochs int) (curve, error) {
	c, err := parseCurve(string(r.Schedule))
	if err == nil {
		err = c.check(rate, epochs)
	}
	if err != nil {
		return c, fmt.Errorf("schedule %.100q: %w", string(r.Schedule), err)
	}
	return c, r.check()
}

// check returns an error if what does not depend on the run makes no sense.
func (r Recipe) check() error {
	switch {
	case !(r.WeightDecay >= 0 && r.WeightDecay <= math.MaxFloat32):
		return fmt.Errorf("weight decay %g: want a number from 0 on that float32 can hold", r.WeightDecay)
	case !(r.ClipNorm >= 0 && r.ClipNorm <= math.MaxFloat32):
		return fmt.Errorf("clip norm %g: want a number from 0 on that float32 can hold", r.ClipNorm)
	case !(r.LabelSmoothing >= 0 && r.LabelSmoothing < 1):
		return fmt.Errorf("label smoothing %g: want a number from 0 to below 1", r.LabelSmoothing)
	case r.Patience < 0:
		return fmt.Errorf("patience of %d epochs: want 0 or more", r.Patience)
	}
	return nil
}
