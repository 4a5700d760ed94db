package main

import (
	"math"
	"strings"
	"testing"
)

// outcomesForTest are of one thread and two: we win the first outcome, and lose the
// second with one thread, where the rival has two settings.
func outcomesForTest() []outcome {
	measured := func(library, setting string, threads int, seconds float64) measurement {
		return measurement{contender{library: library, setting: setting, threads: threads}, sample{seconds}}
	}
	return []outcome{
		{name: "A·B 1x2x3", operations: 12e9, measurements: []measurement{
			measured(ours, "", 1, 1), measured(ours, "", 2, 0.5), measured(oursInPanels, "", 1, 0.1),
			measured("OpenBLAS", "", 1, 2), measured("OpenBLAS", "", 2, 1),
		}},
		{name: "A·B 4x5x6", operations: 24e9, measurements: []measurement{
			measured(ours, "", 1, 1), measured(ours, "", 2, 2),
			measured("OpenBLAS", "", 1, 0.5), measured("OpenBLAS", "", 2, 8), measured("OpenBLAS", "new", 1, 0.4),
		}},
	}
}

func withTwoThreads(t *testing.T) {
	old := threadCounts
	threadCounts = []int{1, 2}
	t.Cleanup(func() { threadCounts = old })
}

func TestFastest(t *testing.T) {
	second := outcomesForTest()[1]
	for _, test := range []struct {
		filters []filter
		want    float64
		ok      bool
	}{
		{nil, 0.4, true},
		{[]filter{of(ours)}, 1, true},
		{[]filter{of(ours), with(2)}, 2, true},
		{[]filter{rivals, with(1)}, 0.4, true},
		{[]filter{rivals, with(3)}, 0, false},
	} {
		m, ok := second.fastest(test.filters...)
		if ok != test.ok || ok && m.seconds.median() != test.want {
			t.Errorf("%v, %v; want %v, %v", m, ok, test.want, test.ok)
		}
	}
}

func TestTimes(t *testing.T) {
	for _, test := range []struct {
		a, b sample
		want float64
	}{
		{sample{1, 1, 1}, sample{2, 2, 2}, 2},
		{sample{1, 3, 9}, sample{2, 6, 9}, 2},
		{sample{1, 5, 5}, sample{2, 2, 10}, 2},
		{sample{1, 2, 4, 4}, sample{3, 6}, 3}, // the slow one had no more turns
	} {
		if got := times(measurement{seconds: test.a}, measurement{seconds: test.b}); got != test.want {
			t.Errorf("%v is %v times as fast as %v, want %v", test.a, got, test.b, test.want)
		}
	}
	if got := times(measurement{}, measurement{seconds: sample{1}}); !math.IsNaN(got) {
		t.Errorf("without a round: %v", got)
	}
}

func TestWriteProducts(t *testing.T) {
	withTwoThreads(t)
	var b strings.Builder
	writeProducts(&b, outcomesForTest(), map[int]float64{1: 100})
	for _, line := range []string{
		"### A·B, 1 thread",
		"| M x N x K |      fnn | fnn in panels | OpenBLAS | to best rival | of peak |",
		"| 1x2x3     | 12.0 ±0% |       120 ±0% | 6.00 ±0% |          2.00 |     12% |",
		"| 4x5x6     | 24.0 ±0% |             - | 60.0 ±0% |          0.40 |     24% |",
		"| 4x5x6     | 12.0 ±0% |             - | 3.00 ±0% |          4.00 |",
		"OpenBLAS was fastest by itself at 3, new at 1.",
	} {
		if !strings.Contains(b.String(), line+"\n") {
			t.Errorf("no line %q in:\n%s", line, b.String())
		}
	}
}

func TestWriteProductReading(t *testing.T) {
	withTwoThreads(t)
	var b strings.Builder
	writeProductReading(&b, outcomesForTest(), map[int]float64{1: 100})
	want := `- Products, 1 thread: 0.40 to 2.00 times as fast as the best rival, 1.20 in the median; behind at 1 of 2: A·B 4x5x6 0.40 (OpenBLAS).
- Products, 1 thread: 12% to 24% of the peak, 18% in the median.
- Products, 2 threads: 2.00 to 4.00 times as fast as the best rival, 3.00 in the median; behind at 0 of 2.
- Products: 2 threads are 0.50 to 2.00 times as fast as one, 1.25 in the median; slower at 1 of 2: A·B 4x5x6 0.50.
`
	if b.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", b.String(), want)
	}
}

func TestWriteTimes(t *testing.T) {
	withTwoThreads(t)
	outcomes := outcomesForTest()
	outcomes[0].measurements = outcomes[0].measurements[:2] // no rival
	var b strings.Builder
	writeTimes(&b, "times as fast as", outcomes, map[int]float64{1: 100})
	want := `
| times as fast as                 | A·B 1x2x3 | A·B 4x5x6 |
|----------------------------------|----------:|----------:|
| OpenBLAS, 1 thread each          |         - |      0.40 |
| OpenBLAS, 2 threads each         |         - |      4.00 |
| OpenBLAS, each as fast as it can |         - |      0.40 |
| the limit, 1 thread              |      0.12 |      0.24 |
| fnn itself, 2 threads to 1       |      2.00 |      0.50 |

`
	if got := "\n" + b.String(); got != want {
		t.Errorf("got:%swant:%s", got, want)
	}
}
