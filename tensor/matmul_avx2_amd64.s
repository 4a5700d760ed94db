//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "matmul_amd64.h"

// AVX2 and FMA: up to 6 rows of two vectors. Row r accumulates in Y(2r) and
// Y(2r+1), B is in Y12 and Y13, Y14 and Y15 take turns for A.

#define SIX1(OP) OP((AX), Y14, Y0, Y1)
#define SIX2(OP) SIX1(OP); OP((AX)(BX*1), Y15, Y2, Y3)
#define SIX3(OP) SIX2(OP); OP((AX)(BX*2), Y14, Y4, Y5)
#define SIX4(OP) SIX3(OP); OP((AX)(CX*1), Y15, Y6, Y7)
#define SIX5(OP) SIX4(OP); OP((AX)(BX*4), Y14, Y8, Y9)
#define SIX6(OP) SIX5(OP); OP((AX)(DX*1), Y15, Y10, Y11)

#define READ_SIX(a, broadcast, low, high) \
	VMOVUPS (R11), low; \
	VMOVUPS 32(R11), high; \
	ADDQ R12, R11

#define ZERO_SIX(a, broadcast, low, high) \
	VXORPS low, low, low; \
	VXORPS high, high, high

#define ROW_SIX(a, broadcast, low, high) \
	VBROADCASTSS a, broadcast; \
	VFMADD231PS Y12, broadcast, low; \
	VFMADD231PS Y13, broadcast, high

#define WRITE_SIX(a, broadcast, low, high) \
	VMOVUPS low, (R11); \
	VMOVUPS high, 32(R11); \
	ADDQ R12, R11

#define STEP_SIX(ROWS) \
	VMOVUPS (DI), Y12; \
	VMOVUPS 32(DI), Y13; \
	ROWS(ROW_SIX)

#define FETCH_PANEL(fetch, STEP, ROWS) FOURS(fetch, FETCH, FETCH_LAST, FETCH, FETCH_LAST, STEP, ROWS)

// Groups of fewer rows than five are at edges, or of small products, and ask for nothing.
#define KERNEL_FEW_SIX(entry, zero, run, steps, four, one, ROWS) KERNEL(entry, zero, run, steps, four, one, START_K, ROWS, ZERO_SIX, READ_SIX, STEP_SIX, WRITE_SIX)

#define KERNEL_SIX(entry, zero, run, fetch, steps, four, one, ROWS) KERNEL_FETCH(entry, zero, run, fetch, steps, four, one, START_K, FETCH_PANEL, ROWS, ZERO_SIX, READ_SIX, STEP_SIX, WRITE_SIX)

// Fewer than 16 columns: up to 4 rows, which leaves Y10 and Y11 for the masks.

#define READ_EDGE(a, broadcast, low, high) \
	VMASKMOVPS (R11), Y10, low; \
	VMASKMOVPS 32(R11), Y11, high; \
	ADDQ R12, R11

#define WRITE_EDGE(a, broadcast, low, high) \
	VMASKMOVPS low, Y10, (R11); \
	VMASKMOVPS high, Y11, 32(R11); \
	ADDQ R12, R11

#define STEP_EDGE(ROWS) \
	VMASKMOVPS (DI), Y10, Y12; \
	VMASKMOVPS 32(DI), Y11, Y13; \
	ROWS(ROW_SIX)

#define KERNEL_EDGE(entry, run, one, ROWS) KERNEL_ONES(entry, run, one, ROWS, READ_EDGE, STEP_EDGE, WRITE_EDGE)

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
TEXT ·tileAVX2(SB), NOSPLIT, $8-8
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

	KERNEL_SIX(six6, sixZero6, sixRun6, sixFetch6, sixSteps6, sixFour6, sixOne6, SIX6)
	KERNEL_SIX(six5, sixZero5, sixRun5, sixFetch5, sixSteps5, sixFour5, sixOne5, SIX5)
	KERNEL_FEW_SIX(six4, sixZero4, sixRun4, sixSteps4, sixFour4, sixOne4, SIX4)
	KERNEL_FEW_SIX(six3, sixZero3, sixRun3, sixSteps3, sixFour3, sixOne3, SIX3)
	KERNEL_FEW_SIX(six2, sixZero2, sixRun2, sixSteps2, sixFour2, sixOne2, SIX2)
	KERNEL_FEW_SIX(six1, sixZero1, sixRun1, sixSteps1, sixFour1, sixOne1, SIX1)
	KERNEL_EDGE(edge4, edgeRun4, edgeOne4, SIX4)
	KERNEL_EDGE(edge3, edgeRun3, edgeOne3, SIX3)
	KERNEL_EDGE(edge2, edgeRun2, edgeOne2, SIX2)
	KERNEL_EDGE(edge1, edgeRun1, edgeOne1, SIX1)

