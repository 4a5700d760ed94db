//go:build !purego

#include "go_asm.h"
#include "textflag.h"

// The micro-kernels compute a tile of C = initial + A·B: rows of C run over
// broadcast elements of A, columns over vectors of B, and the accumulators stay
// in registers while k counts up. Each k step does, for every row,
//
//	acc[row] = fma(broadcast(a[row][k]), b[k], acc[row])
//
// so an output is one chain of fused multiply-adds in ascending k.
//
// Registers, in both kernels:
//
//	AX, BX, CX  A at rows 0, 5 and 10; DX one row, SI three rows of A, in bytes
//	R9          one step of k in A, in bytes
//	DI, R8      B at this k; one step of k in B, in bytes
//	R10         steps of k left
//	R11, R12    a row of the initial values, later of C; one such row, in bytes
//	R13         the tile
//	R14, R11    what to fetch at this k; in bytes, from there to that of the next
//	R12         how many times until it is not the next
//	R15         how many rows the tile has, while a kernel is chosen

#define LOAD_TILE \
	MOVQ tile_a(R13), AX; \
	MOVQ tile_aRow(R13), DX; \
	MOVQ tile_aDepth(R13), R9; \
	MOVQ tile_b(R13), DI; \
	MOVQ tile_bDepth(R13), R8; \
	MOVQ tile_initial(R13), R11; \
	MOVQ tile_initialRow(R13), R12; \
	SHLQ $2, DX; \
	SHLQ $2, R9; \
	SHLQ $2, R8; \
	SHLQ $2, R12; \
	LEAQ (DX)(DX*2), SI; \
	LEAQ (AX)(DX*4), BX; \
	ADDQ DX, BX; \
	LEAQ (BX)(DX*4), CX; \
	ADDQ DX, CX; \
	MOVQ tile_depth(R13), R10

// NEXT_ROWS moves the tile down by its rows and starts again, and falls through
// after the last group of rows. R11 is at the next row of C.
#define NEXT_ROWS(entry) \
	DECQ tile_groups(R13); \
	JEQ 7(PC); \
	MOVQ R11, tile_c(R13); \
	MOVQ tile_aNext(R13), R12; \
	ADDQ R12, tile_a(R13); \
	MOVQ tile_initialNext(R13), R12; \
	ADDQ R12, tile_initial(R13); \
	JMP entry

#define LOAD_C \
	MOVQ tile_c(R13), R11; \
	MOVQ tile_cRow(R13), R12; \
	SHLQ $2, R12

// START_K prepares for a loop over k: R10 counts the steps of k up to the end of
// a panel of A, R15 those after it.
#define START_K \
	MOVQ R10, R15; \
	CMPQ R10, tile_aRun(R13); \
	CMOVQGT tile_aRun(R13), R10; \
	SUBQ R10, R15

// START_FETCH prepares for FETCH, which asks for a cache line of A at each step of k,
// ahead of time. The next one is R11 bytes further on; or, once R12 of them have been
// asked for, where the first row is two lines from now. The tiles of 32 columns of
// AVX-512 do so.
#define START_FETCH \
	MOVQ tile_fetch(R13), R14; \
	LEAQ (AX)(R14*4), R14; \
	MOVQ tile_fetchStep(R13), R11; \
	SHLQ $2, R11; \
	MOVQ tile_fetchTurn(R13), R12

#define FETCH \
	PREFETCHT0 (R14); \
	ADDQ R11, R14; \
	DECQ R12; \
	JNZ 3(PC); \
	LEAQ 128(AX), R14; \
	MOVQ tile_rows(R13), R12

