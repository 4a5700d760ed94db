//go:build !purego

#include "textflag.h"

// The rows of a source become columns, sixteen, eight or four of them at a time, in steps
// of four elements of each.
//
//	DI              the destination, at these columns and this step
//	SI, BX, CX, DX  the source at rows 0, 4, 8 and 12, or at rows 0 and 4, or 0 to 3
//	R8, R9          one row and three rows of the source, in bytes
//	R10             rows left
//	R11             elements of a row
//	R12, R13        steps left; elements beyond the last whole step
//	R14             the destination, at these columns
//	R15, AX         one row and three rows of the destination, in bytes

// FOUR_BY_FOUR transposes four by four elements in each quarter of r0 to r3, by way of t0
// to t3. It takes them for integers: vectors of 256 bits then find two ports that
// interleave, not one.
#define FOUR_BY_FOUR(r0, r1, r2, r3, t0, t1, t2, t3) \
	VPUNPCKLDQ  r1, r0, t0; \
	VPUNPCKHDQ  r1, r0, t1; \
	VPUNPCKLDQ  r3, r2, t2; \
	VPUNPCKHDQ  r3, r2, t3; \
	VPUNPCKLQDQ t2, t0, r0; \
	VPUNPCKHQDQ t2, t0, r1; \
	VPUNPCKLQDQ t3, t1, r2; \
	VPUNPCKHQDQ t3, t1, r3

// INSERT puts four elements into a quarter of z by its number, and leaves half of the work to
// the load ports.
#define INSERT(four, t, number, quarter, z) VINSERTF32X4 number, four, z, z

// TRANSPOSE sets z0 to z3, whose first quarters are x0 to x3, to four elements each of
// sixteen rows, one after the other, a row to a lane, by four 4x4 transposes side by side, by
// way of t0 to t3. It takes rows 0, 4, 8 and 12, and puts those from row 4 on where they belong
// with PUT, which is INSERT or MERGE.
#define TRANSPOSE(PUT, row0, row4, row8, row12, x0, x1, x2, x3, z0, z1, z2, z3, t0, t1, t2, t3) \
	VMOVUPS (row0), x0; \
	VMOVUPS (row0)(R8*1), x1; \
	VMOVUPS (row0)(R8*2), x2; \
	VMOVUPS (row0)(R9*1), x3; \
	PUT((row4), t0, $1, K1, z0); \
	PUT((row4)(R8*1), t1, $1, K1, z1); \
	PUT((row4)(R8*2), t2, $1, K1, z2); \
	PUT((row4)(R9*1), t3, $1, K1, z3); \
	PUT((row8), t0, $2, K2, z0); \
	PUT((row8)(R8*1), t1, $2, K2, z1); \
	PUT((row8)(R8*2), t2, $2, K2, z2); \
	PUT((row8)(R9*1), t3, $2, K2, z3); \
	PUT((row12), t0, $3, K3, z0); \
	PUT((row12)(R8*1), t1, $3, K3, z1); \
	PUT((row12)(R8*2), t2, $3, K3, z2); \
	PUT((row12)(R9*1), t3, $3, K3, z3); \
	FOUR_BY_FOUR(z0, z1, z2, z3, t0, t1, t2, t3)

// TRANSPOSE_EIGHT does so for eight rows, from row0 and from row4 on, in y0 to y3, whose
// halves are x0 to x3, by way of t0 to t3. Of the second four rows it also reads the four elements
// before these, which belong to the same matrix, as four whole rows lie before them, and blends
// them away: a Zen 3 core inserts once in a cycle, and blends twice.
#define TRANSPOSE_EIGHT(row0, row4, x0, x1, x2, x3, y0, y1, y2, y3, t0, t1, t2, t3) \
	VMOVUPS     (row0), x0; \
	VMOVUPS     (row0)(R8*1), x1; \
	VMOVUPS     (row0)(R8*2), x2; \
	VMOVUPS     (row0)(R9*1), x3; \
	VBLENDPS    $0xf0, -16(row4), y0, y0; \
	VBLENDPS    $0xf0, -16(row4)(R8*1), y1, y1; \
	VBLENDPS    $0xf0, -16(row4)(R8*2), y2, y2; \
	VBLENDPS    $0xf0, -16(row4)(R9*1), y3, y3; \
	FOUR_BY_FOUR(y0, y1, y2, y3, t0, t1, t2, t3)

