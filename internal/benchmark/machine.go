package benchmark

import (
	"cmp"
	"runtime"
	"runtime/debug"
	"strings"

	"fnn/tensor"
)

// A Machine is what figures depend on besides the code.
type Machine struct {
	Version    string   `json:"version"`  // of fnn
	Go         string   `json:"go"`       // its version
	Platform   string   `json:"platform"` // GOOS/GOARCH
	CPU        string   `json:"cpu"`      // the model; GOARCH if the system does not tell
	GOMAXPROCS int      `json:"gomaxprocs"`
	Kernel     string   `json:"kernel"`  // in use
	Kernels    []string `json:"kernels"` // that the machine can run, the fastest first
}

// ThisMachine returns what the program runs on.
func ThisMachine() Machine {
	m := Machine{
		Version:    "(devel)",
		Go:         runtime.Version(),
		Platform:   runtime.GOOS + "/" + runtime.GOARCH,
		CPU:        cmp.Or(strings.Join(strings.Fields(processor()), " "), runtime.GOARCH),
		GOMAXPROCS: runtime.GOMAXPROCS(0),
		Kernel:     tensor.Kernel(),
		Kernels:    tensor.Kernels(),
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		m.Version = cmp.Or(info.Main.Version, m.Version)
	}
	return m
}
