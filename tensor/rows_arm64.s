//go:build !purego

#include "textflag.h"
#include "neon_arm64.h"

// These routines take a number of columns that is a multiple of 8, and go down
// eight at a time. R8 is a row in bytes, R9 the rows, R10 those to do, R3 the
// columns to do.

#define SHAPE(columns, stride, rows) \
	MOVD columns, R3; \
	MOVD stride, R8; \
	LSL  $2, R8, R8; \
	MOVD rows, R9

// func sumRowsNEON(sum, x []float32, stride, rows int)
TEXT ·sumRowsNEON(SB), NOSPLIT, $0-64
	MOVD sum_base+0(FP), R0
	MOVD x_base+24(FP), R1
	SHAPE(sum_len+8(FP), stride+48(FP), rows+56(FP))
	CBZ  R3, done

columns:
	VEOR V0.B16, V0.B16, V0.B16
	VEOR V1.B16, V1.B16, V1.B16
	MOVD R1, R4
	MOVD R9, R10

row:
	VLD1 (R4), [V2.S4, V3.S4]
	FADD(2, 0, 0)
	FADD(3, 1, 1)
	ADD  R8, R4
	SUB  $1, R10
	CBNZ R10, row

	VST1.P [V0.S4, V1.S4], 32(R0)
	ADD    $32, R1
	SUB    $8, R3
	CBNZ   R3, columns

done:
	RET

// func sumProductsNEON(sum, x, y []float32, stride, rows int)
TEXT ·sumProductsNEON(SB), NOSPLIT, $0-88
	MOVD sum_base+0(FP), R0
	MOVD x_base+24(FP), R1
	MOVD y_base+48(FP), R2
	SHAPE(sum_len+8(FP), stride+72(FP), rows+80(FP))
	CBZ  R3, done

columns:
	VEOR V0.B16, V0.B16, V0.B16
	VEOR V1.B16, V1.B16, V1.B16
	MOVD R1, R4
	MOVD R2, R5
	MOVD R9, R10

row:
	VLD1 (R4), [V2.S4, V3.S4]
	VLD1 (R5), [V4.S4, V5.S4]
	FMUL(4, 2, 2)
	FMUL(5, 3, 3)
	FADD(2, 0, 0)
	FADD(3, 1, 1)
	ADD  R8, R4
	ADD  R8, R5
	SUB  $1, R10
	CBNZ R10, row

	VST1.P [V0.S4, V1.S4], 32(R0)
	ADD    $32, R1
	ADD    $32, R2
	SUB    $8, R3
	CBNZ   R3, columns

done:
	RET

// func sumSquaresNEON(sum, x, mean []float32, stride, rows int)
TEXT ·sumSquaresNEON(SB), NOSPLIT, $0-88
	MOVD sum_base+0(FP), R0
	MOVD x_base+24(FP), R1
	MOVD mean_base+48(FP), R2
	SHAPE(sum_len+8(FP), stride+72(FP), rows+80(FP))
	CBZ  R3, done

columns:
	VEOR   V0.B16, V0.B16, V0.B16
	VEOR   V1.B16, V1.B16, V1.B16
	VLD1.P 32(R2), [V4.S4, V5.S4]
	MOVD   R1, R4
	MOVD   R9, R10

row:
	VLD1 (R4), [V2.S4, V3.S4]
	FSUB(4, 2, 2)
	FSUB(5, 3, 3)
	FMUL(2, 2, 2)
	FMUL(3, 3, 3)
	FADD(2, 0, 0)
	FADD(3, 1, 1)
	ADD  R8, R4
	SUB  $1, R10
	CBNZ R10, row

	VST1.P [V0.S4, V1.S4], 32(R0)
	ADD    $32, R1
	SUB    $8, R3
	CBNZ   R3, columns

done:
	RET

// func normalizeNEON(y, normal, x []float32, stride, rows int, mean, inverse, gain, shift []float32)
TEXT ·normalizeNEON(SB), NOSPLIT, $0-184
	MOVD y_base+0(FP), R0
	MOVD normal_base+24(FP), R1
	MOVD x_base+48(FP), R2
	SHAPE(mean_len+96(FP), stride+72(FP), rows+80(FP))
	MOVD mean_base+88(FP), R4
	MOVD inverse_base+112(FP), R5
	MOVD gain_base+136(FP), R6
	MOVD shift_base+160(FP), R7
	CBZ  R3, done

columns:
	VLD1.P 32(R4), [V4.S4, V5.S4]
	VLD1.P 32(R5), [V6.S4, V7.S4]
	VLD1.P 32(R6), [V8.S4, V9.S4]
	VLD1.P 32(R7), [V10.S4, V11.S4]
	MOVD   R0, R11
	MOVD   R1, R12
	MOVD   R2, R13
	MOVD   R9, R10

row:
	VLD1 (R13), [V0.S4, V1.S4]
	FSUB(4, 0, 0)
	FSUB(5, 1, 1)
	FMUL(6, 0, 0)
	FMUL(7, 1, 1)
	VST1 [V0.S4, V1.S4], (R12)
	FMUL(8, 0, 0)
	FMUL(9, 1, 1)
	FADD(10, 0, 0)
	FADD(11, 1, 1)
	VST1 [V0.S4, V1.S4], (R11)
	ADD  R8, R11
	ADD  R8, R12
	ADD  R8, R13
	SUB  $1, R10
	CBNZ R10, row

	ADD  $32, R0
	ADD  $32, R1
	ADD  $32, R2
	SUB  $8, R3
	CBNZ R3, columns

done:
	RET

// func normalizeDxNEON(dx, dy, normal []float32, stride, rows int, meanDy, meanDyNormal, scale []float32)
TEXT ·normalizeDxNEON(SB), NOSPLIT, $0-160
	MOVD dx_base+0(FP), R0
	MOVD dy_base+24(FP), R1
	MOVD normal_base+48(FP), R2
	SHAPE(meanDy_len+96(FP), stride+72(FP), rows+80(FP))
	MOVD meanDy_base+88(FP), R4
	MOVD meanDyNormal_base+112(FP), R5
	MOVD scale_base+136(FP), R6
	CBZ  R3, done

columns:
	VLD1.P 32(R4), [V4.S4, V5.S4]
	VLD1.P 32(R5), [V6.S4, V7.S4]
	VLD1.P 32(R6), [V8.S4, V9.S4]
	MOVD   R0, R11
	MOVD   R1, R12
	MOVD   R2, R13
	MOVD   R9, R10

row:
	VLD1 (R12), [V0.S4, V1.S4]
	VLD1 (R13), [V2.S4, V3.S4]
	FSUB(4, 0, 0)
	FSUB(5, 1, 1)
	FMUL(6, 2, 2)
	FMUL(7, 3, 3)
	FSUB(2, 0, 0)
	FSUB(3, 1, 1)
	FMUL(8, 0, 0)
	FMUL(9, 1, 1)
	VST1 [V0.S4, V1.S4], (R11)
	ADD  R8, R11
	ADD  R8, R12
	ADD  R8, R13
	SUB  $1, R10
	CBNZ R10, row

	ADD  $32, R0
	ADD  $32, R1
	ADD  $32, R2
	SUB  $8, R3
	CBNZ R3, columns

done:
	RET
