//go:build !purego

#include "go_asm.h"
#include "textflag.h"

// The micro-kernels for NEON compute tiles as those of matmul_amd64.s do: every
// output is one chain of fused multiply-adds in ascending k.
//
//	R0          the tile
//	R1 to R6    A at this k in rows 0 to 5; R7 one step of k in A, in bytes
//	R8, R9      B at this k; one step of k in B, in bytes
//	R10, R11    steps of k left in this run of 32; those after it
//	R12, R13    a row of the initial values, later of C; one such row, in bytes

#define LOAD_TILE \
	MOVD t+0(FP), R0; \
	MOVD tile_a(R0), R1; \
	MOVD tile_aRow(R0), R14; \
	LSL $2, R14, R14; \
	ADD R14, R1, R2; \
	ADD R14, R2, R3; \
	ADD R14, R3, R4; \
	ADD R14, R4, R5; \
	ADD R14, R5, R6; \
	MOVD tile_aDepth(R0), R7; \
	LSL $2, R7, R7; \
	MOVD tile_b(R0), R8; \
	MOVD tile_bDepth(R0), R9; \
	LSL $2, R9, R9; \
	MOVD tile_initial(R0), R12; \
	MOVD tile_initialRow(R0), R13; \
	LSL $2, R13, R13; \
	MOVD tile_depth(R0), R11; \
	MOVD tile_rows(R0), R15

#define LOAD_C \
	MOVD tile_c(R0), R12; \
	MOVD tile_cRow(R0), R13; \
	LSL $2, R13, R13

// START_RUN sets R10 to the steps of k up to the end of a run of 32, or of all.
#define START_RUN \
	MOVD $32, R10; \
	CMP R10, R11; \
	CSEL LT, R11, R10, R10; \
	SUB R10, R11, R11

#define NEXT_K(loop, run, done) \
	SUB $1, R10, R10; \
	CBNZ R10, loop; \
	CBZ R11, done; \
	MOVD tile_aHop(R0), R14; \
	LSL $2, R14, R14; \
	ADD R14, R1, R1; \
	ADD R14, R2, R2; \
	ADD R14, R3, R3; \
	ADD R14, R4, R4; \
	ADD R14, R5, R5; \
	ADD R14, R6, R6; \
	B run

#define CHOOSE(rows, kernel) \
	CMP $rows, R15; \
	BEQ kernel

// ROWSn(OP) applies OP to the first n rows: OP(address of the row's element of
// A, the register to broadcast it to, the row's accumulators).

#define ROWS1(OP) OP((R1)(R7), V28, V0, V1, V2, V3)
#define ROWS2(OP) ROWS1(OP); OP((R2)(R7), V29, V4, V5, V6, V7)
#define ROWS3(OP) ROWS2(OP); OP((R3)(R7), V30, V8, V9, V10, V11)
#define ROWS4(OP) ROWS3(OP); OP((R4)(R7), V31, V12, V13, V14, V15)
#define ROWS5(OP) ROWS4(OP); OP((R5)(R7), V28, V16, V17, V18, V19)
#define ROWS6(OP) ROWS5(OP); OP((R6)(R7), V29, V20, V21, V22, V23)

// Sixteen columns: four vectors of B in V24 to V27.

#define READ_FULL(a, broadcast, c0, c1, c2, c3) \
	VLD1 (R12), [c0.S4, c1.S4, c2.S4, c3.S4]; \
	ADD R13, R12, R12

#define STEP_FULL(a, broadcast, c0, c1, c2, c3) \
	VLD1R.P a, [broadcast.S4]; \
	VFMLA V24.S4, broadcast.S4, c0.S4; \
	VFMLA V25.S4, broadcast.S4, c1.S4; \
	VFMLA V26.S4, broadcast.S4, c2.S4; \
	VFMLA V27.S4, broadcast.S4, c3.S4

#define WRITE_FULL(a, broadcast, c0, c1, c2, c3) \
	VST1 [c0.S4, c1.S4, c2.S4, c3.S4], (R12); \
	ADD R13, R12, R12

#define KERNEL_FULL(entry, loop, run, done, ROWS) \
entry: \
	ROWS(READ_FULL); \
run: \
	START_RUN; \
loop: \
	VLD1 (R8), [V24.S4, V25.S4, V26.S4, V27.S4]; \
	ADD R9, R8, R8; \
	ROWS(STEP_FULL); \
	NEXT_K(loop, run, done); \
done: \
	LOAD_C; \
	ROWS(WRITE_FULL); \
	RET

// Four columns.

#define READ_FOUR(a, broadcast, c0, c1, c2, c3) \
	VLD1 (R12), [c0.S4]; \
	ADD R13, R12, R12

