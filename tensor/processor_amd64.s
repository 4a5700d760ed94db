//go:build !purego

#include "textflag.h"

// func isAMD() bool
TEXT ·isAMD(SB), NOSPLIT, $0-1
	XORL  AX, AX
	CPUID
	CMPL  BX, $0x68747541 // the first letters of AuthenticAMD
	SETEQ ret+0(FP)
	RET
