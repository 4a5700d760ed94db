// What the micro-kernels for bytes with AVX-512 share: how sums are scaled and
// stored.
//
// Registers:
//
//	R11, R12   y, and one row of it, in bytes
//	R13        the tile
//	AX         the row of y after the one that is stored
//	K1, K2     the columns of the tile, Z28 and Z29 their scales, Z30 and Z31
//	           their offsets

DATA zero<>+0(SB)/4, $0
GLOBL zero<>(SB), RODATA|NOPTR, $4

// MASKS sets K1 and K2 to the tile's columns, one bit each, by way of R10 and R15.
#define MASKS \
	MOVQ  int8Tile_cols(R13), R10; \
	MOVL  $-1, R15; \
	BZHIL R10, R15, R15; \
	KMOVW R15, K1; \
	SHRL  $16, R15; \
	KMOVW R15, K2

// POINT_Y sets R11 to the bytes or else the floats of y.
#define POINT_Y \
	MOVQ int8Tile_yRow(R13), R12; \
	MOVQ int8Tile_bytes(R13), R11; \
	TESTQ R11, R11; \
	CMOVQEQ int8Tile_floats(R13), R11

// A vector of sums becomes 16 floats, which are stored, or 16 bytes. Max takes the
// second of its operands in Intel's order, which is 0, where the first is NaN.
// Beyond the range of uint32 conversion gives its greatest.

#define SCALE(sum, scale, offset) \
	VCVTDQ2PS sum, sum; \
	VMULPS    scale, sum, sum; \
	VADDPS    offset, sum, sum

#define STORE_BYTES(sum, memory) \
	VMAXPS.BCST zero<>(SB), sum, sum; \
	VCVTPS2UDQ  sum, sum; \
	VPMOVUSDB   sum, memory

#define LOAD_SCALE \
	MOVQ int8Tile_scale(R13), AX; \
	MOVQ int8Tile_offset(R13), BX; \
	VMOVUPS.Z (AX), K1, Z28; \
	VMOVUPS.Z 64(AX), K2, Z29; \
	VMOVUPS.Z (BX), K1, Z30; \
	VMOVUPS.Z 64(BX), K2, Z31

#define BYTES_WIDE(low, high) \
	SCALE(low, Z28, Z30); \
	SCALE(high, Z29, Z31); \
	SUBQ R12, AX; \
	STORE_BYTES(low, (AX)); \
	STORE_BYTES(high, 16(AX))

#define FLOATS_WIDE(low, high) \
	SCALE(low, Z28, Z30); \
	SCALE(high, Z29, Z31); \
	SUBQ R12, AX; \
	VMOVUPS low, K1, (AX); \
	VMOVUPS high, K2, 64(AX)

#define BYTES_NARROW(low) \
	SCALE(low, Z28, Z30); \
	SUBQ R12, AX; \
	STORE_BYTES(low, (AX))

#define FLOATS_NARROW(low) \
	SCALE(low, Z28, Z30); \
	SUBQ R12, AX; \
	VMOVUPS low, K1, (AX)
