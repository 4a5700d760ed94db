// What the micro-kernels with AVX-512 and with AVX2 share.
//
// They compute a tile of C = initial + A·B: rows of C run over
// broadcast elements of A, columns over vectors of B, and the accumulators stay
// in registers while k counts up. Each k step does, for every row,
//
//	acc[row] = fma(broadcast(a[row][k]), b[k], acc[row])
//
// so an output is one chain of fused multiply-adds in ascending k.
//
// Registers, in the kernels for tiles:
//
//	AX                              A at this k, in the first row
//	BX, CX, DX, SI, R11, R12, R15   1, 3, 5, 7, 9, 11 and 13 rows of A, in bytes
//	R9          one step of k in A, in bytes
//	DI, R8      B at this k; one step of k in B, in bytes
//	R10, left   steps of k left in this run; those after it
//	R13         the tile
//	R14         what to fetch at this k
//
// Before and after the steps of k, R11 is a row of the initial values or of C, R12 the
// distance to the next, and CX that of 32 columns to the next 32, in bytes. R15 is how
// many rows the tile has, while a kernel is chosen.

#define LOAD_TILE \
	MOVQ tile_a(R13), AX; \
	MOVQ tile_aRow(R13), BX; \
	MOVQ tile_aDepth(R13), R9; \
	MOVQ tile_b(R13), DI; \
	MOVQ tile_bDepth(R13), R8; \
	MOVQ tile_initial(R13), R11; \
	MOVQ tile_initialRow(R13), R12; \
	MOVQ tile_initialPanel(R13), CX; \
	SHLQ $2, BX; \
	SHLQ $2, R9; \
	SHLQ $2, R8; \
	SHLQ $2, R12; \
	SHLQ $2, CX; \
	MOVQ tile_depth(R13), R10

// NEXT_ROWS moves the tile down by its rows and starts again, and falls through
// after the last group of rows. R11 is at the next row of C.
#define NEXT_ROWS(entry) \
	DECQ tile_groups(R13); \
	JEQ 7(PC); \
	MOVQ R11, tile_c(R13); \
	MOVQ tile_aNext(R13), R12; \
	ADDQ R12, tile_a(R13); \
	MOVQ tile_initialNext(R13), R12; \
	ADDQ R12, tile_initial(R13); \
	JMP entry

#define LOAD_C \
	MOVQ tile_c(R13), R11; \
	MOVQ tile_cRow(R13), R12; \
	MOVQ tile_cPanel(R13), CX; \
	SHLQ $2, R12; \
	SHLQ $2, CX

// A depth is taken in runs of 32 steps of k. A processor foresees the end of a loop of
// few rounds alone, and one that it has not foreseen costs as much as four steps. So in
// a run four steps are written out, seven times around, and the last four are a loop of
// single steps, which takes other depths as well. Integer additions compete for the
// ports that multiply; therefore all rows are reached from AX.

#define START_K \
	LEAQ (BX)(BX*2), CX; \
	LEAQ (BX)(BX*4), DX; \
	LEAQ (CX)(BX*4), SI; \
	LEAQ (BX)(BX*8), R11; \
	LEAQ (CX)(BX*8), R12; \
	LEAQ (DX)(BX*8), R15

// START_RUN sets R10 to the steps of the run, and jumps if it is the last.
#define START_RUN(steps) \
	MOVQ $0, left-8(SP); \
	CMPQ R10, $32; \
	JLE steps; \
	SUBQ $32, R10; \
	MOVQ R10, left-8(SP); \
	MOVL $32, R10

#define NEXT_K \
	ADDQ R9, AX; \
	ADDQ R8, DI

// FOURS does four steps at a time while there are more than four, FIRST to FOURTH before
// them.
#define FOURS(four, FIRST, SECOND, THIRD, FOURTH, STEP, ROWS) \
	PCALIGN $64; \
four: \
	FIRST; \
	STEP(ROWS); \
	NEXT_K; \
	SECOND; \
	STEP(ROWS); \
	NEXT_K; \
	THIRD; \
	STEP(ROWS); \
	NEXT_K; \
	FOURTH; \
	STEP(ROWS); \
	NEXT_K; \
	SUBQ $4, R10; \
	CMPQ R10, $4; \
	JGT four

#define ONES(one, STEP, ROWS) \
one: \
	STEP(ROWS); \
	NEXT_K; \
	DECQ R10; \
	JNZ one

#define NOTHING

#define STEPS(steps, four, one, STEP, ROWS) \
steps: \
	CMPQ R10, $4; \
	JLE one; \
	FOURS(four, NOTHING, NOTHING, NOTHING, NOTHING, STEP, ROWS); \
	ONES(one, STEP, ROWS)

#define NEXT_RUN(run) \
	CMPQ left-8(SP), $0; \
	JEQ 5(PC); \
	MOVQ tile_aHop(R13), R10; \
	LEAQ (AX)(R10*4), AX; \
	MOVQ left-8(SP), R10; \
	JMP run

