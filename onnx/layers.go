package onnx

import (
	"errors"
	"fmt"
	"math"

	"fnn/tensor"
)

// A step is what a node does to each sample. One of the pointers is set.
type step struct {
	node    *node
	dense   *dense
	scaling *scaling
	norm    *norm
	relu    bool
	dropout float64
}

type (
	// dense is y = x·W + b.
	dense struct {
		inputs, outputs int
		weight          []float32 // (outputs, inputs) if turned, else (inputs, outputs)
		turned          bool
		bias            []float32 // (outputs)
	}

	// scaling is y = x*factor + shift, with one of each for all of a sample's
	// values or one for each.
	scaling struct{ factor, shift []float64 }

	// norm is batch normalisation.
	norm struct {
		gain, shift, mean, variance []float32
		epsilon                     float32
	}
)

// maxSteps is more than the layers of any model.
const maxSteps = 2000

func (im *importer) add(s *step) error {
	if len(im.steps) == maxSteps {
		return fmt.Errorf("more than %d layers", maxSteps)
	}
	im.steps = append(im.steps, s)
	return nil
}

// apply takes up what a node does to the samples, which it reads.
func (im *importer) apply(n *node) error {
	switch n.op {
	case "Identity", "Cast", "Flatten", "Relu", "Softmax", "LogSoftmax":
		if err := im.takesSamplesFirst(n, 1, 1); err != nil {
			return err
		}
	}
	switch n.op {
	case "Identity":
		return nil
	case "Cast":
		return im.castSamples(n)
	case "Flatten":
		return im.flatten(n)
	case "Reshape":
		return im.reshape(n)
	}
	if im.end != nil {
		return fmt.Errorf("it follows %s, after which fnn has no layers", im.end.describe())
	}
	switch n.op {
	case "Gemm":
		return im.gemm(n)
	case "MatMul":
		return im.matMul(n)
	case "Add", "Sub", "Mul", "Div":
		return im.scale(n)
	case "BatchNormalization":
		return im.batchNorm(n)
	case "Relu":
		return im.add(&step{node: n, relu: true})
	case "Dropout":
		return im.dropout(n)
	case "Softmax", "LogSoftmax":
		return im.softmax(n)
	}
	return im.unknown(n)
}

// constant returns the array that is input i of a node.
func (im *importer) constant(n *node, i int) (*array, error) {
	if i < len(n.inputs) {
		if v := im.values[n.inputs[i]]; v.role == constants {
			return v.array, nil
		}
	}
	return nil, fmt.Errorf("its input %d is no constant", i)
}

// takesSamplesFirst returns an error unless the first input is the samples, and
// there are least to most inputs.
func (im *importer) takesSamplesFirst(n *node, least, most int) error {
	if len(n.inputs) < least || len(n.inputs) > most {
		return fmt.Errorf("%d inputs: want %d to %d", len(n.inputs), least, most)
	}
	if im.values[n.inputs[0]].role != samples {
		return errors.New("its first input is a constant: want the samples")
	}
	return nil
}

// narrow returns an error unless samples are rows of the given number of
// values.
func (im *importer) narrow(width int) error {
	if len(im.shape) != 1 {
		return fmt.Errorf("it takes samples of shape %v: want them flattened first", im.shape)
	}
	if im.shape[0] >= 0 && im.shape[0] != width {
		return fmt.Errorf("it takes samples of %d values, where the node before gives %d", width, im.shape[0])
	}
	if width < 1 || width > maxWidth {
		return fmt.Errorf("it takes samples of %d values: want 1 to %d", width, maxWidth)
	}
	im.shape = []int{width}
	return nil
}

