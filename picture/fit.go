package picture

import "slices"

// fit returns the picture as (height, width) pixels: as large as fits with its
// aspect ratio kept, in the middle, padded with the median of its border.
func fit(g *grey, height, width int) []uint8 {
	h, w := fitSize(g.height, g.width, height, width)
	scaled := resize(g, h, w)
	if h == height && w == width {
		return scaled
	}
	pixels := slices.Repeat([]uint8{borderMedian(scaled, h, w)}, height*width)
	top, left := (height-h)/2, (width-w)/2
	for y := range h {
		copy(pixels[(top+y)*width+left:], scaled[y*w:][:w])
	}
	return pixels
}

// fitSize returns the largest size within (height, width) of the aspect ratio
// h : w, each side rounded to the nearest pixel but at least one.
func fitSize(h, w, height, width int) (fitHeight, fitWidth int) {
	if int64(w)*int64(height) >= int64(h)*int64(width) {
		return max(1, scale(h, width, w)), width
	}
	return height, max(1, scale(w, height, h))
}

// scale returns n*to/from, rounded to the nearest integer, a half up.
func scale(n, to, from int) int {
	return int((2*int64(n)*int64(to) + int64(from)) / (2 * int64(from)))
}

// resize returns the picture as (height, width) pixels. Each is a weighted
// mean of the grey values under it, exact until it is rounded to 8 bits.
func resize(g *grey, height, width int) []uint8 {
	rows, rowSum := weigh(g.height, height)
	columns, columnSum := weigh(g.width, width)

	// At most 65535 * 2^26 when shrinking and 65535 * 4 * 2^26 when
	// enlarging: a sum fits 64 bits with room.
	sums := make([]uint64, height*width)
	line := make([]uint16, g.width)
	across := make([]uint64, width)
	done := 0 // output rows that no later row of the picture is part of
	for y := range g.height {
		g.row(y, line)
		for x, c := range columns {
			across[x] = 0
			for i, weight := range c.weights {
				across[x] += weight * uint64(line[c.first+i])
			}
		}
		for done < height && rows[done].end() <= y {
			done++
		}
		for j := done; j < height && rows[j].first <= y; j++ {
			weight := rows[j].weights[y-rows[j].first]
			for x, sum := range across {
				sums[j*width+x] += weight * sum
			}
		}
	}

	pixels := make([]uint8, len(sums))
	unit := 257 * rowSum * columnSum // one step of 8-bit grey
	for i, sum := range sums {
		pixels[i] = uint8((sum + unit/2) / unit)
	}
	return pixels
}

// window is the part of a line that makes up one output pixel.
type window struct {
	first   int
	weights []uint64
}

func (w window) end() int { return w.first + len(w.weights) }

// weigh returns a window for each of the output pixels that a line of the given
// number of input pixels becomes, and the sum of the weights of each window.
// Neither end nor first ever decreases from one window to the next.
func weigh(input, output int) (windows []window, sum uint64) {
	windows = make([]window, output)
	if output > input {
		// Bilinear: with the line's pixels at 0.5, 1.5, ..., output pixel i
		// lies at (i + 0.5) * input / output, here in units of
		// 1 / (2 output) and from the middle of the first pixel.
		unit := 2 * int64(output)
		for i := range windows {
			at := (2*int64(i)+1)*int64(input) - int64(output)
			at = min(max(at, 0), int64(input-1)*unit)
			first, part := at/unit, at%unit
			windows[i] = window{int(first), []uint64{uint64(unit - part), uint64(part)}}
			if part == 0 {
				windows[i].weights = windows[i].weights[:1]
			}
		}
		return windows, uint64(unit)
	}
	// Area: in units of 1 / output of an input pixel, output pixel i covers
	// [i * input, (i + 1) * input), input pixel j covers
	// [j * output, (j + 1) * output), and the overlap is the weight.
	weights := make([]uint64, 0, input+output)
	for i := range windows {
		from, to := int64(i)*int64(input), int64(i+1)*int64(input)
		start := len(weights)
		first := from / int64(output)
		for j := first; j*int64(output) < to; j++ {
			overlap := min(to, (j+1)*int64(output)) - max(from, j*int64(output))
			weights = append(weights, uint64(overlap))
		}
		windows[i] = window{int(first), weights[start:]}
	}
	return windows, uint64(input)
}
