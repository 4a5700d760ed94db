package tensor

import (
	"math"
	"unsafe"
)

// portable is the kernel that every machine can run. Its tiles may have any
// number of rows: the more, the less B's conversion to float64 shows.
var portable = kernel{
	name: "portable", saturator: saturator{chains: 10, run: saturatePortable},
	tile: func(t *tile) { t.eachGroup(tilePortable) }, rows: 1 << 16, cols: PanelCols, edgeRows: 1 << 16, panelRows: PanelCols,
	copyRows: copyRowsPortable, skipsZeros: true,
	vectors: &vectorsPortable,
}

// A row64 is a row of B or of accumulators, as float64 that hold float32.
type row64 = [PanelCols]float64

// A block is some rows of B. The columns that a tile does not have are 0.
type block struct {
	rows  [blockDepth]row64
	sizes sizes
}

// blockDepth is how many rows a block has: about what the first-level cache
// holds, and as many as whole panels of A have columns.
const blockDepth = 4 * PanelCols

// tilePortable computes a tile of any size.
//
// Most data need neither the smallest nor the largest float32. Then a float64 can
// stand for an accumulator, and a fused multiply-add takes a product, which is
// exact, a sum, and a rounding that seldom needs care (see add).
func tilePortable(t *tile) {
	if t.rows == 1 { // too few for a conversion to pay
		t.each(0)
		return
	}
	var b block
	var f factors
	for k := 0; k < t.depth; k += blockDepth {
		part := *t
		part.depth = min(t.depth-k, blockDepth)
		part.a, part.b = advance(t.a, t.depthA(k)), advance(t.b, k*t.bDepth)
		if k > 0 {
			part.initial, part.initialRow = t.c, t.cRow
		}
		b.take(&part)
		b.multiply(&part, &f)
	}
}

// take converts the rows of B of a tile of up to blockDepth steps.
func (b *block) take(t *tile) {
	_, rows, _, _ := t.operands()
	b.sizes = noSizes
	for k := range t.depth {
		row := rows[k*t.bDepth:][:t.cols]
		widen(b.rows[k][:t.cols], row)
		b.sizes = b.sizes.with(row)
	}
}

// widen converts values to float64.
func widen(to []float64, from []float32) {
	from = from[:len(to)]
	for i, x := range from {
		to[i] = float64(x)
	}
}

// multiply computes the tile whose rows of B the block has taken.
func (b *block) multiply(t *tile, f *factors) {
	a, _, c, initial := t.operands()
	var start, acc row64
	startable := false
	for i := range t.rows {
		if i == 0 || t.initialRow != 0 {
			from := initial[i*t.initialRow:][:t.cols]
			widen(start[:t.cols], from)
			startable = canStart(from)
		}
		f.take(t, a[i*t.aRow:])
		if !startable || !moderate(f.sizes, b.sizes) {
			t.each(i)
			continue
		}
		acc = start
		b.addProducts(&acc, f, t.cols)
		to := c[i*t.cRow:][:t.cols]
		for j := range to {
			to[j] = float32(acc[j])
		}
	}
}

// moderate says whether add will do for all sums of a row: A and B have neither
// infinities nor NaN, and no sum leaves the range of float32 or needs bits that a
// subnormal float32 has not.
//
// With biased exponents x and y, a product is a multiple of 2^(x+y-300) and
// below 2^(x+y-252). If it is a multiple of 2^-149, the last bit of float32, all
// sums are, and one that is subnormal needs no rounding. If it is below 2^119, a
// chain of blockDepth products that starts below 2^127 ends below 2^128.
func moderate(a, b sizes) bool {
	leastA, mostA := a.exponents()
	leastB, mostB := b.exponents()
	return mostA < 255 && mostB < 255 && leastA+leastB-300 >= -149 && mostA+mostB-252 <= 119
}

// canStart says whether chains can start from these values: all are below 2^127,
// and none is -0, which alone changes when 0 is added, so that a step may be left
// out where A is 0.
func canStart(initial []float32) bool {
	for _, x := range initial {
		if bits := math.Float32bits(x); bits&^sign >= 254<<23 || bits == sign {
			return false
		}
	}
	return true
}

// factors are the elements of a row of A that are not 0, as half the pixels of an
// image are, and the range of their sizes.
type factors struct {
	list  [blockDepth + 1]factor // one more, for addWide to read ahead
	n     int
	sizes sizes
}

