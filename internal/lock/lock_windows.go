package lock

import (
	"os"
	"syscall"
	"unsafe"
)

var lockFileEx = syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")

// tryLock locks a file until it is closed. See
// https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-lockfileex. The
// byte that it locks lies far beyond the file's end, so that others can read who
// holds the lock.
func tryLock(file *os.File) error {
	const (
		failImmediately = 1
		exclusive       = 2
		lockViolation   = syscall.Errno(33)
		notSupported    = syscall.Errno(50)
	)
	place := syscall.Overlapped{OffsetHigh: 1 << 30}
	r, _, err := lockFileEx.Call(file.Fd(), failImmediately|exclusive, 0, 1, 0, uintptr(unsafe.Pointer(&place)))
	switch {
	case r != 0, err == notSupported:
		return nil
	case err == lockViolation || err == syscall.ERROR_IO_PENDING:
		return errBusy
	}
	return err
}
