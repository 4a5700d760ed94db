//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "matmul_amd64.h"

// AVX-512: up to 14 rows of two vectors. Row r accumulates in Z(2r) and
// Z(2r+1), B is in Z28 and Z29, Z30 and Z31 take turns for A. K1 and K2 mask the
// columns, so there are no edge cases: a masked load reads nothing outside.
//
// ROWSn(OP) applies OP to the first n rows: OP(address of the row's element of
// A, the register to broadcast it to, the row's two accumulators).

#define ROWS1(OP) OP((AX), Z30, Z0, Z1)
#define ROWS2(OP) ROWS1(OP); OP((AX)(BX*1), Z31, Z2, Z3)
#define ROWS3(OP) ROWS2(OP); OP((AX)(BX*2), Z30, Z4, Z5)
#define ROWS4(OP) ROWS3(OP); OP((AX)(CX*1), Z31, Z6, Z7)
#define ROWS5(OP) ROWS4(OP); OP((AX)(BX*4), Z30, Z8, Z9)
#define ROWS6(OP) ROWS5(OP); OP((AX)(DX*1), Z31, Z10, Z11)
#define ROWS7(OP) ROWS6(OP); OP((AX)(CX*2), Z30, Z12, Z13)
#define ROWS8(OP) ROWS7(OP); OP((AX)(SI*1), Z31, Z14, Z15)
#define ROWS9(OP) ROWS8(OP); OP((AX)(BX*8), Z30, Z16, Z17)
#define ROWS10(OP) ROWS9(OP); OP((AX)(R11*1), Z31, Z18, Z19)
#define ROWS11(OP) ROWS10(OP); OP((AX)(DX*2), Z30, Z20, Z21)
#define ROWS12(OP) ROWS11(OP); OP((AX)(R12*1), Z31, Z22, Z23)
#define ROWS13(OP) ROWS12(OP); OP((AX)(CX*4), Z30, Z24, Z25)
#define ROWS14(OP) ROWS13(OP); OP((AX)(R15*1), Z31, Z26, Z27)

#define READ_WIDE(a, broadcast, low, high) \
	VMOVUPS.Z (R11), K1, low; \
	VMOVUPS.Z 64(R11), K2, high; \
	ADDQ R12, R11

#define ROW_WIDE(a, broadcast, low, high) \
	VBROADCASTSS a, broadcast; \
	VFMADD231PS Z28, broadcast, low; \
	VFMADD231PS Z29, broadcast, high

#define WRITE_WIDE(a, broadcast, low, high) \
	VMOVUPS low, K1, (R11); \
	VMOVUPS high, K2, 64(R11); \
	ADDQ R12, R11

#define ZERO_WIDE(a, broadcast, low, high) \
	VXORPS low, low, low; \
	VXORPS high, high, high

#define READ_FULL(a, broadcast, low, high) \
	VMOVUPS (R11), low; \
	VMOVUPS 64(R11), high; \
	ADDQ R12, R11

#define WRITE_FULL(a, broadcast, low, high) \
	VMOVUPS low, (R11); \
	VMOVUPS high, 64(R11); \
	ADDQ R12, R11

// All 32 columns of 4 rows or more, without masks: a masked load takes a slot of a
// port that multiplies, which matters to many rows alone.
#define STEP_FULL(ROWS) \
	VMOVUPS (DI), Z28; \
	VMOVUPS 64(DI), Z29; \
	ROWS(ROW_WIDE)

#define KERNEL_FULL(entry, zero, run, steps, four, one, ROWS) KERNEL(entry, zero, run, steps, four, one, START_K, ROWS, ZERO_WIDE, READ_FULL, STEP_FULL, WRITE_FULL)

#define STEP_WIDE(ROWS) \
	VMOVUPS.Z (DI), K1, Z28; \
	VMOVUPS.Z 64(DI), K2, Z29; \
	ROWS(ROW_WIDE)

#define KERNEL_WIDE(entry, run, one, ROWS) KERNEL_ONES(entry, run, one, ROWS, READ_WIDE, STEP_WIDE, WRITE_WIDE)

// The same for one vector of columns.

#define ZERO_NARROW(a, broadcast, low, high) VXORPS low, low, low

#define READ_NARROW(a, broadcast, low, high) \
	VMOVUPS.Z (R11), K1, low; \
	ADDQ R12, R11

#define ROW_NARROW(a, broadcast, low, high) \
	VFMADD231PS.BCST a, Z28, low

#define WRITE_NARROW(a, broadcast, low, high) \
	VMOVUPS low, K1, (R11); \
	ADDQ R12, R11

#define STEP_NARROW(ROWS) \
	VMOVUPS.Z (DI), K1, Z28; \
	ROWS(ROW_NARROW)

