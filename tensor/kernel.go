package tensor

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
)

// KernelVariable is the environment variable that names the kernel to use
// instead of the fastest: "avx512", "avx2", "neon" or "portable". Results do not depend
// on it. A kernel that the processor cannot run, or an unknown name, makes the
// first operation panic; SetKernel reports it as an error instead.
const KernelVariable = "FNN_KERNEL"

// kernels returns what this machine can run, the fastest first.
var kernels = sync.OnceValue(func() []*kernel {
	return append(machineKernels(), &portable)
})

var chosen atomic.Pointer[kernel]

// active returns the kernel in use.
func active() *kernel {
	if k := chosen.Load(); k != nil {
		return k
	}
	k, err := find(os.Getenv(KernelVariable))
	if err != nil {
		panic(err)
	}
	chosen.CompareAndSwap(nil, k) // or SetKernel came in between
	return chosen.Load()
}

// Kernels returns the names of the kernels that this machine can run, the
// fastest first.
func Kernels() []string {
	var names []string
	for _, k := range kernels() {
		names = append(names, k.name)
	}
	return names
}

// Kernel returns the name of the kernel in use.
func Kernel() string { return active().name }

// SetKernel makes all operations use the named kernel from now on; the empty
// name stands for the fastest. The results have the same bits with each.
func SetKernel(name string) error {
	k, err := find(name)
	if err != nil {
		return err
	}
	chosen.Store(k)
	return nil
}

func find(name string) (*kernel, error) {
	for _, k := range kernels() {
		if name == "" || name == k.name {
			return k, nil
		}
	}
	return nil, fmt.Errorf("tensor: kernel %q: this machine runs %s", name, strings.Join(Kernels(), ", "))
}
