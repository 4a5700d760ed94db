// Package onnx writes models as ONNX files and reads the multilayer perceptrons
// that PyTorch, scikit-learn's skl2onnx and Keras' exporters write as such.
//
// ONNX is what ONNX Runtime, and most that runs models elsewhere, reads: a
// Protocol Buffers message that holds a graph of operators, their constants and
// some metadata. The format is specified at https://onnx.ai/onnx/repo-docs/IR.html,
// its messages at https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, the
// operators at https://onnx.ai/onnx/operators/.
//
// [Save] and [Write] export, in the version of 2022 that all of today's runtimes
// read; [SaveQuantized] and [WriteQuantized] models of 8-bit integers. [LoadFile] and
// [Load] import.
package onnx

import "fnn/internal/metadata"

const (
	irVersion    = 8  // of the messages, as of ONNX 1.10 to 1.12
	opsetVersion = 17 // of the operators, as of ONNX 1.12

	// leastOpset is the first version in which operators broadcast by themselves.
	leastOpset = 7
)

// Keys of a file's metadata, which mean what they do in the model files of
// package nn (docs/formats.md). A file without keyVersion is of another make.
const (
	keyVersion = metadata.KeyVersion
	keyClasses = metadata.KeyClasses
	keyScale   = metadata.KeyScale
	keyHeight  = metadata.KeyHeight
	keyWidth   = metadata.KeyWidth

	keyQuantization = metadata.KeyQuantization

	formatVersion = metadata.Version
)
