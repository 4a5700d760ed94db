//go:build !purego

#include "go_asm.h"
#include "textflag.h"

// In each routine on slices AX counts the bytes done, and CX is where the last
// whole vector of 16 starts; 8 elements may be left after it. vector.go rounds
// every operation, and so do these: a fused multiply-add serves only to come to
// a square root that is rounded correctly.

#define LENGTH(length) \
	MOVQ length, CX; \
	SHLQ $2, CX; \
	SUBQ $64, CX; \
	XORL AX, AX

// HALF_LEFT jumps to done unless 8 elements are left.
#define HALF_LEFT(done) \
	ADDQ $32, CX; \
	CMPQ AX, CX; \
	JGT  done

// func multiplyAVX512(dst, x, y []float32)
TEXT ·multiplyAVX512(SB), NOSPLIT, $0-72
	MOVQ dst_base+0(FP), DI
	MOVQ x_base+24(FP), SI
	MOVQ y_base+48(FP), DX
	LENGTH(dst_len+8(FP))
	JMP  test

loop:
	VMOVUPS (SI)(AX*1), Z0
	VMULPS  (DX)(AX*1), Z0, Z0
	VMOVUPS Z0, (DI)(AX*1)
	ADDQ    $64, AX

test:
	CMPQ AX, CX
	JLE  loop
	HALF_LEFT(done)
	VMOVUPS (SI)(AX*1), Y0
	VMULPS  (DX)(AX*1), Y0, Y0
	VMOVUPS Y0, (DI)(AX*1)

done:
	VZEROUPPER
	RET

// func rectifyAVX512(dst, x []float32)
TEXT ·rectifyAVX512(SB), NOSPLIT, $0-48
	MOVQ   dst_base+0(FP), DI
	MOVQ   x_base+24(FP), SI
	LENGTH(dst_len+8(FP))
	VPXORD Z1, Z1, Z1
	JMP    test

loop:
	// Where neither is greater, as with NaN, VMAXPS gives the operand that Go's
	// assembler writes first.
	VMAXPS  (SI)(AX*1), Z1, Z0
	VMOVUPS Z0, (DI)(AX*1)
	ADDQ    $64, AX

test:
	CMPQ AX, CX
	JLE  loop
	HALF_LEFT(done)
	VMAXPS  (SI)(AX*1), Y1, Y0
	VMOVUPS Y0, (DI)(AX*1)

done:
	VZEROUPPER
	RET

// func rectifyBackAVX512(dst, gradient, y []float32)
TEXT ·rectifyBackAVX512(SB), NOSPLIT, $0-72
	MOVQ   dst_base+0(FP), DI
	MOVQ   gradient_base+24(FP), SI
	MOVQ   y_base+48(FP), DX
	LENGTH(dst_len+8(FP))
	VPXORD Z1, Z1, Z1
	JMP    test

loop:
	VCMPPS    $0x11, (DX)(AX*1), Z1, K1 // 0 < y, false for NaN
	VMOVUPS.Z (SI)(AX*1), K1, Z0
	VMOVUPS   Z0, (DI)(AX*1)
	ADDQ      $64, AX

test:
	CMPQ AX, CX
	JLE  loop
	HALF_LEFT(done)
	VCMPPS    $0x11, (DX)(AX*1), Y1, K1
	VMOVUPS.Z (SI)(AX*1), K1, Y0
	VMOVUPS   Y0, (DI)(AX*1)

done:
	VZEROUPPER
	RET

// func scaleBytesAVX512(dst []float32, src []uint8, scale float32)
TEXT ·scaleBytesAVX512(SB), NOSPLIT, $0-52
	MOVQ         dst_base+0(FP), DI
	MOVQ         src_base+24(FP), SI
	VBROADCASTSS scale+48(FP), Z1
	LENGTH(dst_len+8(FP))
	JMP          test

