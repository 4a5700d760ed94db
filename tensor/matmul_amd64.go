//go:build !purego

package tensor

import "golang.org/x/sys/cpu"

// tileAVX512 computes a tile of 1 to 14 rows and 1 to 32 columns.
//
//go:noescape
func tileAVX512(t *tile)

// pairAVX512 computes a tile of 1 to 6 rows and 64 columns.
//
//go:noescape
func pairAVX512(t *tile)

// copyingAVX512 is pairAVX512 for exactly 6 rows, but copies B to bCopy and asks for nothing.
//
//go:noescape
func copyingAVX512(t *tile)

// tripleAVX2 computes a tile of 1 to 4 rows and 24 columns.
//
//go:noescape
func tripleAVX2(t *tile)

// copyingAVX2 is tileAVX2 for exactly 6 rows and 16 columns, or tripleAVX2 for exactly 4 rows,
// but copies B to bCopy and asks for nothing.
//
//go:noescape
func copyingAVX2(t *tile)

// longAVX512 computes a tile of 1 to 3 rows and 128 columns.
//
//go:noescape
func longAVX512(t *tile)

// longAVX2 computes a tile of 1 row and 64 columns.
//
//go:noescape
func longAVX2(t *tile)

// tileAVX2 computes a tile of 1 to 6 rows and 16 columns, or of 1 to 4 rows and
// fewer columns.
//
//go:noescape
func tileAVX2(t *tile)

// transposeAVX512 sets dst[j*dstRow+i] = src[i*srcRow+j] for i < rows and j < cols,
// at least 4.
//
//go:noescape
func transposeAVX512(dst *float32, dstRow int, src *float32, srcRow, rows, cols int)

// transposeAVX2 does the same.
//
//go:noescape
func transposeAVX2(dst *float32, dstRow int, src *float32, srcRow, rows, cols int)

// dotsAVX512 sets c[i*cRow+j], for i < rows, 1 to 10, and j < 32, to the sum of
// a[i*aRow+k*aDepth] * b[j*bRow+k] over k < depth, which is a multiple of four, and not 0.
//
//go:noescape
func dotsAVX512(c, a, b *float32, cRow, aRow, aDepth, bRow, rows, depth int)

// dotsAVX2 is dotsAVX512 for a single row of a.
//
//go:noescape
func dotsAVX2(c, a, b *float32, cRow, aRow, aDepth, bRow, rows, depth int)

// copyRowsAVX2 sets dst[i*dstRow+j] = src[i*srcRow+j] for i < rows, at least 1,
// and j < cols.
//
//go:noescape
func copyRowsAVX2(dst *float32, dstRow int, src *float32, srcRow, rows, cols int)

// machineKernels returns the assembly kernels this processor can run, the
// fastest first.
func machineKernels() []*kernel {
	var kernels []*kernel
	x := &cpu.X86
	if !x.HasAVX2 || !x.HasFMA || !x.HasBMI2 {
		return nil
	}
	if x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512BW && x.HasAVX512VL {
		kernels = append(kernels, &kernel{
			name: "avx512", saturator: saturator{chains: 16 * 16, run: saturateAVX512},
			tile: tileAVX512, rows: 14, cols: 32, edgeRows: 14,
			wide: pairAVX512, wideRows: 6, wideCols: 64, copying: copyingAVX512, copyingCols: 64, panelRows: 48,
			long: longAVX512, longRows: 3, longCols: 128, dots: dotsAVX512, dotsRows: 10,
			copyRows: copyRowsAVX2, transpose: transposeAVX512,
			vectors: &vectorsAVX512, uncached: isAMD,
		})
	}
	return append(kernels, &kernel{
		name: "avx2", saturator: saturator{chains: 12 * 8, run: saturateAVX2},
		tile: tileAVX2, rows: 6, cols: 16, edgeRows: 4,
		wide: tripleAVX2, wideRows: 4, wideCols: 24, wideLeast: 32, copying: copyingAVX2, copyingCols: 16, panelRows: 12,
		long: longAVX2, longRows: 1, longCols: 64, dots: dotsAVX2, dotsRows: 1,
		copyRows: copyRowsAVX2, transpose: transposeAVX2,
		vectors: &vectorsAVX2, uncached: isAMD,
	})
}