#define START_STEPS \
	MOVQ R14, DI; \
	MOVQ R11, R12; \
	MOVQ R11, R13; \
	SHRQ $2, R12; \
	ANDQ $3, R13

// NEXT_STEP goes on to the next step. Elements beyond the last whole step are
// done in a step of their own that overlaps it.
#define NEXT_STEP(loop) \
	ADDQ $16, SI; \
	ADDQ $16, BX; \
	ADDQ $16, CX; \
	ADDQ $16, DX; \
	LEAQ (DI)(R15*4), DI; \
	DECQ R12; \
	JNZ loop; \
	TESTQ R13, R13; \
	JEQ 11(PC); \
	SUBQ $4, R13; \
	MOVQ $1, R12; \
	LEAQ (SI)(R13*4), SI; \
	LEAQ (BX)(R13*4), BX; \
	LEAQ (CX)(R13*4), CX; \
	LEAQ (DX)(R13*4), DX; \
	IMULQ R15, R13; \
	ADDQ R13, DI; \
	XORQ R13, R13; \
	JMP loop

// NEXT_ROWS goes on to the next rows, after so many, which are so many bytes of a row of
// the destination. The steps have left the source's pointers at the ends of their rows;
// end is that of the first of the next.
#define NEXT_ROWS(end, bytes, rows) \
	MOVQ R11, R12; \
	SHLQ $2, R12; \
	LEAQ end, SI; \
	SUBQ R12, SI; \
	ADDQ $bytes, R14; \
	SUBQ $rows, R10

#define START_TRANSPOSE \
	MOVQ dst+0(FP), R14; \
	MOVQ dstRow+8(FP), R15; \
	MOVQ src+16(FP), SI; \
	MOVQ srcRow+24(FP), R8; \
	MOVQ rows+32(FP), R10; \
	MOVQ cols+40(FP), R11; \
	SHLQ $2, R8; \
	LEAQ (R8)(R8*2), R9; \
	SHLQ $2, R15; \
	LEAQ (R15)(R15*2), AX

// LESS_THAN_SIXTEEN takes eight rows, or several times, and then up to four with a mask that
// MASK sets and MASKED stores by. Of fewer than four rows, the last stands in for those that
// are missing.
#define LESS_THAN_SIXTEEN(eight, eightLoop, four, two, three, ready, fourLoop, done, MASK, MASKED) \
eight: \
	CMPQ R10, $8; \
	JLT  four; \
	LEAQ (SI)(R8*4), BX; \
	START_STEPS; \
eightLoop: \
	TRANSPOSE_EIGHT(SI, BX, X0, X1, X2, X3, Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7); \
	VMOVUPS Y0, (DI); \
	VMOVUPS Y1, (DI)(R15*1); \
	VMOVUPS Y2, (DI)(R15*2); \
	VMOVUPS Y3, (DI)(AX*1); \
	NEXT_STEP(eightLoop); \
	NEXT_ROWS((BX)(R8*4), 32, 8); \
	JMP  eight; \
four: \
	TESTQ R10, R10; \
	JLE   done; \
	MASK; \
	MOVQ  SI, BX; \
	CMPQ  R10, $2; \
	JLT   two; \
	ADDQ  R8, BX; \
two: \
	MOVQ  BX, CX; \
	CMPQ  R10, $3; \
	JLT   three; \
	ADDQ  R8, CX; \
three: \
	MOVQ  CX, DX; \
	CMPQ  R10, $4; \
	JLT   ready; \
	ADDQ  R8, DX; \
ready: \
	START_STEPS; \
