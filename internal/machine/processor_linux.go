package machine

import (
	"os"
	"strings"
)

// processor returns the model of the first processor, or "". See
// proc_cpuinfo(5); that of arm64 has only numbers.
func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return value
		}
	}
	return ""
}
