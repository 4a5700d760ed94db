package plot

import (
	"strconv"
	"strings"
)

// A paint is a colour of the theme: one for light paper and one for dark.
type paint struct{ name, light, dark string }

func (p paint) class() string { return "plot-" + p.name }

var (
	paper = paint{"paper", "#ffffff", "#14171c"}
	ink   = paint{"ink", "#1b1f24", "#e6e9ed"}
	muted = paint{"muted", "#57606a", "#9aa4af"}
	axis  = paint{"axis", "#8c959f", "#5c6672"}
	grid  = paint{"grid", "#e3e6ea", "#2b3138"}

	// series tell lines apart, also for people who do not see all colours: the
	// first two, for light paper, are of M. Okabe and K. Ito, "Color Universal
	// Design", 2008 (https://jfly.uni-koeln.de/color/).
	series = [...]paint{
		{"1", "#0072b2", "#4fb4f0"},
		{"2", "#d55e00", "#f2992e"},
		{"3", "#00a078", "#8cebc0"},
		{"4", "#55278a", "#8f6ef7"},
		{"5", "#a8326e", "#e0527e"},
	}
)

// dashes tell lines apart without colours.
var dashes = [...]string{"", "7 3", "2 3", "9 3 2 3", "12 3 2 3 2 3"}

// style is the style sheet, the same in each figure. The figure's attributes
// make it light by themselves; this makes it follow the color-scheme.
var style = func() string {
	var b strings.Builder
	b.WriteString(`.plot{max-width:100%;height:auto}` +
		`.plot:root{color-scheme:light dark}` +
		`@media print{.plot.plot{color-scheme:light}}` +
		`@supports (color:light-dark(red,red)){`)
	rule := func(property string, p paint) {
		b.WriteString("." + p.class() + "{" + property + ":var(--" + p.class() + ",light-dark(" + p.light + "," + p.dark + "))}")
	}
	rule("fill", paper)
	for _, p := range append([]paint{ink, muted, axis, grid}, series[:]...) {
		rule("color", p)
	}
	b.WriteString("}")
	return b.String()
}()

// A colour is red, green and blue in sRGB.
type colour [3]uint8

// parseColour reads #rrggbb.
func parseColour(hex string) colour {
	n, err := strconv.ParseUint(hex[1:], 16, 24)
	if err != nil {
		panic("plot: " + err.Error())
	}
	return colour{uint8(n >> 16), uint8(n >> 8), uint8(n)}
}

func (c colour) String() string {
	const digits = "0123456789abcdef"
	s := []byte("#000000")
	for i, v := range c {
		s[1+2*i], s[2+2*i] = digits[v>>4], digits[v&15]
	}
	return string(s)
}
