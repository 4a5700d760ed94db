//go:build !purego

#include "go_asm.h"
#include "textflag.h"

// The micro-kernels for bytes compute a tile of sums, scale it and store it.
// VPDPBUSD adds to each of 16 sums of a row of y the products of four elements of
// the row of x, broadcast, and those of four rows of w, which lie side by side:
//
//	sum[row][j] += x[row][k]*w[k][j] + ... + x[row][k+3]*w[k+3][j]
//
// Registers:
//
//	AX, BX, CX  x at rows 0, 5 and 10; DX one row, SI three rows of x, in bytes
//	DI, R8      w at this k; one panel of w, in bytes
//	R9          groups of rows left; in longVNNI three panels of w, in bytes
//	R10         steps of k left, each of four
//	R11, R12    a row of y; one such row, in bytes
//	R13         the tile
//	R15         x at the first row of the group

DATA zero<>+0(SB)/4, $0
GLOBL zero<>(SB), RODATA|NOPTR, $4

// MASKS sets K1 to K2 to the tile's columns, one bit each, by way of R10 and R15.
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

#define LOAD_X \
	LEAQ (R15)(DX*4), BX; \
	MOVQ R15, AX; \
	ADDQ DX, BX; \
	LEAQ (BX)(DX*4), CX; \
	ADDQ DX, CX; \
	MOVQ int8Tile_w(R13), DI; \
	MOVQ int8Tile_steps(R13), R10

#define NEXT_K(loop) \
	ADDQ $8, AX; \
	ADDQ $8, BX; \
	ADDQ $8, CX; \
	ADDQ $128, DI; \
	DECQ R10; \
	JNZ  loop

#define NEXT_ROWS(entry) \
	ADDQ int8Tile_xNext(R13), R15; \
	DECQ R9; \
	JNZ  entry; \
	VZEROUPPER; \
	RET

#define CHOOSE(rows, kernel) \
	CMPQ CX, $rows; \
	JEQ  kernel

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

// Up to 14 rows of two vectors. Row r accumulates in Z(2r) and Z(2r+1), w is in Z28
// and Z29, Z30 and Z31 take turns for x. ROWSn(OP) applies OP to the first n rows:
// OP(address of the row of x, the register to broadcast it to, the row's two
// accumulators).

#define ROWS1(OP, at) OP(at(AX), Z30, Z0, Z1)
#define ROWS2(OP, at) ROWS1(OP, at); OP(at(AX)(DX*1), Z31, Z2, Z3)
#define ROWS3(OP, at) ROWS2(OP, at); OP(at(AX)(DX*2), Z30, Z4, Z5)
#define ROWS4(OP, at) ROWS3(OP, at); OP(at(AX)(SI*1), Z31, Z6, Z7)
#define ROWS5(OP, at) ROWS4(OP, at); OP(at(AX)(DX*4), Z30, Z8, Z9)
#define ROWS6(OP, at) ROWS5(OP, at); OP(at(BX), Z31, Z10, Z11)
#define ROWS7(OP, at) ROWS6(OP, at); OP(at(BX)(DX*1), Z30, Z12, Z13)
#define ROWS8(OP, at) ROWS7(OP, at); OP(at(BX)(DX*2), Z31, Z14, Z15)
#define ROWS9(OP, at) ROWS8(OP, at); OP(at(BX)(SI*1), Z30, Z16, Z17)
#define ROWS10(OP, at) ROWS9(OP, at); OP(at(BX)(DX*4), Z31, Z18, Z19)
#define ROWS11(OP, at) ROWS10(OP, at); OP(at(CX), Z30, Z20, Z21)
#define ROWS12(OP, at) ROWS11(OP, at); OP(at(CX)(DX*1), Z31, Z22, Z23)
#define ROWS13(OP, at) ROWS12(OP, at); OP(at(CX)(DX*2), Z30, Z24, Z25)
#define ROWS14(OP, at) ROWS13(OP, at); OP(at(CX)(SI*1), Z31, Z26, Z27)

#define ZERO_WIDE(x, broadcast, low, high) \
	VPXORD low, low, low; \
	VPXORD high, high, high

#define STEP_WIDE(x, broadcast, low, high) \
	VPBROADCASTD x, broadcast; \
	VPDPBUSD Z28, broadcast, low; \
	VPDPBUSD Z29, broadcast, high

