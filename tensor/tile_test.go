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
