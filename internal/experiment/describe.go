package experiment

import (
	"fmt"
	"math"
	"strconv"

	"fnn/dataset"
	"fnn/internal/metadata"
	"fnn/nn"
	"fnn/picture"
)

// keyBorder is the key in a model's Info of the mean of the outermost pixels of the
// pictures that it learned from, 0 to 255, as a decimal number.
const keyBorder = "border_mean"

// Describe writes into a model what its file should say about the pictures that
// it learns from: their size, and how light their background is. Samples that are
// no pictures need no description.
func Describe(m *nn.Model, s *dataset.Set) {
	if len(s.Shape()) != 2 {
		return
	}
	if m.Info == nil {
		m.Info = map[string]string{}
	}
	height, width := s.Shape()[0], s.Shape()[1]
	m.Info[metadata.KeyHeight], m.Info[metadata.KeyWidth] = strconv.Itoa(height), strconv.Itoa(width)
	if s.Bytes(0) == nil {
		return
	}
	var sum float64
	for i := range s.Len() {
		sum += picture.BorderMean(s.Bytes(i), height, width)
	}
	m.Info[keyBorder] = strconv.FormatFloat(sum/float64(s.Len()), 'f', 2, 64)
}

// PictureSize returns the size of the pictures that a model of so many inputs takes:
// what [Describe] wrote into its Info, else a square, if the inputs make one.
func PictureSize(inputs int, info map[string]string) (height, width int, err error) {
	if info[metadata.KeyHeight] == "" && info[metadata.KeyWidth] == "" {
		side := int(math.Sqrt(float64(inputs)))
		if side*side != inputs {
			return 0, 0, fmt.Errorf("the model's file does not say what pictures its %d inputs are, and they are no square", inputs)
		}
		return side, side, nil
	}
	height, _ = strconv.Atoi(info[metadata.KeyHeight])
	width, _ = strconv.Atoi(info[metadata.KeyWidth])
	if height < 1 || width < 1 || inputs%height != 0 || inputs/height != width {
		return 0, 0, fmt.Errorf("the model's file says %s %q and %s %q: want a height and a width whose product is its %d inputs",
			metadata.KeyHeight, info[metadata.KeyHeight], metadata.KeyWidth, info[metadata.KeyWidth], inputs)
	}
	return height, width, nil
}

// BorderMean returns the mean of the outermost pixels of the pictures that a
// model learned from, and whether its Info tells.
func BorderMean(info map[string]string) (mean float64, ok bool) {
	mean, err := strconv.ParseFloat(info[keyBorder], 64)
	return mean, err == nil && mean >= 0 && mean <= 255
}
