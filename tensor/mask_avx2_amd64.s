//go:build !purego

#include "go_asm.h"
#include "textflag.h"

// The factor of the jump in halves of 64 bits, and the upper 32 bits of each; PCG's multiplier
// and its upper 32 bits; the summand's lower half, with its sign turned.
#define FACTOR Y15
#define FACTOR_UPPER Y14
#define FACTOR_HIGH Y13
#define FACTOR_HIGH_UPPER Y12
#define MULTIPLIER Y11
#define MULTIPLIER_UPPER Y10
#define SUMMAND_TURNED Y9
#define SUMMAND summand-32(SP)
#define SUMMAND_HIGH summandHigh-64(SP)
#define ONE one-96(SP)
#define LOWER lower-128(SP) // the lower halves of 64 bits
#define DROPPED dropped-160(SP)
#define KEEP keep-192(SP)

// ADVANCE takes four states a jump ahead, which are BX bytes into the lanes. Products of
// 64 bits are put together of four products of 32 bits by 32, or three, for their lower half.
#define ADVANCE \
	VMOVDQU  lanes_lo(SI)(BX*1), Y0; \
	VMOVDQU  lanes_hi(SI)(BX*1), Y1; \
	VPSRLQ   $32, Y0, Y2; \
	VPSRLQ   $32, Y1, Y3; \
	VPMULUDQ FACTOR, Y1, Y4; \
	VPMULUDQ FACTOR_HIGH, Y0, Y5; \
	VPADDQ   Y5, Y4, Y4; \
	VPMULUDQ FACTOR_UPPER, Y1, Y5; \
	VPMULUDQ FACTOR, Y3, Y6; \
	VPADDQ   Y6, Y5, Y5; \
	VPMULUDQ FACTOR_HIGH_UPPER, Y0, Y6; \
	VPADDQ   Y6, Y5, Y5; \
	VPMULUDQ FACTOR_HIGH, Y2, Y6; \
	VPADDQ   Y6, Y5, Y5; \
	VPSLLQ   $32, Y5, Y5; \
	VPADDQ   Y5, Y4, Y1; \
	VPMULUDQ FACTOR, Y0, Y4; \
	VPMULUDQ FACTOR_UPPER, Y0, Y5; \
	VPMULUDQ FACTOR, Y2, Y6; \
	VPMULUDQ FACTOR_UPPER, Y2, Y7; \
	VPADDQ   Y7, Y1, Y1; \
	VPSRLQ   $32, Y4, Y8; \
	VPADDQ   Y8, Y6, Y6; \
	VPAND    LOWER, Y6, Y8; \
	VPADDQ   Y8, Y5, Y5; \
	VPSRLQ   $32, Y6, Y6; \
	VPADDQ   Y6, Y1, Y1; \
	VPSRLQ   $32, Y5, Y6; \
	VPADDQ   Y6, Y1, Y1; \
	VPSLLQ   $32, Y5, Y5; \
	VPBLENDD $0xaa, Y5, Y4, Y0; \
	VPADDQ   SUMMAND_TURNED, Y0, Y4; \
	VPADDQ   SUMMAND, Y0, Y0; \
	VPCMPGTQ Y4, SUMMAND_TURNED, Y4; \
	VPADDQ   SUMMAND_HIGH, Y1, Y1; \
	VPSUBQ   Y4, Y1, Y1; \
	VMOVDQU  Y0, lanes_lo(SI)(BX*1); \
	VMOVDQU  Y1, lanes_hi(SI)(BX*1)

// OUTPUT writes eight elements of the mask, by DXSM of the four states that are BX bytes into the
// lanes.
#define OUTPUT \
	VMOVDQU  lanes_lo(SI)(BX*1), Y0; \
	VMOVDQU  lanes_hi(SI)(BX*1), Y1; \
	VPSRLQ   $32, Y1, Y3; \
	VPXOR    Y1, Y3, Y2; \
	VPMULUDQ MULTIPLIER, Y2, Y4; \
	VPMULUDQ MULTIPLIER_UPPER, Y2, Y5; \
	VPMULUDQ MULTIPLIER, Y3, Y6; \
	VPADDQ   Y6, Y5, Y5; \
	VPSLLQ   $32, Y5, Y5; \
	VPADDQ   Y5, Y4, Y4; \
	VPSRLQ   $48, Y4, Y5; \
	VPXOR    Y5, Y4, Y4; \
	VPOR     ONE, Y0, Y5; \
	VPSRLQ   $32, Y4, Y6; \
	VPSRLQ   $32, Y0, Y7; \
	VPMULUDQ Y5, Y4, Y8; \
	VPMULUDQ Y5, Y6, Y6; \
	VPMULUDQ Y7, Y4, Y4; \
	VPADDQ   Y6, Y4, Y4; \
	VPSLLQ   $32, Y4, Y4; \
	VPADDQ   Y8, Y4, Y4; \
	VPMAXUD  DROPPED, Y4, Y5; \
	VPCMPEQD Y4, Y5, Y5; \
	VPAND    KEEP, Y5, Y5; \
	VMOVDQU  Y5, (DI)(BX*1)

// func maskLanesAVX2(mask []float32, l *lanes, dropped uint32, keep float32)
//
// Takes a length that is a multiple of 32, and not 0.
TEXT ·maskLanesAVX2(SB), NOSPLIT, $192-40
	MOVQ         mask_base+0(FP), DI
	MOVQ         mask_len+8(FP), CX
	MOVQ         l+24(FP), SI
	VBROADCASTSS dropped+32(FP), Y0
	VMOVDQU      Y0, DROPPED
	VBROADCASTSS keep+36(FP), Y0
	VMOVDQU      Y0, KEEP
	VPBROADCASTQ (lanes_jump+jump_factor+uint128_lo)(SI), FACTOR
	VPBROADCASTQ (lanes_jump+jump_factor+uint128_hi)(SI), FACTOR_HIGH
	VPBROADCASTQ (lanes_jump+jump_summand+uint128_lo)(SI), Y0
	VMOVDQU      Y0, SUMMAND
	VPBROADCASTQ (lanes_jump+jump_summand+uint128_hi)(SI), Y1
	VMOVDQU      Y1, SUMMAND_HIGH
	VPSRLQ       $32, FACTOR, FACTOR_UPPER
	VPSRLQ       $32, FACTOR_HIGH, FACTOR_HIGH_UPPER
	MOVQ         $0xda942042e4dd58b5, AX
	VMOVQ        AX, X1
	VPBROADCASTQ X1, MULTIPLIER
	VPSRLQ       $32, MULTIPLIER, MULTIPLIER_UPPER
	VPCMPEQD     Y1, Y1, Y1
	VPSLLQ       $63, Y1, Y2
	VPADDQ       Y2, Y0, SUMMAND_TURNED
	VPSRLQ       $63, Y1, Y2
	VMOVDQU      Y2, ONE
	VPSRLQ       $32, Y1, Y2
	VMOVDQU      Y2, LOWER
	JMP          draw

loop:
	XORL BX, BX

advance:
	ADVANCE
	ADDQ $32, BX
	CMPQ BX, $128
	JLT  advance

draw:
	XORL BX, BX

output:
	OUTPUT
	ADDQ $32, BX
	CMPQ BX, $128
	JLT  output
	ADDQ $128, DI
	SUBQ $32, CX
	JNZ  loop
	VZEROUPPER
	RET
