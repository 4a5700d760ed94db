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

// TRANSPOSE sets Z0 to Z3 to four elements each of sixteen rows, one after the other,
// a row to a lane, by four 4x4 transposes side by side. It takes rows 0, 4, 8 and 12.
// Inserting from memory leaves half of the work to the load ports.
#define TRANSPOSE(row0, row4, row8, row12) \
	VMOVUPS      (row0), X0; \
	VMOVUPS      (row0)(R8*1), X1; \
	VMOVUPS      (row0)(R8*2), X2; \
	VMOVUPS      (row0)(R9*1), X3; \
	VINSERTF32X4 $1, (row4), Z0, Z0; \
	VINSERTF32X4 $1, (row4)(R8*1), Z1, Z1; \
	VINSERTF32X4 $1, (row4)(R8*2), Z2, Z2; \
	VINSERTF32X4 $1, (row4)(R9*1), Z3, Z3; \
	VINSERTF32X4 $2, (row8), Z0, Z0; \
	VINSERTF32X4 $2, (row8)(R8*1), Z1, Z1; \
	VINSERTF32X4 $2, (row8)(R8*2), Z2, Z2; \
	VINSERTF32X4 $2, (row8)(R9*1), Z3, Z3; \
	VINSERTF32X4 $3, (row12), Z0, Z0; \
	VINSERTF32X4 $3, (row12)(R8*1), Z1, Z1; \
	VINSERTF32X4 $3, (row12)(R8*2), Z2, Z2; \
	VINSERTF32X4 $3, (row12)(R9*1), Z3, Z3; \
	FOUR_BY_FOUR(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)

// TRANSPOSE_EIGHT does so for eight rows, from row0 and from row4 on, in y0 to y3, whose
// halves are x0 to x3, by way of t0 to t3.
#define TRANSPOSE_EIGHT(row0, row4, x0, x1, x2, x3, y0, y1, y2, y3, t0, t1, t2, t3) \
	VMOVUPS     (row0), x0; \
	VMOVUPS     (row0)(R8*1), x1; \
	VMOVUPS     (row0)(R8*2), x2; \
	VMOVUPS     (row0)(R9*1), x3; \
	VINSERTF128 $1, (row4), y0, y0; \
	VINSERTF128 $1, (row4)(R8*1), y1, y1; \
	VINSERTF128 $1, (row4)(R8*2), y2, y2; \
	VINSERTF128 $1, (row4)(R9*1), y3, y3; \
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

// func transposeAVX512(dst *float32, dstRow int, src *float32, srcRow, rows, cols int)
TEXT ·transposeAVX512(SB), NOSPLIT, $0-48
	MOVQ dst+0(FP), R14
	MOVQ dstRow+8(FP), R15
	MOVQ src+16(FP), SI
	MOVQ srcRow+24(FP), R8
	MOVQ rows+32(FP), R10
	MOVQ cols+40(FP), R11
	SHLQ $2, R8
	LEAQ (R8)(R8*2), R9
	SHLQ $2, R15
	LEAQ (R15)(R15*2), AX

sixteen:
	CMPQ R10, $16
	JLT  eight
	LEAQ (SI)(R8*4), BX
	LEAQ (BX)(R8*4), CX
	LEAQ (CX)(R8*4), DX
	START_STEPS

sixteenLoop:
	TRANSPOSE(SI, BX, CX, DX)
	VMOVUPS   Z0, (DI)
	VMOVUPS   Z1, (DI)(R15*1)
	VMOVUPS   Z2, (DI)(R15*2)
	VMOVUPS   Z3, (DI)(AX*1)
	NEXT_STEP(sixteenLoop)
	NEXT_ROWS((DX)(R8*4), 64, 16)
	JMP  sixteen

eight:
	CMPQ R10, $8
	JLT  four
	LEAQ (SI)(R8*4), BX
	START_STEPS

eightLoop:
	TRANSPOSE_EIGHT(SI, BX, X0, X1, X2, X3, Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7)
	VMOVUPS   Y0, (DI)
	VMOVUPS   Y1, (DI)(R15*1)
	VMOVUPS   Y2, (DI)(R15*2)
	VMOVUPS   Y3, (DI)(AX*1)
	NEXT_STEP(eightLoop)
	NEXT_ROWS((BX)(R8*4), 32, 8)

	// Of fewer than four rows, the last stands in for those that are missing, which K1
	// leaves out.