// addDense adds a dense layer with weights of two dimensions.
func (im *importer) addDense(n *node, weights *array, turned bool) error {
	if len(weights.dims) != 2 {
		return fmt.Errorf("weights of shape %v: want two dimensions", weights.dims)
	}
	d := &dense{inputs: weights.dims[0], outputs: weights.dims[1], turned: turned}
	if turned {
		d.inputs, d.outputs = d.outputs, d.inputs
	}
	if err := im.narrow(d.inputs); err != nil {
		return err
	}
	if d.outputs < 1 || d.outputs > maxWidth {
		return fmt.Errorf("%d outputs: want 1 to %d", d.outputs, maxWidth)
	}
	var err error
	if d.weight, err = im.floatsOf(weights); err != nil {
		return err
	}
	// The weights in the model, in whole panels; the bias.
	panels := (d.outputs + tensor.PanelCols - 1) / tensor.PanelCols
	if err := im.spend(d.inputs, 4*panels*tensor.PanelCols); err != nil {
		return err
	}
	if err := im.spend(d.outputs, 8); err != nil {
		return err
	}
	d.bias = make([]float32, d.outputs)
	im.shape = []int{d.outputs}
	return im.add(&step{node: n, dense: d})
}

// gemm takes up alpha * x·W + beta * b.
func (im *importer) gemm(n *node) error {
	if err := im.takesSamplesFirst(n, 2, 3); err != nil {
		return err
	}
	if n.int("transA", 0) != 0 {
		return errors.New("transA: the samples are columns, where fnn has rows")
	}
	weights, err := im.constant(n, 1)
	if err != nil {
		return err
	}
	if err := im.addDense(n, weights, n.int("transB", 0) != 0); err != nil {
		return err
	}
	alpha, beta := n.float("alpha", 1), n.float("beta", 1)
	if alpha != 1 {
		if err := im.addScaling(n, &scaling{[]float64{float64(alpha)}, []float64{0}}); err != nil {
			return err
		}
	}
	if len(n.inputs) < 3 || n.inputs[2] == "" || beta == 0 {
		return nil
	}
	bias, err := im.constant(n, 2)
	if err != nil {
		return err
	}
	values, err := im.spread(bias)
	if err != nil {
		return err
	}
	for i := range values {
		values[i] *= float64(beta)
	}
	return im.addScaling(n, &scaling{[]float64{1}, values})
}

func (im *importer) matMul(n *node) error {
	if err := im.takesSamplesFirst(n, 2, 2); err != nil {
		return err
	}
	weights, err := im.constant(n, 1)
	if err != nil {
		return err
	}
	return im.addDense(n, weights, false)
}

// scale takes up Add, Sub, Mul or Div with a constant.
func (im *importer) scale(n *node) error {
	if len(n.inputs) != 2 {
		return fmt.Errorf("%d inputs: want 2", len(n.inputs))
	}
	reversed := im.values[n.inputs[0]].role == constants
	which := 1
	if reversed {
		which = 0
	}
	a, err := im.constant(n, which)
	if err != nil {
		return err
	}
	values, err := im.spread(a)
	if err != nil {
		return err
	}
	one, zero := []float64{1}, []float64{0}
	switch {
	case n.op == "Add":
		return im.addScaling(n, &scaling{one, values})
	case n.op == "Mul":
		return im.addScaling(n, &scaling{values, zero})
	case n.op == "Sub" && reversed:
		return im.addScaling(n, &scaling{[]float64{-1}, values})
	case n.op == "Sub":
		for i := range values {
			values[i] = -values[i]
		}
		return im.addScaling(n, &scaling{one, values})
	case reversed:
		return errors.New("it divides by the samples")
	}
	for i, v := range values {
		if v == 0 {
			return errors.New("it divides by 0")
		}
		values[i] = 1 / v
	}
	return im.addScaling(n, &scaling{values, zero})
}

// spread returns the elements of an array that meets a batch: one, or one for
// each value of a sample, by the rules by which ONNX broadcasts.
func (im *importer) spread(a *array) ([]float64, error) {
	stored, err := im.floatsOf(a)
	if err != nil {
		return nil, err
	}
	if len(stored) == 1 && len(a.dims) <= 1+len(im.shape) {
		return []float64{float64(stored[0])}, nil
	}
	dims := a.dims
	if len(dims) == 1+len(im.shape) && dims[0] == 1 {
		dims = dims[1:]
	}
	fail := fmt.Errorf("a constant of shape %v with samples of shape %v", a.dims, im.shape)
	if len(dims) > len(im.shape) {
		return nil, fail
	}
	first := len(im.shape) - len(dims) // the dimension that dims[0] meets
	for i, d := range dims {
		if d > 1 && im.shape[first+i] < 0 {
			im.shape[first+i] = d
		}
		if d != 1 && d != im.shape[first+i] {
			return nil, fail
		}
	}
	width := im.width()
	if width < 0 || width > maxWidth {
		return nil, fail
	}
	if err := im.spend(width, 8); err != nil {
		return nil, err
	}
	values := make([]float64, width)
	for i := range values {
		at, rest, size := 0, i, 1
		for j := len(im.shape) - 1; j >= first; j-- {
			if d := dims[j-first]; d > 1 {
				at += rest % im.shape[j] * size
				size *= d
			}
			rest /= im.shape[j]
		}
		values[i] = float64(stored[at])
	}
	return values, nil
}

