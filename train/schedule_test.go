package train

import (
	"encoding/binary"
	"encoding/json"
	"hash/fnv"
	"math"
	"os"
	"strings"
	"testing"
)

// TestSchedulesAgainstPyTorch compares learning rates step by step; what
// testdata/schedules.json holds, testdata/schedules.py tells.
func TestSchedulesAgainstPyTorch(t *testing.T) {
	text, err := os.ReadFile("testdata/schedules.json")
	if err != nil {
		t.Fatal(err)
	}
	var contents struct {
		LearningRate  float64 `json:"learning_rate"`
		Steps, Epochs int
		Rates         map[string][]float64
	}
	if err := json.Unmarshal(text, &contents); err != nil {
		t.Fatal(err)
	}
	if len(contents.Rates) == 0 {
		t.Fatal("no schedules")
	}
	for words, rates := range contents.Rates {
		c, err := Recipe{Schedule: Schedule(words)}.curve(contents.LearningRate, contents.Epochs)
		if err != nil {
			t.Fatal(err)
		}
		if len(rates) != contents.Steps*contents.Epochs {
			t.Fatalf("%s: %d rates", words, len(rates))
		}
		for i, want := range rates {
			got := c.rate(contents.LearningRate, int64(i), contents.Steps, contents.Epochs)
			if !(math.Abs(got-want) <= 1e-14*contents.LearningRate+1e-12*want) {
				t.Errorf("%s: the rate of step %d is %g, PyTorch's is %g", words, i, got, want)
			}
		}
	}
}

// The rate of a run as long as one can be.
func TestRateOfLongRuns(t *testing.T) {
	const epochs, steps = maxEpochs, math.MaxInt32
	for words, want := range map[string]float64{
		"cosine": 0.5, "cosine:0.5": 0.75, "warmup:1073741823": 0.5, "step:536870912:0.25": 0.25, "": 1,
	} {
		c, err := Recipe{Schedule: Schedule(words)}.curve(1, epochs)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.rate(1, epochs/2*steps, steps, epochs); math.Abs(got-want) > 1e-9 {
			t.Errorf("%q: the rate in the middle is %g, want %g", words, got, want)
		}
	}
}

func TestCosine(t *testing.T) {
	for _, n := range []int64{1, 2, 3, 4, 7, 1000, 15000, 1 << 40} {
		for i := range int64(1001) {
			at := n / 1000 * i
			if n < 1000 {
				at = min(i, n)
			}
			x := float64(at) / float64(n)
			if got, want := cosine(at, n), (1+math.Cos(math.Pi*x))/2; !(math.Abs(got-want) < 4e-16) {
				t.Fatalf("cosine(%d, %d) is %g, want %g", at, n, got, want)
			}
			// Near the end, where the sum loses digits, the product of sines has them.
			sin := math.Sin(math.Pi / 2 * float64(n-at) / float64(n))
			if got, want := cosine(at, n), sin*sin; 2*at >= n && !(math.Abs(got-want) <= 1e-15*want) {
				t.Fatalf("cosine(%d, %d) is %g, want %g", at, n, got, want)
			}
		}
	}
	if cosine(0, 7) != 1 || cosine(7, 7) != 0 {
		t.Error("the ends are not exact")
	}
}

// TestSchedulesPinned pins every bit of what a compiler could round otherwise
// where it may fuse a multiplication and an addition.
func TestSchedulesPinned(t *testing.T) {
	const want uint64 = 0xbb87198a13aee37d
	h := fnv.New64a()
	for _, words := range []Schedule{"warmup:3 cosine:0.0003", "step:2:0.7"} {
		c, err := Recipe{Schedule: words}.curve(0.01, 13)
		if err != nil {
			t.Fatal(err)
		}
		for i := range int64(13 * 750) {
			binary.Write(h, binary.LittleEndian, c.rate(0.01, i, 750, 13))
		}
	}
	if got := h.Sum64(); got != want {
		t.Errorf("hash %#x, want %#x", got, want)
	}
}

func TestParseSchedule(t *testing.T) {
	for words, want := range map[string]Schedule{
		"": "", "constant": "", " \t": "",
		"cosine": "cosine", "cosine:0": "cosine", "cosine:1e-4": "cosine:0.0001", "cosine:-0": "cosine",
		"step:5:0.5": "step:5:0.5", "step:05:.5": "step:5:0.5", "step:1073741824:1e-300": "step:1073741824:1e-300",
		"warmup:2": "warmup:2", "warmup:2 constant": "warmup:2", " warmup:2  cosine ": "warmup:2 cosine",
		"warmup:1 step:10:0.1": "warmup:1 step:10:0.1",
	} {
		got, err := ParseSchedule(words)
		if err != nil || got != want {
			t.Errorf("%q is %q, error %v, want %q", words, got, err, want)
		}
		again, err := ParseSchedule(string(got))
		if err != nil || again != got {
			t.Errorf("%q parsed again is %q, error %v", got, again, err)
		}
	}
	for words, want := range map[string]string{
		"linear":            `train: schedule "linear": want constant, step:N:F, cosine or cosine:RATE, before any of them or alone warmup:N`,
		"constant:1":        "want constant, step",
		"step":              "want constant, step",
		"cosine cosine":     "want constant, step",
		"cosine warmup:2":   "want constant, step",
		"warmup:2 warmup:2": "want constant, step",
		"warmup":            "want constant, step",
		"warmup:":           `"" epochs: want a whole number from 1 to 1073741824`,
		"warmup:0 cosine":   `"0" epochs: want`,
		"warmup:1.5":        `"1.5" epochs: want`,
		"step:":             `"" epochs: want`,
		"step:x:0.5":        `"x" epochs: want`,
		"step:5":            `factor "": want a number between 0 and 1`,
		"step:5:":           `factor "": want`,
		"step:5:0":          `factor "0": want`,
		"step:5:1":          `factor "1": want`,
		"step:5:NaN":        `factor "NaN": want`,
		"step:5:0.5:1":      `factor "0.5:1": want`,
		"cosine:":           `learning rate "": want a number from 0 on`,
		"cosine:-1":         `learning rate "-1": want`,
		"cosine:1e39":       `learning rate "1e39": want`,
		"cosine:NaN":        `learning rate "NaN": want`,

		"step:1:" + strings.Repeat("0", 1000): `factor "` + strings.Repeat("0", 100) + `": want`,
	} {
		if got, err := ParseSchedule(words); got != "" || err == nil || !strings.Contains(err.Error(), want) || len(err.Error()) > 400 {
			t.Errorf("%.100q is %q, error %v, want %s", words, got, err, want)
		}
	}
}

func FuzzParseSchedule(f *testing.F) {
	for _, words := range []string{"", "constant", "cosine:0.001", "warmup:2 step:5:0.5", "step:5", "warmup:-1", "cosine:1e999"} {
		f.Add(words)
	}
	f.Fuzz(func(t *testing.T, words string) {
		s, err := ParseSchedule(words)
		if err != nil {
			return
		}
		if again, err := ParseSchedule(string(s)); err != nil || again != s {
			t.Errorf("%q is %q, and that %q, error %v", words, s, again, err)
		}
		const rate, epochs, steps = 0.01, 40, 3
		c, err := Recipe{Schedule: s}.curve(rate, epochs)
		if err != nil {
			return
		}
		for i := range int64(epochs * steps) {
			if got := c.rate(rate, i, steps, epochs); !(got >= 0 && got <= rate*(1+1e-15)) {
				t.Errorf("%q: the rate of step %d is %g", s, i, got)
			}
		}
	})
}
