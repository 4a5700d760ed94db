package plot

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func TestTicks(t *testing.T) {
	inside, outside, whole := roundness{}, roundness{outside: true}, roundness{whole: true}
	tests := []struct {
		low, high float64
		most      int
		round     roundness
		want      string
	}{
		{0, 1, 6, inside, "0 0.2 0.4 0.6 0.8 1.0"},
		{0.1, 0.3, 5, inside, "0.10 0.15 0.20 0.25 0.30"},
		{0.30000000000000004, 0.7, 5, inside, "0.3 0.4 0.5 0.6 0.7"},
		{0.1992, 0.7554, 6, outside, "0 0.2 0.4 0.6 0.8"},
		{0.1992, 0.7554, 8, outside, "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8"},
		{0.7180, 0.9252, 8, outside, "0.70 0.75 0.80 0.85 0.90 0.95"},
		{0.8881, 0.8890, 6, outside, "0.8880 0.8882 0.8884 0.8886 0.8888 0.8890"},
		{-0.05, 1.03, 8, outside, "−0.2 0 0.2 0.4 0.6 0.8 1.0 1.2"},
		{-5, 5, 5, inside, "−4 −2 0 2 4"},
		{1, 20, 8, whole, "5 10 15 20"},
		{1, 3, 8, whole, "1 2 3"},
		{1, 2, 8, inside, "1.0 1.2 1.4 1.6 1.8 2.0"},
		{1, 1000, 8, whole, "200 400 600 800 1000"},
		{0, 3e6, 8, inside, "0 500000 1000000 1500000 2000000 2500000 3000000"},
		{0, 2e7, 5, inside, "0 5e6 1e7 1.5e7 2e7"},
		{334.7903910, 334.7903914, 5, inside, "334.7903910 334.7903911 334.7903912 334.7903913 334.7903914"},
		{12345678, 12345679.5, 4, inside, "12345678.0 12345678.5 12345679.0 12345679.5"},
		{0, 2.5e-7, 6, inside, "0 5e−8 1e−7 1.5e−7 2e−7 2.5e−7"},
		{0, 5e-5, 6, inside, "0 0.00001 0.00002 0.00003 0.00004 0.00005"},
		{-3e99, 1e100, 7, inside, "−2e99 0 2e99 4e99 6e99 8e99 1e100"},
		{7, 7, 8, whole, "7"},
		{0.1, 0.1, 8, inside, "0.1"},
	}
	for _, test := range tests {
		var labels []string
		for _, tick := range ticks(test.low, test.high, test.most, test.round) {
			labels = append(labels, tick.label)
		}
		if got := strings.Join(labels, " "); got != test.want {
			t.Errorf("ticks(%v, %v, %d, %+v) = %s, want %s", test.low, test.high, test.most, test.round, got, test.want)
		}
	}
}

// TestTicksAreRound holds of any range that its ticks are equally spaced, that
// there are neither too many nor too few, and that labels say the values.
func TestTicksAreRound(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		low := (r.Float64() - 0.5) * math.Pow(10, float64(r.IntN(40)-20))
		high := low + r.Float64()*math.Pow(10, float64(r.IntN(40)-20))
		most := 2 + r.IntN(8)
		round := roundness{outside: r.IntN(2) == 0}
		got := ticks(low, high, most, round)
		if high-low <= 1e-9*max(math.Abs(low), math.Abs(high)) {
			if len(got) != 1 || got[0].value != low {
				t.Fatalf("ticks(%v, %v): %v, want one", low, high, got)
			}
			continue
		}
		if len(got) > max(most, 3) || len(got) < min(2, most/4) {
			t.Fatalf("ticks(%v, %v, %d): %d ticks", low, high, most, len(got))
		}
		step := high - low
		for i, tick := range got {
			label := strings.ReplaceAll(tick.label, "−", "-")
			if v, err := strconv.ParseFloat(label, 64); err != nil || v != tick.value {
				t.Fatalf("ticks(%v, %v): the label of %v is %s", low, high, tick.value, tick.label)
			}
			if i > 0 {
				step = tick.value - got[i-1].value
			}
			if first := got[min(1, len(got)-1)].value - got[0].value; i > 1 && math.Abs(step-first) > 1e-5*first {
				t.Fatalf("ticks(%v, %v): %v", low, high, got)
			}
		}
		if slack := 1e-5 * step; round.outside {
			if got[0].value > low+slack || got[len(got)-1].value < high-slack {
				t.Fatalf("ticks(%v, %v) do not enclose: %v", low, high, got)
			}
		} else if len(got) > 0 && (got[0].value < low-slack || got[len(got)-1].value > high+slack) {
			t.Fatalf("ticks(%v, %v) are beyond: %v", low, high, got)
		}
	}
}

func TestNumber(t *testing.T) {
	tests := []struct {
		v    float64
		want string
	}{
		{0, "0"}, {math.Copysign(0, -1), "0"}, {20, "20"}, {-48000, "−48000"}, {0.75543, "0.7554"},
		{0.1 + 0.2, "0.3"}, {3e20, "3e20"}, {1.23456e-7, "1.235e−07"},
	}
	for _, test := range tests {
		if got := number(test.v); got != test.want {
			t.Errorf("number(%v) = %s, want %s", test.v, got, test.want)
		}
	}
}

func TestRounded(t *testing.T) {
	tests := []struct {
		v        float64
		decimals int
		want     string
	}{
		{0.88142, 4, "0.8814"}, {0.8, 4, "0.8000"}, {-0.00001, 4, "0.0000"}, {-2.5, 1, "−2.5"}, {1e30, 4, "1e30"},
	}
	for _, test := range tests {
		if got := rounded(test.v, test.decimals); got != test.want {
			t.Errorf("rounded(%v, %d) = %s, want %s", test.v, test.decimals, got, test.want)
		}
	}
}

// An axis ends where values do.
func TestBounds(t *testing.T) {
	loss, share := Bounds{Most: inf}, Bounds{Most: 1}
	for _, test := range []struct {
		bounds      Bounds
		y, spread   []float64
		first, last string // ticks
	}{
		{Bounds{}, []float64{0, 0}, nil, "−1.0", "1.0"},
		{Bounds{}, []float64{1, 1}, nil, "0.90", "1.10"},
		{loss, []float64{0, 0}, nil, "0", "1.0"},
		{loss, []float64{0.1, 2}, []float64{0.5, 0.5}, "0", "2.5"},
		{loss, []float64{2.3, 2.3}, nil, "2.0", "2.6"},
		{share, []float64{0, 0}, nil, "0", "1.0"},
		{share, []float64{1, 1}, nil, "0.90", "1.00"},
		{share, []float64{0.75, 0.95}, []float64{0.1, 0.1}, "0.65", "1.00"},
		{share, []float64{7, -7}, nil, "0", "1.0"},
	} {
		p := Panel{Bounds: test.bounds, Series: []Series{{X: []float64{1, 2}, Y: test.y, Spread: test.spread}}}
		got := Lines{Panels: []Panel{p}}.axes(1, 480)[0].yTicks
		if first, last := got[0].label, got[len(got)-1].label; first != test.first || last != test.last {
			t.Errorf("%v within %v: ticks from %s to %s, want %s to %s", test.y, test.bounds, first, last, test.first, test.last)
		}
	}
	svg := string(HeatMap{Rows: []string{"A"}, Columns: []string{"1"}, Values: [][]float64{{1}}, Decimals: 1, Bounds: share}.SVG())
	if strings.Contains(svg, ">1.05<") || !strings.Contains(svg, ">0.90<") {
		t.Errorf("the scale of colours is not within %v", share)
	}
}
