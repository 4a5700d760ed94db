//go:build !purego

package tensor

import (
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/cpu"
)

// Linux gives a process the tiles of AMX only when it asks, because they make the
// frames of signals larger: see its Documentation/arch/x86/xstate.rst. It refuses
// where a thread's stack for signals is too small for them, as that of a thread of C
// may be, and once it has granted them it refuses such stacks. Go's are large enough.
const (
	archGetPermission = 0x1022 // ARCH_GET_XCOMP_PERM
	archAskPermission = 0x1023 // ARCH_REQ_XCOMP_PERM
	tileData          = 18     // XFEATURE_XTILEDATA
)

var amx struct {
	once    sync.Once
	granted bool
}

// hasAMX reports whether this process may use AMX. The first call asks the system.
func hasAMX() bool {
	amx.once.Do(func() {
		if !cpu.X86.HasAMXTile || !cpu.X86.HasAMXInt8 {
			return
		}
		if _, _, err := syscall.RawSyscall(syscall.SYS_ARCH_PRCTL, archAskPermission, tileData, 0); err != 0 {
			return
		}
		var features uint64
		_, _, err := syscall.RawSyscall(syscall.SYS_ARCH_PRCTL, archGetPermission, uintptr(unsafe.Pointer(&features)), 0)
		amx.granted = err == 0 && features>>tileData&1 != 0
	})
	return amx.granted
}