// NEXT_K moves on to the next step of k, and falls through after the last.
#define NEXT_K(loop) \
	ADDQ R9, AX; \
	ADDQ R9, BX; \
	ADDQ R9, CX; \
	ADDQ R8, DI; \
	DECQ R10; \
	JNZ loop; \
	TESTQ R15, R15; \
	JEQ 13(PC); \
	MOVQ tile_aHop(R13), R12; \
	SHLQ $2, R12; \
	ADDQ R12, AX; \
	ADDQ R12, BX; \
	ADDQ R12, CX; \
	LEAQ 128(AX)(R12*1), R14; \
	MOVQ tile_fetchTurn(R13), R12; \
	MOVQ R15, R10; \
	CMPQ R10, tile_aRun(R13); \
	CMOVQGT tile_aRun(R13), R10; \
	SUBQ R10, R15; \
	JMP loop

// CHOOSE jumps to the kernel for R15 rows, counting down from the most.
#define CHOOSE(rows, kernel) \
	CMPQ R15, $rows; \
	JEQ kernel

// AVX-512: up to 14 rows of two vectors. Row r accumulates in Z(2r) and
// Z(2r+1), B is in Z28 and Z29, Z30 and Z31 take turns for A. K1 and K2 mask the
// columns, so there are no edge cases: a masked load reads nothing outside.
//
// ROWSn(OP) applies OP to the first n rows: OP(address of the row's element of
// A, the register to broadcast it to, the row's two accumulators).

#define ROWS1(OP) OP((AX), Z30, Z0, Z1)
#define ROWS2(OP) ROWS1(OP); OP((AX)(DX*1), Z31, Z2, Z3)
#define ROWS3(OP) ROWS2(OP); OP((AX)(DX*2), Z30, Z4, Z5)
#define ROWS4(OP) ROWS3(OP); OP((AX)(SI*1), Z31, Z6, Z7)
#define ROWS5(OP) ROWS4(OP); OP((AX)(DX*4), Z30, Z8, Z9)
#define ROWS6(OP) ROWS5(OP); OP((BX), Z31, Z10, Z11)
#define ROWS7(OP) ROWS6(OP); OP((BX)(DX*1), Z30, Z12, Z13)
#define ROWS8(OP) ROWS7(OP); OP((BX)(DX*2), Z31, Z14, Z15)
#define ROWS9(OP) ROWS8(OP); OP((BX)(SI*1), Z30, Z16, Z17)
#define ROWS10(OP) ROWS9(OP); OP((BX)(DX*4), Z31, Z18, Z19)
#define ROWS11(OP) ROWS10(OP); OP((CX), Z30, Z20, Z21)
#define ROWS12(OP) ROWS11(OP); OP((CX)(DX*1), Z31, Z22, Z23)
#define ROWS13(OP) ROWS12(OP); OP((CX)(DX*2), Z30, Z24, Z25)
#define ROWS14(OP) ROWS13(OP); OP((CX)(SI*1), Z31, Z26, Z27)

#define READ_WIDE(a, broadcast, low, high) \
	VMOVUPS.Z (R11), K1, low; \
	VMOVUPS.Z 64(R11), K2, high; \
	ADDQ R12, R11

#define STEP_WIDE(a, broadcast, low, high) \
	VBROADCASTSS a, broadcast; \
	VFMADD231PS Z28, broadcast, low; \
	VFMADD231PS Z29, broadcast, high

#define WRITE_WIDE(a, broadcast, low, high) \
	VMOVUPS low, K1, (R11); \
	VMOVUPS high, K2, 64(R11); \
	ADDQ R12, R11

#define READ_FULL(a, broadcast, low, high) \
	VMOVUPS (R11), low; \
	VMOVUPS 64(R11), high; \
	ADDQ R12, R11

#define WRITE_FULL(a, broadcast, low, high) \
	VMOVUPS low, (R11); \
	VMOVUPS high, 64(R11); \
	ADDQ R12, R11

// All 32 columns, without masks: a masked load takes a slot of a port that
// multiplies.
#define KERNEL_FULL(entry, loop, ROWS) \
entry: \
	LOAD_TILE; \
	ROWS(READ_FULL); \
	START_K; \
	START_FETCH; \
	PCALIGN $64; \
