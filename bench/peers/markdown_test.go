package main

import (
	"strings"
	"testing"
)

func TestWriteTable(t *testing.T) {
	var b strings.Builder
	writeTable(&b, []string{"", "A·Bᵀ"}, [][]string{{"fnn", "1.5 ±2%"}, {"Gonum", "-"}})
	want := `
|       |    A·Bᵀ |
|-------|--------:|
| fnn   | 1.5 ±2% |
| Gonum |       - |

`
	if got := "\n" + b.String(); got != want {
		t.Errorf("got:%swant:%s", got, want)
	}
}

func TestDigits(t *testing.T) {
	for x, want := range map[float64]string{
		0: "0.00", 0.126: "0.13", 9.994: "9.99", 9.996: "10.0", 12.34: "12.3", 99.94: "99.9", 99.96: "100", 1234.5: "1234",
	} {
		if got := digits(x); got != want {
			t.Errorf("digits(%v) = %s, want %s", x, got, want)
		}
	}
}
