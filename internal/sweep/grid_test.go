package sweep

import (
	"encoding/json"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fnn/internal/experiment"
)

// with returns the report's grid, changed.
func with(change func(g *Grid)) Grid {
	g := ReportGrid()
	g.Data.Checksum = "crc32c:00000000"
	change(&g)
	return g
}

func TestConfigs(t *testing.T) {
	g := with(func(g *Grid) { g.Models, g.LearningRates, g.Seeds = g.Models[1:], []float64{0.1, 0.2}, []uint64{3, 4} })
	g.Recipe.Patience = 5
	var names []string
	for _, c := range g.Configs() {
		names = append(names, c.Name())
		if c.Epochs != 20 || c.Batch != 64 || !c.EvaluateDropout || c.Data != g.Data || c.Recipe != g.Recipe {
			t.Errorf("%+v", c)
		}
	}
	want := []string{
		"B-lr0.1-seed3-patience5", "B-lr0.1-seed4-patience5", "B-lr0.2-seed3-patience5", "B-lr0.2-seed4-patience5",
		"C-lr0.1-seed3-patience5", "C-lr0.1-seed4-patience5", "C-lr0.2-seed3-patience5", "C-lr0.2-seed4-patience5",
	}
	if !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
	if n := len(ReportGrid().Configs()); n != 12 {
		t.Errorf("the report has %d experiments, want 12", n)
	}
}

