// Package machine tells what a program runs on: what its speed depends on, and
// its results do not.
package machine

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"fnn/tensor"
)

// A Machine is a program and what it runs on.
type Machine struct {
	Version      string   `json:"version"`      // of the program, as Go stamps it; "(devel)" if it does not
	Go           string   `json:"go"`           // its version
	System       string   `json:"system"`       // linux, darwin, windows
	Architecture string   `json:"architecture"` // amd64, arm64
	Processor    string   `json:"processor"`    // the model, or else the architecture
	Processors   int      `json:"processors"`   // that Go may use: GOMAXPROCS
	Kernel       string   `json:"kernel"`       // that computes the matrix products
	Kernels      []string `json:"kernels"`      // that could, the fastest first
}

// This returns the machine that this program runs on.
func This() Machine {
	m := Machine{
		Version:      "(devel)",
		Go:           runtime.Version(),
		System:       runtime.GOOS,
		Architecture: runtime.GOARCH,
		Processor:    cmp.Or(strings.Join(strings.Fields(processor()), " "), runtime.GOARCH),
		Processors:   runtime.GOMAXPROCS(0),
		Kernel:       tensor.Kernel(),
		Kernels:      tensor.Kernels(),
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		m.Version = cmp.Or(info.Main.Version, m.Version)
	}
	return m
}

// String returns three lines for people: the program, the processor, the kernels.
func (m Machine) String() string {
	others := slices.DeleteFunc(slices.Clone(m.Kernels), func(name string) bool { return name == m.Kernel })
	also := ", the only one here"
	if len(others) > 0 {
		also = "; this machine also runs " + strings.Join(others, " and ")
	}
	return fmt.Sprintf("fnn %s, %s, %s/%s\n%s, GOMAXPROCS %d\nkernel %s%s\n",
		m.Version, m.Go, m.System, m.Architecture, m.Processor, m.Processors, m.Kernel, also)
}
