//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "neon_arm64.h"

// Each routine does eight elements at a time. No routine uses fused
// multiply-adds: vector.go rounds every operation, and so must these.

// func multiplyNEON(dst, x, y []float32)
TEXT ·multiplyNEON(SB), NOSPLIT, $0-72
	MOVD dst_base+0(FP), R0
	MOVD dst_len+8(FP), R3
	MOVD x_base+24(FP), R1
	MOVD y_base+48(FP), R2
	CBZ  R3, done

loop:
	VLD1.P 32(R1), [V0.S4, V1.S4]
	VLD1.P 32(R2), [V2.S4, V3.S4]
	FMUL(2, 0, 0)
	FMUL(3, 1, 1)
	VST1.P [V0.S4, V1.S4], 32(R0)
	SUB    $8, R3
	CBNZ   R3, loop

done:
	RET

// func scaleNEON(x []float32, factor float32)
TEXT ·scaleNEON(SB), NOSPLIT, $0-28
	MOVD  x_base+0(FP), R0
	MOVD  x_len+8(FP), R3
	MOVWU factor+24(FP), R2
	VDUP  R2, V4.S4
	CBZ   R3, done

loop:
	VLD1   (R0), [V0.S4, V1.S4]
	FMUL(4, 0, 0)
	FMUL(4, 1, 1)
	VST1.P [V0.S4, V1.S4], 32(R0)
	SUB    $8, R3
	CBNZ   R3, loop

done:
	RET

// func rectifyNEON(dst, x []float32)
TEXT ·rectifyNEON(SB), NOSPLIT, $0-48
	MOVD dst_base+0(FP), R0
	MOVD dst_len+8(FP), R3
	MOVD x_base+24(FP), R1
	CBZ  R3, done

loop:
	VLD1.P 32(R1), [V0.S4, V1.S4]
	FCMLT0(0, 2)
	FCMLT0(1, 3)
	BIC(2, 0, 0)
	BIC(3, 1, 1)
	VST1.P [V0.S4, V1.S4], 32(R0)
	SUB    $8, R3
	CBNZ   R3, loop

done:
	RET

// func rectifyBackNEON(dst, gradient, y []float32)
TEXT ·rectifyBackNEON(SB), NOSPLIT, $0-72
	MOVD dst_base+0(FP), R0
	MOVD dst_len+8(FP), R3
	MOVD gradient_base+24(FP), R1
	MOVD y_base+48(FP), R2
	CBZ  R3, done

loop:
	VLD1.P 32(R1), [V0.S4, V1.S4]
	VLD1.P 32(R2), [V2.S4, V3.S4]
	FCMGT0(2, 2)
	FCMGT0(3, 3)
	VAND   V2.B16, V0.B16, V0.B16
	VAND   V3.B16, V1.B16, V1.B16
	VST1.P [V0.S4, V1.S4], 32(R0)
	SUB    $8, R3
	CBNZ   R3, loop

done:
	RET

// func scaleBytesNEON(dst []float32, src []uint8, scale float32)
TEXT ·scaleBytesNEON(SB), NOSPLIT, $0-52
	MOVD  dst_base+0(FP), R0
	MOVD  dst_len+8(FP), R3
	MOVD  src_base+24(FP), R1
	MOVWU scale+48(FP), R2
	VDUP  R2, V4.S4
	CBZ   R3, done

loop:
	VLD1.P 8(R1), [V0.B8]
	VUXTL  V0.B8, V0.H8
	VUXTL2 V0.H8, V1.S4
	VUXTL  V0.H4, V0.S4
	UCVTF(0, 0)
	UCVTF(1, 1)
	FMUL(4, 0, 0)
	FMUL(4, 1, 1)
	VST1.P [V0.S4, V1.S4], 32(R0)
	SUB    $8, R3
	CBNZ   R3, loop

done:
	RET

#define BROADCAST(offset, to) \
	MOVWU offset(R5), R6; \
	VDUP  R6, to

// ADAM does four elements: w in register w, of g, m, v in the registers given,
// with two more to work in.
#define ADAM(w, g, m, v, s, t) \
	FACGT(g, 27, s); \
	BIC(s, g, g); \
	FMUL(16, m, m); \
	FMUL(17, g, s); \
	FADD(s, m, m); \
	FACGT(m, 26, s); \
	BIC(s, m, m); \
	FMUL(18, v, v); \
	FMUL(g, g, s); \
	FMUL(19, s, s); \
	FADD(s, v, v); \
	FCMGT(v, 26, s); \
	BIC(s, v, v); \
	FSQRT(v, t); \
	FMUL(20, t, t); \
	FADD(21, t, t); \
	FDIV(t, m, t); \
	FMUL(22, t, t); \
	FSUB(t, w, w)

