package tensor

import (
	"fmt"
	"math"
	"testing"
)

// inPanels returns a copy of a plain matrix in panels, inside a larger one, and
// with NaN where it has no columns.
func inPanels(m Matrix) Matrix {
	whole := NewPanels(m.Rows+2, m.Cols+PanelCols)
	for i := range whole.Data {
		whole.Data[i] = float32(math.NaN())
	}
	p := whole.RowRange(1, m.Rows+1).ColRange(PanelCols, PanelCols+m.Cols)
	for i := range m.Rows {
		p.SetRow(i, m.Row(i))
	}
	return p
}

func TestPanelsLayout(t *testing.T) {
	p := NewPanels(3, 70)
	if len(p.Data) != 3*3*32 {
		t.Errorf("%d elements for three panels of three rows", len(p.Data))
	}
	p.Set(2, 65, 1)
	if p.Data[2*3*32+2*32+1] != 1 {
		t.Error("element (2, 65) is not in row 2 of panel 2")
	}
	row := make([]float32, 70)
	for j := range row {
		row[j] = float32(j)
	}
	p.SetRow(1, row)
	for j := range row {
		if p.At(1, j) != row[j] {
			t.Fatalf("element (1, %d) is %g after SetRow", j, p.At(1, j))
		}
	}
	part := p.ColRange(32, 70).RowRange(1, 3)
	part.Set(0, 33, -1)
	if p.At(1, 65) != -1 {
		t.Error("a part does not share the data")
	}
	over := PanelsOver(make([]float32, 1000), 5, 33)
	if len(over.Data) != 2*5*32 || over.Panel != 5*32 {
		t.Errorf("PanelsOver spans %d elements in panels of %d", len(over.Data), over.Panel)
	}
}

// TestMatMulPanels computes each product with every choice of layouts, and
// compares it with the product of plain matrices.
func TestMatMulPanels(t *testing.T) {
	team := NewTeam(4)
	defer team.Close()
	member := Worker{team: team}
	forms := []struct {
		name           string
		transA, transB bool
		run            func(team *Team, c, a, b Matrix, bias []float32)
	}{
		{"A·B", false, false, func(team *Team, c, a, b Matrix, _ []float32) { team.MatMul(c, a, b) }},
		{"bias+A·B", false, false, (*Team).MatMulBias},
		{"Aᵀ·B", true, false, func(team *Team, c, a, b Matrix, _ []float32) { team.MatMulTransA(c, a, b) }},
		{"A·Bᵀ", false, true, func(team *Team, c, a, b Matrix, _ []float32) { team.MatMulTransB(c, a, b) }},
		{"a member's bias+A·B", false, false, func(_ *Team, c, a, b Matrix, bias []float32) { member.MatMulBias(c, a, b, bias) }},
		{"a member's A·Bᵀ", false, true, func(_ *Team, c, a, b Matrix, _ []float32) { member.MatMulTransB(c, a, b) }},
	}
	eachKernel(t, func(t *testing.T) {
		for _, shape := range awkward {
			m, n, k := shape[0], shape[1], shape[2]
			s := NewStream(1, "test", m, n, k)
			bias := randomMatrix(s, 1, n).Row(0)
			for _, form := range forms {
				a, b, want := randomMatrix(s, m, k), randomMatrix(s, k, n), NewMatrix(m, n)
				if form.transA {
					a = randomMatrix(s, k, m)
				}
				if form.transB {
					b = randomMatrix(s, n, k)
				}
				form.run(nil, want, a, b, bias)
				for layouts := 1; layouts < 8; layouts++ {
					x, y, c := a, b, NewMatrix(m, n)
					if layouts&1 != 0 {
						x = inPanels(a)
					}
					if layouts&2 != 0 {
						y = inPanels(b)
					}
					if layouts&4 != 0 {
						c = inPanels(c)
					}
					team := team
					if layouts&1 != 0 {
						team = nil // pieces are smaller than some blocks
					}
					before := append([]float32(nil), c.Data...)
					form.run(team, c, x, y, bias)
					checkWithin(t, fmt.Sprintf("%dx%dx%d %s, layouts %03b", m, n, k, form.name, layouts), c, want, before)
				}
			}
		}
	})
}

