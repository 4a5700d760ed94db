// Package layers holds the fixed part of a network that is written as Go source:
// each file's declarations are copied into the generated file that needs them
// (see package gosource). They compute the same bits as packages tensor and nn.
//
// The code is for any Go toolchain since 1.17, TinyGo's included: it needs no
// package but math, allocates nothing, and keeps its buffers on the stack. What
// a layer has learned comes as strings of little-endian float32, which a linker
// leaves in read-only memory, and which compile in no time.
package layers

// Widest is the number of outputs of the widest layer, rounded up to whole groups
// of eight. A generated file has a constant of its own.
const widest = 128