#define FLOATS_WIDE(x, broadcast, low, high) \
	SCALE(low, Z28, Z30); \
	SCALE(high, Z29, Z31); \
	VMOVUPS low, K1, (R11); \
	VMOVUPS high, K2, 64(R11); \
	ADDQ    R12, R11

#define BYTES_WIDE(x, broadcast, low, high) \
	SCALE(low, Z28, Z30); \
	SCALE(high, Z29, Z31); \
	STORE_BYTES(low, (R11)); \
	STORE_BYTES(high, 16(R11)); \
	ADDQ R12, R11

#define LOAD_SCALE_WIDE \
	MOVQ int8Tile_scale(R13), AX; \
	MOVQ int8Tile_offset(R13), BX; \
	VMOVUPS.Z (AX), K1, Z28; \
	VMOVUPS.Z 64(AX), K2, Z29; \
	VMOVUPS.Z (BX), K1, Z30; \
	VMOVUPS.Z 64(BX), K2, Z31

#define KERNEL_WIDE(entry, loop, floats, ROWS) \
entry: \
	LOAD_X; \
	ROWS(ZERO_WIDE, 0); \
	PCALIGN $64; \
loop: \
	VMOVDQU32 (DI), Z28; \
	VMOVDQU32 (DI)(R8*1), Z29; \
	ROWS(STEP_WIDE, 0); \
	VMOVDQU32 64(DI), Z28; \
	VMOVDQU32 64(DI)(R8*1), Z29; \
	ROWS(STEP_WIDE, 4); \
	NEXT_K(loop); \
	LOAD_SCALE_WIDE; \
	CMPQ int8Tile_floats(R13), $0; \
	JNE  floats; \
	ROWS(BYTES_WIDE, 0); \
	NEXT_ROWS(entry); \
floats: \
	ROWS(FLOATS_WIDE, 0); \
	NEXT_ROWS(entry)

// The same for one vector of columns.

#define ZERO_NARROW(x, broadcast, low, high) \
	VPXORD low, low, low

#define STEP_NARROW(x, broadcast, low, high) \
	VPBROADCASTD x, broadcast; \
	VPDPBUSD Z28, broadcast, low

#define FLOATS_NARROW(x, broadcast, low, high) \
	SCALE(low, Z28, Z30); \
	VMOVUPS low, K1, (R11); \
	ADDQ    R12, R11

#define BYTES_NARROW(x, broadcast, low, high) \
	SCALE(low, Z28, Z30); \
	STORE_BYTES(low, (R11)); \
	ADDQ R12, R11

#define KERNEL_NARROW(entry, loop, floats, ROWS) \
entry: \
	LOAD_X; \
	ROWS(ZERO_NARROW, 0); \
	PCALIGN $64; \
loop: \
	VMOVDQU32 (DI), Z28; \
	ROWS(STEP_NARROW, 0); \
	VMOVDQU32 64(DI), Z28; \
	ROWS(STEP_NARROW, 4); \
	NEXT_K(loop); \
	LOAD_SCALE_WIDE; \
	CMPQ int8Tile_floats(R13), $0; \
	JNE  floats; \
	ROWS(BYTES_NARROW, 0); \
	NEXT_ROWS(entry); \
floats: \
	ROWS(FLOATS_NARROW, 0); \
	NEXT_ROWS(entry)

// func tileVNNI(t *int8Tile)
// Takes groups of 1 to 14 rows and 1 to 32 columns.
TEXT ·tileVNNI(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), R13
	MASKS
	POINT_Y
	MOVQ int8Tile_xRow(R13), DX
	LEAQ (DX)(DX*2), SI
	MOVQ int8Tile_panel(R13), R8
	MOVQ int8Tile_groups(R13), R9
	MOVQ int8Tile_rows(R13), CX
	MOVQ int8Tile_x(R13), R15
	CMPQ int8Tile_cols(R13), $16
	JLE  narrow

	CHOOSE(14, wide14)
	CHOOSE(13, wide13)
	CHOOSE(12, wide12)
	CHOOSE(11, wide11)
	CHOOSE(10, wide10)
	CHOOSE(9, wide9)
	CHOOSE(8, wide8)
	CHOOSE(7, wide7)
	CHOOSE(6, wide6)
	CHOOSE(5, wide5)
	CHOOSE(4, wide4)
	CHOOSE(3, wide3)
	CHOOSE(2, wide2)
	CHOOSE(1, wide1)
	RET