// at returns the value for place i of a list of one or of all.
func at(values []float64, i int) float64 {
	if len(values) == 1 {
		return values[0]
	}
	return values[i]
}

// addScaling adds a scaling, to the one before if there is one.
func (im *importer) addScaling(n *node, s *scaling) error {
	if len(im.steps) == 0 || im.steps[len(im.steps)-1].scaling == nil {
		return im.add(&step{node: n, scaling: s})
	}
	before := im.steps[len(im.steps)-1].scaling
	width := max(len(s.factor), len(s.shift), len(before.factor), len(before.shift))
	if err := im.spend(width, 16); err != nil {
		return err
	}
	both := &scaling{make([]float64, width), make([]float64, width)}
	for i := range width {
		both.factor[i] = at(before.factor, i) * at(s.factor, i)
		both.shift[i] = float64(at(before.shift, i)*at(s.factor, i)) + at(s.shift, i)
	}
	im.steps[len(im.steps)-1] = &step{node: n, scaling: both}
	return nil
}

func (im *importer) batchNorm(n *node) error {
	if err := im.takesSamplesFirst(n, 5, 5); err != nil {
		return err
	}
	if n.int("training_mode", 0) != 0 {
		return errors.New("it is in training mode: export the model for inference")
	}
	var lists [4][]float32
	for i := range lists {
		a, err := im.constant(n, 1+i)
		if err != nil {
			return err
		}
		if len(a.dims) != 1 {
			return fmt.Errorf("its input %d has shape %v: want one dimension", 1+i, a.dims)
		}
		if err := im.narrow(a.dims[0]); err != nil {
			return err
		}
		if lists[i], err = im.floatsOf(a); err != nil {
			return err
		}
	}
	if err := im.spend(len(lists[0]), 16); err != nil { // in the model
		return err
	}
	epsilon := n.float("epsilon", normEpsilon)
	return im.add(&step{node: n, norm: &norm{lists[0], lists[1], lists[2], lists[3], epsilon}})
}

func (im *importer) dropout(n *node) error {
	if err := im.takesSamplesFirst(n, 1, 3); err != nil {
		return err
	}
	ratio := n.float("ratio", 0.5)
	for i, name := range n.inputs[1:] {
		if name == "" {
			continue
		}
		a, err := im.constant(n, 1+i)
		if err != nil {
			return err
		}
		if a.size() != 1 {
			return fmt.Errorf("its input %d has shape %v: want one number", 1+i, a.dims)
		}
		values, err := im.floatsOf(a)
		if err != nil {
			return err
		}
		if i == 0 {
			ratio = values[0]
		} else if values[0] != 0 {
			return errors.New("it is in training mode: export the model for inference")
		}
	}
	if !(ratio >= 0 && ratio < 1) {
		return fmt.Errorf("ratio %g: want 0 to below 1", ratio)
	}
	return im.add(&step{node: n, dropout: float64(ratio)})
}

func (im *importer) softmax(n *node) error {
	if len(im.shape) != 1 {
		return fmt.Errorf("it takes samples of shape %v: want them flattened first", im.shape)
	}
	if axis := n.int("axis", 1); axis != 1 && axis != -1 {
		return fmt.Errorf("axis %d: want 1, that of the classes", axis)
	}
	im.end = n
	return nil
}

// castSamples takes a Cast from and to numbers that float32 holds.
func (im *importer) castSamples(n *node) error {
	switch to := n.int("to", 0); to {
	case typeFloat, typeDouble:
		return nil
	default:
		return fmt.Errorf("a cast of the samples to type %d: want float or double", to)
	}
}

