package nn

import (
	"math"
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

func (d *Dropout) train(batch, i int, seed uint64) trainee {
	return &dropoutTrainee{
		Dropout: d,
		layer:   i,
		seed:    seed,
		dropped: uint32(d.Probability * (1 << 32)),
		keep:    float32(1 / (1 - d.Probability)),
		mask:    tensor.NewPanels(batch, d.width).Data,
		streams: make([]tensor.Stream, (d.width+columnBlock-1)/columnBlock),
	}
}

func (d *dropoutTrainee) startEpoch(epoch int) {
	for block := range d.streams {
		d.streams[block].Seed(d.seed, "dropout", d.layer, epoch, block)
	}
}

func (d *dropoutTrainee) forward(w tensor.Worker, y, x tensor.Matrix) {
	lo, hi := columns(w, y.Cols)
	mask := d.maskOf(y).ColRange(lo, hi)
	for j := lo; j < hi; j += columnBlock {
		stream, block := &d.streams[j/columnBlock], mask.ColRange(j-lo, min(j-lo+columnBlock, hi-lo))
		for i := range block.Rows {
			d.draw(block.Row(i), stream)
		}
	}
	tensor.Multiply(y.ColRange(lo, hi).Data, x.ColRange(lo, hi).Data, mask.Data)
}

// maskOf returns the mask of a batch of y's rows.
func (d *dropoutTrainee) maskOf(y tensor.Matrix) tensor.Matrix {
	return tensor.PanelsOver(d.mask, y.Rows, d.width)
}

// draw fills mask; each 64 random bits decide two of its elements.
func (d *dropoutTrainee) draw(mask []float32, s *tensor.Stream) {
	for len(mask) >= 2 {
		bits := s.Uint64()
		mask[0], mask[1] = d.decide(uint32(bits)), d.decide(uint32(bits>>32))
		mask = mask[2:]
	}
	if len(mask) == 1 {
		mask[0] = d.decide(uint32(s.Uint64()))
	}
}

// decide returns 0 or keep, without a branch that nobody could predict.
func (d *dropoutTrainee) decide(bits uint32) float32 {
	drop := uint32((int64(bits) - int64(d.dropped)) >> 63) // all ones to drop
	return math.Float32frombits(math.Float32bits(d.keep) &^ drop)
}

// skip draws what forward draws for a batch of the given rows.
func (d *dropoutTrainee) skip(rows int) {
	for block := range d.streams {
		mask := d.mask[:min(columnBlock, d.width-block*columnBlock)]
		for range rows {
			d.draw(mask, &d.streams[block])
		}
	}
}

func (d *dropoutTrainee) backward(w tensor.Worker, dx, dy, _, _ tensor.Matrix) {
	if dx.Data == nil {
		return
	}
	lo, hi := columns(w, dx.Cols)
	tensor.Multiply(dx.ColRange(lo, hi).Data, dy.ColRange(lo, hi).Data, d.maskOf(dy).ColRange(lo, hi).Data)
}

func (d *dropoutTrainee) gradients() []parameter { return nil }