func TestGridName(t *testing.T) {
	for want, g := range map[string]Grid{
		"sweep":           ReportGrid(),
		"sweep-A-8-relu":  with(func(g *Grid) { g.Models = []string{g.Models[0], "8 relu"} }),
		"sweep-lr1-2e-05": with(func(g *Grid) { g.LearningRates = []float64{1, 2e-5} }),
		"sweep-seed1-2-3": with(func(g *Grid) { g.Seeds = []uint64{1, 2, 3} }),
		"sweep-epochs5":   with(func(g *Grid) { g.Epochs = 5 }),
		"sweep-batch7":    with(func(g *Grid) { g.Batch = 7 }),
		"sweep-cosine":    with(func(g *Grid) { g.Recipe.Schedule = "cosine" }),
		"sweep-linear-lr1-seed2-epochs3-batch4": with(func(g *Grid) {
			g.Models, g.LearningRates, g.Seeds, g.Epochs, g.Batch = []string{""}, []float64{1}, []uint64{2}, 3, 4
		}),
	} {
		if got := g.Name(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	long := with(func(g *Grid) {
		for i := range 1000 {
			g.Seeds = append(g.Seeds, uint64(i+2))
		}
	}).Name()
	if len(long) > 255 || !fs.ValidPath(long) {
		t.Errorf("%s", long)
	}
}

func TestCheck(t *testing.T) {
	if err := with(func(*Grid) {}).Check(); err != nil {
		t.Error(err)
	}
	for _, test := range []struct {
		want   string
		change func(g *Grid)
	}{
		{"no models", func(g *Grid) { g.Models = nil }},
		{"no learning rates", func(g *Grid) { g.LearningRates = nil }},
		{"no seeds", func(g *Grid) { g.Seeds = nil }},
		{"more than 16384 experiments", func(g *Grid) { g.Seeds = make([]uint64, 1366) }},
		{`word 1, "relo"`, func(g *Grid) { g.Models[0] = "relo" }},
		{`model "A": want "128 relu 64 relu"`, func(g *Grid) { g.Models[0] = "A" }},
		{"is there twice", func(g *Grid) { g.Models[1] = g.Models[0] }},
		{"learning rate 0.001 is there twice", func(g *Grid) { g.LearningRates[0] = 0.001 }},
		{"seed 1 is there twice", func(g *Grid) { g.Seeds = []uint64{1, 1} }},
		{"learning_rate NaN: want", func(g *Grid) { g.LearningRates[0] = math.NaN() }},
		{"learning_rate 0: want", func(g *Grid) { g.LearningRates[0] = 0 }},
		{"epochs 0: want", func(g *Grid) { g.Epochs = 0 }},
		{"batch -1: want", func(g *Grid) { g.Batch = -1 }},
		{"data: no checksum", func(g *Grid) { g.Data.Checksum = "" }},
		{"a cosine from a learning rate of 0.0001 to 0.0002", func(g *Grid) { g.Recipe.Schedule = "cosine:0.0002" }},
	} {
		if err := with(test.change).Check(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v, want %s", err, test.want)
		}
	}
}

func TestGridDiffers(t *testing.T) {
	for _, test := range []struct {
		want   string
		change func(g *Grid)
	}{
		{"", func(g *Grid) { g.Data = experiment.Data{Folder: "elsewhere", Checksum: g.Data.Checksum} }},
		{"-models A,B,C, not 8 relu,A", func(g *Grid) { g.Models = []string{"8 relu", g.Models[0]} }},
		{"-lrs 0.005,0.001,0.0005,0.0001, not 0.1", func(g *Grid) { g.LearningRates = []float64{0.1} }},
		{"-seeds 1, not 1,2", func(g *Grid) { g.Seeds = []uint64{1, 2} }},
		{"-epochs 20, not 2", func(g *Grid) { g.Epochs = 2 }},
		{"-batch 64, not 2", func(g *Grid) { g.Batch = 2 }},
		{"-schedule none, not cosine", func(g *Grid) { g.Recipe.Schedule = "cosine" }},
		{"-weight-decay none, not 0.5", func(g *Grid) { g.Recipe.WeightDecay, g.Recipe.Patience = 0.5, 7 }},
		{"-label-smoothing none, not 0.5", func(g *Grid) { g.Recipe.LabelSmoothing = 0.5 }},
		{"-eval-dropout=true, not false", func(g *Grid) { g.EvaluateDropout = false }},
		{"-data  of checksum crc32c:00000000, not x", func(g *Grid) { g.Data.Checksum = "x" }},
	} {
		if got := with(func(*Grid) {}).Differs(with(test.change)); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

// The shards of a sweep are all of it, and each experiment is in one of them.
func TestShard(t *testing.T) {
	for n := 1; n <= 13; n++ {
		for i := range 12 {
			in := 0
			for index := 1; index <= n; index++ {
				if (Shard{index, n}).has(i) {
					in++
				}
			}
			if in != 1 {
				t.Errorf("experiment %d is in %d of %d shards", i, in, n)
			}
		}
	}
	if s := (Shard{2, 3}); s.has(0) || !s.has(1) || !s.has(4) || s.Whole() {
		t.Errorf("%+v", s)
	}
	for text, want := range map[string]Shard{"1/1": {1, 1}, "2/3": {2, 3}, "16384/16384": {16384, 16384}} {
		if got, err := ParseShard(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "1", "0/3", "4/3", "-1/3", "1/16385", "a/b", "1/2/3", "1/", "/2"} {
		if s, err := ParseShard(text); err == nil {
			t.Errorf("%q: %v", text, s)
		}
	}
	if !(Shard{}).Whole() || !(Shard{1, 1}).Whole() {
		t.Error("the whole is a part")
	}
}

// FuzzGrid checks that a grid that is read is written and read the same, that its
// experiments have names of their own, and that folders can have them.
func FuzzGrid(f *testing.F) {
	for _, g := range []Grid{with(func(*Grid) {}), with(func(g *Grid) { g.Models, g.Seeds = []string{"", "8 bn"}, []uint64{0, 1 << 63} })} {
		text, err := json.Marshal(g)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var g, again Grid
		if json.Unmarshal(text, &g) != nil || g.Check() != nil {
			return
		}
		written, err := json.Marshal(g)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(written, &again); err != nil || again.Check() != nil || g.Differs(again) != "" {
			t.Errorf("%s differs from itself: %s, %v", written, g.Differs(again), err)
		}
		seen := map[string]bool{}
		for _, name := range append([]string{g.Name()}, configNames(g)...) {
			if len(name) > 255 || !filepath.IsLocal(name) || filepath.Base(name) != name {
				t.Errorf("a folder is %q", name)
			}
			if seen[name] {
				t.Errorf("two folders are %q", name)
			}
			seen[name] = true
		}
	})
}

func configNames(g Grid) []string {
	var names []string
	for _, c := range g.Configs() {
		names = append(names, c.Name())
	}
	return names
}
