//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package lock

import (
	"errors"
	"os"
	"syscall"
)

// tryLock locks a file until it is closed. See flock(2).
func tryLock(file *os.File) error {
	connection, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var result error
	err = connection.Control(func(fd uintptr) {
		for {
			result = syscall.Flock(int(fd), syscall.LOCK_EX|syscall.LOCK_NB)
			if result != syscall.EINTR {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	switch {
	case result == syscall.EWOULDBLOCK:
		return errBusy
	case errors.Is(result, errors.ErrUnsupported) || result == syscall.ENOLCK:
		return nil // a file system without locks
	}
	return result
}
