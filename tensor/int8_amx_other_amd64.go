//go:build !linux && !purego

package tensor

// hasAMX reports whether this process may use AMX, which it would have to ask for.
func hasAMX() bool { return false }
