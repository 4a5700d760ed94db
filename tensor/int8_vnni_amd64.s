//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "int8_avx512_amd64.h"

// The micro-kernels for bytes compute a tile of sums, scale it and store it.
// VPDPBUSD adds to each of 16 sums of a row of y the products of four elements of
// the row of x, broadcast, and those of four rows of w, which lie side by side:
//
//	sum[row][j] += x[row][k]*w[k][j] + ... + x[row][k+3]*w[k+3][j]
//
// Registers:
//
//	AX, BX, CX  x at rows 0, 5 and 10, later AX a row of y; DX one row, SI three
//	            rows of x, in bytes
//	DI, R8      w at this k; one panel of w, in bytes
//	R9          groups of rows left; in longVNNI three panels of w, in bytes
//	R10         steps of k left, each of eight
//	R11, R12    y at the next group of rows; one row of y, in bytes
//	R13         the tile
//	R15         x at the first row of the group

#define CHOOSE(n, kernel) \
	CMPQ int8Tile_rows(R13), $n; \
	JEQ  kernel

#define ZERO(a, b, c, d) \
	VPXORD a, a, a; \
	VPXORD b, b, b; \
	VPXORD c, c, c; \
	VPXORD d, d, d

// STORE jumps to where the rows are stored. The last comes first, so that all
// kernels share the code: one for fewer rows jumps to the middle. AX is at the end
// of the rows of y.
#define STORE(bytes, floats) \
	ADDQ int8Tile_yNext(R13), R11; \
	MOVQ R11, AX; \
	CMPQ int8Tile_floats(R13), $0; \
	JNE  floats; \
	JMP  bytes

// Up to 14 rows of two vectors. Row r accumulates in Z(2r) and Z(2r+1), w is in Z28
// and Z29, Z30 and Z31 take turns for x. ROWSn(OP, at) applies OP to the first n rows:
// OP(address of the row's next elements of x, the register to broadcast them to, the
// row's two accumulators).

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

#define STEP_WIDE(x, broadcast, low, high) \
	VPBROADCASTD x, broadcast; \
	VPDPBUSD Z28, broadcast, low; \
	VPDPBUSD Z29, broadcast, high

#define STEP_NARROW(x, broadcast, low, high) \
	VPBROADCASTD x, broadcast; \
	VPDPBUSD Z28, broadcast, low

#define NEXT_K(loop) \
	ADDQ $8, AX; \
	ADDQ $8, BX; \
	ADDQ $8, CX; \
	ADDQ $128, DI; \
	DECQ R10; \
	JNZ  loop

#define KERNEL_WIDE(loop, bytes, floats, ROWS) \
	PCALIGN $64; \
loop: \
	VMOVDQU32 (DI), Z28; \
	VMOVDQU32 (DI)(R8*1), Z29; \
	ROWS(STEP_WIDE, 0); \
	VMOVDQU32 64(DI), Z28; \
	VMOVDQU32 64(DI)(R8*1), Z29; \
	ROWS(STEP_WIDE, 4); \
	NEXT_K(loop); \
	LOAD_SCALE; \
	STORE(bytes, floats)

#define KERNEL_NARROW(loop, bytes, floats, ROWS) \
	PCALIGN $64; \
loop: \
	VMOVDQU32 (DI), Z28; \
	ROWS(STEP_NARROW, 0); \
	VMOVDQU32 64(DI), Z28; \
	ROWS(STEP_NARROW, 4); \
	NEXT_K(loop); \
	LOAD_SCALE; \
	STORE(bytes, floats)

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
	MOVQ int8Tile_x(R13), R15

