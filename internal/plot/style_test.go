package plot

import (
	"math"
	"testing"
)

// themes are the two that figures have.
var themes = []struct {
	name string
	of   func(paint) colour
	ramp []colour
}{
	{"light", func(p paint) colour { return parseColour(p.light) }, lightRamp},
	{"dark", func(p paint) colour { return parseColour(p.dark) }, darkRamp},
}

// TestContrast holds the Web Content Accessibility Guidelines 2.1: 4.5 for text
// (1.4.3) and 3 for what is drawn (1.4.11).
func TestContrast(t *testing.T) {
	for _, theme := range themes {
		for _, p := range append([]paint{ink, muted}, series[:]...) {
			least := 3.0
			if p == ink || p == muted {
				least = 4.5
			}
			if got := contrast(theme.of(p), theme.of(paper)); got < least {
				t.Errorf("%s: the contrast of %s is %.2f, want %v", theme.name, p.name, got, least)
			}
		}
		for i := range 1001 {
			c := interpolate(theme.ramp, float64(i)/1000)
			if got := contrast(c, c.legible()); got < 4.5 {
				t.Errorf("%s: the contrast of text on %v is %.2f", theme.name, c, got)
			}
		}
	}
	if got := contrast(black, white); math.Abs(got-21) > 1e-9 {
		t.Errorf("the contrast of black and white is %v, want 21", got)
	}
}

// TestRampsAreMonotone holds that a greater value is further from the paper in
// grey print too.
func TestRampsAreMonotone(t *testing.T) {
	for _, theme := range themes {
		last := 0.0
		for i := range 101 {
			c := interpolate(theme.ramp, float64(i)/100)
			distance := math.Abs(c.luminance() - theme.of(paper).luminance())
			if distance <= last {
				t.Errorf("%s: %v at %d%% is no further from the paper than before", theme.name, c, i)
			}
			last = distance
		}
	}
	for _, v := range []float64{-1, 2} {
		if got, want := interpolate(lightRamp, v), lightRamp[int(max(0, v*4))]; got != want {
			t.Errorf("at %v: %v, want %v", v, got, want)
		}
	}
}

// visions are what people see of linear RGB: all of it, and with protanopia,
// deuteranopia and tritanopia, by G. Machado, M. Oliveira and L. Fernandes, "A
// Physiologically-based Model for Simulation of Color Vision Deficiency", 2009,
// table 1, at severity 1.
var visions = map[string][9]float64{
	"common":       {1, 0, 0, 0, 1, 0, 0, 0, 1},
	"protanopia":   {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
	"deuteranopia": {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
	"tritanopia":   {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900},
}

// oklab returns c as somebody sees it in Oklab, where distances are those of
// perception. See B. Ottosson, https://bottosson.github.io/posts/oklab/.
func oklab(c colour, vision [9]float64) [3]float64 {
	var linear [3]float64
	for i, v := range c {
		linear[i] = colour{v, v, v}.luminance()
	}
	product := func(m [9]float64, v [3]float64) (p [3]float64) {
		for i := range p {
			p[i] = m[3*i]*v[0] + m[3*i+1]*v[1] + m[3*i+2]*v[2]
		}
		return p
	}
	seen := product(vision, linear)
	for i := range seen {
		seen[i] = max(0, min(1, seen[i]))
	}
	lms := product([9]float64{0.4122214708, 0.5363325363, 0.0514459929, 0.2119034982, 0.6806995451, 0.1073969566,
		0.0883024619, 0.2817188376, 0.6299787005}, seen)
	for i := range lms {
		lms[i] = math.Cbrt(lms[i])
	}
	return product([9]float64{0.2104542553, 0.7936177850, -0.0040720468, 1.9779984951, -2.4285922050, 0.4505937099,
		0.0259040371, 0.7827717662, -0.8086757660}, lms)
}

// TestColoursTellApart holds that everybody can tell the colours of lines
// apart: two a distance of 0.02 apart are just told when side by side.
func TestColoursTellApart(t *testing.T) {
	const least = 0.08
	for _, theme := range themes {
		for name, vision := range visions {
			for i, p := range series {
				for _, q := range series[:i] {
					a, b := oklab(theme.of(p), vision), oklab(theme.of(q), vision)
					if d := math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2]); d < least {
						t.Errorf("%s, %s vision: colours %s and %s are %.3f apart, want %v", theme.name, name, p.name, q.name, d, least)
					}
				}
			}
		}
	}
}

// TestLooks holds that the first 25 curves of a figure differ, and each five in
// a row in both colour and dashes.
func TestLooks(t *testing.T) {
	type pair struct {
		paint paint
		dash  string
	}
	seen := map[pair]int{}
	for n := range len(series) * len(dashes) {
		p, dash := look(n)
		if m, ok := seen[pair{p, dash}]; ok {
			t.Errorf("curve %d looks like curve %d", n, m)
		}
		seen[pair{p, dash}] = n
		for m := n - n%len(series); m < n; m++ {
			if q, other := look(m); q == p || other == dash {
				t.Errorf("curves %d and %d share %s or dashes %q", m, n, p.name, dash)
			}
		}
	}
}