// TestEveryTile computes tiles of every number of rows, over depths of a few steps and
// of a run of steps, give or take some, and compares them with the portable kernel's.
func TestEveryTile(t *testing.T) {
	for _, kern := range machineKernels() {
		kern.wideLeast = 0
		for m := 1; m <= kern.rows; m++ {
			for _, n := range []int{1, kern.cols/2 + 1, kern.cols, 40, 2 * PanelCols, 101, 4 * kern.cols} {
				for _, k := range []int{1, 2, 3, 4, 5, 31, 32, 33, 36, 37, 38, 64, 70} {
					s := NewStream(1, "test", m, n, k)
					a, b, at := randomMatrix(s, m, k), randomMatrix(s, k, n), randomMatrix(s, k, m)
					for name, p := range map[string]product{
						"A·B":                    {a: a, b: b},
						"bias+A·B":               {a: a, b: b, bias: randomMatrix(s, 1, n).Row(0)},
						"A·B, in panels":         {a: inPanels(a), b: b},
						"Aᵀ·B":                   {a: at, b: b, transA: true},
						"A·B, far":               {a: a, b: b, far: true},
						"A·B, in panels and far": {a: inPanels(a), b: b, far: true},
						"A·B, B in panels":       {a: a, b: inPanels(b)},
						"A·B, C in panels":       {a: a, b: b, c: inPanels(NewMatrix(m, n))},
						"Aᵀ·B, B in panels":      {a: at, b: inPanels(b), transA: true},
						"all in panels, far":     {a: inPanels(a), b: inPanels(b), c: inPanels(NewMatrix(m, n)), far: true},
					} {
						if p.c.Data == nil {
							p.c = NewMatrix(m, n)
						}
						want := p
						want.c = NewMatrix(m, n)
						c := p.c
						p.prepare()
						p.run(kern)
						want.prepare()
						want.run(&portable)
						if i, j, ok := sameBits(c, want.c); !ok {
							t.Fatalf("%s, %dx%dx%d %s: element (%d, %d) is %g, want %g", kern.name, m, n, k, name, i, j, c.At(i, j), want.c.At(i, j))
						}
					}
				}
			}
		}
	}
}

// TestTileWidths checks that the tiles of each kernel lie where they may, whatever the number
// of columns, and that the copy of their columns fits the space for it.
func TestTileWidths(t *testing.T) {
	for _, kern := range kernels() {
		for _, m := range []int{1, 31, 32, 200} {
			for n := 1; n <= 2*colBlock+100; n++ {
				for first := 0; first < n; first += colBlock {
					for j, end := first, min(first+colBlock, n); j < end; {
						cols := kern.colsOf(m, j, end-j)
						width := kern.copyWidth(cols)
						whole := kern.wide != nil && cols == kern.wideCols
						if cols < 1 || j+cols > end || !whole && (cols > kern.cols || j%PanelCols+cols > PanelCols) || j%vectorLength != 0 {
							t.Fatalf("%s, %d rows: a tile of %d columns from %d of %d on", kern.name, m, cols, j, n)
						}
						if j-first+width > colBlock+PanelCols {
							t.Fatalf("%s, %d rows: a copy of %d columns for those from %d of %d on", kern.name, m, width, j, n)
						}
						j += cols
					}
				}
			}
		}
	}
}

