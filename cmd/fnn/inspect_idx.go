package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"fnn/idx"
)

// An idxReport is what inspect tells of an IDX file.
type idxReport struct {
	File   string       `json:"file"`
	Format string       `json:"format"`
	Type   string       `json:"type"`
	Shape  []int        `json:"shape"`
	Least  *float64     `json:"min"` // null where there is none
	Most   *float64     `json:"max"`
	Mean   *float64     `json:"mean"`
	Labels []labelCount `json:"labels,omitempty"`
}

type labelCount struct {
	Label int `json:"label"`
	Count int `json:"count"`
}

// maxLabels is how many different labels are counted; data of more are none.
const maxLabels = 1000

func (e *env) inspectIDX(name string, asJSON bool) error {
	a, err := idx.ReadFile(name)
	if err != nil {
		return err
	}
	r := &idxReport{File: name, Format: "idx", Type: a.Type.String(), Shape: a.Shape}
	if err := r.summarize(a); err != nil {
		return err
	}
	if asJSON {
		return e.writeJSON(r)
	}

	fmt.Fprintf(e.stdout, "%s: IDX, %s", printable(name), r.Type)
	if len(r.Shape) > 0 {
		fmt.Fprintf(e.stdout, ", %s", times(r.Shape))
	}
	fmt.Fprintln(e.stdout)
	if r.Least != nil {
		fmt.Fprintf(e.stdout, "  from %g to %g", *r.Least, *r.Most)
		if r.Mean != nil {
			fmt.Fprintf(e.stdout, ", mean %.6g", *r.Mean)
		}
		fmt.Fprintln(e.stdout)
	}
	if len(r.Labels) > 0 {
		fmt.Fprintf(e.stdout, "\n  label    count\n")
		for _, l := range r.Labels {
			fmt.Fprintf(e.stdout, "  %5d %8d\n", l.Label, l.Count)
		}
	}
	if a.Type == idx.Uint8 && len(a.Shape) == 3 && len(a.Data) > 0 {
		fmt.Fprintf(e.stdout, "\n")
		return preview(e.stdout, a.Data, a.Shape[1], a.Shape[2])
	}
	return nil
}

func (r *idxReport) summarize(a *idx.Array) error {
	switch a.Type {
	case idx.Uint8:
		return summarize[uint8](r, a)
	case idx.Int8:
		return summarize[int8](r, a)
	case idx.Int16:
		return summarize[int16](r, a)
	case idx.Int32:
		return summarize[int32](r, a)
	case idx.Float32:
		return summarize[float32](r, a)
	default:
		return summarize[float64](r, a)
	}
}

// summarize fills in the range and the mean of an array, and the labels if it is
// one of integers of one dimension.
func summarize[T idx.Element](r *idxReport, a *idx.Array) error {
	values, err := idx.Values[T](a)
	if err != nil || len(values) == 0 {
		return err
	}
	least, most, sum := math.Inf(1), math.Inf(-1), 0.0
	for _, v := range values {
		x := float64(v)
		if x == x {
			least, most = min(least, x), max(most, x)
		}
		sum += x
	}
	r.Least, r.Most, r.Mean = finite(least), finite(most), finite(sum/float64(len(values)))
	if r.Least == nil || r.Most == nil {
		r.Least, r.Most = nil, nil
	}
	if len(a.Shape) != 1 || a.Type == idx.Float32 || a.Type == idx.Float64 {
		return nil
	}
	counts := map[int]int{}
	for _, v := range values {
		counts[int(v)]++
		if len(counts) > maxLabels {
			return nil
		}
	}
	for _, label := range slices.Sorted(maps.Keys(counts)) {
		r.Labels = append(r.Labels, labelCount{label, counts[label]})
	}
	return nil
}

// finite returns a pointer to x, or nil if JSON has no word for it.
func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// The most characters in a line of a preview, and the most lines.
const (
	previewWidth  = 56
	previewHeight = 2 * previewWidth
)

// shades are from the darkest to the lightest, on a dark terminal.
const shades = " .:-=+*#%@"

// preview writes a picture (height, width) as text. A character, being about
// twice as high as wide, stands for the mean of so many pixels.
func preview(w io.Writer, pixels []uint8, height, width int) error {
	across := max((width+previewWidth-1)/previewWidth, (height+2*previewHeight-1)/(2*previewHeight))
	down := 2 * across
	var text strings.Builder
	for y := 0; y < height; y += down {
		var line strings.Builder
		for x := 0; x < width; x += across {
			sum, n := int64(0), int64(0)
			for i := y; i < min(y+down, height); i++ {
				for j := x; j < min(x+across, width); j++ {
					sum += int64(pixels[i*width+j])
					n++
				}
			}
			line.WriteByte(shades[sum*int64(len(shades))/(256*n)])
		}
		text.WriteString(strings.TrimRight("  "+line.String(), " ") + "\n")
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// list returns words for a line of text, the first ten if there are more.
func list(words []string) string {
	const most = 10
	if len(words) > most {
		return strings.Join(words[:most], ", ") + " and " + strconv.Itoa(len(words)-most) + " more"
	}
	return strings.Join(words, ", ")
}