func (im *importer) flatten(n *node) error {
	if axis := n.int("axis", 1); axis != 1 && axis != -int64(len(im.shape)) {
		return fmt.Errorf("axis %d: want 1, lest samples mix", axis)
	}
	im.shape = []int{im.width()}
	return nil
}

// reshape takes a Reshape that leaves the batch as it is.
func (im *importer) reshape(n *node) error {
	if err := im.takesSamplesFirst(n, 2, 2); err != nil {
		return err
	}
	target, err := im.target(n)
	if err != nil {
		return err
	}
	fail := fmt.Errorf("it makes %v of samples of shape %v: want each to stay by itself", target, im.shape)
	if len(target) < 2 {
		return fail
	}
	rows, width := target[0], im.width()
	known, open := 1, -1
	var shape []int
	for i, d := range target[1:] {
		switch {
		case d == 0 && i < len(im.shape) && im.shape[i] >= 0:
			d = int64(im.shape[i])
		case d == -1 && open < 0:
			open, d = i, 1
		}
		if d < 1 || d > maxWidth {
			return fail
		}
		known = int(min(int64(known)*d, maxWidth+1))
		shape = append(shape, int(d))
	}
	switch {
	case rows == -1 && open >= 0, rows != -1 && rows != 0 && rows != im.rows:
		return fail
	case open >= 0 && width >= 0:
		if width%known != 0 {
			return fail
		}
		shape[open] = width / known
	case open >= 0:
		shape[open] = -1
	case width >= 0 && width != known || known > maxWidth:
		return fail
	}
	im.shape = shape
	return nil
}

// multiply returns the product of a weight and a factor.
func multiply(w float32, factor float64) float32 { return float32(float64(w) * factor) }

// scaleOutputs makes a dense layer do what a scaling after it does.
func (d *dense) scaleOutputs(s *scaling) {
	d.scaleWeights(s.factor, func(_, j int) int { return j })
	for j := range d.bias {
		d.bias[j] = float32(float64(float64(d.bias[j])*at(s.factor, j)) + at(s.shift, j))
	}
}

// scaleInputs makes a dense layer do what a scaling before it does.
func (d *dense) scaleInputs(s *scaling) {
	sums := make([]float64, d.outputs)
	for i := range d.inputs {
		if shift := at(s.shift, i); shift != 0 {
			for j := range sums {
				sums[j] += float64(shift * float64(d.weight[d.index(i, j)]))
			}
		}
	}
	for j, sum := range sums {
		d.bias[j] = float32(float64(d.bias[j]) + sum)
	}
	d.scaleWeights(s.factor, func(i, _ int) int { return i })
}

// index returns where the weight from input i to output j is.
func (d *dense) index(i, j int) int {
	if d.turned {
		return j*d.inputs + i
	}
	return i*d.outputs + j
}

// scaleWeights multiplies each weight by the factor that which names.
func (d *dense) scaleWeights(factors []float64, which func(i, j int) int) {
	if len(factors) == 1 && factors[0] == 1 {
		return
	}
	scaled := make([]float32, len(d.weight)) // others may share the old ones
	for i := range d.inputs {
		for j := range d.outputs {
			scaled[d.index(i, j)] = multiply(d.weight[d.index(i, j)], at(factors, which(i, j)))
		}
	}
	d.weight = scaled
}

// asScaling returns what a batch normalisation does to width values.
func (b *norm) asScaling() *scaling {
	s := &scaling{make([]float64, len(b.gain)), make([]float64, len(b.gain))}
	for i := range b.gain {
		s.factor[i] = float64(b.gain[i]) / math.Sqrt(float64(b.variance[i])+float64(b.epsilon))
		s.shift[i] = float64(b.shift[i]) - float64(s.factor[i]*float64(b.mean[i]))
	}
	return s
}

// asNorm returns a batch normalisation that does to width values what a scaling
// does.
func (s *scaling) asNorm(width int) *norm {
	b := &norm{
		gain: make([]float32, width), shift: make([]float32, width),
		mean: make([]float32, width), variance: make([]float32, width),
	}
	for i := range width {
		b.gain[i], b.shift[i], b.variance[i] = float32(at(s.factor, i)), float32(at(s.shift, i)), 1
	}
	return b
}