#define STEP_FOUR(a, broadcast, c0, c1, c2, c3) \
	VLD1R.P a, [broadcast.S4]; \
	VFMLA V24.S4, broadcast.S4, c0.S4

#define WRITE_FOUR(a, broadcast, c0, c1, c2, c3) \
	VST1 [c0.S4], (R12); \
	ADD R13, R12, R12

#define KERNEL_FOUR(entry, loop, run, done, ROWS) \
entry: \
	ROWS(READ_FOUR); \
run: \
	START_RUN; \
loop: \
	VLD1 (R8), [V24.S4]; \
	ADD R9, R8, R8; \
	ROWS(STEP_FOUR); \
	NEXT_K(loop, run, done); \
done: \
	LOAD_C; \
	ROWS(WRITE_FOUR); \
	RET

// One column: the vectors' lanes beside the first hold nothing of use.

#define READ_ONE(a, broadcast, c0, c1, c2, c3) \
	VLD1R (R12), [c0.S4]; \
	ADD R13, R12, R12

#define WRITE_ONE(a, broadcast, c0, c1, c2, c3) \
	VST1 c0.S[0], (R12); \
	ADD R13, R12, R12

#define KERNEL_ONE(entry, loop, run, done, ROWS) \
entry: \
	ROWS(READ_ONE); \
run: \
	START_RUN; \
loop: \
	VLD1R (R8), [V24.S4]; \
	ADD R9, R8, R8; \
	ROWS(STEP_FOUR); \
	NEXT_K(loop, run, done); \
done: \
	LOAD_C; \
	ROWS(WRITE_ONE); \
	RET

// func tile16NEON(t *tile)
// Takes 1 to 6 rows, 16 columns, and a depth of at least 1.
TEXT ·tile16NEON(SB), NOSPLIT, $0-8
	LOAD_TILE
	CHOOSE(6, full6)
	CHOOSE(5, full5)
	CHOOSE(4, full4)
	CHOOSE(3, full3)
	CHOOSE(2, full2)
	CHOOSE(1, full1)
	RET

	KERNEL_FULL(full6, fullLoop6, fullRun6, fullDone6, ROWS6)
	KERNEL_FULL(full5, fullLoop5, fullRun5, fullDone5, ROWS5)
	KERNEL_FULL(full4, fullLoop4, fullRun4, fullDone4, ROWS4)
	KERNEL_FULL(full3, fullLoop3, fullRun3, fullDone3, ROWS3)
	KERNEL_FULL(full2, fullLoop2, fullRun2, fullDone2, ROWS2)
	KERNEL_FULL(full1, fullLoop1, fullRun1, fullDone1, ROWS1)

// func tile4NEON(t *tile)
// Takes 1 to 6 rows, 4 columns, and a depth of at least 1.
TEXT ·tile4NEON(SB), NOSPLIT, $0-8
	LOAD_TILE
	CHOOSE(6, four6)
	CHOOSE(5, four5)
	CHOOSE(4, four4)
	CHOOSE(3, four3)
	CHOOSE(2, four2)
	CHOOSE(1, four1)
	RET

	KERNEL_FOUR(four6, fourLoop6, fourRun6, fourDone6, ROWS6)
	KERNEL_FOUR(four5, fourLoop5, fourRun5, fourDone5, ROWS5)
	KERNEL_FOUR(four4, fourLoop4, fourRun4, fourDone4, ROWS4)
	KERNEL_FOUR(four3, fourLoop3, fourRun3, fourDone3, ROWS3)
	KERNEL_FOUR(four2, fourLoop2, fourRun2, fourDone2, ROWS2)
	KERNEL_FOUR(four1, fourLoop1, fourRun1, fourDone1, ROWS1)

// func tile1NEON(t *tile)
// Takes 1 to 6 rows, 1 column, and a depth of at least 1.
TEXT ·tile1NEON(SB), NOSPLIT, $0-8
	LOAD_TILE
	CHOOSE(6, one6)
	CHOOSE(5, one5)
	CHOOSE(4, one4)
	CHOOSE(3, one3)
	CHOOSE(2, one2)
	CHOOSE(1, one1)
	RET

	KERNEL_ONE(one6, oneLoop6, oneRun6, oneDone6, ROWS6)
	KERNEL_ONE(one5, oneLoop5, oneRun5, oneDone5, ROWS5)
	KERNEL_ONE(one4, oneLoop4, oneRun4, oneDone4, ROWS4)
	KERNEL_ONE(one3, oneLoop3, oneRun3, oneDone3, ROWS3)
	KERNEL_ONE(one2, oneLoop2, oneRun2, oneDone2, ROWS2)
	KERNEL_ONE(one1, oneLoop1, oneRun1, oneDone1, ROWS1)