// AVX2 and FMA, more columns: up to 4 rows of three vectors. Row r accumulates in Y(3r) to
// Y(3r+2), B is in Y12 to Y14, Y15 takes turns for A. It takes 19 instructions for 12
// multiply-adds, the kernel of 6 rows 20, which shows while the core's other hardware thread is
// busy. There are kernels for an A whose steps lie side by side, ALONG, and for one whose rows do,
// ACROSS; and of four rows, for vectors of B that lie BESIDE each other or APART.
//
//	BX, CX      one and three rows of A, or steps, in bytes
//	DI, SI, DX  B's three vectors at this k
//	R8, R9      one and three steps of k in B, in bytes
//
// Before and after the steps of k, SI and DX are the distances of the second and the third
// vector of the initial values or of C from the first.

#define TRIPLE1(OP) OP(Y0, Y1, Y2)
#define TRIPLE2(OP) TRIPLE1(OP); OP(Y3, Y4, Y5)
#define TRIPLE3(OP) TRIPLE2(OP); OP(Y6, Y7, Y8)
#define TRIPLE4(OP) TRIPLE3(OP); OP(Y9, Y10, Y11)

#define ZERO_TRIPLE(a0, a1, a2) \
	VXORPS a0, a0, a0; \
	VXORPS a1, a1, a1; \
	VXORPS a2, a2, a2

#define READ_TRIPLE(a0, a1, a2) \
	VMOVUPS (R11), a0; \
	VMOVUPS (R11)(SI*1), a1; \
	VMOVUPS (R11)(DX*1), a2; \
	ADDQ R12, R11

#define WRITE_TRIPLE(a0, a1, a2) \
	VMOVUPS a0, (R11); \
	VMOVUPS a1, (R11)(SI*1); \
	VMOVUPS a2, (R11)(DX*1); \
	ADDQ R12, R11

#define ADD_TRIPLE(a, a0, a1, a2) \
	VBROADCASTSS a, Y15; \
	VFMADD231PS Y12, Y15, a0; \
	VFMADD231PS Y13, Y15, a1; \
	VFMADD231PS Y14, Y15, a2

// ALONGn takes a step of n rows, so many bytes of A on; ACROSSn the same of an A whose rows
// lie side by side, at an index.
#define ALONG1(at, index) ADD_TRIPLE(at(AX), Y0, Y1, Y2)
#define ALONG2(at, index) ALONG1(at, index); ADD_TRIPLE(at(AX)(BX*1), Y3, Y4, Y5)
#define ALONG3(at, index) ALONG2(at, index); ADD_TRIPLE(at(AX)(BX*2), Y6, Y7, Y8)
#define ALONG4(at, index) ALONG3(at, index); ADD_TRIPLE(at(AX)(CX*1), Y9, Y10, Y11)

#define ACROSS1(at, index) ADD_TRIPLE((AX)index, Y0, Y1, Y2)
#define ACROSS2(at, index) ACROSS1(at, index); ADD_TRIPLE(4(AX)index, Y3, Y4, Y5)
#define ACROSS3(at, index) ACROSS2(at, index); ADD_TRIPLE(8(AX)index, Y6, Y7, Y8)
#define ACROSS4(at, index) ACROSS3(at, index); ADD_TRIPLE(12(AX)index, Y9, Y10, Y11)

// The way from four steps of A to the next four, and from one to the next.
#define FOUR_ALONG ADDQ $16, AX
#define ONE_ALONG ADDQ $4, AX
#define FOUR_ACROSS LEAQ (AX)(BX*4), AX
#define ONE_ACROSS ADDQ BX, AX

// BESIDE reads B's three vectors at an index, where they lie side by side, and FOUR_BESIDE goes
// on four steps. APART and FOUR_APART do so where a panel ends among them.
#define BESIDE(index) VMOVUPS (DI)index, Y12; VMOVUPS 32(DI)index, Y13; VMOVUPS 64(DI)index, Y14
#define APART(index) VMOVUPS (DI)index, Y12; VMOVUPS (SI)index, Y13; VMOVUPS (DX)index, Y14
#define FOUR_BESIDE LEAQ (DI)(R8*4), DI
#define FOUR_APART LEAQ (DI)(R8*4), DI; LEAQ (SI)(R8*4), SI; LEAQ (DX)(R8*4), DX