loop: \
	FETCH; \
	VMOVUPS (DI), Z28; \
	VMOVUPS 64(DI), Z29; \
	ROWS(STEP_WIDE); \
	NEXT_K(loop); \
	LOAD_C; \
	ROWS(WRITE_FULL); \
	NEXT_ROWS(entry); \
	VZEROUPPER; \
	RET

#define KERNEL_WIDE(entry, loop, ROWS) \
entry: \
	LOAD_TILE; \
	ROWS(READ_WIDE); \
	START_K; \
	PCALIGN $64; \
loop: \
	VMOVUPS.Z (DI), K1, Z28; \
	VMOVUPS.Z 64(DI), K2, Z29; \
	ROWS(STEP_WIDE); \
	NEXT_K(loop); \
	LOAD_C; \
	ROWS(WRITE_WIDE); \
	NEXT_ROWS(entry); \
	VZEROUPPER; \
	RET

// The same for one vector of columns.

#define READ_NARROW(a, broadcast, low, high) \
	VMOVUPS.Z (R11), K1, low; \
	ADDQ R12, R11

#define STEP_NARROW(a, broadcast, low, high) \
	VFMADD231PS.BCST a, Z28, low

#define WRITE_NARROW(a, broadcast, low, high) \
	VMOVUPS low, K1, (R11); \
	ADDQ R12, R11

#define KERNEL_NARROW(entry, loop, ROWS) \
entry: \
	LOAD_TILE; \
	ROWS(READ_NARROW); \
	START_K; \
	PCALIGN $64; \
loop: \
	VMOVUPS.Z (DI), K1, Z28; \
	ROWS(STEP_NARROW); \
	NEXT_K(loop); \
	LOAD_C; \
	ROWS(WRITE_NARROW); \
	NEXT_ROWS(entry); \
	VZEROUPPER; \
	RET

// func tileAVX512(t *tile)
// Takes groups of 1 to 14 rows, 1 to 32 columns, and a depth of at least 1.
TEXT ·tileAVX512(SB), NOSPLIT, $0-8
	MOVQ  t+0(FP), R13
	MOVQ  tile_cols(R13), CX
	CMPQ  CX, $32
	JEQ   full
	MOVL  $-1, R15
	BZHIL CX, R15, R15       // one bit a column
	KMOVW R15, K1
	SHRL  $16, R15
	KMOVW R15, K2
	TESTL R15, R15
	MOVQ  tile_rows(R13), R15
	JZ    narrow

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

