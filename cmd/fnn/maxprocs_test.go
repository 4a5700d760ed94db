//go:build go1.25

package main

import (
	"os/exec"
	"strings"
	"testing"
)

// A container's limit counts as the number of processors.
func TestContainerLimit(t *testing.T) {
	settings, err := exec.Command("go", "list", "-f", "{{.DefaultGODEBUG}}", ".").Output()
	if err != nil {
		t.Skipf("go list: %v", err)
	}
	for _, want := range []string{"containermaxprocs=1", "updatemaxprocs=1"} {
		if !strings.Contains(string(settings), want) {
			t.Errorf("%s lacks %s", settings, want)
		}
	}
}
