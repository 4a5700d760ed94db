package plot

import "math"

// A shade is a colour that stands for a value, on light paper and on dark.
type shade struct{ light, dark colour }

// ramps run from the paper's colour away, evenly in lightness. The light one is
// "Blues" of ColorBrewer, by C. Brewer (https://colorbrewer2.org).
var (
	lightRamp = parseColours("#f7fbff", "#deebf7", "#c6dbef", "#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#08519c", "#08306b")
	darkRamp  = parseColours("#1a2129", "#1b2f42", "#1d3f5e", "#20527d", "#2a699d", "#4387ba", "#6fa9d3", "#a5cce8", "#e3f1fb")
)

func parseColours(hex ...string) []colour {
	c := make([]colour, len(hex))
	for i, h := range hex {
		c[i] = parseColour(h)
	}
	return c
}

// shadeOf returns the shade of a value from 0 to 1.
func shadeOf(t float64) shade {
	return shade{interpolate(lightRamp, t), interpolate(darkRamp, t)}
}

// interpolate returns the colour at t, from 0 to 1, on a ramp.
func interpolate(ramp []colour, t float64) colour {
	t = max(0, min(1, t)) * float64(len(ramp)-1)
	i := min(int(t), len(ramp)-2)
	t -= float64(i)
	var c colour
	for j := range c {
		a, b := float64(ramp[i][j]), float64(ramp[i+1][j])
		c[j] = uint8(math.Round(a + float64(t*(b-a))))
	}
	return c
}

// fill returns the attributes that fill an element with the shade.
func (s shade) fill() []any {
	light, dark := s.light.String(), s.dark.String()
	return []any{"fill", light, "style", "fill:light-dark(" + light + "," + dark + ")"}
}

// luminance returns the relative luminance of a colour, as the Web Content
// Accessibility Guidelines 2.1 define it.
func (c colour) luminance() float64 {
	sum := 0.0
	for i, weight := range [...]float64{0.2126, 0.7152, 0.0722} {
		v := float64(c[i]) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += float64(weight * v)
	}
	return sum
}

// contrast returns the contrast ratio of two colours, from 1 to 21, as the
// guidelines define it.
func contrast(a, b colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

var black, white = colour{}, colour{255, 255, 255}

// legible returns the colour of text on c: black or white, whichever stands
// out more.
func (c colour) legible() colour {
	if contrast(c, black) >= contrast(c, white) {
		return black
	}
	return white
}

// text returns the shade of text on s.
func (s shade) text() shade { return shade{s.light.legible(), s.dark.legible()} }
