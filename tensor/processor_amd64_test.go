//go:build !purego

package tensor

import "testing"

// TestOtherRoots tests the square roots that Adam takes on other processors.
func TestOtherRoots(t *testing.T) {
	defer func(here bool) { dividesFast = here }(dividesFast)
	dividesFast = !dividesFast
	TestVectorKernelsAgree(t)
	TestAdamFlushes(t)
}
