// Package lock keeps two processes from writing the same folder. A lock is a file
// that the operating system ties to the process that holds it: however that ends,
// the lock ends with it, and what may be left of the file holds nobody up.
//
// On Linux, macOS and the BSDs it is flock(2), which NFS passes on to other
// machines; on Windows LockFileEx. Other systems, such as WebAssembly's, and file
// systems that know no locks, give no protection: there every lock is free.
package lock

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// A HeldError says that somebody else holds a lock.
type HeldError struct {
	Name   string // of the lock's file
	Holder string // "process 4711 on a machine called so", as far as is known
}

func (e *HeldError) Error() string { return fmt.Sprintf("lock: %s is held by %s", e.Name, e.Holder) }

// errBusy is what tryLock returns for a file that is locked already.
var errBusy = errors.New("busy")

// A Lock is a lock that is held.
type Lock struct{ file *os.File }

// Acquire takes the lock that the named file stands for. It does not wait: the
// error is a [*HeldError] if another process, or this one, holds it. The file is
// created if it is not there; its folder has to be. A link or a pipe of that name is
// an error: what a stranger's folder links to is not to be written to.
func Acquire(name string) (*Lock, error) {
	for {
		if info, err := os.Lstat(name); err == nil && !info.Mode().IsRegular() {
			return nil, &os.PathError{Op: "lock", Path: name, Err: errors.New("it is no ordinary file")}
		}
		file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, err
		}
		if err := tryLock(file); err != nil {
			holder := holder(file)
			file.Close()
			if errors.Is(err, errBusy) {
				return nil, &HeldError{name, holder}
			}
			return nil, &os.PathError{Op: "lock", Path: name, Err: err}
		}
		// Whoever held the lock may have removed the file since it was opened: then
		// this is a lock on a file that nobody else will find.
		if current(file, name) {
			sign(file)
			return &Lock{file}, nil
		}
		file.Close()
	}
}

// current says whether the open file is still the one of that name.
func current(file *os.File, name string) bool {
	mine, err := file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(name)
	return err == nil && os.SameFile(mine, there)
}

// sign writes into a lock's file who holds it. Its errors do not matter: a full
// disk leaves the lock without a name.
func sign(file *os.File) {
	holder := fmt.Sprintf("process %d", os.Getpid())
	if host, err := os.Hostname(); err == nil {
		holder += " on " + host
	}
	if file.Truncate(0) == nil {
		file.WriteAt([]byte(holder+"\n"), 0)
	}
}

// holder returns what a lock's file says of its holder.
func holder(file *os.File) string {
	text := make([]byte, 300) // host names end at 255 bytes
	n, err := file.ReadAt(text, 0)
	line, _, _ := strings.Cut(string(text[:n]), "\n")
	if err != nil && !errors.Is(err, io.EOF) || line == "" {
		return "another process"
	}
	return line
}

// Release gives the lock back and removes its file.
func (l *Lock) Release() {
	// First the file, while nobody else can have locked it. Where an open file
	// cannot be removed, nor can that of the next holder.
	err := os.Remove(l.file.Name())
	l.file.Close()
	if err != nil {
		os.Remove(l.file.Name())
	}
}
