//go:build !purego

#include "textflag.h"

// These routines go down the 32 columns of a panel, and leave other numbers of
// columns to their AVX2 twins. R8 is a row in bytes, AX counts the rows to do.

// func sumRowsAVX512(sum, x []float32, stride, rows int)
TEXT ·sumRowsAVX512(SB), NOSPLIT, $0-64
	CMPQ sum_len+8(FP), $32
	JEQ  panel
	JMP  ·sumRowsAVX2(SB)

panel:
	MOVQ   sum_base+0(FP), DI
	MOVQ   x_base+24(FP), SI
	MOVQ   stride+48(FP), R8
	SHLQ   $2, R8
	MOVQ   rows+56(FP), AX
	VPXORD Z0, Z0, Z0
	VPXORD Z1, Z1, Z1

row:
	VADDPS  (SI), Z0, Z0
	VADDPS  64(SI), Z1, Z1
	ADDQ    R8, SI
	DECQ    AX
	JNZ     row
	VMOVUPS Z0, (DI)
	VMOVUPS Z1, 64(DI)
	VZEROUPPER
	RET

// func sumProductsAVX512(sum, x, y []float32, stride, rows int)
TEXT ·sumProductsAVX512(SB), NOSPLIT, $0-88
	CMPQ sum_len+8(FP), $32
	JEQ  panel
	JMP  ·sumProductsAVX2(SB)

panel:
	MOVQ   sum_base+0(FP), DI
	MOVQ   x_base+24(FP), SI
	MOVQ   y_base+48(FP), DX
	MOVQ   stride+72(FP), R8
	SHLQ   $2, R8
	MOVQ   rows+80(FP), AX
	VPXORD Z0, Z0, Z0
	VPXORD Z1, Z1, Z1

row:
	VMOVUPS (SI), Z2
	VMOVUPS 64(SI), Z3
	VMULPS  (DX), Z2, Z2
	VMULPS  64(DX), Z3, Z3
	VADDPS  Z2, Z0, Z0
	VADDPS  Z3, Z1, Z1
	ADDQ    R8, SI
	ADDQ    R8, DX
	DECQ    AX
	JNZ     row
	VMOVUPS Z0, (DI)
	VMOVUPS Z1, 64(DI)
	VZEROUPPER
	RET

// func sumSquaresAVX512(sum, x, mean []float32, stride, rows int)
TEXT ·sumSquaresAVX512(SB), NOSPLIT, $0-88
	CMPQ sum_len+8(FP), $32
	JEQ  panel
	JMP  ·sumSquaresAVX2(SB)

panel:
	MOVQ    sum_base+0(FP), DI
	MOVQ    x_base+24(FP), SI
	MOVQ    mean_base+48(FP), DX
	MOVQ    stride+72(FP), R8
	SHLQ    $2, R8
	MOVQ    rows+80(FP), AX
	VMOVUPS (DX), Z4
	VMOVUPS 64(DX), Z5
	VPXORD  Z0, Z0, Z0
	VPXORD  Z1, Z1, Z1

row:
	VMOVUPS (SI), Z2
	VMOVUPS 64(SI), Z3
	VSUBPS  Z4, Z2, Z2
	VSUBPS  Z5, Z3, Z3
	VMULPS  Z2, Z2, Z2
	VMULPS  Z3, Z3, Z3
	VADDPS  Z2, Z0, Z0
	VADDPS  Z3, Z1, Z1
	ADDQ    R8, SI
	DECQ    AX
	JNZ     row
	VMOVUPS Z0, (DI)
	VMOVUPS Z1, 64(DI)
	VZEROUPPER
	RET

// func normalizeAVX512(y, normal, x []float32, stride, rows int, mean, inverse, gain, shift []float32)
TEXT ·normalizeAVX512(SB), NOSPLIT, $0-184
	CMPQ mean_len+96(FP), $32
	JEQ  panel
	JMP  ·normalizeAVX2(SB)

panel:
	MOVQ    y_base+0(FP), DI
	MOVQ    normal_base+24(FP), DX
	MOVQ    x_base+48(FP), SI
	MOVQ    stride+72(FP), R8
	SHLQ    $2, R8
	MOVQ    rows+80(FP), AX
	MOVQ    mean_base+88(FP), R10
	MOVQ    inverse_base+112(FP), R11
	MOVQ    gain_base+136(FP), R12
	MOVQ    shift_base+160(FP), R13
	VMOVUPS (R10), Z2
	VMOVUPS 64(R10), Z3
	VMOVUPS (R11), Z4
	VMOVUPS 64(R11), Z5
	VMOVUPS (R12), Z6
	VMOVUPS 64(R12), Z7
	VMOVUPS (R13), Z8
	VMOVUPS 64(R13), Z9
	XORL    BX, BX

row:
	VMOVUPS (SI)(BX*1), Z0
	VMOVUPS 64(SI)(BX*1), Z1
	VSUBPS  Z2, Z0, Z0
	VSUBPS  Z3, Z1, Z1
	VMULPS  Z4, Z0, Z0
	VMULPS  Z5, Z1, Z1
	VMOVUPS Z0, (DX)(BX*1)
	VMOVUPS Z1, 64(DX)(BX*1)
	VMULPS  Z6, Z0, Z0
	VMULPS  Z7, Z1, Z1
	VADDPS  Z8, Z0, Z0
	VADDPS  Z9, Z1, Z1
	VMOVUPS Z0, (DI)(BX*1)
	VMOVUPS Z1, 64(DI)(BX*1)
	ADDQ    R8, BX
	DECQ    AX
	JNZ     row
	VZEROUPPER
	RET

// func normalizeDxAVX512(dx, dy, normal []float32, stride, rows int, meanDy, meanDyNormal, scale []float32)
TEXT ·normalizeDxAVX512(SB), NOSPLIT, $0-160
	CMPQ meanDy_len+96(FP), $32
	JEQ  panel
	JMP  ·normalizeDxAVX2(SB)

panel:
	MOVQ    dx_base+0(FP), DI
	MOVQ    dy_base+24(FP), SI
	MOVQ    normal_base+48(FP), DX
	MOVQ    stride+72(FP), R8
	SHLQ    $2, R8
	MOVQ    rows+80(FP), AX
	MOVQ    meanDy_base+88(FP), R10
	MOVQ    meanDyNormal_base+112(FP), R11
	MOVQ    scale_base+136(FP), R12
	VMOVUPS (R10), Z4
	VMOVUPS 64(R10), Z5
	VMOVUPS (R11), Z6
	VMOVUPS 64(R11), Z7
	VMOVUPS (R12), Z8
	VMOVUPS 64(R12), Z9
	XORL    BX, BX

row:
	VMOVUPS (SI)(BX*1), Z0
	VMOVUPS 64(SI)(BX*1), Z1
	VSUBPS  Z4, Z0, Z0
	VSUBPS  Z5, Z1, Z1
	VMULPS  (DX)(BX*1), Z6, Z2
	VMULPS  64(DX)(BX*1), Z7, Z3
	VSUBPS  Z2, Z0, Z0
	VSUBPS  Z3, Z1, Z1
	VMULPS  Z8, Z0, Z0
	VMULPS  Z9, Z1, Z1
	VMOVUPS Z0, (DI)(BX*1)
	VMOVUPS Z1, 64(DI)(BX*1)
	ADDQ    R8, BX
	DECQ    AX
	JNZ     row
	VZEROUPPER
	RET
