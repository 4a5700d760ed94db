//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package terminal

import (
	"os"
	"syscall"
	"unsafe"
)

// width returns the width of f, 0 if it is not known, and whether f is a
// terminal at all. See tty_ioctl(4), TIOCGWINSZ.
func width(f *os.File) (columns int, ok bool) {
	connection, err := f.SyscallConn()
	if err != nil {
		return 0, false
	}
	var size struct{ rows, columns, xPixels, yPixels uint16 }
	err = connection.Control(func(fd uintptr) {
		_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size)))
		ok = errno == 0
	})
	return int(size.columns), ok && err == nil
}

// enableColor makes f, a terminal, understand colours. Here they all do.
func enableColor(*os.File) bool { return true }