fourLoop: \
	VMOVUPS (SI), X0; \
	VMOVUPS (BX), X1; \
	VMOVUPS (CX), X2; \
	VMOVUPS (DX), X3; \
	FOUR_BY_FOUR(X0, X1, X2, X3, X4, X5, X6, X7); \
	MASKED(X0, (DI)); \
	MASKED(X1, (DI)(R15*1)); \
	MASKED(X2, (DI)(R15*2)); \
	MASKED(X3, (DI)(AX*1)); \
	NEXT_STEP(fourLoop); \
	NEXT_ROWS((DX)(R8*1), 16, 4); \
	JMP   four; \
done: \
	VZEROUPPER; \
	RET

#define MASK_AVX512 \
	MOVL  $15, R12; \
	BZHIL R10, R12, R12; \
	KMOVW R12, K1

#define MASKED_AVX512(x, to) VMOVUPS x, K1, to

#define MASK_AVX2 \
	MOVQ    R10, R12; \
	NEGQ    R12; \
	LEAQ    ·columnMask+64(SB), R13; \
	VMOVUPS (R13)(R12*4), X15

#define MASKED_AVX2(x, to) VMASKMOVPS x, X15, to

// func transposeAVX512(dst *float32, dstRow int, src *float32, srcRow, rows, cols int)
TEXT ·transposeAVX512(SB), NOSPLIT, $0-48
	START_TRANSPOSE

sixteen:
	CMPQ R10, $16
	JLT  eight
	LEAQ (SI)(R8*4), BX
	LEAQ (BX)(R8*4), CX
	LEAQ (CX)(R8*4), DX
	START_STEPS

sixteenLoop:
	TRANSPOSE(INSERT, SI, BX, CX, DX, X0, X1, X2, X3, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)
	VMOVUPS   Z0, (DI)
	VMOVUPS   Z1, (DI)(R15*1)
	VMOVUPS   Z2, (DI)(R15*2)
	VMOVUPS   Z3, (DI)(AX*1)
	NEXT_STEP(sixteenLoop)
	NEXT_ROWS((DX)(R8*4), 64, 16)
	JMP  sixteen

	LESS_THAN_SIXTEEN(eight, eightLoop, four, two, three, ready, fourLoop, done, MASK_AVX512, MASKED_AVX512)

// func transposeAVX2(dst *float32, dstRow int, src *float32, srcRow, rows, cols int)
TEXT ·transposeAVX2(SB), NOSPLIT, $0-48
	START_TRANSPOSE
	LESS_THAN_SIXTEEN(eight, eightLoop, four, two, three, ready, fourLoop, done, MASK_AVX2, MASKED_AVX2)

// Dot products: 32 rows of b, of which four elements at a time are transposed in registers.
//
//	SI, BX, CX, DX, R12, R13, R14, R15  rows 0, 4, 8 and so on of b
//	R8, R9                              one row and three rows of b, in bytes
//	AX                                  a
//	R10                                 AVX2: steps of k left; AVX-512: row 5 of a
//
// START_DOTS takes the first row of b, and one row in elements.
#define START_DOTS \
	SHLQ $2, R8; \
	LEAQ (R8)(R8*2), R9; \
	LEAQ (SI)(R8*4), BX; \
	LEAQ (BX)(R8*4), CX; \
	LEAQ (CX)(R8*4), DX; \
	LEAQ (DX)(R8*4), R12; \
	LEAQ (R12)(R8*4), R13; \
	LEAQ (R13)(R8*4), R14; \
	LEAQ (R14)(R8*4), R15

// AVX2: one row of a, whose elements are in Y4 to Y7, and whose products with rows 0 to 7 of
// b, 8 to 15 and so on add up in Y0 to Y3. DI is the distance between elements of a, in bytes.

// ADD_EIGHT adds the products with eight rows of b, from row0 and from row4 on, to their sum,
// and moves the rows on.
#define ADD_EIGHT(row0, row4, sum) \
	TRANSPOSE_EIGHT(row0, row4, X8, X9, X10, X11, Y8, Y9, Y10, Y11, Y12, Y13, Y14, Y15); \
	VFMADD231PS Y8, Y4, sum; \
	VFMADD231PS Y9, Y5, sum; \
	VFMADD231PS Y10, Y6, sum; \
	VFMADD231PS Y11, Y7, sum; \
	ADDQ $16, row0; \
	ADDQ $16, row4