group:
	MOVQ R15, AX
	LEAQ (AX)(DX*4), BX
	ADDQ DX, BX
	LEAQ (BX)(DX*4), CX
	ADDQ DX, CX
	MOVQ int8Tile_w(R13), DI
	MOVQ int8Tile_steps(R13), R10
	ZERO(Z0, Z1, Z2, Z3)
	ZERO(Z4, Z5, Z6, Z7)
	ZERO(Z8, Z9, Z10, Z11)
	ZERO(Z12, Z13, Z14, Z15)
	ZERO(Z16, Z17, Z18, Z19)
	ZERO(Z20, Z21, Z22, Z23)
	ZERO(Z24, Z25, Z26, Z27)
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

	KERNEL_WIDE(wide14, wideBytes14, wideFloats14, ROWS14)
	KERNEL_WIDE(wide13, wideBytes13, wideFloats13, ROWS13)
	KERNEL_WIDE(wide12, wideBytes12, wideFloats12, ROWS12)
	KERNEL_WIDE(wide11, wideBytes11, wideFloats11, ROWS11)
	KERNEL_WIDE(wide10, wideBytes10, wideFloats10, ROWS10)
	KERNEL_WIDE(wide9, wideBytes9, wideFloats9, ROWS9)
	KERNEL_WIDE(wide8, wideBytes8, wideFloats8, ROWS8)
	KERNEL_WIDE(wide7, wideBytes7, wideFloats7, ROWS7)
	KERNEL_WIDE(wide6, wideBytes6, wideFloats6, ROWS6)
	KERNEL_WIDE(wide5, wideBytes5, wideFloats5, ROWS5)
	KERNEL_WIDE(wide4, wideBytes4, wideFloats4, ROWS4)
	KERNEL_WIDE(wide3, wideBytes3, wideFloats3, ROWS3)
	KERNEL_WIDE(wide2, wideBytes2, wideFloats2, ROWS2)
	KERNEL_WIDE(wide1, wideBytes1, wideFloats1, ROWS1)

	KERNEL_NARROW(narrow14, narrowBytes14, narrowFloats14, ROWS14)
	KERNEL_NARROW(narrow13, narrowBytes13, narrowFloats13, ROWS13)
	KERNEL_NARROW(narrow12, narrowBytes12, narrowFloats12, ROWS12)
	KERNEL_NARROW(narrow11, narrowBytes11, narrowFloats11, ROWS11)
	KERNEL_NARROW(narrow10, narrowBytes10, narrowFloats10, ROWS10)
	KERNEL_NARROW(narrow9, narrowBytes9, narrowFloats9, ROWS9)
	KERNEL_NARROW(narrow8, narrowBytes8, narrowFloats8, ROWS8)
	KERNEL_NARROW(narrow7, narrowBytes7, narrowFloats7, ROWS7)
	KERNEL_NARROW(narrow6, narrowBytes6, narrowFloats6, ROWS6)
	KERNEL_NARROW(narrow5, narrowBytes5, narrowFloats5, ROWS5)
	KERNEL_NARROW(narrow4, narrowBytes4, narrowFloats4, ROWS4)
	KERNEL_NARROW(narrow3, narrowBytes3, narrowFloats3, ROWS3)
	KERNEL_NARROW(narrow2, narrowBytes2, narrowFloats2, ROWS2)
	KERNEL_NARROW(narrow1, narrowBytes1, narrowFloats1, ROWS1)

wideBytes14:
	BYTES_WIDE(Z26, Z27)

wideBytes13:
	BYTES_WIDE(Z24, Z25)

wideBytes12:
	BYTES_WIDE(Z22, Z23)

wideBytes11:
	BYTES_WIDE(Z20, Z21)

wideBytes10:
	BYTES_WIDE(Z18, Z19)

wideBytes9:
	BYTES_WIDE(Z16, Z17)

wideBytes8:
	BYTES_WIDE(Z14, Z15)

wideBytes7:
	BYTES_WIDE(Z12, Z13)

wideBytes6:
	BYTES_WIDE(Z10, Z11)

wideBytes5:
	BYTES_WIDE(Z8, Z9)

wideBytes4:
	BYTES_WIDE(Z6, Z7)

wideBytes3:
	BYTES_WIDE(Z4, Z5)

wideBytes2:
	BYTES_WIDE(Z2, Z3)

wideBytes1:
	BYTES_WIDE(Z0, Z1)
	JMP next

wideFloats14:
	FLOATS_WIDE(Z26, Z27)

wideFloats13:
	FLOATS_WIDE(Z24, Z25)

wideFloats12:
	FLOATS_WIDE(Z22, Z23)

wideFloats11:
	FLOATS_WIDE(Z20, Z21)

wideFloats10:
	FLOATS_WIDE(Z18, Z19)

wideFloats9:
	FLOATS_WIDE(Z16, Z17)

wideFloats8:
	FLOATS_WIDE(Z14, Z15)

wideFloats7:
	FLOATS_WIDE(Z12, Z13)

wideFloats6:
	FLOATS_WIDE(Z10, Z11)

wideFloats5:
	FLOATS_WIDE(Z8, Z9)

wideFloats4:
	FLOATS_WIDE(Z6, Z7)

wideFloats3:
	FLOATS_WIDE(Z4, Z5)

wideFloats2:
	FLOATS_WIDE(Z2, Z3)

wideFloats1:
	FLOATS_WIDE(Z0, Z1)
	JMP next

narrowBytes14:
	BYTES_NARROW(Z26)

narrowBytes13:
	BYTES_NARROW(Z24)

narrowBytes12:
	BYTES_NARROW(Z22)

narrowBytes11:
	BYTES_NARROW(Z20)

narrowBytes10:
	BYTES_NARROW(Z18)

narrowBytes9:
	BYTES_NARROW(Z16)

narrowBytes8:
	BYTES_NARROW(Z14)

narrowBytes7:
	BYTES_NARROW(Z12)

narrowBytes6:
	BYTES_NARROW(Z10)

narrowBytes5:
	BYTES_NARROW(Z8)