// func adamNEON(w, g, m, v []float32, c *AdamStep, uncached bool)
TEXT ·adamNEON(SB), NOSPLIT, $0-105
	MOVD w_base+0(FP), R0
	MOVD w_len+8(FP), R4
	MOVD g_base+24(FP), R1
	MOVD m_base+48(FP), R2
	MOVD v_base+72(FP), R3
	MOVD c+96(FP), R5
	BROADCAST(AdamStep_beta1, V16.S4)
	BROADCAST(AdamStep_rest1, V17.S4)
	BROADCAST(AdamStep_beta2, V18.S4)
	BROADCAST(AdamStep_rest2, V19.S4)
	BROADCAST(AdamStep_inverseRoot2, V20.S4)
	BROADCAST(AdamStep_epsilon, V21.S4)
	BROADCAST(AdamStep_rate, V22.S4)
	BROADCAST(AdamStep_negligible, V26.S4)
	BROADCAST(AdamStep_tiny, V27.S4)
	CBZ  R4, done

loop:
	VLD1   (R0), [V0.S4, V1.S4]
	VLD1.P 32(R1), [V2.S4, V3.S4]
	VLD1   (R2), [V4.S4, V5.S4]
	VLD1   (R3), [V6.S4, V7.S4]
	ADAM(0, 2, 4, 6, 8, 10)
	ADAM(1, 3, 5, 7, 9, 11)
	VST1.P [V0.S4, V1.S4], 32(R0)
	VST1.P [V4.S4, V5.S4], 32(R2)
	VST1.P [V6.S4, V7.S4], 32(R3)
	SUB    $8, R4
	CBNZ   R4, loop

done:
	RET

// func expPartialsNEON(dst, x []float32, shift float32, partial *[16]float32)
//
// Takes a length that is a multiple of 4. The partial sums move on by four
// elements with every four numbers, so that the next go to the first of them;
// the sum of all does not show it.
TEXT ·expPartialsNEON(SB), NOSPLIT, $0-64
	MOVD  dst_base+0(FP), R0
	MOVD  dst_len+8(FP), R3
	MOVD  x_base+24(FP), R1
	MOVWU shift+48(FP), R4
	MOVD  partial+56(FP), R2
	VDUP  R4, V31.S4
	MOVD  $·expConstants(SB), R5
	BROADCAST(exp_least, V16.S4)
	BROADCAST(exp_most, V17.S4)
	BROADCAST(exp_infinity, V18.S4)
	BROADCAST(exp_log2e, V19.S4)
	BROADCAST(exp_round, V20.S4)
	BROADCAST(exp_ln2High, V21.S4)
	BROADCAST(exp_ln2Low, V22.S4)
	BROADCAST(exp_p5, V23.S4)
	BROADCAST(exp_p4, V24.S4)
	BROADCAST(exp_p3, V25.S4)
	BROADCAST(exp_p2, V26.S4)
	BROADCAST(exp_p1, V27.S4)
	BROADCAST(exp_p0, V28.S4)
	BROADCAST(exp_one, V29.S4)
	VLD1  (R2), [V4.S4, V5.S4, V6.S4, V7.S4]
	CBZ   R3, done

loop:
	VLD1.P 16(R1), [V0.S4]
	FSUB(31, 0, 0)
	FCMGT(0, 16, 8)                  // x < least
	FCMGT(17, 0, 9)                  // x > most
	FMUL(19, 0, 1)
	FADD(20, 1, 1)
	FSUB(20, 1, 1)                   // n
	FMUL(21, 1, 2)
	FSUB(2, 0, 0)
	FMUL(22, 1, 2)
	FSUB(2, 0, 0)                    // r
	FMUL(23, 0, 3)
	FADD(24, 3, 3)
	FMUL(0, 3, 3)
	FADD(25, 3, 3)
	FMUL(0, 3, 3)
	FADD(26, 3, 3)
	FMUL(0, 3, 3)
	FADD(27, 3, 3)
	FMUL(0, 3, 3)
	FADD(28, 3, 3)
	FMUL(0, 0, 2)
	FMUL(2, 3, 3)
	FADD(0, 3, 3)
	FADD(29, 3, 3)

	// times 2^n in two steps, since 2^128 is no float32
	FCVTZS(1, 1)
	HALVE(1, 2)
	VSUB   V2.S4, V1.S4, V1.S4
	VSHL   $23, V2.S4, V2.S4
	VSHL   $23, V1.S4, V1.S4
	VADD   V29.S4, V2.S4, V2.S4      // the bits of 1
	VADD   V29.S4, V1.S4, V1.S4
	FMUL(2, 3, 3)
	FMUL(1, 3, 3)
	VBIT   V9.B16, V18.B16, V3.B16
	BIC(8, 3, 3)
	VST1.P [V3.S4], 16(R0)
	FADD(3, 4, 3)
	VMOV   V5.B16, V4.B16
	VMOV   V6.B16, V5.B16
	VMOV   V7.B16, V6.B16
	VMOV   V3.B16, V7.B16
	SUB    $4, R3
	CBNZ   R3, loop

done:
	VST1 [V4.S4, V5.S4, V6.S4, V7.S4], (R2)
	RET