#define LOAD_OF_A(element) \
	VBROADCASTSS (AX), element; \
	ADDQ         DI, AX

// ASK_FOR_FOUR asks for four rows.
#define ASK_FOR_FOUR \
	PREFETCHT0 (R11); \
	PREFETCHT0 (R11)(R8*1); \
	PREFETCHT0 (R11)(R8*2); \
	PREFETCHT0 (R11)(R9*1); \
	LEAQ       (R11)(R8*4), R11

// func dotsAVX2(c, a, b *float32, cRow, aRow, aDepth, bRow, rows, depth int)
//
// Takes a single row of a. R11 is what is asked for: 16 elements further on in the rows of
// b, to the last of 16, eight rows in each step.
TEXT ·dotsAVX2(SB), NOSPLIT, $0-72
	MOVQ   a+8(FP), AX
	MOVQ   b+16(FP), SI
	MOVQ   aDepth+40(FP), DI
	MOVQ   bRow+48(FP), R8
	MOVQ   depth+64(FP), R10
	SHLQ   $2, DI
	START_DOTS
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	PCALIGN $64

loop:
	LOAD_OF_A(Y4)
	LOAD_OF_A(Y5)
	LOAD_OF_A(Y6)
	LOAD_OF_A(Y7)
	TESTQ $15, R10
	JNZ   ask
	LEAQ  124(SI), R11

ask:
	ASK_FOR_FOUR
	ADD_EIGHT(SI, BX, Y0)
	ASK_FOR_FOUR
	ADD_EIGHT(CX, DX, Y1)
	ADD_EIGHT(R12, R13, Y2)
	ADD_EIGHT(R14, R15, Y3)
	SUBQ  $4, R10
	JNZ   loop
	MOVQ  c+0(FP), DI
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	VMOVUPS Y2, 64(DI)
	VMOVUPS Y3, 96(DI)
	VZEROUPPER
	RET

// AVX-512: two to ten rows of a. Four elements each of rows 0 to 15 of b are in Z0 to Z3, of
// rows 16 to 31 in Z4 to Z7; Z8 to Z11 take turns for a; row r adds up in Z(12+2r) and
// Z(13+2r). R11 and DI are one and three rows of a, in bytes, and so is aDepth, where it was
// passed; what is left of depth is there, too. K1 to K3 stand for the second to the fourth
// quarter of a vector.

// MERGE is INSERT by a mask. A Zen 5 core inserts in ports that multiply, and merges in others.
#define MERGE(four, t, number, quarter, z) \
	VBROADCASTF32X4 four, t; \
	VMOVAPS         t, quarter, z

#define ADD_ROW(a, broadcast, low, high, s0, s1) \
	VBROADCASTSS a, broadcast; \
	VFMADD231PS  low, broadcast, s0; \
	VFMADD231PS  high, broadcast, s1

#define ADD_ROWS2(low, high) \
	ADD_ROW((AX), Z8, low, high, Z12, Z13); \
	ADD_ROW((AX)(R11*1), Z9, low, high, Z14, Z15)
#define ADD_ROWS3(low, high) ADD_ROWS2(low, high); ADD_ROW((AX)(R11*2), Z10, low, high, Z16, Z17)
#define ADD_ROWS4(low, high) ADD_ROWS3(low, high); ADD_ROW((AX)(DI*1), Z11, low, high, Z18, Z19)
#define ADD_ROWS5(low, high) ADD_ROWS4(low, high); ADD_ROW((AX)(R11*4), Z8, low, high, Z20, Z21)
#define ADD_ROWS6(low, high) ADD_ROWS5(low, high); ADD_ROW((R10), Z9, low, high, Z22, Z23)
#define ADD_ROWS7(low, high) ADD_ROWS6(low, high); ADD_ROW((R10)(R11*1), Z10, low, high, Z24, Z25)
#define ADD_ROWS8(low, high) ADD_ROWS7(low, high); ADD_ROW((R10)(R11*2), Z11, low, high, Z26, Z27)
#define ADD_ROWS9(low, high) ADD_ROWS8(low, high); ADD_ROW((R10)(DI*1), Z8, low, high, Z28, Z29)
#define ADD_ROWS10(low, high) ADD_ROWS9(low, high); ADD_ROW((R10)(R11*4), Z9, low, high, Z30, Z31)

