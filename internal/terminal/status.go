package terminal

import (
	"strconv"
	"time"
)

// Status is how far training, or a pass over some data, is.
type Status struct {
	// Epoch, from 1, of Epochs. Epochs is 0 where there are none, as in a
	// test.
	Epoch, Epochs int

	// Phase is what is done, if not training: "validating", "testing".
	Phase string

	// Step, of Steps, is the number of batches done in this phase of this
	// epoch, and Samples that of the samples in them.
	Step, Steps int
	Samples     int

	// Loss and Accuracy, as a fraction, so far. They do not show where both
	// are 0.
	Loss, Accuracy float64

	// F1 is that of the last validation, 0 before the first. A Board shows it.
	F1 float64
}

// Update shows s in the bar, if it is time to. It costs little when it is not
// and next to nothing when there is no bar: it may be called at every step.
func (p *Progress) Update(s Status) {
	if !p.moves() {
		return
	}
	now := p.now()
	work, pass := task{epochs: s.Epochs}, task{s.Epochs, s.Epoch, s.Phase}
	if s.Epochs <= 0 {
		work = pass
	}
	p.work.update(now, work, s.overall())
	p.speed.update(now, pass, float64(s.Samples))
	if !p.due(now) {
		return
	}
	p.compose(s)
	p.draw(now)
}

// overall returns which fraction of all epochs, or of the only pass, is done.
func (s Status) overall() float64 {
	step := fraction(float64(s.Step), float64(s.Steps))
	switch {
	case s.Epochs <= 0:
		return step
	case s.Phase != "":
		step = 1 // of training, in this epoch
	}
	return (float64(s.Epoch-1) + step) / float64(s.Epochs)
}

// fraction is part/whole, within 0 and 1, and 0 where there is no whole.
func fraction(part, whole float64) float64 {
	if whole <= 0 {
		return 0
	}
	return min(max(part/whole, 0), 1)
}

func (p *Progress) compose(s Status) {
	l := &p.line
	l.reset()
	if s.Epochs > 0 {
		l.label = append(l.label, "epoch "...)
		l.label = strconv.AppendInt(l.label, int64(s.Epoch), 10)
		l.label = append(l.label, '/')
		l.label = strconv.AppendInt(l.label, int64(s.Epochs), 10)
		if s.Phase != "" {
			l.label = append(l.label, ' ')
		}
	}
	l.label = append(l.label, s.Phase...)
	l.fraction = fraction(float64(s.Step), float64(s.Steps))

	appendPercent(l.figure(0), l.fraction)
	if s.Loss != 0 || s.Accuracy != 0 {
		loss := l.figure(1)
		*loss = strconv.AppendFloat(append(*loss, "loss "...), s.Loss, 'f', 4, 64)
		accuracy := l.figure(3)
		*accuracy = strconv.AppendFloat(append(*accuracy, "acc "...), s.Accuracy, 'f', 4, 64)
	}
	if rate := p.speed.perSecond(); rate > 0 {
		f := l.figure(4)
		*f = append(appendCount(*f, rate), " samples/s"...)
	}
	if left, ok := p.work.left(1); ok {
		appendLeft(l.figure(2), left)
	}
}

// Transfer is how far a transfer of bytes is.
type Transfer struct {
	Label string
	Bytes int64 // done
	Total int64 // 0 if unknown
}

// UpdateTransfer shows t in the bar, as [Progress.Update] does.
func (p *Progress) UpdateTransfer(t Transfer) {
	if !p.moves() {
		return
	}
	now := p.now()
	p.speed.update(now, task{name: t.Label}, float64(t.Bytes))
	if !p.due(now) {
		return
	}

	l := &p.line
	l.reset()
	l.label = append(l.label, t.Label...)
	size := l.figure(1)
	*size = appendBytes(*size, float64(t.Bytes))
	if t.Total > 0 {
		l.fraction = fraction(float64(t.Bytes), float64(t.Total))
		appendPercent(l.figure(0), l.fraction)
	}
	if rate := p.speed.perSecond(); rate > 0 {
		f := l.figure(3)
		*f = append(appendBytes(*f, rate), "/s"...)
	}
	if t.Total > 0 {
		if left, ok := p.speed.left(float64(t.Total)); ok {
			appendLeft(l.figure(2), left)
		}
	}
	p.draw(now)
}

func appendPercent(b *[]byte, fraction float64) {
	percent := int64(100 * fraction) // 100 % is for what is done
	if percent < 10 {
		*b = append(*b, ' ')
	}
	if percent < 100 {
		*b = append(*b, ' ')
	}
	*b = append(strconv.AppendInt(*b, percent, 10), '%')
}

func appendLeft(b *[]byte, left time.Duration) {
	*b = append(appendDuration(*b, left), " left"...)
}