narrow:
	CHOOSE(14, narrow14)
	CHOOSE(13, narrow13)
	CHOOSE(12, narrow12)
	CHOOSE(11, narrow11)
	CHOOSE(10, narrow10)
	CHOOSE(9, narrow9)
	CHOOSE(8, narrow8)
	CHOOSE(7, narrow7)
	CHOOSE(6, narrow6)
	CHOOSE(5, narrow5)
	CHOOSE(4, narrow4)
	CHOOSE(3, narrow3)
	CHOOSE(2, narrow2)
	CHOOSE(1, narrow1)
	RET

	KERNEL_WIDE(wide14, wideLoop14, wideFloats14, ROWS14)
	KERNEL_WIDE(wide13, wideLoop13, wideFloats13, ROWS13)
	KERNEL_WIDE(wide12, wideLoop12, wideFloats12, ROWS12)
	KERNEL_WIDE(wide11, wideLoop11, wideFloats11, ROWS11)
	KERNEL_WIDE(wide10, wideLoop10, wideFloats10, ROWS10)
	KERNEL_WIDE(wide9, wideLoop9, wideFloats9, ROWS9)
	KERNEL_WIDE(wide8, wideLoop8, wideFloats8, ROWS8)
	KERNEL_WIDE(wide7, wideLoop7, wideFloats7, ROWS7)
	KERNEL_WIDE(wide6, wideLoop6, wideFloats6, ROWS6)
	KERNEL_WIDE(wide5, wideLoop5, wideFloats5, ROWS5)
	KERNEL_WIDE(wide4, wideLoop4, wideFloats4, ROWS4)
	KERNEL_WIDE(wide3, wideLoop3, wideFloats3, ROWS3)
	KERNEL_WIDE(wide2, wideLoop2, wideFloats2, ROWS2)
	KERNEL_WIDE(wide1, wideLoop1, wideFloats1, ROWS1)

	KERNEL_NARROW(narrow14, narrowLoop14, narrowFloats14, ROWS14)
	KERNEL_NARROW(narrow13, narrowLoop13, narrowFloats13, ROWS13)
	KERNEL_NARROW(narrow12, narrowLoop12, narrowFloats12, ROWS12)
	KERNEL_NARROW(narrow11, narrowLoop11, narrowFloats11, ROWS11)
	KERNEL_NARROW(narrow10, narrowLoop10, narrowFloats10, ROWS10)
	KERNEL_NARROW(narrow9, narrowLoop9, narrowFloats9, ROWS9)
	KERNEL_NARROW(narrow8, narrowLoop8, narrowFloats8, ROWS8)
	KERNEL_NARROW(narrow7, narrowLoop7, narrowFloats7, ROWS7)
	KERNEL_NARROW(narrow6, narrowLoop6, narrowFloats6, ROWS6)
	KERNEL_NARROW(narrow5, narrowLoop5, narrowFloats5, ROWS5)
	KERNEL_NARROW(narrow4, narrowLoop4, narrowFloats4, ROWS4)
	KERNEL_NARROW(narrow3, narrowLoop3, narrowFloats3, ROWS3)
	KERNEL_NARROW(narrow2, narrowLoop2, narrowFloats2, ROWS2)
	KERNEL_NARROW(narrow1, narrowLoop1, narrowFloats1, ROWS1)

// Few rows leave the kernels above with fewer chains than the pipes hold, so up to
// four rows run over four vectors of columns instead. Row r accumulates in Z(4r)
// to Z(4r+3), Z16 to Z19 hold w, Z20 to Z23 x.

#define LONG1(OP, at) OP(at(AX), Z20, Z0, Z1, Z2, Z3)
#define LONG2(OP, at) LONG1(OP, at); OP(at(AX)(DX*1), Z21, Z4, Z5, Z6, Z7)
#define LONG3(OP, at) LONG2(OP, at); OP(at(AX)(DX*2), Z22, Z8, Z9, Z10, Z11)
#define LONG4(OP, at) LONG3(OP, at); OP(at(AX)(SI*1), Z23, Z12, Z13, Z14, Z15)

