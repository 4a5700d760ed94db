package plot

import (
	"bytes"
	"encoding/binary"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var (
	nan = math.NaN()
	inf = math.Inf(1)
)

var update = flag.Bool("update", false, "write the golden files")

// goldens are figures whose every byte is known: drawn once, looked at, and
// kept. The files of figures with pictures would depend on the compressor.
var goldens = map[string]Figure{
	"lines": Lines{
		Title: "Model A at learning rate 0.001", Subtitle: "mean ± standard deviation of 3 seeds",
		XLabel: "epoch", MarkLabel: "best epoch",
		Panels: []Panel{
			{Title: "Loss", YLabel: "cross-entropy (nats)", Series: []Series{
				{Name: "train", X: []float64{1, 2, 3, 4}, Y: []float64{0.7554, 0.4696, 0.41, 0.38}, Spread: []float64{0.05, 0.03, 0.02, 0.03}},
				{Name: "validation", X: []float64{1, 2, 3, 4}, Y: []float64{0.5418, 0.4274, nan, 0.39}},
			}},
			{Title: "F1", Series: []Series{
				{Name: "validation", X: []float64{1, 2, 3, 4}, Y: []float64{0.8144, 0.8475, 0.86, 0.855}, Marks: []float64{3}},
			}},
		},
	},
	"heatmap": HeatMap{
		Title: "Best validation F1", RowLabel: "model", ColumnLabel: "learning rate",
		Rows: []string{"A", "B"}, Columns: []string{"0.005", "0.001"}, ValueLabel: "macro F1", Decimals: 4,
		Values: [][]float64{{0.8857, 0.8921}, {nan, 0.8812}}, Spread: [][]float64{{0.0012, 0.0003}},
		Outlined: [][2]int{{0, 1}},
	},
	"confusion": Confusion{
		Title: "Confusion matrix", Classes: []string{"T-shirt/top", "Ankle boot", "Bag"},
		Counts: [][]int{{90, 0, 10}, {1, 199, 0}, {0, 0, 0}},
	},
	"reliability": Reliability{
		Title: "Reliability", Subtitle: "expected calibration error 0.05",
		Bins: []Bin{{0, 0.5, 0, 0, 0}, {0.5, 0.75, 20, 0.6, 0.7}, {0.75, 1, 80, 0.95, 0.9}},
	},
}

func TestGolden(t *testing.T) {
	for name, figure := range goldens {
		t.Run(name, func(t *testing.T) {
			got := figure.SVG()
			check(t, got)
			file := filepath.Join("testdata", name+".svg")
			if *update {
				if err := os.WriteFile(file, got, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("differs from %s; look at the new one, written by go test -run Golden -update", file)
			}
		})
	}
}

// A source makes figures from bytes, the same from the same.
type source struct{ data []byte }

// below returns a number from 0 to n-1, or 0 where the bytes are at their end.
func (s *source) below(n int) int {
	if len(s.data) == 0 {
		return 0
	}
	b := s.data[0]
	s.data = s.data[1:]
	return int(b) % n
}

func (s *source) value() float64 {
	switch s.below(8) {
	case 0:
		return []float64{nan, inf, -inf, math.MaxFloat64, 1e100, -1e100, 5e-324, 0}[s.below(8)]
	case 1:
		var bits [8]byte
		s.data = s.data[copy(bits[:], s.data):]
		return math.Float64frombits(binary.LittleEndian.Uint64(bits[:]))
	case 2:
		return float64(s.below(100) - 20)
	case 3:
		return 1e6 + float64(s.below(3))
	}
	return float64(s.below(256)) / 255
}

func (s *source) values(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = s.value()
	}
	return v
}

func (s *source) name() string {
	names := []string{"", "train", "validation F1", "Ankle boot", "T-shirt/top", "0.0005", "größe", "靴", "👢",
		`<b>&amp;"']]>--`, "a\x00b\tc\nd\ufffe\u202e\xff", "WWWWWWWWWWWWWWWWWWWWWWWWW",
		strings.Repeat("many words ", 40), strings.Repeat("x", 300)}
	return names[s.below(len(names))]
}

func (s *source) names() []string {
	names := make([]string, s.below(5)*s.below(6))
	for i := range names {
		names[i] = s.name()
	}
	return names
}

func (s *source) table(rows, columns int) [][]float64 {
	if s.below(3) == 0 {
		return nil
	}
	table := make([][]float64, max(0, rows-s.below(2)))
	for i := range table {
		table[i] = s.values(max(0, columns-s.below(2)))
	}
	return table
}

func (s *source) figure() Figure {
	title, subtitle := s.name(), s.name()
	switch s.below(6) {
	case 0:
		l := Lines{Title: title, Subtitle: subtitle, XLabel: s.name(), MarkLabel: s.name(),
			Columns: s.below(5) - 1, Width: s.below(256)*8 - 80}
		for range s.below(5) {
			p := Panel{Title: s.name(), YLabel: s.name()}
			for range s.below(5) {
				n := s.below(12)
				c := Series{Name: s.name(), Y: s.values(n)}
				if s.below(2) == 0 {
					for i := range n {
						c.X = append(c.X, float64(i+1))
					}
				} else {
					c.X = s.values(n)
				}
				if s.below(3) == 0 {
					c.Spread = s.values(n)
				}
				if s.below(2) == 0 && len(c.X) > 0 {
					c.Marks = c.X[:1]
				}
				p.Series = append(p.Series, c)
			}
			l.Panels = append(l.Panels, p)
		}
		return l
	case 1:
		h := HeatMap{Title: title, Subtitle: subtitle, RowLabel: s.name(), ColumnLabel: s.name(),
			Rows: s.names(), Columns: s.names(), ValueLabel: s.name(), Decimals: s.below(6),
			Outlined: [][2]int{{s.below(3) - 1, s.below(3)}}}
		h.Values = s.table(len(h.Rows), len(h.Columns))
		h.Spread = s.table(len(h.Rows), len(h.Columns))
		return h
	case 2:
		c := Confusion{Title: title, Subtitle: subtitle, Classes: s.names()}
		for range c.Classes {
			row := make([]int, s.below(20))
			for j := range row {
				row[j] = []int{0, 1, 100, -5, math.MaxInt}[s.below(5)]
			}
			c.Counts = append(c.Counts, row)
		}
		return c
	case 3:
		p := Pictures{Title: title, Subtitle: subtitle, Height: s.below(40), Width: s.below(40), Columns: s.below(12) - 1}
		for range s.below(12) {
			p.Pictures = append(p.Pictures, Picture{make([]uint8, s.below(256)), s.names()})
		}
		return p
	case 4:
		w := Weights{Title: title, Subtitle: subtitle, Height: s.below(40), Width: s.below(40)}
		for range s.below(20) {
			unit := make([]float32, s.below(40))
			for i := range unit {
				unit[i] = float32(s.value())
			}
			w.Units = append(w.Units, unit)
		}
		return w
	}
	r := Reliability{Title: title, Subtitle: subtitle}
	for range s.below(16) {
		r.Bins = append(r.Bins, Bin{s.value(), s.value(), s.below(256) - 10, s.value(), s.value()})
	}
	return r
}

// TestAnyFigure draws many figures of what data there can be.
func TestAnyFigure(t *testing.T) {
	figures := 2000
	if testing.Short() {
		figures = 200
	}
	for seed := range figures {
		r := rand.New(rand.NewPCG(uint64(seed), 0))
		data := make([]byte, 1500)
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		figure := (&source{data}).figure()
		svg := figure.SVG()
		check(t, svg)
		if !bytes.Equal(svg, figure.SVG()) {
			t.Error("drawn twice, the figure differs")
		}
		if t.Failed() {
			t.Fatalf("seed %d: %#v", seed, figure)
		}
	}
}

func FuzzFigures(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		check(t, (&source{data}).figure().SVG())
	})
}

// A reliability diagram has no colour that its legend lacks, whether a classifier is
// too sure or not sure enough.
func TestReliabilityColours(t *testing.T) {
	for _, bin := range []Bin{{0, 1, 10, 0.25, 0.75}, {0, 1, 10, 0.75, 0.25}} {
		if svg := string(Reliability{Bins: []Bin{bin}}.SVG()); strings.Contains(svg, "fill-opacity") {
			t.Errorf("%v: colours are mixed", bin)
		}
	}
}
