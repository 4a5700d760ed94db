//go:build !purego

#include "go_asm.h"
#include "textflag.h"

// In each routine AX counts the bytes done, CX the bytes to do. No routine uses
// fused multiply-adds: vector.go rounds every operation, and so must these.

#define LENGTH(length) \
	MOVQ length, CX; \
	SHLQ $2, CX; \
	XORL AX, AX

// func multiplyAVX2(dst, x, y []float32)
TEXT ·multiplyAVX2(SB), NOSPLIT, $0-72
	MOVQ dst_base+0(FP), DI
	MOVQ x_base+24(FP), SI
	MOVQ y_base+48(FP), DX
	LENGTH(dst_len+8(FP))
	JMP  test

loop:
	VMOVUPS (SI)(AX*1), Y0
	VMULPS  (DX)(AX*1), Y0, Y0
	VMOVUPS Y0, (DI)(AX*1)
	ADDQ    $32, AX

test:
	CMPQ AX, CX
	JLT  loop
	VZEROUPPER
	RET

// func scaleAVX2(x []float32, factor float32)
TEXT ·scaleAVX2(SB), NOSPLIT, $0-28
	MOVQ         x_base+0(FP), DI
	LENGTH(x_len+8(FP))
	VBROADCASTSS factor+24(FP), Y1
	JMP          test

loop:
	VMULPS  (DI)(AX*1), Y1, Y0
	VMOVUPS Y0, (DI)(AX*1)
	ADDQ    $32, AX

test:
	CMPQ AX, CX
	JLT  loop
	VZEROUPPER
	RET

// func rectifyAVX2(dst, x []float32)
TEXT ·rectifyAVX2(SB), NOSPLIT, $0-48
	MOVQ   dst_base+0(FP), DI
	MOVQ   x_base+24(FP), SI
	LENGTH(dst_len+8(FP))
	VXORPS Y1, Y1, Y1
	JMP    test

loop:
	// Where neither is greater, as with NaN, VMAXPS gives the operand that Go's
	// assembler writes first.
	VMAXPS  (SI)(AX*1), Y1, Y0
	VMOVUPS Y0, (DI)(AX*1)
	ADDQ    $32, AX

test:
	CMPQ AX, CX
	JLT  loop
	VZEROUPPER
	RET

// func rectifyBackAVX2(dst, gradient, y []float32)
TEXT ·rectifyBackAVX2(SB), NOSPLIT, $0-72
	MOVQ   dst_base+0(FP), DI
	MOVQ   gradient_base+24(FP), SI
	MOVQ   y_base+48(FP), DX
	LENGTH(dst_len+8(FP))
	VXORPS Y1, Y1, Y1
	JMP    test

loop:
	VCMPPS  $0x11, (DX)(AX*1), Y1, Y0 // 0 < y, false for NaN
	VANDPS  (SI)(AX*1), Y0, Y0
	VMOVUPS Y0, (DI)(AX*1)
	ADDQ    $32, AX

test:
	CMPQ AX, CX
	JLT  loop
	VZEROUPPER
	RET

// FLUSH sets x to 0 where its size is below limit. Y15 holds the sign bits.
#define FLUSH(x, limit, temporary) \
	VANDNPS x, Y15, temporary; \
	VCMPPS $0x11, limit, temporary, temporary; \
	VANDNPS x, temporary, x

// ADAM sets w to the new weights of the eight elements so many bytes on from AX, by way of g in
// Y0, m in Y1 and v in Y2. Y4 to Y12 are the constants of the step, in the order of AdamStep, but
// for negligible and tiny in Y11 and Y12, and the rate in Y10, which is negative: of memory that is
// added to, none has to be loaded first.
#define ADAM(at, w) \
	VMOVUPS at(SI)(AX*1), Y0; \
	FLUSH(Y0, Y12, Y3); \
	VMULPS  at(R8)(AX*1), Y4, Y1; \
	VMULPS  Y0, Y5, Y3; \
	VADDPS  Y3, Y1, Y1; \
	FLUSH(Y1, Y11, Y3); \
	VMOVUPS Y1, at(R8)(AX*1); \
	VMULPS  at(R9)(AX*1), Y6, Y2; \
	VMULPS  Y0, Y0, Y0; \
	VMULPS  Y0, Y7, Y0; \
	VADDPS  Y0, Y2, Y2; \
	VCMPPS  $0x11, Y11, Y2, Y3; \
	VANDNPS Y2, Y3, Y2; \
	VMOVUPS Y2, at(R9)(AX*1); \
	VSQRTPS Y2, Y2; \
	VMULPS  Y8, Y2, Y2; \
	VADDPS  Y9, Y2, Y2; \
	VDIVPS  Y2, Y1, Y1; \
	VMULPS  Y10, Y1, Y1; \
	VADDPS  at(DI)(AX*1), Y1, w

