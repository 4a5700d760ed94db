// Package atomicfile writes files whole: a reader, or a run after a power cut, finds the old contents
// or the new, never a part of either.
//
// The new contents are written beside the target, forced to the disk, and renamed over it, which
// POSIX makes atomic (https://pubs.opengroup.org/onlinepubs/9799919799/functions/rename.html).
package atomicfile

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// Write replaces the contents of the named file with what write sends to its argument.
//
// A new file gets the permissions os.Create would give it; a replaced one keeps its own. A symbolic
// link stays, and the file it points to is replaced. If write, or anything else, fails, the named file
// is as it was, nothing is left beside it, and the error is a *fs.PathError with the given name.
func Write(name string, write func(io.Writer) error) error {
	if err := replace(name, write); err != nil {
		// The caller never heard of the temporary file, so the operating system's reason goes under
		// the caller's own name.
		switch e := err.(type) {
		case *fs.PathError:
			err = e.Err
		case *os.LinkError:
			err = e.Err
		}
		return &fs.PathError{Op: "write", Path: name, Err: err}
	}
	return nil
}

func replace(name string, write func(io.Writer) error) (err error) {
	target, old, err := resolve(name)
	if err != nil {
		return err
	}
	file, err := createBeside(target)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			file.Close()
			os.Remove(file.Name())
		}
	}()

	buffer := bufio.NewWriterSize(file, 64<<10)
	if err := write(buffer); err != nil {
		return err
	}
	if err := buffer.Flush(); err != nil {
		return err
	}
	if old != nil {
		if err := file.Chmod(old.Mode().Perm()); err != nil {
			return err
		}
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), target); err != nil {
		return err
	}
	folder, _ := filepath.Split(target)
	syncFolder(cmp.Or(folder, "."))
	return nil
}

// maxLinks is how many links to links are followed: as many as Linux follows.
const maxLinks = 40

// resolve follows name to the file to replace and describes that, as nil if there is none yet.
func resolve(name string) (target string, old fs.FileInfo, err error) {
	target = name
	for range maxLinks {
		link, err := os.Readlink(target)
		if err != nil {
			break // no link
		}
		if !filepath.IsAbs(link) {
			// Without filepath.Join, which takes ".." for the folder that a linked folder is in.
			folder, _ := filepath.Split(target)
			link = folder + link
		}
		target = link
	}
	old, err = os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return target, nil, nil
	case err != nil:
		return "", nil, err
	case old.IsDir():
		return "", nil, errors.New("is a folder, expected a file")
	case !old.Mode().IsRegular():
		// A rename would put an ordinary file in the place of a device such as /dev/null.
		return "", nil, fmt.Errorf("is a special file (%s), expected an ordinary one", old.Mode().Type())
	}
	return target, old, nil
}

// createBeside creates a new file in target's folder. Unlike os.CreateTemp it leaves the permissions
// to the umask.
func createBeside(target string) (*os.File, error) {
	folder, base := filepath.Split(target)
	for range 100 {
		name := fmt.Sprintf("%s.%s.%08x.tmp", folder, base, rand.Uint32())
		file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return file, err
		}
	}
	return nil, errors.New("every name tried for a temporary file is taken")
}

// leftover is the pattern of a temporary file's name.
var leftover = ".?*." + strings.Repeat("[0-9a-f]", 8) + ".tmp"

// RemoveLeftovers removes from a folder the temporary files of processes that were killed in Write.
// Nobody may be writing to the folder meanwhile. A folder that is not there holds none.
func RemoveLeftovers(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, entry := range entries {
		if matched, err := filepath.Match(leftover, entry.Name()); matched && err == nil {
			if err := os.Remove(filepath.Join(folder, entry.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// syncFolder makes the rename itself survive a power cut where the system can. Its errors do not
// matter: the new contents are complete and in place, and some systems sync no folders at all.
func syncFolder(name string) {
	if folder, err := os.Open(name); err == nil {
		folder.Sync()
		folder.Close()
	}
}