loop:
	VPMOVZXBD (SI), Z0
	VCVTDQ2PS Z0, Z0
	VMULPS    Z1, Z0, Z0
	VMOVUPS   Z0, (DI)(AX*1)
	ADDQ      $16, SI
	ADDQ      $64, AX

test:
	CMPQ AX, CX
	JLE  loop
	HALF_LEFT(done)
	VPMOVZXBD (SI), Y0
	VCVTDQ2PS Y0, Y0
	VMULPS    Y1, Y0, Y0
	VMOVUPS   Y0, (DI)(AX*1)

done:
	VZEROUPPER
	RET

// The constants of a step of Adam.
#define BETA1 Z16
#define REST1 Z17
#define BETA2 Z18
#define REST2 Z19
#define INVERSE_ROOT2 Z20
#define EPSILON Z21
#define RATE Z22
#define NEGLIGIBLE Z23
#define TINY2 Z24 // the square of tiny
#define MAGNITUDE Z25 // all bits but the sign
#define HALF Z26
#define FIXES Z27 // the root of 0 is 0, that of infinity infinity

#define NOT_LESS $0x15 // true of NaN

#define BROADCAST(bits, x) \
	MOVL $bits, R10; \
	VPBROADCASTD R10, x

// func adamPairsAVX512(w, g, m, v []float32, c *AdamStep, uncached bool)
//
// Takes a length that is a multiple of 32. The unit that divides and takes square
// roots would be the limit, as it takes 22 cycles for 16 elements. So, unless dividesFast
// is true, every second vector's square root is computed without it, by Goldschmidt's
// iteration from an estimate of 14 bits, and a correction by the exact remainder, which
// makes it the correctly rounded one (P. Markstein, "Computation of elementary
// functions on the IBM RISC System/6000 processor", 1990).
//
// A gradient is below tiny where its square is below the square of tiny, both
// rounded.
TEXT ·adamPairsAVX512(SB), NOSPLIT, $0-105
	MOVQ         w_base+0(FP), DI
	MOVQ         w_len+8(FP), CX
	MOVQ         g_base+24(FP), SI
	MOVQ         m_base+48(FP), R8
	MOVQ         v_base+72(FP), R9
	MOVQ         c+96(FP), DX
	MOVBLZX      uncached+104(FP), R11
	MOVBLZX      ·dividesFast(SB), R12
	SHLQ         $2, CX
	XORL         AX, AX
	VBROADCASTSS AdamStep_beta1(DX), BETA1
	VBROADCASTSS AdamStep_rest1(DX), REST1
	VBROADCASTSS AdamStep_beta2(DX), BETA2
	VBROADCASTSS AdamStep_rest2(DX), REST2
	VBROADCASTSS AdamStep_inverseRoot2(DX), INVERSE_ROOT2
	VBROADCASTSS AdamStep_epsilon(DX), EPSILON
	VBROADCASTSS AdamStep_rate(DX), RATE
	VBROADCASTSS AdamStep_negligible(DX), NEGLIGIBLE
	VBROADCASTSS AdamStep_tiny(DX), TINY2
	VMULPS       TINY2, TINY2, TINY2
	BROADCAST(0x7fffffff, MAGNITUDE)
	BROADCAST(0x3f000000, HALF)
	BROADCAST(0x00500800, FIXES)
	JMP          test

