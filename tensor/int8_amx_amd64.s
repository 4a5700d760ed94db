//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "int8_avx512_amd64.h"

// The micro-kernel for bytes with AMX, whose registers are tiles of up to 16 rows
// of 64 bytes. TDPBUSD adds to each of 16 by 16 sums 64 products, those of a row of
// a tile of x and a column of a tile of w, which is 64 rows of a panel as they lie
// in memory. See Intel's Software Developer's Manual, volume 1, chapter 18. Go's
// assembler has no names for these instructions.
//
// The rows of a group are in two halves, each with tiles as high as it is:
//
//	T4 (upper half of x), T5 (lower half)    T6, T7 (two panels of w)
//	T0 = T4·T6, T1 = T4·T7, T2 = T5·T6, T3 = T5·T7
//
// Registers, besides those of int8_avx512_amd64.h:
//
//	AX, BX   x at the upper and the lower half; DX one row of x, in bytes
//	DI, CX   w at this k, in one panel and the next; later CX sumsRow
//	SI       from a row of a tile of w to the next: 64 bytes
//	R8       the sums, 32 rows of 32; later BX one row of them
//	R9, R10  groups of rows left; steps of k left, each of 64
//	R15      x at the first row of the group

#define LDTILECFG_AX BYTE $0xC4; BYTE $0xE2; BYTE $0x78; BYTE $0x49; BYTE $0x00 // LDTILECFG (AX)
#define TILERELEASE  BYTE $0xC4; BYTE $0xE2; BYTE $0x78; BYTE $0x49; BYTE $0xC0

#define TILEZERO_T0 BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x49; BYTE $0xC0
#define TILEZERO_T1 BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x49; BYTE $0xC8
#define TILEZERO_T2 BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x49; BYTE $0xD0
#define TILEZERO_T3 BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x49; BYTE $0xD8

#define TILELOADD_AX_T4 BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x4B; BYTE $0x24; BYTE $0x10 // TILELOADD (AX)(DX*1), T4
#define TILELOADD_BX_T5 BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x4B; BYTE $0x2C; BYTE $0x13 // TILELOADD (BX)(DX*1), T5
#define TILELOADD_DI_T6 BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x4B; BYTE $0x34; BYTE $0x37 // TILELOADD (DI)(SI*1), T6
#define TILELOADD_CX_T7 BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x4B; BYTE $0x3C; BYTE $0x31 // TILELOADD (CX)(SI*1), T7

#define TDPBUSD_T6_T4_T0 BYTE $0xC4; BYTE $0xE2; BYTE $0x49; BYTE $0x5E; BYTE $0xC4
#define TDPBUSD_T7_T4_T1 BYTE $0xC4; BYTE $0xE2; BYTE $0x41; BYTE $0x5E; BYTE $0xCC
#define TDPBUSD_T6_T5_T2 BYTE $0xC4; BYTE $0xE2; BYTE $0x49; BYTE $0x5E; BYTE $0xD5
#define TDPBUSD_T7_T5_T3 BYTE $0xC4; BYTE $0xE2; BYTE $0x41; BYTE $0x5E; BYTE $0xDD

#define TILESTORED_T0_AX    BYTE $0xC4; BYTE $0xE2; BYTE $0x7A; BYTE $0x4B; BYTE $0x04; BYTE $0x08             // TILESTORED T0, (AX)(CX*1)
#define TILESTORED_T1_64_AX BYTE $0xC4; BYTE $0xE2; BYTE $0x7A; BYTE $0x4B; BYTE $0x4C; BYTE $0x08; BYTE $0x40 // TILESTORED T1, 64(AX)(CX*1)
#define TILESTORED_T2_BX    BYTE $0xC4; BYTE $0xE2; BYTE $0x7A; BYTE $0x4B; BYTE $0x14; BYTE $0x0B             // TILESTORED T2, (BX)(CX*1)
#define TILESTORED_T3_64_BX BYTE $0xC4; BYTE $0xE2; BYTE $0x7A; BYTE $0x4B; BYTE $0x5C; BYTE $0x0B; BYTE $0x40 // TILESTORED T3, 64(BX)(CX*1)

// sumsRow is the length of a row of sums, in bytes.
#define sumsRow 128

// func tileAMX(t *amxTile)
// Takes groups of 2 to 32 rows and 1 to 32 columns. The frame holds the sums, and
// what aligns them.
TEXT ·tileAMX(SB), 0, $4160-8
	MOVQ t+0(FP), R13
	MASKS
	POINT_Y
	LEAQ amxTile_tiles(R13), AX
	LDTILECFG_AX
	LOAD_SCALE
	LEAQ sums-4097(SP), R8 // the start of the frame plus 63, which is rounded down
	ANDQ $~63, R8
	MOVQ int8Tile_xRow(R13), DX
	MOVQ $64, SI
	MOVQ int8Tile_groups(R13), R9
	MOVQ int8Tile_x(R13), R15

group:
	MOVQ R15, AX
	MOVQ amxTile_upper(R13), BX
	IMULQ DX, BX
	ADDQ AX, BX
	MOVQ int8Tile_w(R13), DI
	MOVQ DI, CX // where there is only one panel, its products are computed twice
	CMPQ int8Tile_cols(R13), $16
	JLE  zero
	ADDQ int8Tile_panel(R13), CX

zero:
	TILEZERO_T0
	TILEZERO_T1
	TILEZERO_T2
	TILEZERO_T3
	MOVQ int8Tile_steps(R13), R10

	PCALIGN $64
step:
	TILELOADD_AX_T4
	TILELOADD_DI_T6
	TILELOADD_CX_T7
	TDPBUSD_T6_T4_T0
	TILELOADD_BX_T5
	TDPBUSD_T7_T4_T1
	TDPBUSD_T6_T5_T2
	TDPBUSD_T7_T5_T3
	ADDQ $64, AX
	ADDQ $64, BX
	ADDQ $1024, DI
	ADDQ $1024, CX
	DECQ R10
	JNZ  step

	MOVQ R8, AX
	MOVQ amxTile_upper(R13), BX
	IMULQ $sumsRow, BX
	ADDQ AX, BX
	MOVQ $sumsRow, CX
	TILESTORED_T0_AX
	TILESTORED_T1_64_AX
	TILESTORED_T2_BX
	TILESTORED_T3_64_BX

	MOVQ int8Tile_rows(R13), R10
	MOVQ R10, BX
	IMULQ $sumsRow, BX
	ADDQ R8, BX
	ADDQ int8Tile_yNext(R13), R11
	MOVQ R11, AX
	CMPQ int8Tile_floats(R13), $0
	JNE  floats

bytes:
	SUBQ $sumsRow, BX
	VMOVDQA32 (BX), Z0
	VMOVDQA32 64(BX), Z1
	BYTES_WIDE(Z0, Z1)
	DECQ R10
	JNZ  bytes
	JMP  next

floats:
	SUBQ $sumsRow, BX
	VMOVDQA32 (BX), Z0
	VMOVDQA32 64(BX), Z1
	FLOATS_WIDE(Z0, Z1)
	DECQ R10
	JNZ  floats

next:
	ADDQ int8Tile_xNext(R13), R15
	DECQ R9
	JNZ  group
	TILERELEASE
	VZEROUPPER
	RET
