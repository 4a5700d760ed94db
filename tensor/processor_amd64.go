//go:build !purego

package tensor

// isAMD says whether AMD made the processor. Two things depend on it, each measured on
// processors of one maker alone. On AMD's Zen 4, to write a line that another core has
// read takes 9 ns, or 37 where that core shares no cache, and past the caches 2.5. On
// Intel's Sapphire and Emerald Rapids a multiply-add that needs fewer loads takes less
// time, so that panels pay in pairs; AMD's multiply at nearly full speed without.
func isAMD() bool