#define KERNEL_NARROW(entry, zero, run, steps, four, one, ROWS) KERNEL(entry, zero, run, steps, four, one, START_K, ROWS, ZERO_NARROW, READ_NARROW, STEP_NARROW, WRITE_NARROW)

// func tileAVX512(t *tile)
// Takes groups of 1 to 14 rows, 1 to 32 columns, and a depth of at least 1.
TEXT ·tileAVX512(SB), NOSPLIT, $8-8
	MOVQ t+0(FP), R13
	MOVQ tile_cols(R13), CX
	MOVQ tile_rows(R13), R15
	CMPQ CX, $32
	JNE  some
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

some:
	MOVL  $-1, R14
	BZHIL CX, R14, R14       // one bit a column
	KMOVW R14, K1
	SHRL  $16, R14
	KMOVW R14, K2
	TESTL R14, R14
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

	KERNEL_FULL(full14, fullZero14, fullRun14, fullSteps14, fullFour14, fullOne14, ROWS14)
	KERNEL_FULL(full13, fullZero13, fullRun13, fullSteps13, fullFour13, fullOne13, ROWS13)
	KERNEL_FULL(full12, fullZero12, fullRun12, fullSteps12, fullFour12, fullOne12, ROWS12)
	KERNEL_FULL(full11, fullZero11, fullRun11, fullSteps11, fullFour11, fullOne11, ROWS11)
	KERNEL_FULL(full10, fullZero10, fullRun10, fullSteps10, fullFour10, fullOne10, ROWS10)
	KERNEL_FULL(full9, fullZero9, fullRun9, fullSteps9, fullFour9, fullOne9, ROWS9)
	KERNEL_FULL(full8, fullZero8, fullRun8, fullSteps8, fullFour8, fullOne8, ROWS8)
	KERNEL_FULL(full7, fullZero7, fullRun7, fullSteps7, fullFour7, fullOne7, ROWS7)
	KERNEL_FULL(full6, fullZero6, fullRun6, fullSteps6, fullFour6, fullOne6, ROWS6)
	KERNEL_FULL(full5, fullZero5, fullRun5, fullSteps5, fullFour5, fullOne5, ROWS5)
	KERNEL_FULL(full4, fullZero4, fullRun4, fullSteps4, fullFour4, fullOne4, ROWS4)

	KERNEL_WIDE(wide14, wideRun14, wideOne14, ROWS14)
	KERNEL_WIDE(wide13, wideRun13, wideOne13, ROWS13)
	KERNEL_WIDE(wide12, wideRun12, wideOne12, ROWS12)
	KERNEL_WIDE(wide11, wideRun11, wideOne11, ROWS11)
	KERNEL_WIDE(wide10, wideRun10, wideOne10, ROWS10)
	KERNEL_WIDE(wide9, wideRun9, wideOne9, ROWS9)
	KERNEL_WIDE(wide8, wideRun8, wideOne8, ROWS8)
	KERNEL_WIDE(wide7, wideRun7, wideOne7, ROWS7)
	KERNEL_WIDE(wide6, wideRun6, wideOne6, ROWS6)
	KERNEL_WIDE(wide5, wideRun5, wideOne5, ROWS5)
	KERNEL_WIDE(wide4, wideRun4, wideOne4, ROWS4)
	KERNEL_WIDE(wide3, wideRun3, wideOne3, ROWS3)
	KERNEL_WIDE(wide2, wideRun2, wideOne2, ROWS2)
	KERNEL_WIDE(wide1, wideRun1, wideOne1, ROWS1)

	KERNEL_NARROW(narrow14, narrowZero14, narrowRun14, narrowSteps14, narrowFour14, narrowOne14, ROWS14)
	KERNEL_NARROW(narrow13, narrowZero13, narrowRun13, narrowSteps13, narrowFour13, narrowOne13, ROWS13)
	KERNEL_NARROW(narrow12, narrowZero12, narrowRun12, narrowSteps12, narrowFour12, narrowOne12, ROWS12)
	KERNEL_NARROW(narrow11, narrowZero11, narrowRun11, narrowSteps11, narrowFour11, narrowOne11, ROWS11)
	KERNEL_NARROW(narrow10, narrowZero10, narrowRun10, narrowSteps10, narrowFour10, narrowOne10, ROWS10)
	KERNEL_NARROW(narrow9, narrowZero9, narrowRun9, narrowSteps9, narrowFour9, narrowOne9, ROWS9)
	KERNEL_NARROW(narrow8, narrowZero8, narrowRun8, narrowSteps8, narrowFour8, narrowOne8, ROWS8)
	KERNEL_NARROW(narrow7, narrowZero7, narrowRun7, narrowSteps7, narrowFour7, narrowOne7, ROWS7)
	KERNEL_NARROW(narrow6, narrowZero6, narrowRun6, narrowSteps6, narrowFour6, narrowOne6, ROWS6)
	KERNEL_NARROW(narrow5, narrowZero5, narrowRun5, narrowSteps5, narrowFour5, narrowOne5, ROWS5)
	KERNEL_NARROW(narrow4, narrowZero4, narrowRun4, narrowSteps4, narrowFour4, narrowOne4, ROWS4)
	KERNEL_NARROW(narrow3, narrowZero3, narrowRun3, narrowSteps3, narrowFour3, narrowOne3, ROWS3)
	KERNEL_NARROW(narrow2, narrowZero2, narrowRun2, narrowSteps2, narrowFour2, narrowOne2, ROWS2)
	KERNEL_NARROW(narrow1, narrowZero1, narrowRun1, narrowSteps1, narrowFour1, narrowOne1, ROWS1)

