//go:build purego || !(amd64 || arm64)

package tensor

// machineKernels returns the assembly kernels this processor can run: none.
func machineKernels() []*kernel { return nil }