// START_GROUP sets the rows of a group to the initial values with READ, and prepares for
// the steps of k with START. A run of steps follows, and END_GROUP, which goes on with the
// next run or stores the rows with WRITE and goes on with the next group.
#define START_GROUP(entry, run, START, ROWS, READ) \
entry: \
	LOAD_TILE; \
	ROWS(READ); \
	START; \
run:

#define END_GROUP(entry, run, ROWS, WRITE) \
	NEXT_RUN(run); \
	LOAD_C; \
	ROWS(WRITE); \
	NEXT_ROWS(entry); \
	VZEROUPPER; \
	RET

// START_ZERO and END_ZERO do the same, but where the initial values are zeros, known by
// their address, they clear the rows with ZERO, which takes no load, nor any port. DX is
// free until START.
#define START_ZERO(entry, zero, run, START, ROWS, READ) \
entry: \
	LOAD_TILE; \
	LEAQ ·zeros(SB), DX; \
	CMPQ R11, DX; \
	JEQ zero; \
	ROWS(READ); \
	START; \
run:

#define END_ZERO(entry, zero, run, START, ROWS, ZERO, WRITE) \
	END_GROUP(entry, run, ROWS, WRITE); \
zero: \
	ROWS(ZERO); \
	START; \
	JMP run

// KERNEL takes the groups of a tile: it sets ROWS to the initial values with READ or ZERO,
// prepares with START, does STEP for each step of k, and stores the rows with WRITE.
#define KERNEL(entry, zero, run, steps, four, one, START, ROWS, ZERO, READ, STEP, WRITE) \
	START_ZERO(entry, zero, run, START, ROWS, READ); \
	START_RUN(steps); \
	STEPS(steps, four, one, STEP, ROWS); \
	END_ZERO(entry, zero, run, START, ROWS, ZERO, WRITE)

// KERNEL_ONES is KERNEL for tiles at an edge, which few products have: with single steps
// alone.
#define KERNEL_ONES(entry, run, one, ROWS, READ, STEP, WRITE) \
	START_GROUP(entry, run, START_K, ROWS, READ); \
	START_RUN(one); \
	ONES(one, STEP, ROWS); \
	END_GROUP(entry, run, ROWS, WRITE)

// KERNEL_FETCH also asks for 28 lines further on, one before each step but a run's last
// four: of A, or of B or C where there are runs to do so. FETCHES are the steps with
// those, for two lines of each of 14 rows or four lines of each of 7.

#define FETCH PREFETCHT0 (R14)
#define FETCH_SECOND PREFETCHT0 64(R14)
#define FETCH_LAST FETCH_SECOND; FETCH_ROW
#define FETCH_ROW ADDQ tile_fetchRow(R13), R14

// START_FETCH jumps to the steps of a run that fetch A, or to those that fetch nothing, or
// falls through to the former for the rows of B or C.
#define START_FETCH(fetch, steps) \
	MOVQ tile_aFetch(R13), R14; \
	ADDQ AX, R14; \
	CMPQ R14, AX; \
	JNE fetch; \
	DECQ tile_fetchRuns(R13); \
	JLT steps; \
	MOVQ tile_fetch(R13), R14

#define END_FETCH(one) \
	MOVQ R14, tile_fetch(R13); \
	JMP one

#define KERNEL_FETCH(entry, zero, run, fetch, steps, four, one, START, FETCHES, ROWS, ZERO, READ, STEP, WRITE) \
	START_ZERO(entry, zero, run, START, ROWS, READ); \
	START_RUN(steps); \
	START_FETCH(fetch, steps); \
	FETCHES(fetch, STEP, ROWS); \
	END_FETCH(one); \
	STEPS(steps, four, one, STEP, ROWS); \
	END_ZERO(entry, zero, run, START, ROWS, ZERO, WRITE)

// CHOOSE jumps to the kernel for R15 rows, counting down from the most.
#define CHOOSE(rows, kernel) \
	CMPQ R15, $rows; \
	JEQ kernel

// KERNEL_LONG takes one tile of few rows and many columns. Its steps are not written out
// several times: it takes as long as B takes to arrive, and the prefetcher of a Zen 5 core
// follows the addresses of each instruction, but not 2 KB at a time. A plain B of 128
// columns then arrives in two thirds of the time.
#define KERNEL_LONG(entry, one, ROWS, READ, STEP, COLUMNS, WRITE) \
entry: \
	LOAD_TILE; \
	ROWS(READ); \
	MOVQ tile_bPanel(R13), DX; \
	SHLQ $2, DX; \
	LEAQ (DX)(DX*2), R15; \
	PCALIGN $64; \
	ONES(one, STEP, COLUMNS); \
	LOAD_C; \
	LEAQ (CX)(CX*2), SI; \
	ROWS(WRITE); \
	VZEROUPPER; \
	RET
