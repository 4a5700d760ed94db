package picture

import (
	"fmt"
	"iter"
	"math"
	"slices"
)

// border yields the outermost pixels of a picture (height, width), row by row,
// each once. It panics if pixels has another size.
func border(pixels []uint8, height, width int) iter.Seq[uint8] {
	if height < 1 || width < 1 || len(pixels)/height != width || len(pixels)%height != 0 {
		panic(fmt.Sprintf("picture: %d pixels, not %d x %d", len(pixels), height, width))
	}
	return func(yield func(uint8) bool) {
		for y := range height {
			row := pixels[y*width:][:width]
			step := 1
			if 0 < y && y < height-1 {
				step = max(1, width-1)
			}
			for x := 0; x < width; x += step {
				if !yield(row[x]) {
					return
				}
			}
		}
	}
}

// borderMedian returns the lower median of the border.
func borderMedian(pixels []uint8, height, width int) uint8 {
	values := slices.Sorted(border(pixels, height, width))
	return values[(len(values)-1)/2]
}

// BorderMean returns the mean value, of 0 to 255, of the outermost pixels of
// a picture (height, width): of its background, as a rule. It panics if pixels
// has another size.
func BorderMean(pixels []uint8, height, width int) float64 {
	sum, n := 0, 0
	for value := range border(pixels, height, width) {
		sum += int(value)
		n++
	}
	return float64(sum) / float64(n)
}

// invertedMargin is by how many grey levels the inverted border must be nearer
// the data's than the border as it is. Data with a border of medium grey never
// reach it, as nothing can be told from theirs.
const invertedMargin = 64

// LooksInverted reports whether a picture (height, width) has light and dark
// swapped against the data a network learned from, judging by the background:
// whether the mean of its border comes clearly nearer the mean border of that
// data by [Invert]. It panics if pixels has another size.
func LooksInverted(pixels []uint8, height, width int, dataBorderMean float64) bool {
	mean := BorderMean(pixels, height, width)
	return math.Abs(mean-dataBorderMean)-math.Abs(255-mean-dataBorderMean) > invertedMargin
}

// Invert swaps light and dark in place.
func Invert(pixels []uint8) {
	for i, value := range pixels {
		pixels[i] = 255 - value
	}
}
