package tensor

import (
	"fmt"
	"testing"
)

// randomPanels returns panels of random numbers and the same numbers as a plain
// matrix.
func randomPanels(s *Stream, rows, cols int) (*Panels, Matrix) {
	p, plain := NewPanels(rows, cols), randomMatrix(s, rows, cols)
	for i := range rows {
		for j := range cols {
			p.Set(i, j, plain.At(i, j))
		}
	}
	return p, plain
}

// checkPanels checks that p holds want, and zeros beside it.
func checkPanels(t *testing.T, name string, p *Panels, want Matrix) {
	t.Helper()
	for i := range want.Rows {
		for j := range want.Cols {
			if p.At(i, j) != want.At(i, j) {
				t.Errorf("%s: element (%d, %d) is %g, want %g", name, i, j, p.At(i, j), want.At(i, j))
				return
			}
		}
	}
	used := 0
	for _, x := range p.Data {
		if x != 0 {
			used++
		}
	}
	for i := range want.Rows {
		for _, x := range want.Row(i) {
			if x != 0 {
				used--
			}
		}
	}
	if used != 0 {
		t.Errorf("%s: %d elements beside the matrix are not zero", name, used)
	}
}

func TestPanelsElements(t *testing.T) {
	for _, rows := range []int{0, 1, 3} {
		for _, cols := range awkwardSizes {
			name := fmt.Sprintf("(%d, %d)", rows, cols)
			p, plain := randomPanels(NewStream(1, "test", rows, cols), rows, cols)
			checkPanels(t, name, p, plain)
			if want := (cols + 31) / 32 * 32 * rows; len(p.Data) != want {
				t.Errorf("%s: %d elements, want %d", name, len(p.Data), want)
			}
		}
	}
	// The layout that the comment of Panels states: panel, row, column.
	p := NewPanels(3, 70)
	p.Set(2, 65, 1)
	if p.Data[2*3*32+2*32+1] != 1 {
		t.Error("element (2, 65) is not in row 2 of panel 2")
	}
}

func TestPanelsTranspose(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, rows := range awkwardSizes {
			for _, cols := range awkwardSizes {
				name := fmt.Sprintf("(%d, %d)", rows, cols)
				s := NewStream(1, "test", rows, cols)
				p, plain := randomPanels(s, rows, cols)
				turned := randomMatrix(s, cols, rows)
				surroundings := fill(turned)
				p.TransposeTo(turned)
				for i := range rows {
					for j := range cols {
						if turned.At(j, i) != plain.At(i, j) {
							t.Fatalf("%s: TransposeTo sets (%d, %d) to %g, want %g", name, j, i, turned.At(j, i), plain.At(i, j))
						}
					}
				}
				surroundings(t)
				back := NewPanels(rows, cols)
				back.SetTranspose(turned)
				checkPanels(t, name+" SetTranspose", back, plain)
			}
		}
	})
}

func TestPanelsProducts(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, shape := range awkward {
			m, n, k := shape[0], shape[1], shape[2]
			name := fmt.Sprintf("%dx%dx%d", m, n, k)
			s := NewStream(1, "test", m, n, k)

			p, plain := randomPanels(s, k, n)
			a, bias := randomMatrix(s, m, k), randomMatrix(s, 1, n).Row(0)
			c, want := randomMatrix(s, m, n), NewMatrix(m, n)
			surroundings := fill(c)
			p.MatMulBias(c, a, bias)
			MatMulBias(want, a, plain, bias)
			if i, j, ok := sameBits(c, want); !ok {
				t.Errorf("%s bias+A·P: element (%d, %d) is %g, want %g", name, i, j, c.At(i, j), want.At(i, j))
			}
			surroundings(t)

			at, b := randomMatrix(s, k, m), randomMatrix(s, k, n)
			product := NewPanels(m, n)
			product.SetTransA(at, b)
			MatMulTransA(want, at, b)
			checkPanels(t, name+" Aᵀ·B", product, want)

			q, plainT := randomPanels(s, n, k)
			MatMulTransB(want, a, plainT)
			for _, r := range [][2]int{{0, n}, {0, n / 2}, {n / 3, n}, {n / 3, n / 2}, {n, n}} {
				lo, hi := r[0], r[1]
				part := c.ColRange(lo, hi)
				surroundings := fill(part)
				q.MatMulTrans(part, a, lo, hi)
				if i, j, ok := sameBits(part, want.ColRange(lo, hi)); !ok {
					t.Errorf("%s A·Pᵀ, rows %d to %d: element (%d, %d) differs", name, lo, hi, i, j)
				}
				surroundings(t)
			}
		}
	})
}

func TestPanelsPart(t *testing.T) {
	p, plain := randomPanels(NewStream(1, "test"), 5, 100)
	for _, r := range [][2]int{{0, 100}, {0, 32}, {32, 96}, {64, 100}, {96, 100}, {32, 32}, {0, 0}} {
		part := p.Part(r[0], r[1])
		checkPanels(t, fmt.Sprintf("part %v", r), &part, plain.ColRange(r[0], r[1]))
	}
	part := p.Part(96, 100)
	part.Set(4, 3, 42)
	if p.At(4, 99) != 42 {
		t.Error("the part does not share the data")
	}
}

func TestPanelsPanics(t *testing.T) {
	p := NewPanels(3, 40)
	for name, f := range map[string]func(){
		"negative rows":             func() { NewPanels(-1, 2) },
		"negative columns":          func() { NewPanels(1, -2) },
		"part inside a panel":       func() { p.Part(1, 32) },
		"part ending in a panel":    func() { p.Part(0, 33) },
		"part beyond the end":       func() { p.Part(32, 41) },
		"part the wrong way round":  func() { p.Part(32, 0) },
		"part before the beginning": func() { p.Part(-32, 0) },
		"SetTranspose":              func() { p.SetTranspose(NewMatrix(3, 40)) },
		"TransposeTo":               func() { p.TransposeTo(NewMatrix(3, 40)) },
		"MatMulBias":                func() { p.MatMulBias(NewMatrix(2, 40), NewMatrix(2, 4), make([]float32, 40)) },
		"MatMulBias, short bias":    func() { p.MatMulBias(NewMatrix(2, 40), NewMatrix(2, 3), make([]float32, 39)) },
		"SetTransA":                 func() { p.SetTransA(NewMatrix(2, 3), NewMatrix(3, 40)) },
		"MatMulTrans":               func() { p.MatMulTrans(NewMatrix(2, 3), NewMatrix(2, 41), 0, 3) },
		"MatMulTrans, rows":         func() { p.MatMulTrans(NewMatrix(2, 3), NewMatrix(2, 40), 1, 4) },
		"At beyond the columns":     func() { p.At(0, 40) },
	} {
		mustPanic(t, name, f)
	}
}
