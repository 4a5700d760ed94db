package nn

import "fnn/tensor"

// LogitsWithDropout computes what [Model.LogitsOf] does, but with dropout active
// as it is in training: every dropout layer draws a mask for every sample, a
// function of the seed, the epoch, the layer and the sample's place alone. Batch
// normalisation takes its running statistics, as in any prediction.
//
// Predictions with dropout on are worse than those without. They serve to compare
// with results that were taken so, and, repeated over epochs, to estimate how
// uncertain a model is (Gal and Ghahramani, "Dropout as a Bayesian approximation",
// 2016).
func (m *Model) LogitsWithDropout(team *tensor.Team, logits tensor.Matrix, input Input, seed uint64, epoch int) {
	m.check(logits)
	seed = tensor.NewStream(seed, "dropout in prediction", epoch).Uint64()
	team.Run(func(w tensor.Worker) {
		first, last := w.Share(logits.Rows, chunk)
		if first == last {
			return
		}
		s := m.newScratch()
		s.dropout = make([]*dropoutTrainee, len(m.Layers))
		for i, layer := range m.Layers {
			if d, ok := layer.(*Dropout); ok {
				s.dropout[i] = d.train(chunk, i, 1, seed).(*dropoutTrainee)
			}
		}
		m.logitsOf(logits, input, first, last, s)
	})
}

// startDropout prepares the masks of the chunk of samples that begins with the
// given one. To dropout a chunk is what the first batch of an epoch is in
// training, so that its masks do not depend on who computes it.
func (s *predictScratch) startDropout(sample int) {
	for _, d := range s.dropout {
		if d != nil {
			d.startEpoch(sample / chunk)
		}
	}
}

// drop drops inputs of a chunk of samples, in panels.
func (d *dropoutTrainee) drop(x tensor.Matrix) {
	for j := 0; j < x.Cols; j += columnBlock {
		block := x.ColRange(j, min(j+columnBlock, x.Cols))
		d.forward(j, block, block)
	}
}