// A factor is an element of A and the row of the block that it multiplies.
type factor struct {
	a float64
	k uint
}

// take collects the factors of the row of A that begins a.
func (f *factors) take(t *tile, a []float32) {
	f.n, f.sizes = 0, noSizes
	for k := 0; k < t.depth; {
		run := min(t.depth-k, PanelCols)
		f.takeRun(a[t.depthA(k):], t.aDepth, k, run)
		k += run
	}
}

// takeRun goes on with the elements of steps k to k+n-1, which are stride apart.
func (f *factors) takeRun(a []float32, stride, k, n int) {
	taken := f.n
	least, most := int64(f.sizes.least), int64(f.sizes.most)
	at := 0
	for end := k + n; k < end; k++ {
		x := a[at]
		at += stride
		f.list[taken] = factor{float64(x), uint(k)}
		size := math.Float32bits(x) &^ sign
		least, most = min(least, int64(size-1)), max(most, int64(size))
		taken += int((size + (1<<31 - 1)) >> 31) // 1, but 0 for 0: a jump would be guesswork
	}
	f.n, f.sizes = taken, sizes{uint32(least), uint32(most)}
}

// addProducts adds each factor's product with its row of B to the accumulators.
func (b *block) addProducts(acc *row64, f *factors, cols int) {
	for from := 0; from < f.n; from++ {
		var done, column int
		if cols > PanelCols/2 {
			done, column = addWide(acc, f.list[from:f.n+1], &b.rows)
		} else {
			done, column = addNarrow(acc[:cols], f.list[from:f.n], &b.rows)
		}
		if from += done; from < f.n {
			row := &b.rows[f.list[from].k]
			addCarefully(acc[column:cols], f.list[from].a, row[column:cols])
		}
	}
}

// addWide adds the products of all factors but the last, or until a sum is
// halfway between two float32. It returns how many factors are done, and how many
// columns of the next.
//
// Here the time goes: nine instructions for a product. The accumulators stay in
// memory, because from integer registers the way there is shorter than to the
// floating-point registers. A factor is read a step ahead, lest all that wait for
// it fill the processor's queues.
func addWide(acc *row64, list []factor, rows *[blockDepth]row64) (done, columns int) {
	low := lowBits
	a, b := list[0].a, &rows[list[0].k%blockDepth]
	for n, next := range list[1:] {
		nextB := &rows[next.k%blockDepth]
		u0, u1 := add(acc[0], a, b[0]), add(acc[1], a, b[1])
		u2, u3 := add(acc[2], a, b[2]), add(acc[3], a, b[3])
		u4, u5 := add(acc[4], a, b[4]), add(acc[5], a, b[5])
		u6, u7 := add(acc[6], a, b[6]), add(acc[7], a, b[7])
		if u0&low == 0 || u1&low == 0 || u2&low == 0 || u3&low == 0 ||
			u4&low == 0 || u5&low == 0 || u6&low == 0 || u7&low == 0 {
			return n, 0
		}
		acc[0], acc[1], acc[2], acc[3] = truncate(u0), truncate(u1), truncate(u2), truncate(u3)
		acc[4], acc[5], acc[6], acc[7] = truncate(u4), truncate(u5), truncate(u6), truncate(u7)

		u0, u1 = add(acc[8], a, b[8]), add(acc[9], a, b[9])
		u2, u3 = add(acc[10], a, b[10]), add(acc[11], a, b[11])
		u4, u5 = add(acc[12], a, b[12]), add(acc[13], a, b[13])
		u6, u7 = add(acc[14], a, b[14]), add(acc[15], a, b[15])
		if u0&low == 0 || u1&low == 0 || u2&low == 0 || u3&low == 0 ||
			u4&low == 0 || u5&low == 0 || u6&low == 0 || u7&low == 0 {
			return n, 8
		}
		acc[8], acc[9], acc[10], acc[11] = truncate(u0), truncate(u1), truncate(u2), truncate(u3)
		acc[12], acc[13], acc[14], acc[15] = truncate(u4), truncate(u5), truncate(u6), truncate(u7)

		u0, u1 = add(acc[16], a, b[16]), add(acc[17], a, b[17])
		u2, u3 = add(acc[18], a, b[18]), add(acc[19], a, b[19])
		u4, u5 = add(acc[20], a, b[20]), add(acc[21], a, b[21])
		u6, u7 = add(acc[22], a, b[22]), add(acc[23], a, b[23])
		if u0&low == 0 || u1&low == 0 || u2&low == 0 || u3&low == 0 ||
			u4&low == 0 || u5&low == 0 || u6&low == 0 || u7&low == 0 {
			return n, 16
		}
		acc[16], acc[17], acc[18], acc[19] = truncate(u0), truncate(u1), truncate(u2), truncate(u3)
		acc[20], acc[21], acc[22], acc[23] = truncate(u4), truncate(u5), truncate(u6), truncate(u7)

		u0, u1 = add(acc[24], a, b[24]), add(acc[25], a, b[25])
		u2, u3 = add(acc[26], a, b[26]), add(acc[27], a, b[27])
		u4, u5 = add(acc[28], a, b[28]), add(acc[29], a, b[29])
		u6, u7 = add(acc[30], a, b[30]), add(acc[31], a, b[31])
		if u0&low == 0 || u1&low == 0 || u2&low == 0 || u3&low == 0 ||
			u4&low == 0 || u5&low == 0 || u6&low == 0 || u7&low == 0 {
			return n, 24
		}
		acc[24], acc[25], acc[26], acc[27] = truncate(u0), truncate(u1), truncate(u2), truncate(u3)
		acc[28], acc[29], acc[30], acc[31] = truncate(u4), truncate(u5), truncate(u6), truncate(u7)

		a, b = next.a, nextB
	}
	return len(list) - 1, 0
}