// func adamAVX2(w, g, m, v []float32, c *AdamStep, uncached bool)
TEXT ·adamAVX2(SB), NOSPLIT, $0-105
	MOVQ         w_base+0(FP), DI
	MOVQ         g_base+24(FP), SI
	MOVQ         m_base+48(FP), R8
	MOVQ         v_base+72(FP), R9
	MOVQ         c+96(FP), DX
	MOVBLZX      uncached+104(FP), R11
	LENGTH(w_len+8(FP))
	VBROADCASTSS AdamStep_beta1(DX), Y4
	VBROADCASTSS AdamStep_rest1(DX), Y5
	VBROADCASTSS AdamStep_beta2(DX), Y6
	VBROADCASTSS AdamStep_rest2(DX), Y7
	VBROADCASTSS AdamStep_inverseRoot2(DX), Y8
	VBROADCASTSS AdamStep_epsilon(DX), Y9
	VBROADCASTSS AdamStep_rate(DX), Y10
	VBROADCASTSS AdamStep_negligible(DX), Y11
	VBROADCASTSS AdamStep_tiny(DX), Y12
	VPCMPEQD     Y15, Y15, Y15
	VPSLLD       $31, Y15, Y15
	VXORPS       Y15, Y10, Y10
	TESTQ        $32, CX // an odd vector is the first
	JEQ          test
	ADAM(0, Y13)
	VMOVUPS      Y13, (DI)
	ADDQ         $32, AX
	JMP          test

loop:
	ADAM(0, Y13)
	ADAM(32, Y14)
	TESTL   R11, R11
	JNZ     uncached
	VMOVUPS Y13, (DI)(AX*1)
	VMOVUPS Y14, 32(DI)(AX*1)

next:
	ADDQ $64, AX

test:
	CMPQ AX, CX
	JLT  loop
	TESTL R11, R11
	JZ    done
	SFENCE

done:
	VZEROUPPER
	RET

uncached:
	VMOVNTPS Y13, (DI)(AX*1)
	VMOVNTPS Y14, 32(DI)(AX*1)
	JMP      next

// func scaleBytesAVX2(dst []float32, src []uint8, scale float32)
TEXT ·scaleBytesAVX2(SB), NOSPLIT, $0-52
	MOVQ         dst_base+0(FP), DI
	MOVQ         dst_len+8(FP), CX
	MOVQ         src_base+24(FP), SI
	VBROADCASTSS scale+48(FP), Y1
	XORL         AX, AX
	JMP          test

loop:
	VPMOVZXBD (SI)(AX*1), Y0
	VCVTDQ2PS Y0, Y0
	VMULPS    Y1, Y0, Y0
	VMOVUPS   Y0, (DI)(AX*4)
	ADDQ      $8, AX

test:
	CMPQ AX, CX
	JLT  loop
	VZEROUPPER
	RET

// expSums' mask of the first n of 8 elements starts 32-4n bytes into this.
DATA firstOf8<>+0x00(SB)/8, $-1
DATA firstOf8<>+0x08(SB)/8, $-1
DATA firstOf8<>+0x10(SB)/8, $-1
DATA firstOf8<>+0x18(SB)/8, $-1
DATA firstOf8<>+0x20(SB)/8, $0
DATA firstOf8<>+0x28(SB)/8, $0
DATA firstOf8<>+0x30(SB)/8, $0
DATA firstOf8<>+0x38(SB)/8, $0
GLOBL firstOf8<>(SB), RODATA|NOPTR, $64

// CONSTANT sets all elements of Y7 to the constant at an offset from R8.
#define CONSTANT(offset) VBROADCASTSS offset(R8), Y7