loop:
	VMOVUPS   (SI)(AX*1), Z0
	VMOVUPS   64(SI)(AX*1), Z1
	VMULPS    Z0, Z0, Z2
	VMULPS    Z1, Z1, Z3
	VCMPPS    NOT_LESS, TINY2, Z2, K1
	VCMPPS    NOT_LESS, TINY2, Z3, K2
	VMULPS    (R9)(AX*1), BETA2, Z4
	VMULPS    64(R9)(AX*1), BETA2, Z5
	VMULPS.Z  REST2, Z2, K1, Z2
	VMULPS.Z  REST2, Z3, K2, Z3
	VADDPS    Z2, Z4, Z4                 // v
	VADDPS    Z3, Z5, Z5
	VMULPS    (R8)(AX*1), BETA1, Z2
	VMULPS    64(R8)(AX*1), BETA1, Z3
	VMULPS.Z  REST1, Z0, K1, Z0
	VMULPS.Z  REST1, Z1, K2, Z1
	VCMPPS    NOT_LESS, NEGLIGIBLE, Z4, K1
	VCMPPS    NOT_LESS, NEGLIGIBLE, Z5, K2
	VMOVAPS.Z Z4, K1, Z4
	VMOVAPS.Z Z5, K2, Z5
	VADDPS    Z0, Z2, Z2                 // m
	VADDPS    Z1, Z3, Z3
	VMOVUPS   Z4, (R9)(AX*1)
	VMOVUPS   Z5, 64(R9)(AX*1)

	VSQRTPS      Z4, Z4
	TESTL        R12, R12
	JNZ          root

	// g is an estimate of the other root, h one of half its inverse.
	VRSQRT14PS   Z5, Z6
	VMULPS       Z6, Z5, Z7           // g
	VMULPS       HALF, Z6, Z6         // h
	VMOVAPS      Z7, Z8
	VFNMADD213PS HALF, Z6, Z8         // 1/2 - g*h
	VFMADD231PS  Z7, Z8, Z7           // g += g*(1/2 - g*h)
	VFMADD231PS  Z6, Z8, Z6           // h += h*(1/2 - g*h)
	VMOVAPS      Z7, Z8
	VFNMADD213PS Z5, Z7, Z8           // v - g*g
	VFMADD231PS  Z6, Z8, Z7           // g += h*(v - g*g)
	VFIXUPIMMPS  $0, FIXES, Z5, Z7

rooted:
	VPANDD    MAGNITUDE, Z2, Z0
	VPANDD    MAGNITUDE, Z3, Z1
	VCMPPS    NOT_LESS, NEGLIGIBLE, Z0, K1
	VCMPPS    NOT_LESS, NEGLIGIBLE, Z1, K2
	VMOVAPS.Z Z2, K1, Z2
	VMOVAPS.Z Z3, K2, Z3
	VMOVUPS   Z2, (R8)(AX*1)
	VMOVUPS   Z3, 64(R8)(AX*1)
	VMULPS    INVERSE_ROOT2, Z4, Z4
	VMULPS    INVERSE_ROOT2, Z7, Z7
	VADDPS    EPSILON, Z4, Z4
	VADDPS    EPSILON, Z7, Z7
	VDIVPS    Z4, Z2, Z2
	VDIVPS    Z7, Z3, Z3
	VMULPS    RATE, Z2, Z2
	VMULPS    RATE, Z3, Z3
	VMOVUPS   (DI)(AX*1), Z0
	VMOVUPS   64(DI)(AX*1), Z1
	VSUBPS    Z2, Z0, Z0
	VSUBPS    Z3, Z1, Z1
	TESTL     R11, R11
	JNZ       uncached
	VMOVUPS   Z0, (DI)(AX*1)
	VMOVUPS   Z1, 64(DI)(AX*1)

next:
	ADDQ $128, AX

test:
	CMPQ AX, CX
	JLT  loop
	TESTL R11, R11
	JZ    done
	SFENCE

done:
	VZEROUPPER
	RET

root:
	VSQRTPS Z5, Z7
	JMP     rooted

uncached:
	VMOVNTPS Z0, (DI)(AX*1)
	VMOVNTPS Z1, 64(DI)(AX*1)
	JMP      next

// func expSumAVX512(dst, x []float32, shift float32) float32
//
// Takes any length. Z5 holds the 16 partial sums of a Sum.
TEXT ·expSumAVX512(SB), NOSPLIT, $0-60
	MOVQ         dst_base+0(FP), DI
	MOVQ         dst_len+8(FP), CX
	MOVQ         x_base+24(FP), SI
	MOVQ         $·expConstants(SB), R8
	VBROADCASTSS shift+48(FP), Z6
	VPXORD       Z5, Z5, Z5
	KXNORW       K1, K1, K1
	JMP          test