full:
	MOVQ tile_rows(R13), R15
	CHOOSE(14, full14)
	CHOOSE(13, full13)
	CHOOSE(12, full12)
	CHOOSE(11, full11)
	CHOOSE(10, full10)
	CHOOSE(9, full9)
	CHOOSE(8, full8)
	CHOOSE(7, full7)
	CHOOSE(6, full6)
	CHOOSE(5, full5)
	CHOOSE(4, full4)
	CHOOSE(3, full3)
	CHOOSE(2, full2)
	CHOOSE(1, full1)
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

	KERNEL_FULL(full14, fullLoop14, ROWS14)
	KERNEL_FULL(full13, fullLoop13, ROWS13)
	KERNEL_FULL(full12, fullLoop12, ROWS12)
	KERNEL_FULL(full11, fullLoop11, ROWS11)
	KERNEL_FULL(full10, fullLoop10, ROWS10)
	KERNEL_FULL(full9, fullLoop9, ROWS9)
	KERNEL_FULL(full8, fullLoop8, ROWS8)
	KERNEL_FULL(full7, fullLoop7, ROWS7)
	KERNEL_FULL(full6, fullLoop6, ROWS6)
	KERNEL_FULL(full5, fullLoop5, ROWS5)
	KERNEL_FULL(full4, fullLoop4, ROWS4)
	KERNEL_FULL(full3, fullLoop3, ROWS3)
	KERNEL_FULL(full2, fullLoop2, ROWS2)
	KERNEL_FULL(full1, fullLoop1, ROWS1)

	KERNEL_WIDE(wide14, wideLoop14, ROWS14)
	KERNEL_WIDE(wide13, wideLoop13, ROWS13)
	KERNEL_WIDE(wide12, wideLoop12, ROWS12)
	KERNEL_WIDE(wide11, wideLoop11, ROWS11)
	KERNEL_WIDE(wide10, wideLoop10, ROWS10)
	KERNEL_WIDE(wide9, wideLoop9, ROWS9)
	KERNEL_WIDE(wide8, wideLoop8, ROWS8)
	KERNEL_WIDE(wide7, wideLoop7, ROWS7)
	KERNEL_WIDE(wide6, wideLoop6, ROWS6)
	KERNEL_WIDE(wide5, wideLoop5, ROWS5)
	KERNEL_WIDE(wide4, wideLoop4, ROWS4)
	KERNEL_WIDE(wide3, wideLoop3, ROWS3)
	KERNEL_WIDE(wide2, wideLoop2, ROWS2)
	KERNEL_WIDE(wide1, wideLoop1, ROWS1)

	KERNEL_NARROW(narrow14, narrowLoop14, ROWS14)
	KERNEL_NARROW(narrow13, narrowLoop13, ROWS13)
	KERNEL_NARROW(narrow12, narrowLoop12, ROWS12)
	KERNEL_NARROW(narrow11, narrowLoop11, ROWS11)
	KERNEL_NARROW(narrow10, narrowLoop10, ROWS10)
	KERNEL_NARROW(narrow9, narrowLoop9, ROWS9)
	KERNEL_NARROW(narrow8, narrowLoop8, ROWS8)
	KERNEL_NARROW(narrow7, narrowLoop7, ROWS7)
	KERNEL_NARROW(narrow6, narrowLoop6, ROWS6)
	KERNEL_NARROW(narrow5, narrowLoop5, ROWS5)
	KERNEL_NARROW(narrow4, narrowLoop4, ROWS4)
	KERNEL_NARROW(narrow3, narrowLoop3, ROWS3)
	KERNEL_NARROW(narrow2, narrowLoop2, ROWS2)
	KERNEL_NARROW(narrow1, narrowLoop1, ROWS1)

// Few rows leave the kernels above with fewer chains than the multiply-add
// pipes hold, so one to three rows run over eight vectors of columns instead.
// Row 0 accumulates in Z0 to Z7, row 1 in Z8 to Z15, row 2 in Z16 to Z23; Z24 to
// Z26 hold A, Z27 to Z30 take turns for B. BX and R15 are one and three panels of
// B in bytes, later CX and SI of C.

#define READ_LONG(a0, a1, a2, a3, a4, a5, a6, a7) \
	VMOVUPS (R11), a0; \
	VMOVUPS 64(R11), a1; \
	VMOVUPS 128(R11), a2; \
	VMOVUPS 192(R11), a3; \
	VMOVUPS 256(R11), a4; \
	VMOVUPS 320(R11), a5; \
	VMOVUPS 384(R11), a6; \
	VMOVUPS 448(R11), a7; \
	ADDQ R12, R11

#define WRITE_LONG(a0, a1, a2, a3, a4, a5, a6, a7) \
	VMOVUPS a0, (R11); \
	VMOVUPS a1, 64(R11); \
	VMOVUPS a2, (R11)(CX*1); \
	VMOVUPS a3, 64(R11)(CX*1); \
	VMOVUPS a4, (R11)(CX*2); \
	VMOVUPS a5, 64(R11)(CX*2); \
	VMOVUPS a6, (R11)(SI*1); \
	VMOVUPS a7, 64(R11)(SI*1); \
	ADDQ R12, R11

#define LONG1(OP) OP(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)
#define LONG2(OP) LONG1(OP); OP(Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15)
#define LONG3(OP) LONG2(OP); OP(Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23)

#define COLUMNS1(address, b, a0, a1, a2) \
	VFMADD231PS address, Z24, a0

