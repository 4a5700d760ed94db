package experiment

import (
	"os"
	"strings"
)

// processor returns the name of the processor, or "". See proc_cpuinfo(5); arm64
// has no name there.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return value
		}
	}
	return ""
}
