package report

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"fnn/internal/experiment"
	"fnn/internal/plot"
	"fnn/internal/sweep"
	"fnn/metrics"
	"fnn/nn"
)

// Limits of what is drawn.
const (
	maxMistakes = 15        // pictures
	maxUnits    = 128       // of the first layer
	maxWeights  = 128 * 784 // of these together

	calibrationBins = 15
)

// tested says whether all runs were measured on the test samples.
func (t *trial) tested() bool {
	return !slices.ContainsFunc(t.Runs, func(o *experiment.Outcome) bool { return o.Test == nil })
}

// test returns the statistic of a test figure over the seeds.
func (t *trial) test(figure func(r *experiment.Result) float64) sweep.Statistic {
	var values []float64
	for _, o := range t.Runs {
		values = append(values, figure(o.Test))
	}
	return sweep.NewStatistic(values)
}

func testLoss(r *experiment.Result) float64 { return r.Loss }
func accuracy(r *experiment.Result) float64 { return r.Confusion.Accuracy() }
func macroF1(r *experiment.Result) float64  { return r.Confusion.Macro().F1 }

// addTest adds what the test samples showed of a run's model. Headings are of the
// given level.
func (d *document) addTest(o *experiment.Outcome, level int) error {
	r := o.Test
	d.add(heading{level, "classes", "Class by class", ""})
	d.add(classTable(r))
	if n := len(r.ClassNames); n <= experiment.MaxMatrix {
		d.add(heading{level, "confusion", "What is taken for what", "Confusion"})
		d.add(figure{name: "confusion", alt: "Confusion matrix", svg: confusion(r).SVG(), scrolls: true})
	} else {
		d.add(paragraph{words(fmt.Sprintf("The confusion matrix of %d classes is too large to be drawn; ", n), typed(experiment.TestFile), " has it.")})
	}
	if err := d.addPredictions(o, level); err != nil {
		return err
	}
	return d.addWeights(o, level)
}

// classTable is the table that scikit-learn calls a classification report.
func classTable(r *experiment.Result) table {
	t := table{
		caption: words("Test figures of each class."),
		columns: []column{{name: "class", words: true}, {name: "precision"}, {name: "recall"}, {name: "F1"}, {name: "images"}},
	}
	add := func(name string, s metrics.Scores, apart bool) {
		t.rows = append(t.rows, row{apart: apart, cells: cells(name, decimals(s.Precision), decimals(s.Recall), decimals(s.F1), count(s.Support))})
	}
	for i, name := range r.ClassNames {
		add(name, r.Confusion.Class(i), false)
	}
	add("mean of the classes", r.Confusion.Macro(), true)
	add("weighted by their images", r.Confusion.Weighted(), false)
	return t
}

func confusion(r *experiment.Result) plot.Confusion {
	c := plot.Confusion{Title: "Confusion matrix", Subtitle: "test images, with the share of each class", Classes: r.ClassNames}
	for i := range r.ClassNames {
		row := make([]int, len(r.ClassNames))
		for k := range row {
			row[k] = r.Confusion.Count(i, k)
		}
		c.Counts = append(c.Counts, row)
	}
	return c
}

// addPredictions adds the reliability diagram and the pictures that the model was
// most wrong about.
func (d *document) addPredictions(o *experiment.Outcome, level int) error {
	p, err := o.Folder.Predictions()
	if errors.Is(err, fs.ErrNotExist) {
		d.add(note{words("The folder of the run has no ", typed(experiment.PredictionsFile),
			", so that there is neither a reliability diagram nor a picture of a mistake.")})
		return nil
	}
	if err != nil {
		return err
	}
	names := o.Test.ClassNames
	if p.Probabilities.Cols != len(names) {
		return fmt.Errorf("%s: %s has %d classes, but %s %d", o.Folder, experiment.PredictionsFile, p.Probabilities.Cols, experiment.TestFile, len(names))
	}
	c := metrics.NewCalibration(calibrationBins)
	for i, label := range p.Labels {
		c.Add(float64(p.Confidence(i)), p.Predicted(i) == label)
	}
	diagram := plot.Reliability{
		Title:    "Reliability",
		Subtitle: fmt.Sprintf("test images; expected calibration error %.4f", c.ExpectedError()),
	}
	for _, b := range c.Bins() {
		diagram.Bins = append(diagram.Bins, plot.Bin(b))
	}
	d.add(heading{level, "reliability", "How sure, and how right", "Reliability"},
		paragraph{words("A classifier that says 80% should be right four times of five. Where its mean confidence is above the bar, it is surer of itself than it should be; where it is within, less sure.")},
		figure{name: "reliability", alt: "Reliability diagram", svg: diagram.SVG()})

	n := min(len(p.Pictures), maxMistakes)
	if n == 0 {
		return nil
	}
	pictures := plot.Pictures{Title: "Most confidently wrong", Subtitle: "test images; what each is, what it was taken for, and how surely", Height: p.Height, Width: p.Width, Columns: 5}
	for k, picture := range p.Pictures[:n] {
		i := p.Mistakes[k]
		pictures.Pictures = append(pictures.Pictures, plot.Picture{Pixels: picture, Caption: []string{
			names[p.Labels[i]], "taken for " + names[p.Predicted(i)], percent(float64(p.Confidence(i))),
		}})
	}
	narrow := pictures
	narrow.Columns = 3
	d.add(heading{level, "mistakes", "The surest mistakes", ""},
		figure{name: "mistakes", alt: "Test images that the model was most wrong about", svg: pictures.SVG(), narrow: narrow.SVG()})
	return nil
}

