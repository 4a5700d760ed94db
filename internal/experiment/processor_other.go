//go:build !linux && !darwin

package experiment

import "os"

// processor returns the name of the processor, or "": Windows tells it so.
func processor() string { return os.Getenv("PROCESSOR_IDENTIFIER") }
