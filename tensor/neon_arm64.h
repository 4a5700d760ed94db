// Instructions on vectors of four float32 that Go's assembler has no names for.
// Registers are given by number, in the order of the assembler: d = n op m.

#define FADD(m, n, d) WORD $(0x4E20D400 | (m)<<16 | (n)<<5 | (d))
#define FSUB(m, n, d) WORD $(0x4EA0D400 | (m)<<16 | (n)<<5 | (d))
#define FMUL(m, n, d) WORD $(0x6E20DC00 | (m)<<16 | (n)<<5 | (d))
#define FDIV(m, n, d) WORD $(0x6E20FC00 | (m)<<16 | (n)<<5 | (d))
#define FSQRT(n, d)   WORD $(0x6EA1F800 | (n)<<5 | (d))

// d = all ones where n > m, or |n| > |m|, or n < 0, or n > 0; NaN never is.
#define FCMGT(m, n, d) WORD $(0x6EA0E400 | (m)<<16 | (n)<<5 | (d))
#define FACGT(m, n, d) WORD $(0x6EA0EC00 | (m)<<16 | (n)<<5 | (d))
#define FCMLT0(n, d)   WORD $(0x4EA0E800 | (n)<<5 | (d))
#define FCMGT0(n, d)   WORD $(0x4EA0C800 | (n)<<5 | (d))

#define BIC(m, n, d)  WORD $(0x4E601C00 | (m)<<16 | (n)<<5 | (d)) // d = n &^ m
#define UCVTF(n, d)   WORD $(0x6E21D800 | (n)<<5 | (d))           // from uint32
#define FCVTZS(n, d)  WORD $(0x4EA1B800 | (n)<<5 | (d))           // to int32
#define HALVE(n, d)   WORD $(0x4F3F0400 | (n)<<5 | (d))           // SSHR by one
