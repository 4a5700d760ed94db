//go:build !linux && !darwin

package benchmark

// processor returns nothing: this system is not asked for its model.
func processor() string { return "" }
