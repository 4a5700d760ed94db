package experiment

import (
	"testing"
	"time"
)

func TestParseCadence(t *testing.T) {
	for text, want := range map[string]Cadence{
		"1": {Steps: 1}, "500": {Steps: 500}, "30s": {Time: 30 * time.Second}, "1h30m": {Time: 90 * time.Minute},
	} {
		if got, err := ParseCadence(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "0", "-1", "1.5", "0s", "-1s", "s", "5 m", "99999999999999999999"} {
		if c, err := ParseCadence(text); err == nil {
			t.Errorf("%q: %v, want an error", text, c)
		}
	}
}

func TestDue(t *testing.T) {
	for _, test := range []struct {
		c    Cadence
		step int
		time time.Duration
		want bool
	}{
		{Cadence{}, 5, time.Hour, false},
		{Cadence{Steps: 5}, 4, time.Hour, false},
		{Cadence{Steps: 5}, 5, 0, true},
		{Cadence{Steps: 5}, 10, 0, false}, // the end of the epoch
		{Cadence{Time: time.Second}, 4, time.Second - 1, false},
		{Cadence{Time: time.Second}, 4, time.Second, true},
		{Cadence{Time: time.Second}, 10, time.Second, false},
	} {
		if got := test.c.due(test.step, 10, test.time); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}
