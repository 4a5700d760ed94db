package tensor

import (
	"slices"
	"strings"
	"testing"
)

func TestSetKernel(t *testing.T) {
	before := Kernel()
	defer SetKernel(before)
	names := Kernels()
	if names[len(names)-1] != "portable" {
		t.Fatalf("kernels %v: the last is not the portable one", names)
	}
	for _, name := range names {
		if err := SetKernel(name); err != nil || Kernel() != name {
			t.Errorf("SetKernel(%q) gives error %v and kernel %q", name, err, Kernel())
		}
	}
	if err := SetKernel(""); err != nil || Kernel() != names[0] {
		t.Errorf("SetKernel(\"\") gives error %v and kernel %q, want the fastest, %q", err, Kernel(), names[0])
	}
	for _, name := range []string{"abacus", "Portable", "avx2,portable", " "} {
		if slices.Contains(names, name) {
			continue
		}
		err := SetKernel(name)
		if err == nil || !strings.Contains(err.Error(), strings.Join(names, ", ")) {
			t.Errorf("SetKernel(%q) gives error %v, want one that lists the kernels", name, err)
		}
		if Kernel() != names[0] {
			t.Errorf("SetKernel(%q) failed, but changed the kernel to %q", name, Kernel())
		}
	}
}

func TestKernelVariable(t *testing.T) {
	before := Kernel()
	defer SetKernel(before)
	for _, name := range Kernels() {
		t.Setenv(KernelVariable, name)
		chosen.Store(nil)
		if got := Kernel(); got != name {
			t.Errorf("%s=%s: the kernel is %q", KernelVariable, name, got)
		}
	}
	t.Setenv(KernelVariable, "abacus")
	chosen.Store(nil)
	mustPanic(t, "an unknown kernel in the environment", func() { Kernel() })
}
