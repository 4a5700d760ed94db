//go:build !linux && !darwin

package machine

import "os"

// processor returns the model of the processor, which Windows keeps in the
// environment, or "".
func processor() string { return os.Getenv("PROCESSOR_IDENTIFIER") }
