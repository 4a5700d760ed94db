package nn

import (
	"strconv"

	"fnn/tensor"
)

// Dropout sets each input to 0 with the given probability in training, and
// scales the others by 1/(1-probability), so that the expected value stays
// (Srivastava et al., "Dropout", 2014, in its inverted form). In prediction it
// does nothing.
type Dropout struct {
	Probability float64 // in [0, 1)
	width       int
}

func (d *Dropout) String() string {
	return "dropout:" + strconv.FormatFloat(d.Probability, 'g', -1, 64)
}
func (d *Dropout) outputs() int            { return d.width }
func (d *Dropout) inPlace() bool           { return true }
func (d *Dropout) parameters() []parameter { return nil }

func (d *Dropout) predict(_, _ tensor.Matrix, _ *predictScratch) {}

type dropoutTrainee struct {
	*Dropout
	layer   int
	seed    uint64
	dropped uint32          // draws of 32 bits below this drop an input
	keep    float32         // the factor of an input that stays
	mask    []float32       // (batch, width) in panels, of 0 and keep
	streams []tensor.Stream // one a block of columns
}

func (d *Dropout) train(batch, i, threads int, seed uint64) trainee {
	return &dropoutTrainee{
		Dropout: d,
		layer:   i,
		seed:    seed,
		dropped: uint32(d.Probability * (1 << 32)),
		keep:    float32(1 / (1 - d.Probability)),
		mask:    tensor.NewPanels(batch, d.width).Data,
		streams: make([]tensor.Stream, panels(d.width)),
	}
}

func (d *dropoutTrainee) startEpoch(epoch int) {
	for block := range d.streams {
		d.streams[block].Seed(d.seed, "dropout", d.layer, epoch, block)
	}
}

func (d *dropoutTrainee) forward(first int, y, x tensor.Matrix) {
	mask := d.maskOf(first, y)
	d.draw(mask, &d.streams[first/columnBlock])
	tensor.Multiply(y.Data, x.Data, mask.Data)
}

// maskOf returns the mask of a block of columns y.
func (d *dropoutTrainee) maskOf(first int, y tensor.Matrix) tensor.Matrix {
	return tensor.PanelsOver(d.mask[first*y.Rows:], y.Rows, y.Cols)
}

// draw fills the mask of a block of columns, row by row.
func (d *dropoutTrainee) draw(mask tensor.Matrix, s *tensor.Stream) {
	if mask.Cols == columnBlock {
		s.Mask(mask.Data, d.dropped, d.keep)
		return
	}
	for i := range mask.Rows {
		s.Mask(mask.Row(i), d.dropped, d.keep)
	}
}

// skip draws what forward draws for a batch of the given rows.
func (d *dropoutTrainee) skip(rows int) {
	for block := range d.streams {
		cols := min(columnBlock, d.width-block*columnBlock)
		d.streams[block].Skip(rows * ((cols + 1) / 2))
	}
}

func (d *dropoutTrainee) readsOutput() bool { return false }

func (d *dropoutTrainee) backward(first int, dx, dy, _ tensor.Matrix, _ *adamStep) {
	tensor.Multiply(dx.Data, dy.Data, d.maskOf(first, dy).Data)
}

func (d *dropoutTrainee) learned() []*trained { return nil }