// lowBits is a variable so that the compiler keeps it in a register, which makes
// the instructions shorter.
var lowBits uint64 = dropped

// addNarrow does the same for fewer columns, and for all factors.
func addNarrow(acc []float64, list []factor, rows *[blockDepth]row64) (done, columns int) {
	for n, f := range list {
		b := rows[f.k%blockDepth][:len(acc)]
		for j, y := range b {
			u := add(acc[j], f.a, y)
			if halfway(u) {
				return n, j
			}
			acc[j] = truncate(u)
		}
	}
	return len(list), 0
}

// addCarefully adds a factor's products, wherever the sums lie.
func addCarefully(acc []float64, a float64, b []float64) {
	b = b[:len(acc)]
	for j, y := range b {
		if u := add(acc[j], a, y); halfway(u) {
			acc[j] = settle(acc[j], a*y)
		} else {
			acc[j] = truncate(u)
		}
	}
}

// each computes row i of a tile, whatever the operands.
func (t *tile) each(i int) {
	a, b, c, initial := t.operands()
	row := c[i*t.cRow:][:t.cols]
	copy(row, initial[i*t.initialRow:])
	for k := range t.depth {
		addFMA(row, a[i*t.aRow+t.depthA(k)], b[k*t.bDepth:])
	}
}

// depthA returns how far step k of A is from step 0.
func (t *tile) depthA(k int) int { return k*t.aDepth + k/PanelCols*t.aHop }

// operands returns A, B, C and the initial values as slices.
func (t *tile) operands() (a, b, c, initial []float32) {
	return unsafe.Slice(t.a, (t.rows-1)*t.aRow+t.depthA(t.depth-1)+1),
		unsafe.Slice(t.b, (t.depth-1)*t.bDepth+t.cols),
		unsafe.Slice(t.c, (t.rows-1)*t.cRow+t.cols),
		unsafe.Slice(t.initial, (t.rows-1)*t.initialRow+t.cols)
}

// sizes is the range of the sizes of some float32 that are not 0, as their bits
// without the sign. The least is one too small, so that a 0, which has none,
// counts as the largest.
type sizes struct{ least, most uint32 }

var noSizes = sizes{least: math.MaxUint32}

// sign is the bit that a float32 has its sign in.
const sign = 1 << 31

// with returns the range that takes in more values.
func (s sizes) with(values []float32) sizes {
	least, most := s.least, s.most
	for _, x := range values {
		size := math.Float32bits(x) &^ sign
		least, most = min(least, size-1), max(most, size)
	}
	return sizes{least, most}
}

// exponents returns the range of the biased exponents. Those of subnormal numbers
// count as 1, because their last bit is that of 2^-126.
func (s sizes) exponents() (least, most int) {
	if s.most == 0 {
		return 255, 0
	}
	return max(int((s.least+1)>>23), 1), max(int(s.most>>23), 1)
}