// Two panels of columns: up to 6 rows of four vectors. Row r accumulates in Z(4r) to
// Z(4r+3), B is in Z24 to Z27, Z28 to Z31 take turns for A, and SI is a panel of B in
// bytes. It loads ten vectors for 24 multiply-adds, the kernel of 14 rows sixteen for 28.

#define PAIR1(OP) OP((AX), Z28, Z0, Z1, Z2, Z3)
#define PAIR2(OP) PAIR1(OP); OP((AX)(BX*1), Z29, Z4, Z5, Z6, Z7)
#define PAIR3(OP) PAIR2(OP); OP((AX)(BX*2), Z30, Z8, Z9, Z10, Z11)
#define PAIR4(OP) PAIR3(OP); OP((AX)(CX*1), Z31, Z12, Z13, Z14, Z15)
#define PAIR5(OP) PAIR4(OP); OP((AX)(BX*4), Z28, Z16, Z17, Z18, Z19)
#define PAIR6(OP) PAIR5(OP); OP((AX)(DX*1), Z29, Z20, Z21, Z22, Z23)

#define ZERO_PAIR(a, broadcast, a0, a1, a2, a3) \
	VXORPS a0, a0, a0; \
	VXORPS a1, a1, a1; \
	VXORPS a2, a2, a2; \
	VXORPS a3, a3, a3

#define READ_PAIR(a, broadcast, a0, a1, a2, a3) \
	VMOVUPS (R11), a0; \
	VMOVUPS 64(R11), a1; \
	VMOVUPS (R11)(CX*1), a2; \
	VMOVUPS 64(R11)(CX*1), a3; \
	ADDQ R12, R11

#define START_PAIR \
	MOVQ tile_bPanel(R13), SI; \
	LEAQ (BX)(BX*2), CX; \
	LEAQ (BX)(BX*4), DX; \
	SHLQ $2, SI

#define ROW_PAIR(a, broadcast, a0, a1, a2, a3) \
	VBROADCASTSS a, broadcast; \
	VFMADD231PS Z24, broadcast, a0; \
	VFMADD231PS Z25, broadcast, a1; \
	VFMADD231PS Z26, broadcast, a2; \
	VFMADD231PS Z27, broadcast, a3

#define READ_B \
	VMOVUPS (DI), Z24; \
	VMOVUPS 64(DI), Z25; \
	VMOVUPS (DI)(SI*1), Z26; \
	VMOVUPS 64(DI)(SI*1), Z27

#define STEP_PAIR(ROWS) READ_B; ROWS(ROW_PAIR)

#define WRITE_PAIR(a, broadcast, a0, a1, a2, a3) \
	VMOVUPS a0, (R11); \
	VMOVUPS a1, 64(R11); \
	VMOVUPS a2, (R11)(CX*1); \
	VMOVUPS a3, 64(R11)(CX*1); \
	ADDQ R12, R11

#define FETCH_THIRD PREFETCHT0 128(R14)
#define FETCH_FOURTH PREFETCHT0 192(R14); FETCH_ROW
#define FETCH_PAIR(fetch, STEP, ROWS) FOURS(fetch, FETCH, FETCH_SECOND, FETCH_THIRD, FETCH_FOURTH, STEP, ROWS)

// Groups of fewer rows than five are of small products, and ask for nothing.
#define KERNEL_FEW_PAIR(entry, zero, run, steps, four, one, ROWS) KERNEL(entry, zero, run, steps, four, one, START_PAIR, ROWS, ZERO_PAIR, READ_PAIR, STEP_PAIR, WRITE_PAIR)

#define KERNEL_PAIR(entry, zero, run, fetch, steps, four, one, ROWS) KERNEL_FETCH(entry, zero, run, fetch, steps, four, one, START_PAIR, FETCH_PAIR, ROWS, ZERO_PAIR, READ_PAIR, STEP_PAIR, WRITE_PAIR)

