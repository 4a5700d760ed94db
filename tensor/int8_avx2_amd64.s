//go:build !purego

#include "go_asm.h"
#include "textflag.h"

// AVX2's product of uint8 and int8, VPMADDUBSW, adds pairs of products in int16,
// which two can leave. So the bytes are widened to int16 first: of each four that
// lie side by side, in x as in w, the first and the third are split from the second
// and the fourth, and VPMADDWD adds their products in int32.
//
// Up to 4 rows of two vectors: row r accumulates in Y(2r) and Y(2r+1). Y8 and Y9
// hold w of the first vector, split, Y10 and Y11 of the second, Y12 and Y13 x. Y14
// takes products, and Y15 masks bytes.
//
// Registers are those of tileVNNI, but for R11, a row of y, and R8 and CX, which lead
// to the mask of the columns.

DATA evenBytes<>+0(SB)/4, $0x00FF00FF
GLOBL evenBytes<>(SB), RODATA|NOPTR, $4

DATA greatestByte<>+0(SB)/4, $0x437F0000 // 255 as float32
GLOBL greatestByte<>(SB), RODATA|NOPTR, $4

#define ROWS1(OP, at) OP(at(AX), Y0, X0, Y1)
#define ROWS2(OP, at) ROWS1(OP, at); OP(at(AX)(DX*1), Y2, X2, Y3)
#define ROWS3(OP, at) ROWS2(OP, at); OP(at(AX)(DX*2), Y4, X4, Y5)
#define ROWS4(OP, at) ROWS3(OP, at); OP(at(AX)(SI*1), Y6, X6, Y7)

#define ZERO(x, low, lowX, high) \
	VPXOR low, low, low; \
	VPXOR high, high, high

#define SPLIT(memory, even, odd) \
	VMOVDQU memory, odd; \
	VPSLLW  $8, odd, even; \
	VPSRAW  $8, odd, odd; \
	VPSRAW  $8, even, even

#define STEP(x, low, lowX, high) \
	VPBROADCASTD x, Y12; \
	VPSRLW   $8, Y12, Y13; \
	VPAND    Y15, Y12, Y12; \
	VPMADDWD Y8, Y12, Y14; \
	VPADDD   Y14, low, low; \
	VPMADDWD Y10, Y12, Y14; \
	VPADDD   Y14, high, high; \
	VPMADDWD Y9, Y13, Y14; \
	VPADDD   Y14, low, low; \
	VPMADDWD Y11, Y13, Y14; \
	VPADDD   Y14, high, high

#define SCALE(low, high) \
	VCVTDQ2PS low, low; \
	VCVTDQ2PS high, high; \
	VMULPS Y8, low, low; \
	VMULPS Y9, high, high; \
	VADDPS Y10, low, low; \
	VADDPS Y11, high, high

#define FLOATS(x, low, lowX, high) \
	SCALE(low, high); \
	VMASKMOVPS low, Y12, (R11); \
	VMASKMOVPS high, Y13, 32(R11); \
	ADDQ R12, R11

// Max takes the second of its operands in Intel's order, which is 0, where the
// first is NaN. Packing leaves the quarters of the two vectors in turns.
#define BYTES(x, low, lowX, high) \
	SCALE(low, high); \
	VMAXPS Y15, low, low; \
	VMAXPS Y15, high, high; \
	VMINPS Y14, low, low; \
	VMINPS Y14, high, high; \
	VCVTPS2DQ low, low; \
	VCVTPS2DQ high, high; \
	VPACKUSDW high, low, low; \
	VPERMQ    $0xD8, low, low; \
	VEXTRACTI128 $1, low, X13; \
	VPACKUSWB X13, lowX, lowX; \
	VMOVDQU   lowX, (R11); \
	ADDQ R12, R11

#define NEXT_ROWS(entry) \
	ADDQ int8Tile_xNext(R13), R15; \
	DECQ R9; \
	JNZ  entry; \
	VZEROUPPER; \
	RET

#define KERNEL(entry, loop, floats, ROWS) \
entry: \
	MOVQ R15, AX; \
	MOVQ int8Tile_w(R13), DI; \
	MOVQ int8Tile_steps(R13), R10; \
	VPBROADCASTD evenBytes<>(SB), Y15; \
	ROWS(ZERO, 0); \
	PCALIGN $64; \
loop: \
	SPLIT((DI), Y8, Y9); \
	SPLIT(32(DI), Y10, Y11); \
	ROWS(STEP, 0); \
	SPLIT(64(DI), Y8, Y9); \
	SPLIT(96(DI), Y10, Y11); \
	ROWS(STEP, 4); \
	ADDQ $8, AX; \
	ADDQ $128, DI; \
	DECQ R10; \
	JNZ  loop; \
	MOVQ int8Tile_scale(R13), AX; \
	MOVQ int8Tile_offset(R13), BX; \
	VMOVDQU (R8)(CX*4), Y12; \
	VMOVDQU 32(R8)(CX*4), Y13; \
	VMASKMOVPS (AX), Y12, Y8; \
	VMASKMOVPS 32(AX), Y13, Y9; \
	VMASKMOVPS (BX), Y12, Y10; \
	VMASKMOVPS 32(BX), Y13, Y11; \
	CMPQ int8Tile_floats(R13), $0; \
	JNE  floats; \
	VBROADCASTSS greatestByte<>(SB), Y14; \
	VXORPS Y15, Y15, Y15; \
	ROWS(BYTES, 0); \
	NEXT_ROWS(entry); \
floats: \
	ROWS(FLOATS, 0); \
	NEXT_ROWS(entry)

#define CHOOSE(rows, kernel) \
	CMPQ AX, $rows; \
	JEQ  kernel

// func tileInt8AVX2(t *int8Tile)
// Takes groups of 1 to 4 rows and 1 to 16 columns.
TEXT ·tileInt8AVX2(SB), NOSPLIT, $0-8
	MOVQ    t+0(FP), R13
	MOVQ    int8Tile_yRow(R13), R12
	MOVQ    int8Tile_bytes(R13), R11
	TESTQ   R11, R11
	CMOVQEQ int8Tile_floats(R13), R11
	MOVQ    int8Tile_xRow(R13), DX
	LEAQ    (DX)(DX*2), SI
	MOVQ    int8Tile_x(R13), R15
	MOVQ    int8Tile_groups(R13), R9
	LEAQ    ·columnMask+64(SB), R8
	MOVQ    int8Tile_cols(R13), CX
	NEGQ    CX
	MOVQ    int8Tile_rows(R13), AX
	CHOOSE(4, rows4)
	CHOOSE(3, rows3)
	CHOOSE(2, rows2)
	CHOOSE(1, rows1)
	RET

	KERNEL(rows4, loop4, floats4, ROWS4)
	KERNEL(rows3, loop3, floats3, ROWS3)
	KERNEL(rows2, loop2, floats2, ROWS2)
	KERNEL(rows1, loop1, floats1, ROWS1)