#define START_B \
	LEAQ (R8)(R8*2), R9; \
	MOVQ tile_bVectors(R13), SI; \
	MOVQ (tile_bVectors+8)(R13), DX; \
	ADDQ DI, SI; \
	ADDQ DI, DX

#define START_ALONG \
	LEAQ (BX)(BX*2), CX; \
	START_B

#define START_ACROSS \
	MOVQ R9, BX; \
	LEAQ (BX)(BX*2), CX; \
	START_B

#define START_TRIPLES(entry, zero, run, START, ROWS) \
entry: \
	LOAD_TILE; \
	LEAQ ·zeros(SB), DX; \
	CMPQ R11, DX; \
	JEQ zero; \
	MOVQ tile_initialVectors(R13), SI; \
	MOVQ (tile_initialVectors+8)(R13), DX; \
	ROWS(READ_TRIPLE); \
	START; \
run:

#define MORE_THAN_FOUR(four) CMPQ R10, $4; JGT four

// TRIPLE_FOURS does four steps at a time until AGAIN does not go back, with FIRST to FOURTH
// after their reads of B.
#define TRIPLE_FOURS(four, FIRST, SECOND, THIRD, FOURTH, STEP, FOUR, B, FOUR_B, AGAIN) \
	PCALIGN $64; \
four: \
	B(NOTHING); FIRST; STEP(0, NOTHING); \
	B((R8*1)); SECOND; STEP(4, (BX*1)); \
	B((R8*2)); THIRD; STEP(8, (BX*2)); \
	B((R9*1)); FOURTH; STEP(12, (CX*1)); \
	FOUR; \
	FOUR_B; \
	SUBQ $4, R10; \
	AGAIN

#define TRIPLE_ONES(one, COPY, STEP, ONE, B, COPIED_ONE) \
one: \
	B(NOTHING); COPY(0); STEP(0, NOTHING); \
	ONE; \
	COPIED_ONE; \
	ADDQ R8, DI; \
	ADDQ R8, SI; \
	ADDQ R8, DX; \
	DECQ R10; \
	JNZ one

// TRIPLE_STEPS does the steps of a run: four at a time, and the rest one by one, with COPY, which
// takes where to, after each read of B.
#define TRIPLE_STEPS(steps, four, few, one, ran, COPY, STEP, FOUR, ONE, B, FOUR_B, COPIED_FOUR, COPIED_ONE) \
steps: \
	SUBQ $4, R10; \
	JLT few; \
	TRIPLE_FOURS(four, COPY(0), COPY(96), COPY(192), COPY(288), STEP, FOUR; COPIED_FOUR, B, FOUR_B, JGE four); \
few: \
	ADDQ $4, R10; \
	JEQ ran; \
	TRIPLE_ONES(one, COPY, STEP, ONE, B, COPIED_ONE); \
ran:

#define END_TRIPLES(entry, zero, run, START, ROWS) \
	NEXT_RUN(run); \
	LOAD_C; \
	MOVQ tile_cVectors(R13), SI; \
	MOVQ (tile_cVectors+8)(R13), DX; \
	ROWS(WRITE_TRIPLE); \
	NEXT_ROWS(entry); \
	VZEROUPPER; \
	RET; \
zero: \
	ROWS(ZERO_TRIPLE); \
	START; \
	JMP run

#define COPY_NOTHING(at) NOTHING

// Only tiles of four rows are large enough to matter, where B's vectors lie side by side, for
// what the next ones read to be asked for.
#define KERNEL_FOUR_BESIDE(entry, zero, run, fetch, steps, four, few, one, ran, START, STEP, FOUR, ONE) \
	START_TRIPLES(entry, zero, run, START, TRIPLE4); \
	START_RUN(steps); \
	START_FETCH(fetch, steps); \
	TRIPLE_FOURS(fetch, FETCH, FETCH_LAST, FETCH, FETCH_LAST, STEP, FOUR, BESIDE, FOUR_BESIDE, MORE_THAN_FOUR(fetch)); \
	MOVQ R14, tile_fetch(R13); \
	TRIPLE_STEPS(steps, four, few, one, ran, COPY_NOTHING, STEP, FOUR, ONE, BESIDE, FOUR_BESIDE, NOTHING, NOTHING); \
	END_TRIPLES(entry, zero, run, START, TRIPLE4)

#define KERNEL_FOUR_APART(entry, zero, run, steps, four, few, one, ran, START, COPY, STEP, FOUR, ONE, COPIED_FOUR, COPIED_ONE) \
	START_TRIPLES(entry, zero, run, START, TRIPLE4); \
	START_RUN(steps); \
	TRIPLE_STEPS(steps, four, few, one, ran, COPY, STEP, FOUR, ONE, APART, FOUR_APART, COPIED_FOUR, COPIED_ONE); \
	END_TRIPLES(entry, zero, run, START, TRIPLE4)

