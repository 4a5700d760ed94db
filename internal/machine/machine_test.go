package machine

import (
	"slices"
	"strings"
	"testing"

	"fnn/tensor"
)

func TestThis(t *testing.T) {
	m := This()
	if m.Kernel != tensor.Kernel() || !slices.Contains(m.Kernels, m.Kernel) {
		t.Errorf("kernel %q of %q", m.Kernel, m.Kernels)
	}
	if m.Version == "" || m.Go == "" || m.Processor == "" || strings.ContainsAny(m.Processor, "\t\n") {
		t.Errorf("%+v", m)
	}
}
