//go:build purego || !amd64

package tensor

// Prefetch asks the processor to bring data into its second-level cache, for
// somebody who is going to read it. It returns at once, and may do nothing.
func Prefetch(data []uint8) {}

// PrefetchNear asks for the first-level cache, for somebody who is going to read data
// within a fraction of a microsecond.
func PrefetchNear(data []uint8) {}