loop:
	CMPQ  CX, $16
	JGE   whole
	MOVL  $-1, AX
	BZHIL CX, AX, AX
	KMOVW AX, K1

whole:
	VMOVUPS.Z   (SI), K1, Z0
	VSUBPS      Z6, Z0, Z0
	VCMPPS.BCST $0x11, exp_least(R8), Z0, K2 // x < least
	VCMPPS.BCST $0x1e, exp_most(R8), Z0, K3  // x > most
	VMULPS.BCST exp_log2e(R8), Z0, Z1
	VADDPS.BCST exp_round(R8), Z1, Z1
	VSUBPS.BCST exp_round(R8), Z1, Z1        // n
	VMULPS.BCST exp_ln2High(R8), Z1, Z2
	VSUBPS      Z2, Z0, Z0
	VMULPS.BCST exp_ln2Low(R8), Z1, Z2
	VSUBPS      Z2, Z0, Z0                   // r
	VMULPS.BCST exp_p5(R8), Z0, Z3
	VADDPS.BCST exp_p4(R8), Z3, Z3
	VMULPS      Z0, Z3, Z3
	VADDPS.BCST exp_p3(R8), Z3, Z3
	VMULPS      Z0, Z3, Z3
	VADDPS.BCST exp_p2(R8), Z3, Z3
	VMULPS      Z0, Z3, Z3
	VADDPS.BCST exp_p1(R8), Z3, Z3
	VMULPS      Z0, Z3, Z3
	VADDPS.BCST exp_p0(R8), Z3, Z3
	VMULPS      Z0, Z0, Z2
	VMULPS      Z2, Z3, Z3
	VADDPS      Z0, Z3, Z3
	VADDPS.BCST exp_one(R8), Z3, Z3
	VSCALEFPS   Z1, Z3, Z3

	VBROADCASTSS exp_infinity(R8), K3, Z3
	VPXORD       Z3, Z3, K2, Z3
	VMOVUPS      Z3, K1, (DI)
	VADDPS       Z3, Z5, K1, Z5
	ADDQ         $64, SI
	ADDQ         $64, DI
	SUBQ         $16, CX

test:
	TESTQ CX, CX
	JGT   loop

	VEXTRACTF32X8 $1, Z5, Y0
	VADDPS        Y0, Y5, Y5
	VEXTRACTF128  $1, Y5, X0
	VADDPS        X0, X5, X5
	VMOVHLPS      X5, X5, X0
	VADDPS        X0, X5, X5
	VMOVSHDUP     X5, X0
	VADDSS        X0, X5, X5
	VMOVSS        X5, ret+56(FP)
	VZEROUPPER
	RET

// The factor of the jump in halves, its summand, and PCG's other constants.
#define FACTOR Z16
#define FACTOR_UPPER Z17 // the upper half of its lower 64 bits
#define FACTOR_HIGH Z18
#define SUMMAND Z20
#define SUMMAND_HIGH Z21
#define ONE Z22
#define MULTIPLIER Z23
#define DROPPED Z24
#define KEEP Z25
#define LOWER Z26 // the lower halves of 64 bits
#define LOWER_HALVES K2
#define UPPER_HALVES K3

// UPPER sets d to the upper halves of x, shifted down. Multiplications and shifts
// share a port; a shuffle takes the other.
#define UPPER(x, d) VPSHUFD.Z $0xf5, x, LOWER_HALVES, d

// OUTPUT writes 16 elements of the mask, by DXSM of eight states.
#define OUTPUT(lo, hi, mask) \
	UPPER(hi, Z4); \
	VPXORQ    hi, Z4, Z4; \
	VPMULLQ   MULTIPLIER, Z4, Z4; \
	VPSRLQ    $48, Z4, Z5; \
	VPXORQ    Z4, Z5, Z4; \
	VPORQ     ONE, lo, Z5; \
	VPMULLQ   Z5, Z4, Z4; \
	VPCMPUD   $5, DROPPED, Z4, K1; \
	VMOVAPS.Z KEEP, K1, Z4; \
	VMOVUPS   Z4, mask