// Fewer rows, at an edge or where they are dealt out evenly, take single steps.
#define KERNEL_FEW(entry, zero, run, one, START, ROWS, STEP, ONE) \
	START_TRIPLES(entry, zero, run, START, ROWS); \
	START_RUN(one); \
	TRIPLE_ONES(one, COPY_NOTHING, STEP, ONE, APART, NOTHING); \
	END_TRIPLES(entry, zero, run, START, ROWS)

// func tripleAVX2(t *tile)
// Takes groups of 1 to 4 rows, exactly 24 columns, and a depth of at least 1.
TEXT ·tripleAVX2(SB), NOSPLIT, $8-8
	MOVQ t+0(FP), R13
	MOVQ tile_rows(R13), R15
	CMPQ tile_aDepth(R13), $1
	JNE  across
	CHOOSE(3, along3)
	CHOOSE(2, along2)
	CHOOSE(1, along1)
	CMPQ (tile_bVectors+8)(R13), $64
	JNE  alongApart
	JMP  along

across:
	CHOOSE(3, across3)
	CHOOSE(2, across2)
	CHOOSE(1, across1)
	CMPQ (tile_bVectors+8)(R13), $64
	JNE  acrossApart

	KERNEL_FOUR_BESIDE(acrossBeside, acrossZero, acrossRun, acrossFetch, acrossSteps, acrossFour, acrossFew, acrossOne, acrossRan, START_ACROSS, ACROSS4, FOUR_ACROSS, ONE_ACROSS)
	KERNEL_FOUR_BESIDE(along, alongZero, alongRun, alongFetch, alongSteps, alongFour, alongFew, alongOne, alongRan, START_ALONG, ALONG4, FOUR_ALONG, ONE_ALONG)
	KERNEL_FOUR_APART(alongApart, alongApartZero, alongApartRun, alongApartSteps, alongApartFour, alongApartFew, alongApartOne, alongApartRan, START_ALONG, COPY_NOTHING, ALONG4, FOUR_ALONG, ONE_ALONG, NOTHING, NOTHING)
	KERNEL_FEW(along3, alongZero3, alongRun3, alongOne3, START_ALONG, TRIPLE3, ALONG3, ONE_ALONG)
	KERNEL_FEW(along2, alongZero2, alongRun2, alongOne2, START_ALONG, TRIPLE2, ALONG2, ONE_ALONG)
	KERNEL_FEW(along1, alongZero1, alongRun1, alongOne1, START_ALONG, TRIPLE1, ALONG1, ONE_ALONG)
	KERNEL_FOUR_APART(acrossApart, acrossApartZero, acrossApartRun, acrossApartSteps, acrossApartFour, acrossApartFew, acrossApartOne, acrossApartRan, START_ACROSS, COPY_NOTHING, ACROSS4, FOUR_ACROSS, ONE_ACROSS, NOTHING, NOTHING)
	KERNEL_FEW(across3, acrossZero3, acrossRun3, acrossOne3, START_ACROSS, TRIPLE3, ACROSS3, ONE_ACROSS)
	KERNEL_FEW(across2, acrossZero2, acrossRun2, acrossOne2, START_ACROSS, TRIPLE2, ACROSS2, ONE_ACROSS)
	KERNEL_FEW(across1, acrossZero1, acrossRun1, acrossOne1, START_ACROSS, TRIPLE1, ACROSS1, ONE_ACROSS)

// The same for the first rows of many, which copy B on the way. R14 is where to.

#define COPY_B(at) VMOVUPS Y12, at(R14); VMOVUPS Y13, at+32(R14); VMOVUPS Y14, at+64(R14)
#define COPIED_FOUR ADDQ $384, R14
#define COPIED_ONE ADDQ $96, R14

#define START_SIX_COPYING \
	START_K; \
	MOVQ tile_bCopy(R13), R14

#define STEP_SIX_COPYING(ROWS) \
	VMOVUPS (DI), Y12; \
	VMOVUPS 32(DI), Y13; \
	VMOVUPS Y12, (R14); \
	VMOVUPS Y13, 32(R14); \
	ADDQ $64, R14; \
	ROWS(ROW_SIX)

#define START_ALONG_COPYING START_ALONG; MOVQ tile_bCopy(R13), R14
#define START_ACROSS_COPYING START_ACROSS; MOVQ tile_bCopy(R13), R14