// func pairAVX512(t *tile)
// Takes groups of 1 to 6 rows, exactly 64 columns, and a depth of at least 1.
TEXT ·pairAVX512(SB), NOSPLIT, $8-8
	MOVQ t+0(FP), R13
	MOVQ tile_rows(R13), R15
	CHOOSE(6, pair6)
	CHOOSE(5, pair5)
	CHOOSE(4, pair4)
	CHOOSE(3, pair3)
	CHOOSE(2, pair2)
	CHOOSE(1, pair1)
	RET

	KERNEL_PAIR(pair6, pairZero6, pairRun6, pairFetch6, pairSteps6, pairFour6, pairOne6, PAIR6)
	KERNEL_PAIR(pair5, pairZero5, pairRun5, pairFetch5, pairSteps5, pairFour5, pairOne5, PAIR5)
	KERNEL_FEW_PAIR(pair4, pairZero4, pairRun4, pairSteps4, pairFour4, pairOne4, PAIR4)
	KERNEL_FEW_PAIR(pair3, pairZero3, pairRun3, pairSteps3, pairFour3, pairOne3, PAIR3)
	KERNEL_FEW_PAIR(pair2, pairZero2, pairRun2, pairSteps2, pairFour2, pairOne2, PAIR2)
	KERNEL_FEW_PAIR(pair1, pairZero1, pairRun1, pairSteps1, pairFour1, pairOne1, PAIR1)

// The same for the first rows of many, which copy B on the way: a load and a store for
// six multiply-adds take no time beside them. R14 is where to.

#define START_COPYING \
	START_PAIR; \
	MOVQ tile_bCopy(R13), R14

#define STEP_COPYING(ROWS) \
	READ_B; \
	VMOVUPS Z24, (R14); \
	VMOVUPS Z25, 64(R14); \
	VMOVUPS Z26, 128(R14); \
	VMOVUPS Z27, 192(R14); \
	ADDQ $256, R14; \
	ROWS(ROW_PAIR)

// func copyingAVX512(t *tile)
// Takes groups of exactly 6 rows, 64 columns, and a depth of at least 1.
TEXT ·copyingAVX512(SB), NOSPLIT, $8-8
	MOVQ t+0(FP), R13
	KERNEL(copying6, copyingZero6, copyingRun6, copyingSteps6, copyingFour6, copyingOne6, START_COPYING, PAIR6, ZERO_PAIR, READ_PAIR, STEP_COPYING, WRITE_PAIR)

// Few rows leave the kernels above with fewer chains than the multiply-add
// pipes hold, so one to three rows run over eight vectors of columns instead.
// Row 0 accumulates in Z0 to Z7, row 1 in Z8 to Z15, row 2 in Z16 to Z23; Z24 to
// Z26 hold A, Z27 to Z30 take turns for B. DX and R15 are one and three panels of
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

#define STEP_LONG(COLUMNS) \
	COLUMNS((DI), Z27, Z0, Z8, Z16); \
	COLUMNS(64(DI), Z28, Z1, Z9, Z17); \
	COLUMNS((DI)(DX*1), Z29, Z2, Z10, Z18); \
	COLUMNS(64(DI)(DX*1), Z30, Z3, Z11, Z19); \
	COLUMNS((DI)(DX*2), Z27, Z4, Z12, Z20); \
	COLUMNS(64(DI)(DX*2), Z28, Z5, Z13, Z21); \
	COLUMNS((DI)(R15*1), Z29, Z6, Z14, Z22); \
	COLUMNS(64(DI)(R15*1), Z30, Z7, Z15, Z23)

#define STEP_LONG1(COLUMNS) VBROADCASTSS (AX), Z24; STEP_LONG(COLUMNS)
#define STEP_LONG2(COLUMNS) VBROADCASTSS (AX)(BX*1), Z25; STEP_LONG1(COLUMNS)
#define STEP_LONG3(COLUMNS) VBROADCASTSS (AX)(BX*2), Z26; STEP_LONG2(COLUMNS)

// func longAVX512(t *tile)
// Takes 1 to 3 rows, exactly 128 columns, and a depth of at least 1.
TEXT ·longAVX512(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), R13
	MOVQ tile_rows(R13), R15
	CHOOSE(3, long3)
	CHOOSE(2, long2)
	CHOOSE(1, long1)
	RET

	KERNEL_LONG(long3, longOne3, LONG3, READ_LONG, STEP_LONG3, COLUMNS3, WRITE_LONG)
	KERNEL_LONG(long2, longOne2, LONG2, READ_LONG, STEP_LONG2, COLUMNS2, WRITE_LONG)
	KERNEL_LONG(long1, longOne1, LONG1, READ_LONG, STEP_LONG1, COLUMNS1, WRITE_LONG)