narrowBytes4:
	BYTES_NARROW(Z6)

narrowBytes3:
	BYTES_NARROW(Z4)

narrowBytes2:
	BYTES_NARROW(Z2)

narrowBytes1:
	BYTES_NARROW(Z0)
	JMP next

narrowFloats14:
	FLOATS_NARROW(Z26)

narrowFloats13:
	FLOATS_NARROW(Z24)

narrowFloats12:
	FLOATS_NARROW(Z22)

narrowFloats11:
	FLOATS_NARROW(Z20)

narrowFloats10:
	FLOATS_NARROW(Z18)

narrowFloats9:
	FLOATS_NARROW(Z16)

narrowFloats8:
	FLOATS_NARROW(Z14)

narrowFloats7:
	FLOATS_NARROW(Z12)

narrowFloats6:
	FLOATS_NARROW(Z10)

narrowFloats5:
	FLOATS_NARROW(Z8)

narrowFloats4:
	FLOATS_NARROW(Z6)

narrowFloats3:
	FLOATS_NARROW(Z4)

narrowFloats2:
	FLOATS_NARROW(Z2)

narrowFloats1:
	FLOATS_NARROW(Z0)

next:
	ADDQ int8Tile_xNext(R13), R15
	DECQ R9
	JNZ  group
	VZEROUPPER
	RET

// Few rows leave the kernels above with fewer chains than the pipes hold, so up to
// four rows run over four vectors of columns instead. Row r accumulates in Z(4r)
// to Z(4r+3), Z16 to Z19 hold w, Z20 to Z23 x.

#define LONG1(OP, at) OP(at(AX), Z20, Z0, Z1, Z2, Z3)
#define LONG2(OP, at) LONG1(OP, at); OP(at(AX)(DX*1), Z21, Z4, Z5, Z6, Z7)
#define LONG3(OP, at) LONG2(OP, at); OP(at(AX)(DX*2), Z22, Z8, Z9, Z10, Z11)
#define LONG4(OP, at) LONG3(OP, at); OP(at(AX)(SI*1), Z23, Z12, Z13, Z14, Z15)

#define STEP_LONG(x, broadcast, a, b, c, d) \
	VPBROADCASTD x, broadcast; \
	VPDPBUSD Z16, broadcast, a; \
	VPDPBUSD Z17, broadcast, b; \
	VPDPBUSD Z18, broadcast, c; \
	VPDPBUSD Z19, broadcast, d

#define KERNEL_LONG(loop, bytes, floats, ROWS) \
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
	STORE(bytes, floats)

#define SCALE_LONG(a, b, c, d) \
	SCALE(a, Z16, Z20); \
	SCALE(b, Z17, Z21); \
	SCALE(c, Z18, Z22); \
	SCALE(d, Z19, Z23); \
	SUBQ R12, AX

#define BYTES_LONG(a, b, c, d) \
	SCALE_LONG(a, b, c, d); \
	STORE_BYTES(a, (AX)); \
	STORE_BYTES(b, 16(AX)); \
	STORE_BYTES(c, 32(AX)); \
	STORE_BYTES(d, 48(AX))

#define FLOATS_LONG(a, b, c, d) \
	SCALE_LONG(a, b, c, d); \
	VMOVUPS a, (AX); \
	VMOVUPS b, 64(AX); \
	VMOVUPS c, 128(AX); \
	VMOVUPS d, 192(AX)

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
	ZERO(Z0, Z1, Z2, Z3)
	ZERO(Z4, Z5, Z6, Z7)
	ZERO(Z8, Z9, Z10, Z11)
	ZERO(Z12, Z13, Z14, Z15)
	CHOOSE(4, long4)
	CHOOSE(3, long3)
	CHOOSE(2, long2)
	CHOOSE(1, long1)
	RET

	KERNEL_LONG(long4, longBytes4, longFloats4, LONG4)
	KERNEL_LONG(long3, longBytes3, longFloats3, LONG3)
	KERNEL_LONG(long2, longBytes2, longFloats2, LONG2)
	KERNEL_LONG(long1, longBytes1, longFloats1, LONG1)

longBytes4:
	BYTES_LONG(Z12, Z13, Z14, Z15)

longBytes3:
	BYTES_LONG(Z8, Z9, Z10, Z11)

longBytes2:
	BYTES_LONG(Z4, Z5, Z6, Z7)

longBytes1:
	BYTES_LONG(Z0, Z1, Z2, Z3)
	VZEROUPPER
	RET

longFloats4:
	FLOATS_LONG(Z12, Z13, Z14, Z15)

longFloats3:
	FLOATS_LONG(Z8, Z9, Z10, Z11)

longFloats2:
	FLOATS_LONG(Z4, Z5, Z6, Z7)

longFloats1:
	FLOATS_LONG(Z0, Z1, Z2, Z3)
	VZEROUPPER
	RET
