package terminal

import (
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	tests := []struct {
		d    time.Duration
		want string
	}{
		{0, "0:00"},
		{-time.Hour, "0:00"},
		{2600 * time.Millisecond, "0:03"},
		{59*time.Second + 600*time.Millisecond, "1:00"},
		{12*time.Minute + 34*time.Second, "12:34"},
		{time.Hour - time.Second, "59:59"},
		{time.Hour + 2*time.Minute + 3*time.Second, "1:02:03"},
		{100 * time.Hour, "100:00:00"},
	}
	for _, test := range tests {
		if got := string(appendDuration(nil, test.d)); got != test.want {
			t.Errorf("appendDuration(%v) = %q, want %q", test.d, got, test.want)
		}
	}
}

func TestCount(t *testing.T) {
	tests := []struct {
		n    float64
		want string
	}{
		{0, "0"}, {7, "7"}, {8.25, "8.25"}, {9.996, "10.0"}, {99.96, "100"}, {857, "857"}, {857.4, "857"}, {999.4, "999"},
		{999.5, "1.00k"}, {12_345, "12.3k"}, {123_456, "123k"}, {999_499, "999k"}, {999_500, "1.00M"},
		{1.2e6, "1.20M"}, {3e15, "3000T"},
	}
	for _, test := range tests {
		if got := Count(test.n); got != test.want {
			t.Errorf("Count(%v) = %q, want %q", test.n, got, test.want)
		}
	}
}

func TestBytes(t *testing.T) {
	tests := []struct {
		n    int64
		want string
	}{
		{0, "0 B"}, {999, "999 B"}, {1000, "1.00 kB"}, {26_421_880, "26.4 MB"}, {5_000_000_000, "5.00 GB"},
	}
	for _, test := range tests {
		if got := Bytes(test.n); got != test.want {
			t.Errorf("Bytes(%v) = %q, want %q", test.n, got, test.want)
		}
	}
}