// ADVANCE takes eight states a jump ahead. The product of the lower 64 bits is
// put together of four products of 32 bits by 32.
#define ADVANCE(lo, hi) \
	UPPER(lo, Z5); \
	VPMULUDQ FACTOR, lo, Z6; \
	VPMULUDQ FACTOR_UPPER, lo, Z7; \
	VPMULUDQ FACTOR, Z5, Z8; \
	VPMULUDQ FACTOR_UPPER, Z5, Z9; \
	VPMULLQ  FACTOR, hi, hi; \
	VPMULLQ  FACTOR_HIGH, lo, Z10; \
	VPADDQ   Z10, hi, hi; \
	UPPER(Z6, Z10); \
	VPADDQ   Z10, Z8, Z8; \
	VPANDQ   LOWER, Z8, Z10; \
	VPADDQ   Z10, Z7, Z7; \
	UPPER(Z8, Z8); \
	VPADDQ   Z8, Z9, Z9; \
	VPADDQ   Z9, hi, hi; \
	VPSHUFD  $0xa0, Z7, UPPER_HALVES, Z6; \
	UPPER(Z7, Z8); \
	VPADDQ   Z8, hi, hi; \
	VPADDQ   SUMMAND, Z6, lo; \
	VPCMPUQ  $1, SUMMAND, lo, K1; \
	VPADDQ   SUMMAND_HIGH, hi, hi; \
	VPADDQ   ONE, hi, K1, hi

// func maskLanesAVX512(mask []float32, l *lanes, dropped uint32, keep float32)
//
// Takes a length that is a multiple of 32, and not 0.
TEXT ·maskLanesAVX512(SB), NOSPLIT, $0-40
	MOVQ         mask_base+0(FP), DI
	MOVQ         mask_len+8(FP), CX
	MOVQ         l+24(FP), SI
	MOVL         dropped+32(FP), AX
	VPBROADCASTD AX, DROPPED
	VBROADCASTSS keep+36(FP), KEEP
	VPBROADCASTQ (lanes_jump+jump_factor+uint128_lo)(SI), FACTOR
	VPBROADCASTQ (lanes_jump+jump_factor+uint128_hi)(SI), FACTOR_HIGH
	VPBROADCASTQ (lanes_jump+jump_summand+uint128_lo)(SI), SUMMAND
	VPBROADCASTQ (lanes_jump+jump_summand+uint128_hi)(SI), SUMMAND_HIGH
	VPSRLQ       $32, FACTOR, FACTOR_UPPER
	MOVQ         $0xda942042e4dd58b5, AX
	VPBROADCASTQ AX, MULTIPLIER
	MOVL         $1, AX
	VPBROADCASTQ AX, ONE
	MOVL         $0x5555, AX
	KMOVW        AX, LOWER_HALVES
	KNOTW        LOWER_HALVES, UPPER_HALVES
	MOVL         $0xffffffff, AX
	VPBROADCASTQ AX, LOWER
	VMOVDQU64    lanes_lo(SI), Z0
	VMOVDQU64    lanes_hi(SI), Z1
	VMOVDQU64    (lanes_lo+64)(SI), Z2
	VMOVDQU64    (lanes_hi+64)(SI), Z3
	JMP          draw

loop:
	ADVANCE(Z0, Z1)
	ADVANCE(Z2, Z3)

draw:
	OUTPUT(Z0, Z1, (DI))
	OUTPUT(Z2, Z3, 64(DI))
	ADDQ $128, DI
	SUBQ $32, CX
	JNZ  loop

	VMOVDQU64 Z0, lanes_lo(SI)
	VMOVDQU64 Z1, lanes_hi(SI)
	VMOVDQU64 Z2, (lanes_lo+64)(SI)
	VMOVDQU64 Z3, (lanes_hi+64)(SI)
	VZEROUPPER
	RET
