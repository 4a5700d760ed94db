//go:build !purego

#include "textflag.h"

// PREFETCH asks for the lines of data with ASK.
#define PREFETCH(ASK) \
	MOVQ data_base+0(FP), SI; \
	MOVQ data_len+8(FP), CX; \
	ADDQ SI, CX; \
	ANDQ $~63, SI; \
	JMP  test; \
loop: \
	ASK  (SI); \
	ADDQ $64, SI; \
test: \
	CMPQ SI, CX; \
	JLT  loop; \
	RET

// func Prefetch(data []uint8)
TEXT ·Prefetch(SB), NOSPLIT, $0-24
	PREFETCH(PREFETCHT1)

// func PrefetchNear(data []uint8)
TEXT ·PrefetchNear(SB), NOSPLIT, $0-24
	PREFETCH(PREFETCHT0)
