package tensor

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"unsafe"
)

// mustPanic checks that f panics with a message of this package's or the run
// time's.
func mustPanic(t *testing.T, name string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if recover() == nil {
			t.Errorf("%s: no panic", name)
		}
	}()
	f()
}

// counted returns a matrix whose element (i, j) is 10i + j.
func counted(rows, cols int) Matrix {
	m := NewMatrix(rows, cols)
	for i := range rows {
		for j := range cols {
			m.Row(i)[j] = float32(10*i + j)
		}
	}
	return m
}

func TestNewIsAligned(t *testing.T) {
	for n := range 50 {
		x := New(n)
		if len(x.Data) != n || cap(x.Data) != n {
			t.Errorf("New(%d) has length %d and capacity %d", n, len(x.Data), cap(x.Data))
		}
		if address := uintptr(unsafe.Pointer(unsafe.SliceData(x.Data))); n > 0 && address%64 != 0 {
			t.Errorf("New(%d) starts at %#x", n, address)
		}
	}
}

func TestTensorMatrix(t *testing.T) {
	for _, c := range []struct {
		shape      []int
		rows, cols int
	}{
		{nil, 1, 1}, {[]int{5}, 1, 5}, {[]int{2, 3}, 2, 3}, {[]int{2, 3, 4}, 2, 12}, {[]int{0, 3}, 0, 3}, {[]int{3, 0}, 3, 0},
	} {
		x := New(c.shape...)
		m := x.Matrix()
		if m.Rows != c.rows || m.Cols != c.cols || m.Stride != c.cols {
			t.Errorf("shape %v seen as matrix %v with stride %d", c.shape, m, m.Stride)
		}
		if len(x.Data) > 0 {
			m.Row(m.Rows - 1)[m.Cols-1] = 7
			if x.Data[len(x.Data)-1] != 7 {
				t.Errorf("shape %v: the matrix does not share the data", c.shape)
			}
		}
	}
}

func TestFromSlice(t *testing.T) {
	data := []float32{1, 2, 3, 4, 5, 6}
	shape := []int{2, 3}
	x := FromSlice(data, shape...)
	shape[0] = 9
	if !slices.Equal(x.Shape, []int{2, 3}) || &x.Data[0] != &data[0] {
		t.Errorf("FromSlice gives shape %v, want [2 3] over the same data", x.Shape)
	}
	if x.Matrix().At(1, 0) != 4 {
		t.Errorf("element (1, 0) is %g, want 4", x.Matrix().At(1, 0))
	}
	mustPanic(t, "too few elements", func() { FromSlice(data, 2, 4) })
	mustPanic(t, "negative dimension", func() { FromSlice(data, -2, -3) })
	mustPanic(t, "New with a negative dimension", func() { New(2, -1) })
}

func TestMatrixViews(t *testing.T) {
	m := counted(4, 6)
	part := m.RowRange(1, 4).ColRange(2, 5)
	if part.Rows != 3 || part.Cols != 3 || part.Stride != 6 {
		t.Fatalf("part is %v with stride %d", part, part.Stride)
	}
	for i := range 3 {
		if want := []float32{float32(10*i + 12), float32(10*i + 13), float32(10*i + 14)}; !slices.Equal(part.Row(i), want) {
			t.Errorf("row %d is %v, want %v", i, part.Row(i), want)
		}
	}
	if part.At(2, 1) != 33 {
		t.Errorf("element (2, 1) is %g, want 33", part.At(2, 1))
	}
	// A row ends where it ends: appending does not write to its neighbour.
	_ = append(part.Row(0), -1)
	if m.At(1, 5) != 15 {
		t.Error("appending to a row overwrote the next element")
	}
	part.Row(0)[0] = -5
	if m.At(1, 2) != -5 {
		t.Error("the part does not share the data")
	}
	for _, empty := range []Matrix{m.RowRange(2, 2), m.ColRange(6, 6), m.ColRange(0, 0), m.RowRange(4, 4), NewMatrix(0, 3).ColRange(1, 2)} {
		if empty.Rows*empty.Cols != 0 {
			t.Errorf("%v is not empty", empty)
		}
		empty.check()
		for i := range empty.Rows {
			if len(empty.Row(i)) != 0 {
				t.Errorf("row %d of %v has elements", i, empty)
			}
		}
	}
	if got := m.String(); got != "(4, 6)" {
		t.Errorf("String gives %q", got)
	}
}

