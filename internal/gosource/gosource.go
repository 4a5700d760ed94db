// Package gosource writes a network as a file of Go source that needs nothing
// else: its weights as data, and functions that predict with the same bits as
// package nn on every machine (docs/numerics.md), without allocation, goroutines,
// or any package but math. The file is the same for the same network. That of a
// quantised network has the bits of package quantize.
//
// It is for programs that should carry a network and nothing beside it, and for
// small machines: any Go toolchain since 1.17 compiles it, for every GOOS and
// GOARCH, and it stays within the part of Go that TinyGo compiles.
//
// The part that does not depend on the network is package
// [fnn/internal/gosource/layers], whose files are copied.
package gosource

import (
	"bufio"
	"embed"
	"fmt"
	"go/token"
	"io"

	"fnn/nn"
)

// MaxWidth is the greatest number of inputs, and of a layer's outputs, that Write
// accepts: what is kept of a layer must fit into the 128 KiB that the Go compiler
// allows a variable on the stack.
const MaxWidth = 1 << 14

// MaxWeights is the greatest number of weights that Write accepts. The compiler
// and editors have a hard time with more.
const MaxWeights = 1 << 24

//go:embed layers/dense.go layers/int8.go layers/load.go layers/look.go
//go:embed layers/normalize.go layers/rectify.go layers/softmax.go
var layers embed.FS

// Write writes a model as a Go file of the named package. Without an InputScale the
// file has no function that takes 8-bit values.
//
// It is an error if that is no name of a package, if a layer is wider than
// [MaxWidth], or if there are more than [MaxWeights] weights. Errors of w are
// returned as they are.
func Write(w io.Writer, m *nn.Model, packageName string) error {
	var outputs []int
	for _, layer := range m.Layers {
		if d, ok := layer.(*nn.Dense); ok {
			outputs = append(outputs, d.Weight.Cols)
		}
	}
	if err := check(packageName, m.Inputs, outputs); err != nil {
		return fmt.Errorf("gosource: %w", err)
	}
	p := printer{bufio.NewWriter(w)}
	p.model(m, packageName)
	return p.Flush()
}

// IsPackageName reports whether a Go package can have the name.
func IsPackageName(name string) bool { return token.IsIdentifier(name) && name != "_" }

// check returns an error unless a network, whose dense layers are of the given
// sizes, can be written.
func check(packageName string, inputs int, outputs []int) error {
	if !IsPackageName(packageName) {
		return fmt.Errorf("%q is no name of a Go package", packageName)
	}
	width, weights := inputs, 0
	for _, n := range outputs {
		width = max(width, n)
		weights += inputs * n
		inputs = n
	}
	if width > MaxWidth {
		return fmt.Errorf("the model has a layer of %d values: Go source is for up to %d", width, MaxWidth)
	}
	if weights > MaxWeights {
		return fmt.Errorf("the model has %d weights: Go source is for up to %d", weights, MaxWeights)
	}
	return nil
}
