//go:build !purego

#include "textflag.h"

// The chains are loaded, take n multiply-adds each, and are stored. CHAINS(OP)
// applies OP to four vectors of them at a time.

#define LOAD(a, b, c, d) VLD1.P 64(R1), [a, b, c, d]
#define STORE(a, b, c, d) VST1.P [a, b, c, d], 64(R1)
#define STEP(a, b, c, d) \
	VFMLA V30.S4, V31.S4, a; \
	VFMLA V30.S4, V31.S4, b; \
	VFMLA V30.S4, V31.S4, c; \
	VFMLA V30.S4, V31.S4, d

#define CHAINS(OP) \
	OP(V0.S4, V1.S4, V2.S4, V3.S4); \
	OP(V4.S4, V5.S4, V6.S4, V7.S4); \
	OP(V8.S4, V9.S4, V10.S4, V11.S4); \
	OP(V12.S4, V13.S4, V14.S4, V15.S4); \
	OP(V16.S4, V17.S4, V18.S4, V19.S4); \
	OP(V20.S4, V21.S4, V22.S4, V23.S4)

// func saturateNEON(chains []float32, one, summand float32, n int)
TEXT ·saturateNEON(SB), NOSPLIT, $0-40
	MOVD chains_base+0(FP), R0
	MOVWU one+24(FP), R2
	MOVWU summand+28(FP), R3
	MOVD n+32(FP), R4
	VDUP R2, V30.S4
	VDUP R3, V31.S4
	MOVD R0, R1
	CHAINS(LOAD)

loop:
	CHAINS(STEP)
	SUB  $1, R4
	CBNZ R4, loop
	MOVD R0, R1
	CHAINS(STORE)
	RET