four:
	TESTQ R10, R10
	JLE   done
	MOVL  $15, R12
	BZHIL R10, R12, R12
	KMOVW R12, K1
	MOVQ  SI, BX
	CMPQ  R10, $2
	JLT   two
	ADDQ  R8, BX

two:
	MOVQ BX, CX
	CMPQ R10, $3
	JLT  three
	ADDQ R8, CX

three:
	MOVQ CX, DX
	CMPQ R10, $4
	JLT  ready
	ADDQ R8, DX

ready:
	START_STEPS

fourLoop:
	VMOVUPS   (SI), X0
	VMOVUPS   (BX), X1
	VMOVUPS   (CX), X2
	VMOVUPS   (DX), X3
	FOUR_BY_FOUR(X0, X1, X2, X3, X4, X5, X6, X7)
	VMOVUPS   X0, K1, (DI)
	VMOVUPS   X1, K1, (DI)(R15*1)
	VMOVUPS   X2, K1, (DI)(R15*2)
	VMOVUPS   X3, K1, (DI)(AX*1)
	NEXT_STEP(fourLoop)
	NEXT_ROWS((DX)(R8*1), 16, 4)
	JMP  four

done:
	VZEROUPPER
	RET

// Dot products: 32 rows of b, of which four elements at a time are transposed, eight rows
// by eight.
//
//	SI, BX, CX, DX, R12, R13, R14, R15  rows 0, 4, 8 and so on of b
//	R8, R9                              one row and three rows of b, in bytes
//	AX, R10                             a; elements of it that are left
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

// ADD_EIGHT sets Y8 to Y11 to four elements of eight rows of b, from row0 and from row4 on,
// lets ADD add their products to sums, one for each row of a, and moves the rows on. With
// vectors of 256 bits, unlike longer ones, a third port takes part in transposing.
#define ADD_EIGHT(row0, row4, ADD, s0, s1, s2, s3) \
	TRANSPOSE_EIGHT(row0, row4, X8, X9, X10, X11, Y8, Y9, Y10, Y11, Y12, Y13, Y14, Y15); \
	ADD(s0, s1, s2, s3); \
	ADDQ $16, row0; \
	ADDQ $16, row4

// The sums of a row of a: for rows 0 to 7 of b, 8 to 15 and so on. DI is a row of c, and R8
// one, in bytes.

#define CLEAR_SUMS(s0, s1, s2, s3) \
	VXORPS s0, s0, s0; \
	VXORPS s1, s1, s1; \
	VXORPS s2, s2, s2; \
	VXORPS s3, s3, s3

#define WRITE_SUMS(s0, s1, s2, s3) \
	VMOVUPS s0, (DI); \
	VMOVUPS s1, 32(DI); \
	VMOVUPS s2, 64(DI); \
	VMOVUPS s3, 96(DI); \
	ADDQ    R8, DI

// AVX2: one row of a, whose elements are in Y4 to Y7.

#define ADD_LOADED(s0, s1, s2, s3) \
	VFMADD231PS Y8, Y4, s0; \
	VFMADD231PS Y9, Y5, s0; \
	VFMADD231PS Y10, Y6, s0; \
	VFMADD231PS Y11, Y7, s0

#define SUMS(OP) OP(Y0, Y1, Y2, Y3)

// ASK_FOR_FOUR asks for four rows.
#define ASK_FOR_FOUR \
	PREFETCHT0 (R11); \
	PREFETCHT0 (R11)(R8*1); \
	PREFETCHT0 (R11)(R8*2); \
	PREFETCHT0 (R11)(R9*1); \
	LEAQ       (R11)(R8*4), R11

// func dotsAVX2(c, a, b *float32, cRow, aRow, bRow, rows, depth int)
//
// Takes a single row of a. R11 is what is asked for: 16 elements further on in the rows of
// b, to the last of 16, eight rows in each step.
TEXT ·dotsAVX2(SB), NOSPLIT, $0-64
	MOVQ a+8(FP), AX
	MOVQ b+16(FP), SI
	MOVQ bRow+40(FP), R8
	MOVQ depth+56(FP), R10
	START_DOTS
	SUMS(CLEAR_SUMS)
	PCALIGN $64

loop:
	VBROADCASTSS (AX), Y4
	VBROADCASTSS 4(AX), Y5
	VBROADCASTSS 8(AX), Y6
	VBROADCASTSS 12(AX), Y7
	TESTQ        $15, R10
	JNZ          ask
	LEAQ         124(SI), R11

