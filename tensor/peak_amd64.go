//go:build !purego

package tensor

// saturateAVX512 runs 16 vectors of 16 chains.
//
//go:noescape
func saturateAVX512(chains []float32, one, summand float32, n int)

// saturateAVX2 runs 12 vectors of 8 chains.
//
//go:noescape
func saturateAVX2(chains []float32, one, summand float32, n int)
