//go:build !purego

package tensor

// saturateNEON runs 24 vectors of 4 chains.
//
//go:noescape
func saturateNEON(chains []float32, one, summand float32, n int)