// addWeights adds the weights of the first layer as pictures.
func (d *document) addWeights(o *experiment.Outcome, level int) error {
	m, err := o.Folder.Model()
	if errors.Is(err, fs.ErrNotExist) {
		d.add(note{words("The folder of the run has no ", typed(experiment.ModelFile), ", so that its weights are not shown.")})
		return nil
	}
	if err != nil {
		return err
	}
	height, width, err := experiment.PictureSize(m.Inputs, m.Info)
	if err != nil {
		return nil // the inputs are no pictures
	}
	var first *nn.Dense
	for _, layer := range m.Layers {
		if dense, ok := layer.(*nn.Dense); ok {
			first = dense
			break
		}
	}
	all := first.Weight.Cols
	n := min(all, maxUnits, max(1, maxWeights/m.Inputs))
	w := plot.Weights{Title: "First layer", Subtitle: fmt.Sprintf("incoming weights of its %s", counted(all, "neuron")), Height: height, Width: width}
	if n < all {
		w.Subtitle = fmt.Sprintf("incoming weights of the first %d of its %d neurons", n, all)
	}
	for unit := range n {
		weights := make([]float32, m.Inputs)
		for i := range weights {
			weights[i] = first.Weight.At(i, unit)
		}
		w.Units = append(w.Units, weights)
	}
	d.add(heading{level, "weights", "What the first layer looks for", "First layer"},
		paragraph{words("Each picture is one neuron: blue where a bright pixel excites it, orange where one inhibits it. A blank one has learned nothing.")},
		figure{name: "weights", alt: "Weights of the first layer", svg: w.SVG(), scrolls: true})
	return nil
}

// addBest adds how the best experiment was chosen, and its test.
func (st *study) addBest(d *document, best *trial) error {
	d.add(heading{2, "best", "The best model" + st.soFar(), ""})
	how := "It has the highest macro F1 on the validation images of all experiments" + st.soFar()
	if st.seeds {
		how += ", as the mean over its seeds of their best epochs"
	}
	d.add(paragraph{words(strong(best.label()), ", ", typed(best.Architecture), ". ", how, ": ", said(best.F1()),
		". The test images have no say in the choice.")})
	if !best.tested() {
		d.add(note{words("It has not been tested yet: ", typed("fnn sweep -resume"), " does so, in a folder that holds all runs.")})
		return nil
	}
	o := best.BestRun()
	if len(best.Runs) > 1 {
		d.add(paragraph{words("Over its ", counted(len(best.Runs), "seed"), ": test loss ", said(best.test(testLoss)), ", accuracy ", said(best.test(accuracy)),
			", macro F1 ", said(best.test(macroF1)), ". What follows is of seed ", fmt.Sprint(o.Config.Seed), ", whose validation F1 is the highest.")})
	}
	d.add(paragraph{testAccount(o.Test)})
	return d.addTest(o, 3)
}

// testAccount tells the main figures of a test.
func testAccount(r *experiment.Result) text {
	return words("Of ", counted(r.Confusion.Total(), "test image"), ", ", strong(percent(accuracy(r))), " are classified right: macro F1 ",
		strong(decimals(macroF1(r))), ", loss ", strong(decimals(r.Loss)), ".")
}
