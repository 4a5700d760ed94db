package benchmark

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"fnn/tensor"
)

func TestFigure(t *testing.T) {
	tests := []struct {
		unit          Unit
		work, seconds float64
		want          float64
	}{
		{GFLOPS, 3e9, 2, 1.5},
		{MultiplyAdds, 3e9, 2, 1.5},
		{GigabytesASecond, 1e9, 0.5, 2},
		{SamplesASecond, 64, 0.25, 256},
		{Microseconds, 4, 2e-6, 0.5},
	}
	for _, test := range tests {
		if got := test.unit.Figure(test.work, test.seconds); math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%g in %g s: %g %s, want %g", test.work, test.seconds, got, test.unit, test.want)
		}
	}
}

func TestThreadCounts(t *testing.T) {
	for most, want := range map[int][]int{0: {1}, 1: {1}, 2: {1, 2}, 7: {1, 7}} {
		if got := ThreadCounts(most); !slices.Equal(got, want) {
			t.Errorf("%d: %v, want %v", most, got, want)
		}
	}
}

func TestBest(t *testing.T) {
	calls := 0
	seconds, err := best(t.Context(), 10*time.Millisecond, func() {
		calls++
		time.Sleep(time.Millisecond)
	})
	if err != nil || calls == 0 || !(seconds >= 0.001) {
		t.Errorf("%g s a call after %d calls, error %v", seconds, calls, err)
	}
}

// Every case runs, on one thread and on several, and knows how much it does.
func TestCases(t *testing.T) {
	groups := []Group{
		Products(AB, Plain), Products(ATB, Panels), Products(ABT, Panels), StepProducts(), Int8Products(), Vectors(), Memory(),
		Training(RandomSet(100)), Prediction(1, 70), PredictionInt8(1, 70), Latency(1, 70),
	}
	const large = 2e7 // operations, too many for the portable kernel
	for _, g := range groups {
		for _, c := range g.Cases {
			for _, threads := range []int{1, 3} {
				team := tensor.NewTeam(threads)
				run, work := c.New(team)
				if g.Unit != GFLOPS || work < large {
					run()
				}
				if !(work >= 1) {
					t.Errorf("%s, %s: work of %g", g.Name, c.Name, work)
				}
				team.Close()
			}
		}
	}
}

// The parts of a training step make up the whole.
func TestStepProducts(t *testing.T) {
	sum := 0.0
	cases := StepProducts().Cases
	for _, c := range cases[:len(cases)-1] {
		_, work := c.New(nil)
		sum += work
	}
	// Of three layers forward, as much for the gradients of their weights, and of
	// two for the gradients of their inputs.
	const want = 2 * 64 * (2*(784*128+128*64+64*10) + (128*64 + 64*10))
	if _, all := cases[len(cases)-1].New(nil); sum != want || all != want {
		t.Errorf("%g operations in parts, %g in all, want %d", sum, all, want)
	}
}

// testPlan is over in a moment.
func testPlan(threads int) Plan {
	return Plan{Threads: threads, Time: time.Millisecond, Groups: []Group{
		{"small products", GFLOPS, []Case{{Name: "2x3x4", New: Product{2, 3, 4, AB, Plain, Plain, Plain}.New}}},
		{"nothing", Microseconds, []Case{
			{"a call", "of nothing", func(*tensor.Team) (func(), float64) { return func() {}, 1 }},
		}},
	}}
}

func TestRun(t *testing.T) {
	for _, threads := range []int{1, 3} {
		var counts []string
		r, err := Run(t.Context(), testPlan(threads), func(done, total int) {
			counts = append(counts, fmt.Sprintf("%d/%d", done, total))
		})
		if err != nil {
			t.Fatal(err)
		}
		columns := len(ThreadCounts(threads))
		for i, count := range counts {
			if want := fmt.Sprintf("%d/%d", i+1, 2*3*columns); count != want {
				t.Errorf("progress %q, want %q", count, want)
			}
		}
		if len(counts) != 2*3*columns || len(r.Threads) != columns || len(r.Peak) != columns || len(r.Groups) != 2 {
			t.Fatalf("%d figures, %+v", len(counts), r)
		}
		product, nothing := r.Groups[0].Rows[0], r.Groups[1].Rows[0]
		if product.Name != "2x3x4" || product.Note != "" || nothing.Name != "a call" || nothing.Note != "of nothing" ||
			r.Groups[0].Unit != GFLOPS || r.Groups[1].Name != "nothing" {
			t.Errorf("%+v", r.Groups)
		}
		if len(product.OfPeak) != columns || nothing.OfPeak != nil {
			t.Errorf("shares of the peak %v and %v", product.OfPeak, nothing.OfPeak)
		}
		for i := range columns {
			if !(r.Peak[i] > 0 && product.Figures[i] > 0 && nothing.Figures[i] > 0) || product.OfPeak[i] != product.Figures[i]/r.Peak[i] {
				t.Errorf("figures %v, %v", r.Peak, r.Groups)
			}
		}
		if r.Kernel != tensor.Kernel() {
			t.Errorf("kernel %q", r.Kernel)
		}
	}
}

func TestRunCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, err := Run(ctx, testPlan(1), func(done, total int) {
		if done == 2 {
			cancel()
		}
		if done > 2 {
			t.Errorf("%d of %d after the interrupt", done, total)
		}
	})
	if r != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, error %v", r, err)
	}
}

func TestNumber(t *testing.T) {
	tests := []struct {
		x    float64
		want string
	}{
		{0, "0.0"}, {3.249, "3.2"}, {99.96, "100.0"}, {217.04, "217.0"}, {999.94, "999.9"}, {999.96, "1,000"},
		{1000, "1,000"}, {4914, "4,910"}, {217_034, "217,000"}, {999_600, "1,000,000"}, {1_446_000, "1,450,000"},
	}
	for _, test := range tests {
		if got := number(test.x); got != test.want {
			t.Errorf("%g: %q, want %q", test.x, got, test.want)
		}
	}
}

// The command's own table is as wide as a terminal at most.
func TestTableWidth(t *testing.T) {
	r := Report{Threads: []int{1, 1024}, Peak: []float64{10000, 1e6}}
	for _, g := range DefaultPlan(1).Groups {
		result := Result{Name: g.Name, Unit: g.Unit}
		for _, c := range g.Cases {
			result.Rows = append(result.Rows, Row{c.Name, c.Note, []float64{1e6, 1e8}, []float64{1, 1}})
		}
		r.Groups = append(r.Groups, result)
	}
	var b strings.Builder
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if n := len([]rune(line)) - 1; n > 79 {
			t.Errorf("%d characters: %s", n, line)
		}
	}
}

// A figure and its share stay apart, though a disturbed peak made the share too
// wide for its column.
func TestWideShare(t *testing.T) {
	r := Report{Threads: []int{1}, Peak: []float64{1}, Groups: []Result{
		{"products", GFLOPS, []Row{{Name: "2x3x4", Figures: []float64{37.8}, OfPeak: []float64{378}}}},
	}}
	var b strings.Builder
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(b.String(), " 37.8 37800%\n") {
		t.Error(b.String())
	}
}

func TestWriteTextFails(t *testing.T) {
	full := errors.New("disk full")
	if err := new(Report).WriteText(failing{full}); err != full {
		t.Errorf("error %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