// TestEveryDot computes dot products of every number of rows that kernels take, and products
// of as many columns, which are the transposes of such, and compares them with the portable
// kernel's.
func TestEveryDot(t *testing.T) {
	for _, kern := range machineKernels() {
		for few := 1; few <= kern.dotsRows; few++ {
			for _, k := range []int{4, 8, 32, 40} {
				s := NewStream(1, "test", few, k)
				a, b, at, bt := randomMatrix(s, 70, k), randomMatrix(s, k, few), randomMatrix(s, k, few), randomMatrix(s, few, k)
				far := NewMatrix(70, 512).ColRange(0, k)
				for i := range a.Rows {
					far.SetRow(i, a.Row(i))
				}
				for name, p := range map[string]product{
					"A·Bᵀ":                   {a: bt, b: a, c: NewMatrix(few, 70), transB: true},
					"A·Bᵀ, C in panels":      {a: bt, b: a, c: NewPanels(few, 70), transB: true},
					"A·Bᵀ, B 2 KB a row":     {a: bt, b: far, c: NewMatrix(few, 70), transB: true},
					"Aᵀ·Bᵀ":                  {a: at, b: a, c: NewMatrix(few, 70), transA: true, transB: true},
					"Aᵀ·Bᵀ, A in panels":     {a: inPanels(at), b: a, c: NewMatrix(few, 70), transA: true, transB: true},
					"few columns":            {a: a, b: b, c: NewMatrix(70, few)},
					"few columns, in panels": {a: a, b: inPanels(b), c: NewMatrix(70, few)},
					"few columns of Bᵀ":      {a: a, b: bt, c: NewMatrix(70, few), transB: true},
					"few columns of 2 KB":    {a: far, b: b, c: NewMatrix(70, few)},
				} {
					p.m, p.n, p.k = p.c.Rows, p.c.Cols, k
					want := p
					want.c = NewMatrix(p.m, p.n)
					c := p.c
					want.run(&portable)
					p.run(kern)
					if i, j, ok := sameBits(c, want.c); !ok {
						t.Errorf("%s, %d of %d, %s: element (%d, %d) is %g, want %g", kern.name, few, k, name, i, j, c.At(i, j), want.c.At(i, j))
					}
				}
			}
		}
	}
}

// checkWithin checks that c holds want, and that its data besides is as before.
func checkWithin(t *testing.T, name string, c, want Matrix, before []float32) {
	t.Helper()
	for i := range want.Rows {
		for j := range want.Cols {
			if math.Float32bits(c.At(i, j)) != math.Float32bits(want.At(i, j)) {
				t.Errorf("%s: element (%d, %d) is %g, want %g", name, i, j, c.At(i, j), want.At(i, j))
				return
			}
			before[c.index(i, j)] = c.At(i, j)
		}
	}
	for i := range before {
		if math.Float32bits(before[i]) != math.Float32bits(c.Data[i]) {
			t.Errorf("%s: element %d of the data, outside the matrix, was written", name, i)
			return
		}
	}
}

func TestTransposePanels(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, rows := range awkwardSizes {
			for _, cols := range awkwardSizes {
				src := randomMatrix(NewStream(1, "test", rows, cols), rows, cols)
				want := NewMatrix(cols, rows)
				Transpose(want, src)
				for layouts := 1; layouts < 4; layouts++ {
					x, y := src, NewMatrix(cols, rows)
					if layouts&1 != 0 {
						x = inPanels(src)
					}
					if layouts&2 != 0 {
						y = inPanels(y)
					}
					before := append([]float32(nil), y.Data...)
					Transpose(y, x)
					checkWithin(t, fmt.Sprintf("(%d, %d), layouts %02b", rows, cols, layouts), y, want, before)
				}
			}
		}
	})
}

func TestPanelsPanics(t *testing.T) {
	p := NewPanels(3, 40)
	for name, f := range map[string]func(){
		"negative rows":         func() { NewPanels(-1, 2) },
		"columns inside panels": func() { p.ColRange(1, 32) },
		"a row of two panels":   func() { p.Row(0) },
		"set beyond the end":    func() { p.Set(0, 40, 1) },
		"at beyond the rows":    func() { p.At(3, 0) },
		"short row":             func() { p.SetRow(0, make([]float32, 39)) },
		"overlapping panels": func() {
			m := p
			m.Panel--
			MatMul(NewMatrix(3, 40), NewMatrix(3, 3), m)
		},
	} {
		mustPanic(t, name, f)
	}
}
