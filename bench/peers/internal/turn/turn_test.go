package turn

import (
	"testing"
	"time"
)

// TestProduct checks that all forms hold the same matrices.
func TestProduct(t *testing.T) {
	var want float64
	for i, form := range []string{"NN", "TN", "NT"} {
		p, err := ParseProduct([]string{form, "5", "7", "3", "0.5"})
		if err != nil {
			t.Fatal(err)
		}
		multiply(p)
		check := p.Check()
		if i == 0 {
			want = check
		}
		if check != want || check == 0 {
			t.Errorf("%s: check %v, want %v", form, check, want)
		}
		p.C[0]++
		if p.Check() == check {
			t.Errorf("%s: a wrong element does not show", form)
		}
	}
}

func multiply(p *Product) {
	at := func(data []float32, rows, cols, i, j int, transposed bool) float32 {
		if transposed {
			return data[j*rows+i]
		}
		return data[i*cols+j]
	}
	for i := range p.M {
		for j := range p.N {
			for k := range p.K {
				p.C[i*p.N+j] += at(p.A, p.M, p.K, i, k, p.TransA) * at(p.B, p.K, p.N, k, j, p.TransB)
			}
		}
	}
}

func TestParseProductErrors(t *testing.T) {
	for _, arguments := range [][]string{nil, {"NN", "1", "2", "3"}, {"NN", "1", "x", "3", "1"}, {"NN", "1", "2", "3", "x"}} {
		if _, err := ParseProduct(arguments); err == nil {
			t.Errorf("%q is taken", arguments)
		}
	}
}

func TestRepeat(t *testing.T) {
	calls := 0
	took := Repeat(0.02, func() { calls++; time.Sleep(time.Millisecond) })
	if took < 0.001 || calls < 10 {
		t.Errorf("%d calls of a millisecond, said to take %v seconds", calls, took)
	}
}
