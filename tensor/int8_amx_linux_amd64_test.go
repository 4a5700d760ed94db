//go:build !purego

package tensor

import "testing"

// TestInt8WithoutAMX repeats the tests as on a machine without AMX.
func TestInt8WithoutAMX(t *testing.T) {
	if !hasAMX() {
		t.Skip("this machine has none")
	}
	defer func() { amx.granted = true }()
	amx.granted = false
	for name, test := range map[string]func(*testing.T){
		"kernels": TestInt8Kernels, "extremes": TestInt8Extremes, "bytes": TestInt8Bytes,
		"page end": TestInt8PageEnd, "goroutines": TestInt8Goroutines, "allocations": TestInt8Allocations,
	} {
		t.Run(name, test)
	}
}
