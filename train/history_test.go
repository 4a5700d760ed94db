package train

import (
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"
)

func TestHistoryCSV(t *testing.T) {
	h := History{
		{1, 0.7424, 0.7231666666666666, 0.5, 0.8125, 0.8},
		{2, 1.0 / 3, 1, math.SmallestNonzeroFloat64, 0, 1e300},
		{3, math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), 0.1},
	}
	var text strings.Builder
	if err := h.WriteCSV(&text); err != nil {
		t.Fatal(err)
	}
	want := "epoch,train_loss,train_acc,val_loss,val_acc,val_f1\n" +
		"1,0.7424,0.7231666666666666,0.5,0.8125,0.8\n" +
		"2,0.3333333333333333,1,5e-324,0,1e+300\n" +
		"3,NaN,+Inf,-Inf,-0,0.1\n"
	if text.String() != want {
		t.Errorf("written as\n%swant\n%s", text.String(), want)
	}
	for n := range len(h) + 1 {
		text.Reset()
		h[:n].WriteCSV(&text)
		got, err := ReadCSV(strings.NewReader(text.String()))
		if err != nil || !sameHistory(got, h[:n]) {
			t.Errorf("%d epochs read back as %v, error %v", n, got, err)
		}
	}
}

// sameHistory says whether two histories hold the same bits, any NaN being as
// good as any other.
func sameHistory(x, y History) bool {
	if len(x) != len(y) {
		return false
	}
	for i, a := range x {
		b := y[i]
		same := func(p, q float64) bool { return math.Float64bits(p) == math.Float64bits(q) || p != p && q != q }
		if a.Epoch != b.Epoch || !same(a.TrainLoss, b.TrainLoss) || !same(a.TrainAccuracy, b.TrainAccuracy) ||
			!same(a.ValidationLoss, b.ValidationLoss) || !same(a.ValidationAccuracy, b.ValidationAccuracy) ||
			!same(a.ValidationF1, b.ValidationF1) {
			return false
		}
	}
	return true
}

func TestReadCSVErrors(t *testing.T) {
	const heading = "epoch,train_loss,train_acc,val_loss,val_acc,val_f1\n"
	for _, c := range []struct{ text, want string }{
		{"", "EOF"},
		{"epoch,loss\n", "line 1"},
		{"epoch,train_loss,train_acc,val_loss,val_acc,f1\n", `heading "epoch,train_loss,train_acc,val_loss,val_acc,f1": want "epoch,train_loss`},
		{heading + "1,2,3\n", "line 2"},
		{heading + "1,2,3,4,5,6,7\n", "line 2"},
		{heading + "1,0,0,0,0,0\n2,0,0,x,0,0\n", `line 3: val_loss "x": want a number`},
		{heading + "1,0,0,0,0,\n", `line 2: val_f1 "": want a number`},
		{heading + "1,0,1e999,0,0,0\n", `line 2: train_acc "1e999": want a number`},
		{heading + "0,0,0,0,0,0\n", `line 2: epoch 0: want 1`},
		{heading + "1,0,0,0,0,0\n1,0,0,0,0,0\n", `line 3: epoch 1: want 2`},
		{heading + "1.5,0,0,0,0,0\n", `epoch 1.5: want 1`},
		{heading + "NaN,0,0,0,0,0\n", `epoch NaN: want 1`},
		{heading + "1,\"0,0,0,0,0\n", "line 2"},
	} {
		h, err := ReadCSV(strings.NewReader(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "train: history: ") {
			t.Errorf("%q: history %v, error %v, want %q", c.text, h, err, c.want)
		}
	}
	broken := errors.New("broken")
	for _, text := range []string{"", heading, heading + "1,0,0,0,0,0\n"} {
		if _, err := ReadCSV(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken))); !errors.Is(err, broken) {
			t.Errorf("after %q a reader's error becomes %v", text, err)
		}
	}
}

func TestWriteCSVError(t *testing.T) {
	if err := (History{}).WriteCSV(fullWriter{}); !errors.Is(err, errFull) {
		t.Errorf("error %v, want the writer's", err)
	}
}

var errFull = errors.New("full")

type fullWriter struct{}

func (fullWriter) Write([]byte) (int, error) { return 0, errFull }

func FuzzReadCSV(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
		h, err := ReadCSV(strings.NewReader(text))
		if err != nil {
			if len(err.Error()) > 1000 {
				t.Errorf("an error of %d bytes: %.200v", len(err.Error()), err)
			}
			return
		}
		var written strings.Builder
		if err := h.WriteCSV(&written); err != nil {
			t.Fatal(err)
		}
		again, err := ReadCSV(strings.NewReader(written.String()))
		if err != nil || !sameHistory(h, again) {
			t.Errorf("%q reads as %v, written and read again as %v, error %v", text, h, again, err)
		}
	})
}
