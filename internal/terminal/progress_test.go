package terminal

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// fake is a terminal that remembers its lines, and a clock.
type fake struct {
	t      *testing.T
	width  int
	lines  []string // above the cursor's
	line   []rune   // with the cursor
	column int
	writes int
	time   time.Time
}

func newFake(t *testing.T, width int) (*fake, *Progress) {
	f := &fake{t: t, width: width, time: time.Unix(1000, 0)}
	p := NewProgress(Screen{Writer: f, Width: func() int { return f.width }}, false)
	p.now = func() time.Time { return f.time }
	return f, p
}

func (f *fake) Write(b []byte) (int, error) {
	f.writes++
	for _, r := range string(b) {
		switch {
		case r == '\r':
			f.column = 0
		case r == '\n':
			f.lines = append(f.lines, strings.TrimRight(string(f.line), " "))
			f.line, f.column = nil, 0
		case r < ' ' || r == utf8.RuneError:
			f.t.Errorf("character %q", r)
		default:
			if f.column < len(f.line) {
				f.line[f.column] = r
			} else {
				f.line = append(f.line, r)
			}
			f.column++
			if f.column >= f.width {
				f.t.Errorf("the line reaches column %d of %d: %q", f.column, f.width, string(f.line))
			}
		}
	}
	return len(b), nil
}

// current is what the line with the cursor shows.
func (f *fake) current() string { return strings.TrimRight(string(f.line), " ") }

func (f *fake) pass(d time.Duration) { f.time = f.time.Add(d) }

