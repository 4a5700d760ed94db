package gosource

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"fnn/quantize"
)

// WriteQuantized writes a quantised model as a Go file of the named package, about
// a quarter as large as that of float32. It computes the bits of package quantize.
// The errors are those of [Write].
func WriteQuantized(w io.Writer, m *quantize.Model, packageName string) error {
	var outputs []int
	for _, l := range m.Layers {
		outputs = append(outputs, l.Outputs)
	}
	if err := check(packageName, m.Inputs, outputs); err != nil {
		return fmt.Errorf("gosource: %w", err)
	}
	p := printer{bufio.NewWriter(w)}
	p.quantized(m, packageName)
	return p.Flush()
}

const quantizedSource = `
// Predict computes the logits of a sample of 8-bit values, such as the grey
// pixels of a picture row by row, and returns the class with the highest, the
// first of equals.
func Predict(logits *[Classes]float32, pixels *[Inputs]byte) int {
%s	return argmax(logits)
}
`

// quantized writes the file of a quantised model.
func (p printer) quantized(m *quantize.Model, packageName string) {
	widest := 0
	files := []string{"int8", "load", "softmax"}
	for _, l := range m.Layers {
		widest = max(widest, l.Outputs)
		if l.Table != nil {
			files = append(files, "look")
		}
	}
	p.head(packageName, " of 8-bit integers", m.Architecture, m.Inputs, widest, m.ClassNames)
	p.printf(quantizedSource, quantizedCalls(m))
	p.copyFiles(files)
	for i, l := range m.Layers {
		if l.Table != nil {
			p.printf("\nconst table%d = ", i)
			p.quoteBytes(l.Table)
			p.printf("\n")
		}
		p.printf("\nvar weights%d = [%d]string{\n", i, l.Inputs)
		row := make([]byte, (l.Outputs+7)&^7)
		for k := range l.Inputs {
			for j, w := range l.Weights[k*l.Outputs : (k+1)*l.Outputs] {
				row[j] = byte(int(w) + 128)
			}
			p.printf("\t")
			p.quoteBytes(row)
			p.printf(",\n")
		}
		p.printf("}\n")
		p.vector("scale", i, l.Scale)
		p.vector("offset", i, l.Offset)
	}
}

// quantizedCalls returns the statements that pass a sample through the layers,
// from one buffer to the other and back.
func quantizedCalls(m *quantize.Model) string {
	var body strings.Builder
	x := "pixels[:]"
	var b buffers
	for i, l := range m.Layers {
		if l.Table != nil {
			y := b.next(l.Inputs)
			fmt.Fprintf(&body, "\tlook(%s, %s, table%d)\n", y, x, i)
			x = y
		}
		function, y := "denseFloats", "logits[:]"
		if i < len(m.Layers)-1 {
			function, y = "denseBytes", b.next(l.Outputs)
		}
		fmt.Fprintf(&body, "\t%s(%s, %s, weights%d[:], scale%d, offset%d)\n", function, y, x, i, i, i)
		x = y
	}
	return b.declarations("byte") + body.String()
}
