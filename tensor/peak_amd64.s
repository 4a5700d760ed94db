//go:build !purego

#include "textflag.h"

// The chains are loaded, take n multiply-adds each, and are stored. CHAINS(OP)
// applies OP(memory, register) to each vector of them.

#define CHAINS_AVX512(OP) \
	OP((AX), Z0); OP(64(AX), Z1); OP(128(AX), Z2); OP(192(AX), Z3); \
	OP(256(AX), Z4); OP(320(AX), Z5); OP(384(AX), Z6); OP(448(AX), Z7); \
	OP(512(AX), Z8); OP(576(AX), Z9); OP(640(AX), Z10); OP(704(AX), Z11); \
	OP(768(AX), Z12); OP(832(AX), Z13); OP(896(AX), Z14); OP(960(AX), Z15)

#define CHAINS_AVX2(OP) \
	OP((AX), Y0); OP(32(AX), Y1); OP(64(AX), Y2); OP(96(AX), Y3); \
	OP(128(AX), Y4); OP(160(AX), Y5); OP(192(AX), Y6); OP(224(AX), Y7); \
	OP(256(AX), Y8); OP(288(AX), Y9); OP(320(AX), Y10); OP(352(AX), Y11)

#define LOAD(memory, register) VMOVUPS memory, register
#define STORE(memory, register) VMOVUPS register, memory
#define STEP_AVX512(memory, register) VFMADD213PS Z31, Z30, register
#define STEP_AVX2(memory, register) VFMADD213PS Y15, Y14, register

// func saturateAVX512(chains []float32, one, summand float32, n int)
TEXT ·saturateAVX512(SB), NOSPLIT, $0-40
	MOVQ chains_base+0(FP), AX
	MOVQ n+32(FP), CX
	VBROADCASTSS one+24(FP), Z30
	VBROADCASTSS summand+28(FP), Z31
	CHAINS_AVX512(LOAD)
	PCALIGN $64

avx512:
	CHAINS_AVX512(STEP_AVX512)
	DECQ CX
	JNZ  avx512
	CHAINS_AVX512(STORE)
	VZEROUPPER
	RET

// func saturateAVX2(chains []float32, one, summand float32, n int)
TEXT ·saturateAVX2(SB), NOSPLIT, $0-40
	MOVQ chains_base+0(FP), AX
	MOVQ n+32(FP), CX
	VBROADCASTSS one+24(FP), Y14
	VBROADCASTSS summand+28(FP), Y15
	CHAINS_AVX2(LOAD)
	PCALIGN $64

avx2:
	CHAINS_AVX2(STEP_AVX2)
	DECQ CX
	JNZ  avx2
	CHAINS_AVX2(STORE)
	VZEROUPPER
	RET
