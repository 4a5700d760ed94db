//go:build !purego

#include "textflag.h"

// func Prefetch(data []uint8)
TEXT ·Prefetch(SB), NOSPLIT, $0-24
	MOVQ data_base+0(FP), SI
	MOVQ data_len+8(FP), CX
	ADDQ SI, CX
	ANDQ $~63, SI
	JMP  test

loop:
	PREFETCHT1 (SI)
	ADDQ       $64, SI

test:
	CMPQ SI, CX
	JLT  loop
	RET
