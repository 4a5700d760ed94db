//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package terminal

import "os"

func size(*os.File) (width, height int, ok bool) { return 0, 0, false }

func enableEscapes(*os.File) bool { return false }