// func expSumAVX2(dst, x []float32, shift float32) float32
//
// Takes any length. Y4 and Y5 hold the 16 partial sums of a Sum. They change
// places with every 8 elements, which the sum of both does not show.
TEXT ·expSumAVX2(SB), NOSPLIT, $0-60
	MOVQ         dst_base+0(FP), DI
	MOVQ         dst_len+8(FP), CX
	MOVQ         x_base+24(FP), SI
	MOVQ         $·expConstants(SB), R8
	VBROADCASTSS shift+48(FP), Y6
	VXORPS       Y4, Y4, Y4
	VXORPS       Y5, Y5, Y5
	VPCMPEQD     Y15, Y15, Y15
	JMP          test

loop:
	CMPQ    CX, $8
	JGE     whole
	LEAQ    firstOf8<>(SB), R9
	MOVQ    CX, AX
	NEGQ    AX
	VMOVUPS 32(R9)(AX*4), Y15

whole:
	VMASKMOVPS (SI), Y15, Y0
	VSUBPS     Y6, Y0, Y0
	CONSTANT(exp_least)
	VCMPPS     $0x11, Y7, Y0, Y8  // x < least
	CONSTANT(exp_most)
	VCMPPS     $0x1e, Y7, Y0, Y9  // x > most
	CONSTANT(exp_log2e)
	VMULPS     Y7, Y0, Y1
	CONSTANT(exp_round)
	VADDPS     Y7, Y1, Y1
	VSUBPS     Y7, Y1, Y1         // n
	CONSTANT(exp_ln2High)
	VMULPS     Y7, Y1, Y2
	VSUBPS     Y2, Y0, Y0
	CONSTANT(exp_ln2Low)
	VMULPS     Y7, Y1, Y2
	VSUBPS     Y2, Y0, Y0         // r
	CONSTANT(exp_p5)
	VMULPS     Y7, Y0, Y3
	CONSTANT(exp_p4)
	VADDPS     Y7, Y3, Y3
	VMULPS     Y0, Y3, Y3
	CONSTANT(exp_p3)
	VADDPS     Y7, Y3, Y3
	VMULPS     Y0, Y3, Y3
	CONSTANT(exp_p2)
	VADDPS     Y7, Y3, Y3
	VMULPS     Y0, Y3, Y3
	CONSTANT(exp_p1)
	VADDPS     Y7, Y3, Y3
	VMULPS     Y0, Y3, Y3
	CONSTANT(exp_p0)
	VADDPS     Y7, Y3, Y3
	VMULPS     Y0, Y0, Y2
	VMULPS     Y2, Y3, Y3
	VADDPS     Y0, Y3, Y3
	CONSTANT(exp_one)
	VADDPS     Y7, Y3, Y3

	// times 2^n in two steps, since 2^128 is no float32
	VCVTTPS2DQ Y1, Y1
	VPSRAD     $1, Y1, Y2
	VPSUBD     Y2, Y1, Y1
	VPSLLD     $23, Y2, Y2
	VPSLLD     $23, Y1, Y1
	VPADDD     Y7, Y2, Y2 // the bits of 1
	VPADDD     Y7, Y1, Y1
	VMULPS     Y2, Y3, Y3
	VMULPS     Y1, Y3, Y3

	CONSTANT(exp_infinity)
	VBLENDVPS  Y9, Y7, Y3, Y3
	VANDNPS    Y3, Y8, Y3
	VMASKMOVPS Y3, Y15, (DI)
	VANDPS     Y3, Y15, Y3
	VADDPS     Y3, Y4, Y3
	VMOVAPS    Y5, Y4
	VMOVAPS    Y3, Y5
	ADDQ       $32, SI
	ADDQ       $32, DI
	SUBQ       $8, CX

test:
	TESTQ CX, CX
	JGT   loop

	VADDPS       Y4, Y5, Y5
	VEXTRACTF128 $1, Y5, X0
	VADDPS       X0, X5, X5
	VMOVHLPS     X5, X5, X0
	VADDPS       X0, X5, X5
	VMOVSHDUP    X5, X0
	VADDSS       X0, X5, X5
	VMOVSS       X5, ret+56(FP)
	VZEROUPPER
	RET