#define SUMS2(OP) OP(Z12, Z13); OP(Z14, Z15)
#define SUMS3(OP) SUMS2(OP); OP(Z16, Z17)
#define SUMS4(OP) SUMS3(OP); OP(Z18, Z19)
#define SUMS5(OP) SUMS4(OP); OP(Z20, Z21)
#define SUMS6(OP) SUMS5(OP); OP(Z22, Z23)
#define SUMS7(OP) SUMS6(OP); OP(Z24, Z25)
#define SUMS8(OP) SUMS7(OP); OP(Z26, Z27)
#define SUMS9(OP) SUMS8(OP); OP(Z28, Z29)
#define SUMS10(OP) SUMS9(OP); OP(Z30, Z31)

#define CLEAR_PAIR(s0, s1) \
	VXORPS s0, s0, s0; \
	VXORPS s1, s1, s1

#define WRITE_PAIR(s0, s1) \
	VMOVUPS s0, (DI); \
	VMOVUPS s1, 64(DI); \
	ADDQ    R8, DI

#define NEXT_OF_A \
	ADDQ aDepth+40(FP), AX; \
	ADDQ aDepth+40(FP), R10

#define DOTS(dots, loop, ADD_ROWS, SUMS) \
dots: \
	SUMS(CLEAR_PAIR); \
	PCALIGN $64; \
loop: \
	TRANSPOSE(MERGE, SI, BX, CX, DX, X0, X1, X2, X3, Z0, Z1, Z2, Z3, Z8, Z9, Z10, Z11); \
	TRANSPOSE(MERGE, R12, R13, R14, R15, X4, X5, X6, X7, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11); \
	ADD_ROWS(Z0, Z4); \
	NEXT_OF_A; \
	ADD_ROWS(Z1, Z5); \
	NEXT_OF_A; \
	ADD_ROWS(Z2, Z6); \
	NEXT_OF_A; \
	ADD_ROWS(Z3, Z7); \
	NEXT_OF_A; \
	ADDQ $16, SI; \
	ADDQ $16, BX; \
	ADDQ $16, CX; \
	ADDQ $16, DX; \
	ADDQ $16, R12; \
	ADDQ $16, R13; \
	ADDQ $16, R14; \
	ADDQ $16, R15; \
	SUBQ $4, depth+64(FP); \
	JNZ loop; \
	MOVQ c+0(FP), DI; \
	MOVQ cRow+24(FP), R8; \
	SHLQ $2, R8; \
	SUMS(WRITE_PAIR); \
	VZEROUPPER; \
	RET

#define CHOOSE_DOTS(number, dots) \
	CMPQ rows+56(FP), $number; \
	JEQ  dots