ask:
	ASK_FOR_FOUR
	ADD_EIGHT(SI, BX, ADD_LOADED, Y0, NONE, NONE, NONE)
	ASK_FOR_FOUR
	ADD_EIGHT(CX, DX, ADD_LOADED, Y1, NONE, NONE, NONE)
	ADD_EIGHT(R12, R13, ADD_LOADED, Y2, NONE, NONE, NONE)
	ADD_EIGHT(R14, R15, ADD_LOADED, Y3, NONE, NONE, NONE)
	ADDQ $16, AX
	SUBQ $4, R10
	JNZ  loop
	MOVQ c+0(FP), DI
	SUMS(WRITE_SUMS)
	VZEROUPPER
	RET

// AVX-512: two to four rows of a, read as they multiply. Row r adds up in Y(16+4r) to
// Y(19+4r). R11 and DI are one and three rows of a, in bytes.

#define ADD_ROW(first, second, third, fourth, sum) \
	VFMADD231PS.BCST first, Y8, sum; \
	VFMADD231PS.BCST second, Y9, sum; \
	VFMADD231PS.BCST third, Y10, sum; \
	VFMADD231PS.BCST fourth, Y11, sum

#define ADD_ROWS1(s0, s1, s2, s3) ADD_ROW((AX), 4(AX), 8(AX), 12(AX), s0)
#define ADD_ROWS2(s0, s1, s2, s3) ADD_ROWS1(s0, s1, s2, s3); \
	ADD_ROW((AX)(R11*1), 4(AX)(R11*1), 8(AX)(R11*1), 12(AX)(R11*1), s1)
#define ADD_ROWS3(s0, s1, s2, s3) ADD_ROWS2(s0, s1, s2, s3); \
	ADD_ROW((AX)(R11*2), 4(AX)(R11*2), 8(AX)(R11*2), 12(AX)(R11*2), s2)
#define ADD_ROWS4(s0, s1, s2, s3) ADD_ROWS3(s0, s1, s2, s3); \
	ADD_ROW((AX)(DI*1), 4(AX)(DI*1), 8(AX)(DI*1), 12(AX)(DI*1), s3)

#define SUMS1(OP) OP(Y16, Y17, Y18, Y19)
#define SUMS2(OP) SUMS1(OP); OP(Y20, Y21, Y22, Y23)
#define SUMS3(OP) SUMS2(OP); OP(Y24, Y25, Y26, Y27)
#define SUMS4(OP) SUMS3(OP); OP(Y28, Y29, Y30, Y31)

#define DOTS(loop, ADD_ROWS, SUMS) \
	SUMS(CLEAR_SUMS); \
	PCALIGN $64; \
loop: \
	ADD_EIGHT(SI, BX, ADD_ROWS, Y16, Y20, Y24, Y28); \
	ADD_EIGHT(CX, DX, ADD_ROWS, Y17, Y21, Y25, Y29); \
	ADD_EIGHT(R12, R13, ADD_ROWS, Y18, Y22, Y26, Y30); \
	ADD_EIGHT(R14, R15, ADD_ROWS, Y19, Y23, Y27, Y31); \
	ADDQ $16, AX; \
	SUBQ $4, R10; \
	JNZ loop; \
	MOVQ c+0(FP), DI; \
	MOVQ cRow+24(FP), R8; \
	SHLQ $2, R8; \
	SUMS(WRITE_SUMS); \
	VZEROUPPER; \
	RET

// func dotsAVX512(c, a, b *float32, cRow, aRow, bRow, rows, depth int)
//
// Leaves a single row of a to dotsAVX2.
TEXT ·dotsAVX512(SB), NOSPLIT, $0-64
	CMPQ rows+48(FP), $1
	JEQ  one
	MOVQ a+8(FP), AX
	MOVQ b+16(FP), SI
	MOVQ bRow+40(FP), R8
	MOVQ depth+56(FP), R10
	START_DOTS
	MOVQ aRow+32(FP), R11
	SHLQ $2, R11
	LEAQ (R11)(R11*2), DI
	CMPQ rows+48(FP), $3
	JEQ  three
	JGT  four
	DOTS(loop2, ADD_ROWS2, SUMS2)

three:
	DOTS(loop3, ADD_ROWS3, SUMS3)

four:
	DOTS(loop4, ADD_ROWS4, SUMS4)

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
