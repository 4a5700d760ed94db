package plot

import (
	"math"
	"strconv"
	"strings"
)

// A scale maps values to positions along an axis, in px.
type scale struct {
	low, high float64 // values; low < high
	from, to  float64 // their positions
}

// at returns the position of v, or of the end that v is beyond.
func (s scale) at(v float64) float64 {
	t := (v - s.low) / (s.high - s.low)
	return s.from + float64(max(0, min(1, t))*(s.to-s.from))
}

// A tick is a round value on an axis.
type tick struct {
	value float64
	label string
}

// A step is 1, 2 or 5 times a power of ten.
type step struct {
	digit    int64
	exponent int
}

// next returns the next larger step.
func (s step) next() step {
	switch s.digit {
	case 1:
		return step{2, s.exponent}
	case 2:
		return step{5, s.exponent}
	}
	return step{1, s.exponent + 1}
}

// times returns n steps. The value is read from decimal digits, so that it
// bears no more error than it must.
func (s step) times(n int64) float64 {
	value, _ := strconv.ParseFloat(strconv.FormatInt(n*s.digit, 10)+"e"+strconv.Itoa(s.exponent), 64)
	return value
}

// label writes n steps with as many decimals as the step has, or in scientific
// notation.
func (s step) label(n int64, scientific bool) string {
	digits, negative := strings.CutPrefix(strconv.FormatInt(n*s.digit, 10), "-")
	sign := ""
	if negative {
		sign = "−"
	}
	switch {
	case digits == "0":
		return "0"
	case scientific:
		exponent := s.exponent + len(digits) - 1
		fraction := strings.TrimRight(digits[1:], "0")
		if fraction != "" {
			fraction = "." + fraction
		}
		return sign + digits[:1] + fraction + "e" + strings.Replace(strconv.Itoa(exponent), "-", "−", 1)
	case s.exponent >= 0:
		return sign + digits + strings.Repeat("0", s.exponent)
	}
	decimals := -s.exponent
	if zeros := decimals + 1 - len(digits); zeros > 0 {
		digits = strings.Repeat("0", zeros) + digits
	}
	point := len(digits) - decimals
	return sign + digits[:point] + "." + digits[point:]
}

// A roundness says where the ticks of an axis may lie.
type roundness struct {
	whole   bool // only on whole numbers
	outside bool // the first and the last outside of the values, so that they enclose them
}

// ticks returns the round values of low to high, at most as many as most, with
// the smallest step that gives so few. Low and high are from finite; where they
// are nearly equal, the only tick is low.
func ticks(low, high float64, most int, round roundness) []tick {
	if round.outside {
		most = max(most, 3) // what it takes around zero
	}
	span := high - low
	if span <= 1e-9*max(math.Abs(low), math.Abs(high)) {
		return []tick{{low, number(low)}}
	}
	for s := firstStep(span/float64(most), round.whole); ; s = s.next() {
		size := s.times(1)
		// The tolerance, in steps, is for values that are round but for their
		// last bits.
		first, last := math.Ceil(low/size-1e-6), math.Floor(high/size+1e-6)
		if round.outside {
			first, last = math.Floor(low/size+1e-6), math.Ceil(high/size-1e-6)
		}
		if last-first >= float64(most) {
			continue
		}
		// Where zeros would hide the size.
		scientific := s.exponent > 5 || s.exponent < -5 && max(math.Abs(low), math.Abs(high)) < 1e-3
		var t []tick
		for n := int64(first); n <= int64(last); n++ {
			t = append(t, tick{s.times(n), s.label(n, scientific)})
		}
		return t
	}
}

// firstStep returns the power of ten of size, or 1 where a whole number is
// wanted.
func firstStep(size float64, whole bool) step {
	// Formatting is exact where a logarithm is not.
	_, exponent, _ := strings.Cut(strconv.FormatFloat(size, 'e', 0, 64), "e")
	e, _ := strconv.Atoi(exponent)
	e--
	if whole {
		e = max(e, 0)
	}
	return step{1, e}
}

// Bounds are the least and the most that values can be, as 0 and 1 of a share, or 0
// and infinity of a loss. No axis shows what is beyond. The zero Bounds are none.
type Bounds struct{ Least, Most float64 }

// clamp returns v, or the bound that it is beyond.
func (b Bounds) clamp(v float64) float64 {
	if b == (Bounds{}) {
		return v
	}
	return max(b.Least, min(b.Most, v))
}

// widen returns the ends of an axis for values from low to high, with room
// where there is only one value.
func (b Bounds) widen(low, high float64) (float64, float64) {
	low, high = b.clamp(low), b.clamp(high)
	if high-low > 1e-9*max(math.Abs(low), math.Abs(high)) {
		return low, high
	}
	room := math.Abs(low) / 10
	if low == 0 {
		room = 1
	}
	return b.clamp(low - room), b.clamp(high + room)
}

// number returns v with four significant digits, for labels and descriptions.
func number(v float64) string {
	s := strconv.FormatFloat(v, 'g', 4, 64)
	if whole := math.Trunc(v); whole == v && math.Abs(v) < 1e7 {
		s = strconv.FormatInt(int64(v), 10)
	}
	s = strings.Replace(s, "e+", "e", 1)
	return strings.ReplaceAll(s, "-", "−")
}

// rounded returns v with a number of decimals.
func rounded(v float64, decimals int) string {
	if math.Abs(v) >= 1e7 {
		return number(v)
	}
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Trim(s, "-0.") == "" {
		s = strings.TrimPrefix(s, "-")
	}
	return strings.Replace(s, "-", "−", 1)
}
