package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"fnn/internal/experiment"
	"fnn/nn"
	"fnn/picture"
	"fnn/tensor"
)

const predictUsage = `Usage: fnn predict MODEL PICTURE... [flags]

Predict tells the class of each picture, with the probabilities of the three
likeliest classes. MODEL is a model's file, a quantised one or ONNX's included,
or the folder of a run that holds model.safetensors. PICTURE is one of

  FILE               a PNG, JPEG or GIF picture of any size; it is made grey and
                     fitted to the model's input
  FILE:INDEX         a picture of an IDX file, counted from 0
  FILE:FIRST-LAST    several of them
  FILE               an IDX file: all of its pictures

A note says if light and dark look swapped against the pictures that the model
learned from.

Flags:

  -invert       swap light and dark
  -json         a JSON object for each picture, with all probabilities
  -quiet        no notes

Examples:

  fnn predict runs/A-lr0.001-seed1 shirt.png shoe.jpg
  fnn predict model.safetensors photo.jpg -invert
  fnn predict model.safetensors data/fashion-mnist/t10k-images-idx3-ubyte.gz:0-9
`

// topClasses is how many classes a line of text shows.
const topClasses = 3

func runPredict(ctx context.Context, e *env, args []string) error {
	f, o := newFlags("json", "quiet")
	p := &predictor{env: e, options: o}
	f.BoolVar(&p.invert, "invert", false, "")
	arguments, err := parse(f, args)
	if err != nil {
		return err
	}
	switch len(arguments) {
	case 0:
		return usagef("no model given: want a file or the folder of a run, then pictures")
	case 1:
		return usagef("no picture given")
	}
	if p.model, err = loadModel(arguments[0]); err != nil {
		return err
	}
	if p.height, p.width, err = experiment.PictureSize(p.model.inputs, p.model.info); err != nil {
		p.sizeless = fmt.Errorf("%s: %w", arguments[0], err)
	}
	return e.each(ctx, arguments[1:], p.predict)
}

// A predictor predicts pictures with a model.
type predictor struct {
	*env
	*options
	model         *model
	height, width int   // of its pictures
	sizeless      error // why it has no pictures, but rows of values
	invert        bool
}

// predict predicts the picture, or the pictures, that an argument names.
func (p *predictor) predict(argument string) error {
	b, err := p.open(argument)
	if err != nil {
		return err
	}
	if p.invert {
		if b.pixels == nil {
			return fmt.Errorf("%s: it holds float32 values: -invert is for 8-bit pictures", argument)
		}
		picture.Invert(b.pixels)
	}
	if p.model.quantized != nil && b.pixels == nil {
		return fmt.Errorf("%s: it holds float32 values: the model is quantised and takes 8-bit pictures", argument)
	}
	if p.model.scale == 0 && b.pixels != nil {
		return fmt.Errorf("%s: %w", argument, nn.ErrNoScale)
	}
	p.checkBackground(argument, b)

	const rows = 256 // at a time, to keep memory small
	for first := 0; first < b.count; first += rows {
		logits := tensor.NewMatrix(min(rows, b.count-first), len(p.model.classNames))
		if q := p.model.quantized; q != nil {
			q.LogitsOf(nil, logits, func(i int, row []uint8) { copy(row, b.picture(first+i)) })
		} else {
			p.model.float.LogitsOf(nil, logits, func(i int, row []float32) { b.row(first+i, row) })
		}
		for i := range logits.Rows {
			name := argument
			if b.indexed {
				name = fmt.Sprintf("%s:%d", b.file, b.first+first+i)
			}
			if err := p.print(name, logits.Row(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkBackground tells if most of the pictures look as if light and dark were
// swapped.
func (p *predictor) checkBackground(argument string, b *pictures) {
	mean, known := experiment.BorderMean(p.model.info)
	if !known || p.sizeless != nil || b.pixels == nil || p.quiet {
		return
	}
	swapped := 0
	for i := range b.count {
		if picture.LooksInverted(b.picture(i), p.height, p.width, mean) {
			swapped++
		}
	}
	switch {
	case swapped <= b.count/2:
	case p.invert:
		p.note("%s: light and dark look swapped against the training data; try it without -invert", argument)
	default:
		p.note("%s: light and dark look swapped against the training data; -invert swaps them back", argument)
	}
}

type predictionJSON struct {
	Picture       string            `json:"picture"`
	Class         string            `json:"class"`
	Label         int               `json:"label"`
	Probabilities []probabilityJSON `json:"probabilities"`
}

type probabilityJSON struct {
	Class       string  `json:"class"`
	Probability float32 `json:"probability"`
}

// print writes the classes of a picture, the likeliest first.
func (p *predictor) print(name string, logits []float32) error {
	label := nn.Argmax(logits)
	nn.Softmax(logits)
	if slices.ContainsFunc(logits, func(x float32) bool { return x != x }) {
		return fmt.Errorf("%s: %w", name, errSpoilt)
	}
	names := p.model.classNames
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Compare(logits[j], logits[i])
	})

	if p.json {
		prediction := predictionJSON{Picture: name, Class: names[label], Label: label}
		for _, i := range order {
			prediction.Probabilities = append(prediction.Probabilities, probabilityJSON{names[i], logits[i]})
		}
		return p.writeJSON(prediction)
	}
	var texts []string
	for _, i := range order[:min(topClasses, len(order))] {
		texts = append(texts, fmt.Sprintf("%s %.4f", names[i], logits[i]))
	}
	_, err := fmt.Fprintln(p.stdout, printable(name+": "+strings.Join(texts, ", ")))
	return err
}