func TestProgressTraining(t *testing.T) {
	f, p := newFake(t, 110)
	check := func(want string) {
		t.Helper()
		if got := f.current(); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
	p.Update(Status{Epoch: 1, Epochs: 2, Step: 0, Steps: 100})
	check("epoch 1/2  [------------------------------]    0%")
	f.pass(2 * time.Second)
	p.Update(Status{Epoch: 1, Epochs: 2, Step: 50, Steps: 100, Samples: 3200, Loss: 0.5, Accuracy: 0.75})
	check("epoch 1/2  [###############---------------]   50%  loss 0.5000  acc 0.7500  1.60k samples/s  0:06 left")
	f.pass(2 * time.Second)
	p.Update(Status{Epoch: 1, Epochs: 2, Step: 100, Steps: 100, Samples: 6400, Loss: math.NaN(), Accuracy: 0.1})
	check("epoch 1/2  [##############################]  100%  loss NaN  acc 0.1000  1.60k samples/s  0:04 left")
	f.pass(time.Second)
	p.Update(Status{Epoch: 1, Epochs: 2, Phase: "validating", Step: 1, Steps: 4, Samples: 100})
	check("epoch 1/2 validating  [#######-----------------------]   25%  0:05 left")
	f.pass(time.Second)
	p.Update(Status{Epoch: 1, Epochs: 2, Phase: "validating", Step: 3, Steps: 4, Samples: 300})
	check("epoch 1/2 validating  [######################--------]   75%  200 samples/s  0:06 left")
	p.Line("epoch 1/2 done")
	check("")
	p.Update(Status{Epoch: 2, Epochs: 2, Step: 1, Steps: 100, Samples: 64})
	check("") // too early to draw again
	f.pass(4 * time.Second)
	p.Update(Status{Epoch: 2, Epochs: 2, Step: 51, Steps: 100, Samples: 64 + 4*500, Loss: 0.25, Accuracy: 1})
	check("epoch 2/2  [###############---------------]   51%  loss 0.2500  acc 1.0000  500 samples/s  0:03 left")
	p.Line("epoch 2/2 done")
	f.pass(time.Second)
	p.Update(Status{Phase: "testing", Step: 1, Steps: 10, Samples: 10, Accuracy: 0.5})
	check("testing  [###---------------------------]   10%  loss 0.0000  acc 0.5000")
	f.pass(time.Second)
	p.Update(Status{Phase: "testing", Step: 2, Steps: 10, Samples: 20})
	check("testing  [######------------------------]   20%  10 samples/s  0:08 left")
	p.Done()
	check("")
	if got := strings.Join(f.lines, "|"); got != "epoch 1/2 done|epoch 2/2 done" {
		t.Errorf("lines %q", got)
	}
}

// A run resumed at epoch 11 of 20 has no time behind it for the first ten.
func TestProgressResumed(t *testing.T) {
	f, p := newFake(t, 200)
	p.Update(Status{Epoch: 11, Epochs: 20, Step: 0, Steps: 10})
	f.pass(10 * time.Second)
	p.Update(Status{Epoch: 12, Epochs: 20, Step: 0, Steps: 10})
	if got := f.current(); !strings.HasSuffix(got, "1:30 left") {
		t.Errorf("%q, want 1:30 left", got)
	}
}

func TestProgressTransfer(t *testing.T) {
	f, p := newFake(t, 100)
	p.UpdateTransfer(Transfer{"train-images", 0, 26_400_000})
	f.pass(time.Second)
	p.UpdateTransfer(Transfer{"train-images", 13_200_000, 26_400_000})
	if got, want := f.current(), "train-images  [###############---------------]  13.2 MB   50%  13.2 MB/s  0:01 left"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	f.pass(time.Second)
	p.UpdateTransfer(Transfer{"labels", 500, 0})
	f.pass(time.Second)
	p.UpdateTransfer(Transfer{"labels", 2500, 0})
	if got, want := f.current(), "labels  2.50 kB  2.00 kB/s"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// Whatever the width, and however it changes, the line never wraps and nothing
// of a longer one is left; fake checks the first.
func TestProgressWidth(t *testing.T) {
	for _, unicode := range []bool{false, true} {
		f, p := newFake(t, 0)
		p.screen.Unicode = unicode
		s := Status{Epoch: 3, Epochs: 20, Steps: 1000, Loss: 0.3124, Accuracy: 0.8873}
		for i := range 400 {
			f.width = max(1, i*37%140)
			f.line = f.line[:min(len(f.line), f.width)] // as a terminal that cuts
			f.pass(time.Second)
			s.Step, s.Samples = 2*i, 128*i
			p.Update(s)
			got := f.current()
			if n := utf8.RuneCountInString(got); n != p.shown && strings.HasSuffix(got, "left") {
				t.Fatalf("width %d: %d characters, %d meant: %q", f.width, n, p.shown, got)
			}
			if want := "epoch 3/20"; !strings.HasPrefix(got, want[:min(len(want), f.width-1)]) {
				t.Fatalf("width %d: %q", f.width, got)
			}
		}
		p.Done()
		if got := f.current(); got != "" {
			t.Errorf("left over: %q", got)
		}
	}
}

// What goes first where there is no room.
func TestProgressNarrow(t *testing.T) {
	tests := []struct {
		width int
		want  string
	}{
		{93, "epoch 3/20  |██████████▌          |   50%  loss 0.3124  acc 0.8873  640 samples/s  0:18 left"},
		{80, "epoch 3/20  |████    |   50%  loss 0.3124  acc 0.8873  640 samples/s  0:18 left"},
		{79, "epoch 3/20  |███████████           |   50%  loss 0.3124  acc 0.8873  0:18 left"},
		{65, "epoch 3/20  |████    |   50%  loss 0.3124  acc 0.8873  0:18 left"},
		{64, "epoch 3/20  |█████████▌         |   50%  loss 0.3124  0:18 left"},
		{53, "epoch 3/20  |████    |   50%  loss 0.3124  0:18 left"},
		{52, "epoch 3/20  |█████████         |   50%  loss 0.3124"},
		{42, "epoch 3/20  |████    |   50%  loss 0.3124"},
		{41, "epoch 3/20  |██████████          |   50%"},
		{29, "epoch 3/20  |████    |   50%"},
		{28, "epoch 3/20   50%"},
		{17, "epoch 3/20   50%"},
		{16, "epoch 3/20"},
		{6, "epoch"},
	}
	for _, test := range tests {
		f, p := newFake(t, test.width)
		p.screen.Unicode = true
		s := Status{Epoch: 3, Epochs: 20, Step: 0, Steps: 100}
		p.Update(s)
		f.pass(time.Second / 2)
		s.Step, s.Samples, s.Loss, s.Accuracy = 50, 320, 0.3124, 0.8873
		p.Update(s)
		if got := f.current(); got != test.want {
			t.Errorf("width %d: %q\nwant %q", test.width, got, test.want)
		}
	}
}

func TestProgressInterval(t *testing.T) {
	f, p := newFake(t, 80)
	for i := range 10_000 {
		p.Update(Status{Epoch: 1, Epochs: 1, Step: i, Steps: 10_000, Samples: i})
		f.pass(100 * time.Microsecond)
	}
	if f.writes != 10 {
		t.Errorf("%d drawings in a second, want 10", f.writes)
	}
}

func TestProgressPlain(t *testing.T) {
	for _, test := range []struct {
		quiet bool
		want  string
	}{{false, "epoch 1\nepoch 2\n"}, {true, ""}} {
		var b strings.Builder
		p := NewProgress(Screen{Writer: &b}, test.quiet)
		p.Update(Status{Epoch: 1, Epochs: 2, Step: 1, Steps: 2})
		p.Line("epoch 1")
		p.UpdateTransfer(Transfer{Label: "x", Bytes: 1, Total: 2})
		p.Line("epoch 2")
		p.Done()
		if got := b.String(); got != test.want {
			t.Errorf("quiet %v: %q, want %q", test.quiet, got, test.want)
		}
	}
}

func TestProgressQuietTerminal(t *testing.T) {
	f, p := newFake(t, 80)
	p.quiet = true
	p.Update(Status{Epoch: 1, Epochs: 2, Step: 1, Steps: 2})
	p.Line("epoch 1")
	p.Done()
	if f.writes != 0 {
		t.Errorf("%d writes", f.writes)
	}
}

// A step between two drawings costs no memory.
func TestUpdateAllocatesNothing(t *testing.T) {
	f, moving := newFake(t, 80)
	plain := NewProgress(Screen{Writer: f}, false)
	quiet := NewProgress(moving.screen, true)
	for name, p := range map[string]*Progress{"moving": moving, "plain": plain, "quiet": quiet} {
		s := Status{Phase: "testing", Steps: 1000}
		n := testing.AllocsPerRun(100, func() {
			s.Step++
			s.Samples += 64
			p.Update(s)
		})
		if n != 0 {
			t.Errorf("%s: Update allocates %v times", name, n)
		}
		transfer := Transfer{Label: "images", Total: 1000}
		n = testing.AllocsPerRun(100, func() {
			transfer.Bytes++
			p.UpdateTransfer(transfer)
		})
		if n != 0 {
			t.Errorf("%s: UpdateTransfer allocates %v times", name, n)
		}
	}
}

func BenchmarkUpdate(b *testing.B) {
	p := NewProgress(Screen{Writer: &strings.Builder{}, Width: func() int { return 80 }}, false)
	s := Status{Epoch: 1, Epochs: 20, Steps: 1000}
	for b.Loop() {
		s.Step++
		p.Update(s)
	}
}