#define COLUMNS2(address, b, a0, a1, a2) \
	VMOVUPS address, b; \
	VFMADD231PS b, Z24, a0; \
	VFMADD231PS b, Z25, a1

#define COLUMNS3(address, b, a0, a1, a2) \
	COLUMNS2(address, b, a0, a1, a2); \
	VFMADD231PS b, Z26, a2

#define BROADCAST1 VBROADCASTSS (AX), Z24
#define BROADCAST2 BROADCAST1; VBROADCASTSS (AX)(DX*1), Z25
#define BROADCAST3 BROADCAST2; VBROADCASTSS (AX)(DX*2), Z26

#define KERNEL_LONG(entry, loop, ROWS, BROADCAST, COLUMNS) \
entry: \
	LOAD_TILE; \
	ROWS(READ_LONG); \
	MOVQ tile_bPanel(R13), BX; \
	SHLQ $2, BX; \
	LEAQ (BX)(BX*2), R15; \
	PCALIGN $64; \
loop: \
	BROADCAST; \
	COLUMNS((DI), Z27, Z0, Z8, Z16); \
	COLUMNS(64(DI), Z28, Z1, Z9, Z17); \
	COLUMNS((DI)(BX*1), Z29, Z2, Z10, Z18); \
	COLUMNS(64(DI)(BX*1), Z30, Z3, Z11, Z19); \
	COLUMNS((DI)(BX*2), Z27, Z4, Z12, Z20); \
	COLUMNS(64(DI)(BX*2), Z28, Z5, Z13, Z21); \
	COLUMNS((DI)(R15*1), Z29, Z6, Z14, Z22); \
	COLUMNS(64(DI)(R15*1), Z30, Z7, Z15, Z23); \
	ADDQ R9, AX; \
	ADDQ R8, DI; \
	DECQ R10; \
	JNZ loop; \
	LOAD_C; \
	MOVQ tile_cPanel(R13), CX; \
	SHLQ $2, CX; \
	LEAQ (CX)(CX*2), SI; \
	ROWS(WRITE_LONG); \
	VZEROUPPER; \
	RET

// func longAVX512(t *tile)
// Takes 1 to 3 rows, exactly 128 columns, and a depth of at least 1.
TEXT ·longAVX512(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), R13
	MOVQ tile_rows(R13), R15
	CHOOSE(3, long3)
	CHOOSE(2, long2)
	CHOOSE(1, long1)
	RET

	KERNEL_LONG(long3, longLoop3, LONG3, BROADCAST3, COLUMNS3)
	KERNEL_LONG(long2, longLoop2, LONG2, BROADCAST2, COLUMNS2)
	KERNEL_LONG(long1, longLoop1, LONG1, BROADCAST1, COLUMNS1)

// AVX2 and FMA: up to 6 rows of two vectors. Row r accumulates in Y(2r) and
// Y(2r+1), B is in Y12 and Y13, Y14 and Y15 take turns for A.

#define SIX1(OP) OP((AX), Y14, Y0, Y1)
#define SIX2(OP) SIX1(OP); OP((AX)(DX*1), Y15, Y2, Y3)
#define SIX3(OP) SIX2(OP); OP((AX)(DX*2), Y14, Y4, Y5)
#define SIX4(OP) SIX3(OP); OP((AX)(SI*1), Y15, Y6, Y7)
#define SIX5(OP) SIX4(OP); OP((AX)(DX*4), Y14, Y8, Y9)
#define SIX6(OP) SIX5(OP); OP((BX), Y15, Y10, Y11)

#define READ_SIX(a, broadcast, low, high) \
	VMOVUPS (R11), low; \
	VMOVUPS 32(R11), high; \
	ADDQ R12, R11

#define STEP_SIX(a, broadcast, low, high) \
	VBROADCASTSS a, broadcast; \
	VFMADD231PS Y12, broadcast, low; \
	VFMADD231PS Y13, broadcast, high

#define WRITE_SIX(a, broadcast, low, high) \
	VMOVUPS low, (R11); \
	VMOVUPS high, 32(R11); \
	ADDQ R12, R11