#define ZERO_LONG(x, broadcast, a, b, c, d) \
	VPXORD a, a, a; \
	VPXORD b, b, b; \
	VPXORD c, c, c; \
	VPXORD d, d, d

#define STEP_LONG(x, broadcast, a, b, c, d) \
	VPBROADCASTD x, broadcast; \
	VPDPBUSD Z16, broadcast, a; \
	VPDPBUSD Z17, broadcast, b; \
	VPDPBUSD Z18, broadcast, c; \
	VPDPBUSD Z19, broadcast, d

#define SCALE_LONG(a, b, c, d) \
	SCALE(a, Z16, Z20); \
	SCALE(b, Z17, Z21); \
	SCALE(c, Z18, Z22); \
	SCALE(d, Z19, Z23)

#define FLOATS_LONG(x, broadcast, a, b, c, d) \
	SCALE_LONG(a, b, c, d); \
	VMOVUPS a, (R11); \
	VMOVUPS b, 64(R11); \
	VMOVUPS c, 128(R11); \
	VMOVUPS d, 192(R11); \
	ADDQ    R12, R11

#define BYTES_LONG(x, broadcast, a, b, c, d) \
	SCALE_LONG(a, b, c, d); \
	STORE_BYTES(a, (R11)); \
	STORE_BYTES(b, 16(R11)); \
	STORE_BYTES(c, 32(R11)); \
	STORE_BYTES(d, 48(R11)); \
	ADDQ R12, R11

#define KERNEL_LONG(entry, loop, floats, ROWS) \
entry: \
	ROWS(ZERO_LONG, 0); \
	PCALIGN $64; \
loop: \
	VMOVDQU32 (DI), Z16; \
	VMOVDQU32 (DI)(R8*1), Z17; \
	VMOVDQU32 (DI)(R8*2), Z18; \
	VMOVDQU32 (DI)(R9*1), Z19; \
	ROWS(STEP_LONG, 0); \
	VMOVDQU32 64(DI), Z16; \
	VMOVDQU32 64(DI)(R8*1), Z17; \
	VMOVDQU32 64(DI)(R8*2), Z18; \
	VMOVDQU32 64(DI)(R9*1), Z19; \
	ROWS(STEP_LONG, 4); \
	ADDQ $8, AX; \
	ADDQ $128, DI; \
	DECQ R10; \
	JNZ  loop; \
	MOVQ int8Tile_scale(R13), AX; \
	MOVQ int8Tile_offset(R13), BX; \
	VMOVUPS (AX), Z16; \
	VMOVUPS 64(AX), Z17; \
	VMOVUPS 128(AX), Z18; \
	VMOVUPS 192(AX), Z19; \
	VMOVUPS (BX), Z20; \
	VMOVUPS 64(BX), Z21; \
	VMOVUPS 128(BX), Z22; \
	VMOVUPS 192(BX), Z23; \
	CMPQ int8Tile_floats(R13), $0; \
	JNE  floats; \
	ROWS(BYTES_LONG, 0); \
	VZEROUPPER; \
	RET; \
floats: \
	ROWS(FLOATS_LONG, 0); \
	VZEROUPPER; \
	RET

// func longVNNI(t *int8Tile)
// Takes one group of 1 to 4 rows and exactly 64 columns.
TEXT ·longVNNI(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), R13
	POINT_Y
	MOVQ int8Tile_x(R13), AX
	MOVQ int8Tile_xRow(R13), DX
	LEAQ (DX)(DX*2), SI
	MOVQ int8Tile_w(R13), DI
	MOVQ int8Tile_panel(R13), R8
	LEAQ (R8)(R8*2), R9
	MOVQ int8Tile_steps(R13), R10
	MOVQ int8Tile_rows(R13), CX
	CHOOSE(4, long4)
	CHOOSE(3, long3)
	CHOOSE(2, long2)
	CHOOSE(1, long1)
	RET

	KERNEL_LONG(long4, longLoop4, longFloats4, LONG4)
	KERNEL_LONG(long3, longLoop3, longFloats3, LONG3)
	KERNEL_LONG(long2, longLoop2, longFloats2, LONG2)
	KERNEL_LONG(long1, longLoop1, longFloats1, LONG1)
