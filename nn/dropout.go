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

func (d *Dropout) predict(y, x tensor.Matrix, _ *predictScratch) {
	if len(x.Data) > 0 && &y.Data[0] != &x.Data[0] {
		for i := range y.Rows {
			copy(y.Row(i), x.Row(i))
		}
	}
}

type dropoutTrainee struct {
	*Dropout
	layer   int
	seed    uint64
	dropped uint32          // draws of 32 bits below this drop an input
	keep    float32         // the factor of an input that stays
	mask    tensor.Matrix   // (batch, width), of 0 and keep
	streams []tensor.Stream // one a block of columns
}

func (d *Dropout) train(batch, i int, seed uint64) trainee {
	return &dropoutTrainee{
		Dropout: d,
		layer:   i,
		seed:    seed,
		dropped: uint32(d.Probability * (1 << 32)),
		keep:    float32(1 / (1 - d.Probability)),
		mask:    tensor.NewMatrix(batch, d.width),
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
	for i := range y.Rows {
		row := d.mask.Row(i)
		for j := lo; j < hi; j += columnBlock {
			d.draw(row[j:min(j+columnBlock, hi)], &d.streams[j/columnBlock])
		}
		tensor.Multiply(y.Row(i)[lo:hi], x.Row(i)[lo:hi], row[lo:hi])
	}
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
		mask := d.mask.Data[:min(columnBlock, d.width-block*columnBlock)]
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
	for i := range dx.Rows {
		tensor.Multiply(dx.Row(i)[lo:hi], dy.Row(i)[lo:hi], d.mask.Row(i)[lo:hi])
	}
}

func (d *dropoutTrainee) gradients() []parameter { return nil }
