//go:build !purego

package tensor

// isAMD says whether AMD made the processor. On its Zen 4, to write a line that another
// core has read takes 9 ns, or 37 where that core shares no cache, and past the caches
// 2.5; other processors have not been measured.
func isAMD() bool
