package tensor

import (
	"slices"
	"testing"
	"unsafe"
)

// TestStretches takes a kernel that asks once for each group, as kernels do with 64 steps.
func TestStretches(t *testing.T) {
	data := New(1000).Data
	tiles := &tile{a: &data[0], c: &data[0], initial: &data[0], cols: 2 * PanelCols, depth: 2 * PanelCols, aFetch: 4}
	tiles.askFor(&data[100], 10, 3*7)
	tiles.askFor(&data[900], 10, 6) // less than a run
	tiles.askFor(&data[200], 20, 2*7+1)
	tiles.askFor(&data[300], 30, 4*7)
	if tiles.aFetch != 0 {
		t.Error("A is asked for instead")
	}

	type call struct{ groups, first, row int }
	var calls []call
	kernel := func(t *tile) {
		first := int(t.fetch-uintptr(unsafe.Pointer(&data[0]))) / 4
		calls = append(calls, call{t.groups, first, t.fetchRow / 4})
		t.fetchRuns -= t.groups
	}
	tiles.runGroups(kernel, 4, 6)
	tiles.runGroups(kernel, 20, 5)
	want := []call{{3, 100, 10}, {1, 200, 20}, {1, 200, 20}, {19, 300, 30}}
	if !slices.Equal(calls, want) {
		t.Errorf("groups, stretch and row of each call: %v, want %v", calls, want)
	}

	tiles.aAlone = true
	tiles.askFor(&data[100], 10, 3*7)
	if tiles.waiting != 0 {
		t.Error("something is asked for beside A")
	}
}

// TestStartAsksForA has products whose A is asked for as rows below or as a panel further
// on, or not at all.
func TestStartAsksForA(t *testing.T) {
	for _, c := range []struct {
		name          string
		a             Matrix
		far           bool
		j             int
		fetch, below  int
		alone, transA bool
	}{
		{name: "plain", a: NewMatrix(300, 64)},
		{name: "plain and far", a: NewMatrix(300, 64), far: true, below: 300},
		{name: "plain and far, later columns", a: NewMatrix(300, 64), far: true, j: 64},
		{name: "panels of few rows", a: NewPanels(farRows-1, 64)},
		{name: "panels of many rows", a: NewPanels(farRows, 64), fetch: 4 * farRows * PanelCols},
		{name: "panels of few rows, far", a: NewPanels(100, 64), far: true, fetch: 4 * 100 * PanelCols, alone: true},
		{name: "a transpose", a: NewMatrix(64, 300), transA: true},
	} {
		rows := c.a.Rows
		if c.transA {
			rows = c.a.Cols
		}
		p := product{a: c.a, b: NewMatrix(64, 96), c: NewMatrix(rows, 96), far: c.far, transA: c.transA}
		p.prepare()
		var start tile
		p.start(&start, 0, c.j, 0)
		if start.aFetch != c.fetch || start.aBelow != c.below || start.aAlone != c.alone {
			t.Errorf("%s: A is asked for %d bytes on, or %d rows below, alone %t; want %d, %d, %t",
				c.name, start.aFetch, start.aBelow, start.aAlone, c.fetch, c.below, c.alone)
		}
	}
}
