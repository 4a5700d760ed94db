//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package terminal

import "os"

func width(*os.File) (columns int, ok bool) { return 0, false }

func enableColor(*os.File) bool { return false }
