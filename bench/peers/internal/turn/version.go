package turn

import (
	"runtime"
	"runtime/debug"
)

// Version returns a line for Serve: a library's name, the version of its module
// that is built in, and Go's.
func Version(name, module string) string {
	version := "(unknown version)"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == module {
				version = m.Version
			}
		}
	}
	return name + " " + version + ", " + runtime.Version()
}