// func copyingAVX2(t *tile)
// Takes groups of exactly 6 rows and 16 columns, or 4 rows and 24, and a depth of at least 1.
TEXT ·copyingAVX2(SB), NOSPLIT, $8-8
	MOVQ t+0(FP), R13
	CMPQ tile_cols(R13), $16
	JEQ sixCopying
	CMPQ tile_aDepth(R13), $1
	JNE acrossCopying
	KERNEL_FOUR_APART(alongCopying, alongCopyingZero, alongCopyingRun, alongCopyingSteps, alongCopyingFour, alongCopyingFew, alongCopyingOne, alongCopyingRan, START_ALONG_COPYING, COPY_B, ALONG4, FOUR_ALONG, ONE_ALONG, COPIED_FOUR, COPIED_ONE)
	KERNEL_FOUR_APART(acrossCopying, acrossCopyingZero, acrossCopyingRun, acrossCopyingSteps, acrossCopyingFour, acrossCopyingFew, acrossCopyingOne, acrossCopyingRan, START_ACROSS_COPYING, COPY_B, ACROSS4, FOUR_ACROSS, ONE_ACROSS, COPIED_FOUR, COPIED_ONE)
	START_ZERO(sixCopying, sixCopyingZero, sixCopyingRun, START_SIX_COPYING, SIX6, READ_SIX)
	START_RUN(sixCopyingOne)
	ONES(sixCopyingOne, STEP_SIX_COPYING, SIX6)
	END_ZERO(sixCopying, sixCopyingZero, sixCopyingRun, START_SIX_COPYING, SIX6, ZERO_SIX, WRITE_SIX)

// AVX2 has registers for one row of eight vectors, Y0 to Y7; Y8 holds A.

#define ROW_EIGHT(OP) OP(Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7)

#define READ_EIGHT(a0, a1, a2, a3, a4, a5, a6, a7) \
	VMOVUPS (R11), a0; \
	VMOVUPS 32(R11), a1; \
	VMOVUPS 64(R11), a2; \
	VMOVUPS 96(R11), a3; \
	VMOVUPS 128(R11), a4; \
	VMOVUPS 160(R11), a5; \
	VMOVUPS 192(R11), a6; \
	VMOVUPS 224(R11), a7

#define WRITE_EIGHT(a0, a1, a2, a3, a4, a5, a6, a7) \
	VMOVUPS a0, (R11); \
	VMOVUPS a1, 32(R11); \
	VMOVUPS a2, 64(R11); \
	VMOVUPS a3, 96(R11); \
	VMOVUPS a4, (R11)(CX*1); \
	VMOVUPS a5, 32(R11)(CX*1); \
	VMOVUPS a6, 64(R11)(CX*1); \
	VMOVUPS a7, 96(R11)(CX*1)

#define COLUMNS_EIGHT(a0, a1, a2, a3, a4, a5, a6, a7) \
	VFMADD231PS (DI), Y8, a0; \
	VFMADD231PS 32(DI), Y8, a1; \
	VFMADD231PS 64(DI), Y8, a2; \
	VFMADD231PS 96(DI), Y8, a3; \
	VFMADD231PS (DI)(DX*1), Y8, a4; \
	VFMADD231PS 32(DI)(DX*1), Y8, a5; \
	VFMADD231PS 64(DI)(DX*1), Y8, a6; \
	VFMADD231PS 96(DI)(DX*1), Y8, a7

#define STEP_EIGHT(ROW) VBROADCASTSS (AX), Y8; ROW(COLUMNS_EIGHT)

// ASK_FOR_EIGHT asks for the same columns four steps further on.
#define ASK_FOR_EIGHT \
	PREFETCHT0 (DI)(R8*4); \
	PREFETCHT0 64(DI)(R8*4); \
	PREFETCHT0 128(DI)(R8*4); \
	PREFETCHT0 192(DI)(R8*4)

#define STEP_EIGHT_ASKING(ROW) ASK_FOR_EIGHT; STEP_EIGHT(ROW)

// func longAVX2(t *tile)
// Takes 1 row, exactly 64 columns, and a depth of at least 1. A B that is not in panels is
// asked for ahead of time.
TEXT ·longAVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), R13
	CMPQ tile_bDepth(R13), $const_PanelCols
	JEQ  eight
	KERNEL_LONG(eightAsking, eightAskingOne, ROW_EIGHT, READ_EIGHT, STEP_EIGHT_ASKING, ROW_EIGHT, WRITE_EIGHT)
	KERNEL_LONG(eight, eightOne, ROW_EIGHT, READ_EIGHT, STEP_EIGHT, ROW_EIGHT, WRITE_EIGHT)
