package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// scripted returns a contender whose worker is a shell script that runs body for
// each task, in $task.
func scripted(library, body string) contender {
	return contender{library: library, threads: 1, command: []string{"sh", "-c", "echo " + library + " 1.0; while read -r task; do " + body + "; done"}}
}

func TestContest(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	log := filepath.Join(t.TempDir(), "log")
	logging := "echo $task >>" + log + "; "
	r := &record{}
	c := newContest([]contender{
		scripted(ours, logging+"echo ok 0.5 42"),
		scripted("slow", logging+"echo ok 1.5 42"),
		scripted("wrong", "echo ok 0.1 41"),
		scripted("honest", "echo error no such task"),
		scripted("dying", "echo so long >&2; exit 1"),
		{library: "absent", command: []string{"/no/such/program"}},
	}, r)
	defer c.close()

	equal := func(check, first float64) bool { return check == first }
	measurements := c.run("product NN 1 2 3", 2, equal)
	if len(measurements) != 2 || measurements[0].library != ours || measurements[1].library != "slow" {
		t.Fatalf("measured %+v", measurements)
	}
	if !slices.Equal(measurements[1].seconds, sample{1.5, 1.5}) {
		t.Errorf("slow took %v", measurements[1].seconds)
	}
	c.run("product NN 4 5 6", 1, equal)

	var reasons []string
	for _, a := range r.absent {
		reasons = append(reasons, a.name+": "+a.reason)
	}
	slices.Sort(reasons)
	want := []string{
		"absent: fork/exec /no/such/program: no such file or directory",
		"dying: product NN 1 2 3: the worker ended: so long",
		"honest: product NN 1 2 3: no such task",
		"wrong: product NN 1 2 3: a check of 41 where fnn has 42",
	}
	if !slices.Equal(reasons, want) {
		t.Errorf("missing:\n%s\nwant:\n%s", strings.Join(reasons, "\n"), strings.Join(want, "\n"))
	}
	if got := r.versions; len(got) != 5 || got[0] != "fnn 1.0" {
		t.Errorf("versions %q", got)
	}
}

// TestBegins lets another worker begin each round.
func TestBegins(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	order := filepath.Join(t.TempDir(), "order")
	var contenders []contender
	for _, name := range []string{"a", "b", "c"} {
		contenders = append(contenders, scripted(name, "printf "+name+" >>"+order+"; echo ok 1 1"))
	}
	c := newContest(contenders, &record{})
	defer c.close()
	c.run("product NN 1 2 3", 3, func(float64, float64) bool { return true })
	if got, err := os.ReadFile(order); string(got) != "abcbcacab" {
		t.Errorf("turns %q, %v", got, err)
	}
}

func TestParseAnswer(t *testing.T) {
	seconds, check, err := parseAnswer("ok 1.25e-06 -149")
	if seconds != 1.25e-6 || check != -149 || err != nil {
		t.Errorf("%v, %v, %v", seconds, check, err)
	}
	for _, line := range []string{"", "ok", "ok 1", "ok x 1", "ok 0 1", "ok -1 1", "ok NaN 1", "done", "error out of memory"} {
		if _, _, err := parseAnswer(line); err == nil {
			t.Errorf("%q is taken for an answer", line)
		}
	}
}