func TestMatrixPanics(t *testing.T) {
	m := counted(4, 6)
	for _, r := range [][2]int{{-1, 2}, {3, 2}, {0, 7}, {5, 6}} {
		mustPanic(t, fmt.Sprintf("RowRange%v", r), func() { m.RowRange(r[0], r[1]) })
	}
	for _, r := range [][2]int{{-1, 2}, {3, 2}, {0, 7}, {7, 8}} {
		mustPanic(t, fmt.Sprintf("ColRange%v", r), func() { m.ColRange(r[0], r[1]) })
	}
	mustPanic(t, "At beyond the columns of a part", func() { m.ColRange(0, 3).At(0, 3) })
	mustPanic(t, "Row beyond the rows", func() { m.Row(4) })
	mustPanic(t, "Row beyond the rows of a part", func() { m.RowRange(0, 2).Row(2) })
	mustPanic(t, "SetRow beyond the rows of panels", func() { NewPanels(4, 64).SetRow(4, make([]float32, 64)) })
	mustPanic(t, "Row beyond the rows of a part of bytes", func() { NewBytes(4, 3).RowRange(0, 2).Row(2) })
	mustPanic(t, "more bytes than there are numbers", func() { NewBytes(math.MaxInt, math.MaxInt-100) })
}

// TestMatrixCheck has matrices whose data does not hold what their shapes promise, some of
// them by so much that its size is beyond an int.
func TestMatrixCheck(t *testing.T) {
	data := New(100).Data
	const huge, most = math.MaxInt/2 + 1, math.MaxInt
	for _, m := range []Matrix{
		{Data: data, Rows: 10, Cols: 10, Stride: 10},
		{Data: data, Rows: 2, Cols: 3, Stride: 97},
		{Data: data, Rows: 3, Cols: 17, Stride: PanelCols, Panel: 3 * PanelCols},
		{Rows: most, Stride: 1}, {Cols: most, Stride: most},
	} {
		m.check()
	}
	for _, m := range []Matrix{
		{Data: data, Rows: 10, Cols: 11, Stride: 10},
		{Data: data, Rows: 2, Cols: 3, Stride: 98},
		{Data: data, Rows: -1, Cols: 1, Stride: 1},
		{Data: data, Rows: 1, Cols: 101, Stride: 101},
		{Data: data, Rows: 3, Cols: 1, Stride: huge},
		{Data: data, Rows: huge, Cols: 1, Stride: 4},
		{Data: data, Rows: most, Cols: most, Stride: most},
		{Data: data, Rows: 4, Cols: 17, Stride: PanelCols, Panel: 4 * PanelCols},
		{Data: data, Rows: 1, Cols: 4*PanelCols + 1, Stride: PanelCols, Panel: huge},
		{Data: data, Rows: 3, Cols: 17, Stride: PanelCols, Panel: 2 * PanelCols},
		{Data: data, Rows: huge, Cols: 17, Stride: PanelCols, Panel: 3 * PanelCols},
		{Data: data, Rows: 3, Cols: 17, Stride: 17, Panel: 3 * PanelCols},
	} {
		mustPanic(t, fmt.Sprintf("%v of stride %d", m, m.Stride), m.check)
	}
	short := Matrix{Data: data[:5], Rows: 2, Cols: 3, Stride: 3}
	sum := make([]float32, 3)
	mustPanic(t, "SumRows", func() { SumRows(sum, short) })
	mustPanic(t, "SumSquaredDeviations", func() { SumSquaredDeviations(sum, short, sum) })
	mustPanic(t, "SumProducts", func() { SumProducts(sum, short, short) })
}

func TestShareOfMany(t *testing.T) {
	const n = math.MaxInt32
	if lo, hi := share(n, 1, 5); lo != n/5 || hi != n/5*2 {
		t.Errorf("the second fifth of %d things is %d to %d", n, lo, hi)
	}
}
