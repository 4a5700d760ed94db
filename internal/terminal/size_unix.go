//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package terminal

import (
	"os"
	"syscall"
	"unsafe"
)

// size returns the size of f, 0 where it is not known, and whether f is a
// terminal at all. See tty_ioctl(4), TIOCGWINSZ.
func size(f *os.File) (width, height int, ok bool) {
	connection, err := f.SyscallConn()
	if err != nil {
		return 0, 0, false
	}
	var size struct{ rows, columns, xPixels, yPixels uint16 }
	err = connection.Control(func(fd uintptr) {
		_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size)))
		ok = errno == 0
	})
	return int(size.columns), int(size.rows), ok && err == nil
}

// enableEscapes makes f, a terminal, understand escape sequences. Here they all do.
func enableEscapes(*os.File) bool { return true }
