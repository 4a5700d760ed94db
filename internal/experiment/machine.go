package experiment

import (
	"runtime"
	"runtime/debug"
	"strings"

	"fnn/tensor"
)

// A Machine is what a run was computed with. No result depends on it.
type Machine struct {
	Version      string `json:"version"` // of this program, as Go stamps it
	Go           string `json:"go"`
	System       string `json:"system"`       // linux, darwin, windows
	Architecture string `json:"architecture"` // amd64, arm64
	Processor    string `json:"processor,omitempty"`
	Processors   int    `json:"processors"` // that Go may use
	Kernel       string `json:"kernel"`     // that computes the matrix products
}

// ThisMachine describes the machine that this program runs on.
func ThisMachine() Machine {
	m := Machine{
		Go: runtime.Version(), System: runtime.GOOS, Architecture: runtime.GOARCH,
		Processor:  strings.Join(strings.Fields(processor()), " "),
		Processors: runtime.GOMAXPROCS(0), Kernel: tensor.Kernel(),
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		m.Version = info.Main.Version
	}
	return m
}
