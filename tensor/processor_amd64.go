//go:build !purego

package tensor

// isAMD says whether AMD made the processor. On its Zen 4, to write a line that another core
// has read takes 9 ns, or 37 where that core shares no cache, and past the caches 2.5.
var isAMD = func() bool {
	_, maker := cpuid(0)
	return maker == 0x68747541 // the first letters of AuthenticAMD
}()

// dividesFast says that the processor divides and takes square roots almost as fast as it
// multiplies, as AMD's do from Zen 5 on: 16 divisions and 16 square roots take 7 cycles
// there, and 22 on Intel's.
var dividesFast = func() bool {
	const zen5 = 0x1a
	signature, _ := cpuid(1)
	family := signature >> 8 & 0xf
	if family == 0xf {
		family += signature >> 20 & 0xff
	}
	return isAMD && family >= zen5
}()

// cpuid returns two of the registers that the instruction of that name sets.
func cpuid(leaf uint32) (eax, ebx uint32)
