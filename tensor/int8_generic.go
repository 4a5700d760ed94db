package tensor

import "math"

// The portable kernel multiplies an element of x with three of w at a time, one
// each of three neighbouring columns, which lie in one int64: those of the columns
// j, j+1 and j+2 at bits 0, 21 and 42. Their sums over 32 rows are less than 2²⁰
// in magnitude and do not run into each other; then they are taken apart.
const (
	fieldCols = 3
	fieldBits = 21
	fieldRows = 32
	fieldHalf = 1 << (fieldBits - 1)
	fieldMask = 1<<fieldBits - 1

	// halves makes all fields positive.
	halves = fieldHalf * (1 + 1<<fieldBits + 1<<(2*fieldBits))
)

// Sums of fieldRows products fit a field.
const _ = uint(fieldHalf - 1 - fieldRows*255*128)

// int8Rows is how many rows of x share what is made of w.
const int8Rows = 64

func mulInt8Portable(p int8Product) {
	var (
		sums   [int8Rows][fieldCols]int32
		fields [fieldRows]int64
	)
	for i0 := 0; i0 < p.x.Rows; i0 += int8Rows {
		rows := min(int8Rows, p.x.Rows-i0)
		for j := 0; j < p.w.cols; j += fieldCols {
			clear(sums[:rows])
			for k := 0; k < p.w.rows; k += fieldRows {
				p.w.fields(&fields, k, j)
				x := p.x.Data[i0*p.x.Stride+k:]
				for i := range rows {
					s := dotFields((*[fieldRows]uint8)(x[i*p.x.Stride:]), &fields)
					sum := &sums[i]
					sum[0] += int32(s&fieldMask) - fieldHalf
					sum[1] += int32(s>>fieldBits&fieldMask) - fieldHalf
					sum[2] += int32(s>>(2*fieldBits)) - fieldHalf
				}
			}
			p.write(sums[:rows], i0, j)
		}
	}
}

// fields sets dst to the rows from k on of columns j to j+2, 0 where w has none.
func (w *Int8) fields(dst *[fieldRows]int64, k, j int) {
	const step = int8PanelCols * quad // from four rows to the next
	clear(dst[:])
	first := k / quad * step
	for c := range min(fieldCols, w.cols-j) {
		start, shift := w.column(j+c), c*fieldBits
		column := w.data[start+first : start-start%w.panel+w.panel]
		for q := 0; q < fieldRows && len(column) > 0; q += quad {
			from, to := (*[quad]int8)(column), (*[quad]int64)(dst[q:])
			for i, v := range from {
				to[i] += int64(v) << shift
			}
			column = column[min(step, len(column)):]
		}
	}
}

// dotFields returns the sums of products, with a half added to each.
func dotFields(x *[fieldRows]uint8, w *[fieldRows]int64) int64 {
	sum := int64(halves)
	for k := 0; k < fieldRows; k += 8 {
		x, w := (*[8]uint8)(x[k:]), (*[8]int64)(w[k:])
		sum += int64(x[0]) * w[0]
		sum += int64(x[1]) * w[1]
		sum += int64(x[2]) * w[2]
		sum += int64(x[3]) * w[3]
		sum += int64(x[4]) * w[4]
		sum += int64(x[5]) * w[5]
		sum += int64(x[6]) * w[6]
		sum += int64(x[7]) * w[7]
	}
	return sum
}

// write scales the sums of rows from i on and columns from j on, and stores them.
func (p *int8Product) write(sums [][fieldCols]int32, i, j int) {
	for c := range min(fieldCols, p.w.cols-j) {
		scale, offset := p.scale[j+c], p.offset[j+c]
		for r := range sums {
			v := float32(float32(sums[r][c])*scale) + offset
			if p.floats.Data != nil {
				p.floats.Data[(i+r)*p.floats.Stride+j+c] = v
			} else {
				p.bytes.Data[(i+r)*p.bytes.Stride+j+c] = toByte(v)
			}
		}
	}
}

// toByte returns the whole number nearest to v, even ones in ties, at least 0 and
// at most 255.
func toByte(v float32) uint8 {
	const whole = 1 << 23 // from here on, a float32 has no fraction
	if !(v > 0) {
		v = 0
	}
	return uint8(math.Float32bits(min(v, 255) + whole))
}
