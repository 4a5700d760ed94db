package benchmark

import (
	"os"
	"strings"
)

// processor returns the model of the first processor in /proc/cpuinfo (proc(5)),
// where it is there: ARM's has only numbers.
func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return value
		}
	}
	return ""
}