// func dotsAVX512(c, a, b *float32, cRow, aRow, aDepth, bRow, rows, depth int)
//
// Leaves a single row of a to dotsAVX2.
TEXT ·dotsAVX512(SB), NOSPLIT, $0-72
	CHOOSE_DOTS(1, one)
	MOVQ  a+8(FP), AX
	MOVQ  b+16(FP), SI
	MOVQ  bRow+48(FP), R8
	START_DOTS
	MOVL  $0xf0, R11
	KMOVW R11, K1
	SHLL  $4, R11
	KMOVW R11, K2
	SHLL  $4, R11
	KMOVW R11, K3
	MOVQ  aRow+32(FP), R11
	SHLQ  $2, R11
	LEAQ  (R11)(R11*2), DI
	LEAQ  (R11)(R11*4), R10
	ADDQ  AX, R10
	SHLQ  $2, aDepth+40(FP)
	CHOOSE_DOTS(10, dots10)
	CHOOSE_DOTS(9, dots9)
	CHOOSE_DOTS(8, dots8)
	CHOOSE_DOTS(7, dots7)
	CHOOSE_DOTS(6, dots6)
	CHOOSE_DOTS(5, dots5)
	CHOOSE_DOTS(4, dots4)
	CHOOSE_DOTS(3, dots3)
	DOTS(dots2, loop2, ADD_ROWS2, SUMS2)
	DOTS(dots3, loop3, ADD_ROWS3, SUMS3)
	DOTS(dots4, loop4, ADD_ROWS4, SUMS4)
	DOTS(dots5, loop5, ADD_ROWS5, SUMS5)
	DOTS(dots6, loop6, ADD_ROWS6, SUMS6)
	DOTS(dots7, loop7, ADD_ROWS7, SUMS7)
	DOTS(dots8, loop8, ADD_ROWS8, SUMS8)
	DOTS(dots9, loop9, ADD_ROWS9, SUMS9)
	DOTS(dots10, loop10, ADD_ROWS10, SUMS10)

one:
	JMP ·dotsAVX2(SB)

// func copyRowsAVX2(dst *float32, dstRow int, src *float32, srcRow, rows, cols int)
//
//	DI, R8   a row of the destination; one such row, in bytes
//	SI, R9   a row of the source; one such row, in bytes
//	R10      rows left
//	R11      elements of a row, less 32
//	R12      the source eight rows on, whose pages no prefetcher knows yet
//	BX, CX   where in the row, in elements
TEXT ·copyRowsAVX2(SB), NOSPLIT, $0-48
	MOVQ dst+0(FP), DI
	MOVQ dstRow+8(FP), R8
	MOVQ src+16(FP), SI
	MOVQ srcRow+24(FP), R9
	MOVQ rows+32(FP), R10
	MOVQ cols+40(FP), R11
	SHLQ $2, R8
	SHLQ $2, R9
	SUBQ $32, R11

row:
	LEAQ (SI)(R9*8), R12
	XORQ BX, BX
	CMPQ BX, R11
	JGT  rest

whole:
	PREFETCHT0 (R12)(BX*4)
	PREFETCHT0 64(R12)(BX*4)
	VMOVUPS (SI)(BX*4), Y0
	VMOVUPS 32(SI)(BX*4), Y1
	VMOVUPS 64(SI)(BX*4), Y2
	VMOVUPS 96(SI)(BX*4), Y3
	VMOVUPS Y0, (DI)(BX*4)
	VMOVUPS Y1, 32(DI)(BX*4)
	VMOVUPS Y2, 64(DI)(BX*4)
	VMOVUPS Y3, 96(DI)(BX*4)
	ADDQ    $32, BX
	CMPQ    BX, R11
	JLE     whole

rest:
	LEAQ 16(R11), CX // elements of a row, less 16
	CMPQ BX, CX
	JGT  quads

	PREFETCHT0 (R12)(BX*4)
	VMOVUPS (SI)(BX*4), Y0
	VMOVUPS 32(SI)(BX*4), Y1
	VMOVUPS Y0, (DI)(BX*4)
	VMOVUPS Y1, 32(DI)(BX*4)
	ADDQ    $16, BX

quads:
	ADDQ $12, CX // elements of a row, less 4

quad:
	CMPQ    BX, CX
	JGT     last
	VMOVUPS (SI)(BX*4), X0
	VMOVUPS X0, (DI)(BX*4)
	ADDQ    $4, BX
	JMP     quad

last:
	ADDQ $4, CX
	JMP  check

single:
	MOVL (SI)(BX*4), AX
	MOVL AX, (DI)(BX*4)
	INCQ BX

check:
	CMPQ BX, CX
	JLT  single
	ADDQ R8, DI
	ADDQ R9, SI
	DECQ R10
	JNZ  row
	VZEROUPPER
	RET
