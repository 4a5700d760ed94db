//go:build !purego

#include "textflag.h"

// These routines take a number of columns that is a multiple of 8, and go down
// eight at a time. R8 is a row in bytes, AX counts the rows to do.

// func sumRowsAVX2(sum, x []float32, stride, rows int)
TEXT ·sumRowsAVX2(SB), NOSPLIT, $0-64
	MOVQ sum_base+0(FP), DI
	MOVQ sum_len+8(FP), CX
	MOVQ x_base+24(FP), SI
	MOVQ stride+48(FP), R8
	SHLQ $2, R8
	JMP  test

columns:
	VXORPS Y0, Y0, Y0
	MOVQ   SI, R10
	MOVQ   rows+56(FP), AX

row:
	VADDPS  (R10), Y0, Y0
	ADDQ    R8, R10
	DECQ    AX
	JNZ     row
	VMOVUPS Y0, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DI
	SUBQ    $8, CX

test:
	TESTQ CX, CX
	JNZ   columns
	VZEROUPPER
	RET

// func sumProductsAVX2(sum, x, y []float32, stride, rows int)
TEXT ·sumProductsAVX2(SB), NOSPLIT, $0-88
	MOVQ sum_base+0(FP), DI
	MOVQ sum_len+8(FP), CX
	MOVQ x_base+24(FP), SI
	MOVQ y_base+48(FP), DX
	MOVQ stride+72(FP), R8
	SHLQ $2, R8
	JMP  test

columns:
	VXORPS Y0, Y0, Y0
	MOVQ   SI, R10
	MOVQ   DX, R11
	MOVQ   rows+80(FP), AX

row:
	VMOVUPS (R10), Y1
	VMULPS  (R11), Y1, Y1
	VADDPS  Y1, Y0, Y0
	ADDQ    R8, R10
	ADDQ    R8, R11
	DECQ    AX
	JNZ     row
	VMOVUPS Y0, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DX
	ADDQ    $32, DI
	SUBQ    $8, CX

test:
	TESTQ CX, CX
	JNZ   columns
	VZEROUPPER
	RET

// func sumSquaresAVX2(sum, x, mean []float32, stride, rows int)
TEXT ·sumSquaresAVX2(SB), NOSPLIT, $0-88
	MOVQ sum_base+0(FP), DI
	MOVQ sum_len+8(FP), CX
	MOVQ x_base+24(FP), SI
	MOVQ mean_base+48(FP), DX
	MOVQ stride+72(FP), R8
	SHLQ $2, R8
	JMP  test

columns:
	VXORPS  Y0, Y0, Y0
	VMOVUPS (DX), Y2
	MOVQ    SI, R10
	MOVQ    rows+80(FP), AX

row:
	VMOVUPS (R10), Y1
	VSUBPS  Y2, Y1, Y1
	VMULPS  Y1, Y1, Y1
	VADDPS  Y1, Y0, Y0
	ADDQ    R8, R10
	DECQ    AX
	JNZ     row
	VMOVUPS Y0, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DX
	ADDQ    $32, DI
	SUBQ    $8, CX

test:
	TESTQ CX, CX
	JNZ   columns
	VZEROUPPER
	RET

// func normalizeAVX2(y, normal, x []float32, stride, rows int, mean, inverse, gain, shift []float32)
TEXT ·normalizeAVX2(SB), NOSPLIT, $0-184
	MOVQ y_base+0(FP), DI
	MOVQ normal_base+24(FP), DX
	MOVQ x_base+48(FP), SI
	MOVQ stride+72(FP), R8
	SHLQ $2, R8
	MOVQ mean_base+88(FP), R10
	MOVQ mean_len+96(FP), CX
	MOVQ inverse_base+112(FP), R11
	MOVQ gain_base+136(FP), R12
	MOVQ shift_base+160(FP), R13
	SHLQ $2, CX
	XORL BX, BX
	JMP  test

columns:
	VMOVUPS (R10)(BX*1), Y2
	VMOVUPS (R11)(BX*1), Y3
	VMOVUPS (R12)(BX*1), Y4
	VMOVUPS (R13)(BX*1), Y5
	MOVQ    rows+80(FP), AX
	MOVQ    BX, R9

row:
	VMOVUPS (SI)(R9*1), Y0
	VSUBPS  Y2, Y0, Y0
	VMULPS  Y3, Y0, Y0
	VMOVUPS Y0, (DX)(R9*1)
	VMULPS  Y4, Y0, Y0
	VADDPS  Y5, Y0, Y0
	VMOVUPS Y0, (DI)(R9*1)
	ADDQ    R8, R9
	DECQ    AX
	JNZ     row
	ADDQ    $32, BX

test:
	CMPQ BX, CX
	JLT  columns
	VZEROUPPER
	RET

// func normalizeDxAVX2(dx, dy, normal []float32, stride, rows int, meanDy, meanDyNormal, scale []float32)
TEXT ·normalizeDxAVX2(SB), NOSPLIT, $0-160
	MOVQ dx_base+0(FP), DI
	MOVQ dy_base+24(FP), SI
	MOVQ normal_base+48(FP), DX
	MOVQ stride+72(FP), R8
	SHLQ $2, R8
	MOVQ meanDy_base+88(FP), R10
	MOVQ meanDy_len+96(FP), CX
	MOVQ meanDyNormal_base+112(FP), R11
	MOVQ scale_base+136(FP), R12
	SHLQ $2, CX
	XORL BX, BX
	JMP  test

columns:
	VMOVUPS (R10)(BX*1), Y2
	VMOVUPS (R11)(BX*1), Y3
	VMOVUPS (R12)(BX*1), Y4
	MOVQ    rows+80(FP), AX
	MOVQ    BX, R9

row:
	VMOVUPS (SI)(R9*1), Y0
	VSUBPS  Y2, Y0, Y0
	VMULPS  (DX)(R9*1), Y3, Y1
	VSUBPS  Y1, Y0, Y0
	VMULPS  Y4, Y0, Y0
	VMOVUPS Y0, (DI)(R9*1)
	ADDQ    R8, R9
	DECQ    AX
	JNZ     row
	ADDQ    $32, BX

test:
	CMPQ BX, CX
	JLT  columns
	VZEROUPPER
	RET