#define KERNEL_SIX(entry, loop, ROWS) \
entry: \
	LOAD_TILE; \
	ROWS(READ_SIX); \
	START_K; \
	PCALIGN $32; \
loop: \
	VMOVUPS (DI), Y12; \
	VMOVUPS 32(DI), Y13; \
	ROWS(STEP_SIX); \
	NEXT_K(loop); \
	LOAD_C; \
	ROWS(WRITE_SIX); \
	NEXT_ROWS(entry); \
	VZEROUPPER; \
	RET

// Fewer than 16 columns: up to 4 rows, which leaves Y10 and Y11 for the masks.

#define READ_EDGE(a, broadcast, low, high) \
	VMASKMOVPS (R11), Y10, low; \
	VMASKMOVPS 32(R11), Y11, high; \
	ADDQ R12, R11

#define WRITE_EDGE(a, broadcast, low, high) \
	VMASKMOVPS low, Y10, (R11); \
	VMASKMOVPS high, Y11, 32(R11); \
	ADDQ R12, R11

#define KERNEL_EDGE(entry, loop, ROWS) \
entry: \
	LOAD_TILE; \
	ROWS(READ_EDGE); \
	START_K; \
	PCALIGN $32; \
loop: \
	VMASKMOVPS (DI), Y10, Y12; \
	VMASKMOVPS 32(DI), Y11, Y13; \
	ROWS(STEP_SIX); \
	NEXT_K(loop); \
	LOAD_C; \
	ROWS(WRITE_EDGE); \
	NEXT_ROWS(entry); \
	VZEROUPPER; \
	RET

// Sixteen ones, then sixteen zeros: the 16 lanes that start at lane 16-n mask
// n columns.
DATA ·columnMask+0(SB)/8, $-1
DATA ·columnMask+8(SB)/8, $-1
DATA ·columnMask+16(SB)/8, $-1
DATA ·columnMask+24(SB)/8, $-1
DATA ·columnMask+32(SB)/8, $-1
DATA ·columnMask+40(SB)/8, $-1
DATA ·columnMask+48(SB)/8, $-1
DATA ·columnMask+56(SB)/8, $-1
GLOBL ·columnMask(SB), RODATA|NOPTR, $128

// func tileAVX2(t *tile)
// Takes groups of 1 to 6 rows of exactly 16 columns, or of 1 to 4 rows of 1 to
// 15, and a depth of at least 1.
TEXT ·tileAVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), R13
	MOVQ tile_rows(R13), R15
	CMPQ tile_cols(R13), $16
	JNE  edge
	CHOOSE(6, six6)
	CHOOSE(5, six5)
	CHOOSE(4, six4)
	CHOOSE(3, six3)
	CHOOSE(2, six2)
	CHOOSE(1, six1)
	RET

edge:
	MOVQ    tile_cols(R13), CX
	NEGQ    CX
	LEAQ    ·columnMask+64(SB), R10
	VMOVUPS (R10)(CX*4), Y10
	VMOVUPS 32(R10)(CX*4), Y11
	CHOOSE(4, edge4)
	CHOOSE(3, edge3)
	CHOOSE(2, edge2)
	CHOOSE(1, edge1)
	RET

	KERNEL_SIX(six6, sixLoop6, SIX6)
	KERNEL_SIX(six5, sixLoop5, SIX5)
	KERNEL_SIX(six4, sixLoop4, SIX4)
	KERNEL_SIX(six3, sixLoop3, SIX3)
	KERNEL_SIX(six2, sixLoop2, SIX2)
	KERNEL_SIX(six1, sixLoop1, SIX1)
	KERNEL_EDGE(edge4, edgeLoop4, SIX4)
	KERNEL_EDGE(edge3, edgeLoop3, SIX3)
	KERNEL_EDGE(edge2, edgeLoop2, SIX2)
	KERNEL_EDGE(edge1, edgeLoop1, SIX1)
