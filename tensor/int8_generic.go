package tensor

import "math"

// The portable kernel multiplies an element of w with three of x at a time, one
// each of three rows, which lie in an int64: those of rows i, i+1 and i+2 at bits
// 0, 21 and 42. Their sums over 32 steps of k are less than 2²⁰ in magnitude and do
// not run into each other; then they are taken apart.
const (
	fieldRows  = 3
	fieldBits  = 21
	fieldSteps = 32
	fieldHalf  = 1 << (fieldBits - 1)
	fieldMask  = 1<<fieldBits - 1
)

const _ = uint(fieldHalf - 1 - fieldSteps*255*128) // which must not be negative

// What the portable kernel keeps at hand: the fields of fieldDepth columns of x, and
// the sums of fieldCols columns of w.
const (
	fieldDepth = 512
	fieldCols  = 128
)

func (p *int8Product) runPortable() {
	var (
		x    [fieldDepth]int64
		sums [fieldCols][fieldRows]int32
	)
	for i := 0; i < p.x.Rows; i += fieldRows {
		rows := p.x.RowRange(i, min(i+fieldRows, p.x.Rows))
		for j := 0; j < p.w.cols; j += fieldCols {
			sums := sums[:min(fieldCols, p.w.cols-j)]
			clear(sums)
			for k := 0; k < p.w.rows; k += fieldDepth {
				x := x[:blocks(min(fieldDepth, p.w.rows-k), fieldSteps)*fieldSteps]
				rows.fields(x, k)
				for c := range sums {
					addFields(&sums[c], x, p.w.data[p.w.column(j+c)+k*int8PanelCols:])
				}
			}
			for r := range rows.Rows {
				p.write(sums, r, i+r, j)
			}
		}
	}
}

// fields sets dst to the columns from k on of up to three rows, and to 0 behind
// them.
func (b Bytes) fields(dst []int64, k int) {
	clear(dst)
	for i := b.Rows - 1; i >= 0; i-- {
		row := b.Row(i)[k:min(k+len(dst), b.Cols)]
		dst := dst[:len(row)]
		for c, v := range row {
			dst[c] = dst[c]<<fieldBits | int64(v)
		}
	}
}

// A fieldColumn is where the elements of a column of w are, and others in between.
type fieldColumn = [(fieldSteps-quad)*int8PanelCols + quad]uint8

// addFields adds the products of x with the column that w starts with to sums.
func addFields(sums *[fieldRows]int32, x []int64, w []uint8) {
	for k := 0; k < len(x); k += fieldSteps {
		sum := dotFields((*[fieldSteps]int64)(x[k:]), (*fieldColumn)(w[k*int8PanelCols:]))
		sums[0] += int32(sum&fieldMask) - fieldHalf
		sums[1] += int32(sum>>fieldBits&fieldMask) - fieldHalf
		sums[2] += int32(sum>>(2*fieldBits)) - fieldHalf
	}
}

// dotFields returns the sum of products in each field, with a half added so that
// none is negative.
func dotFields(x *[fieldSteps]int64, w *fieldColumn) int64 {
	const next = int8PanelCols * quad // from four elements of the column to the next
	sum := int64(fieldHalf | fieldHalf<<fieldBits | fieldHalf<<(2*fieldBits))
	sum += dotQuad((*[quad]int64)(x[0:]), (*[quad]uint8)(w[0:]))
	sum += dotQuad((*[quad]int64)(x[4:]), (*[quad]uint8)(w[next:]))
	sum += dotQuad((*[quad]int64)(x[8:]), (*[quad]uint8)(w[2*next:]))
	sum += dotQuad((*[quad]int64)(x[12:]), (*[quad]uint8)(w[3*next:]))
	sum += dotQuad((*[quad]int64)(x[16:]), (*[quad]uint8)(w[4*next:]))
	sum += dotQuad((*[quad]int64)(x[20:]), (*[quad]uint8)(w[5*next:]))
	sum += dotQuad((*[quad]int64)(x[24:]), (*[quad]uint8)(w[6*next:]))
	sum += dotQuad((*[quad]int64)(x[28:]), (*[quad]uint8)(w[7*next:]))
	return sum
}

func dotQuad(x *[quad]int64, w *[quad]uint8) int64 {
	return x[0]*int64(int8(w[0])) + x[1]*int64(int8(w[1])) + x[2]*int64(int8(w[2])) + x[3]*int64(int8(w[3]))
}

// write scales the sums of row i, in one of the fields, and stores them from
// column j on.
func (p *int8Product) write(sums [][fieldRows]int32, field, i, j int) {
	scale, offset := p.scale[j:][:len(sums)], p.offset[j:][:len(sums)]
	scaled := func(c int) float32 { return float32(float32(sums[c][field])*scale[c]) + offset[c] }
	if p.floats.Data != nil {
		for c := range sums {
			p.floats.Data[i*p.floats.Stride+j+c] = scaled(c)
		}
		return
	}
	for c := range sums {
		p.bytes.Data[i*p.bytes.Stride+j+c] = toByte(scaled(c))
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
