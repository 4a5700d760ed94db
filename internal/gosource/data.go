package gosource

import (
	"encoding/binary"
	"math"
	"strconv"

	"fnn/nn"
)

// dense writes the weights and the bias of layer i: a string for each input.
func (p printer) dense(i int, d *nn.Dense) {
	p.printf("\nvar weights%d = [%d]string{\n", i, d.Weight.Rows)
	row := make([]float32, padded(d.Weight.Cols))
	for k := range d.Weight.Rows {
		for j := range d.Weight.Cols {
			row[j] = d.Weight.At(k, j)
		}
		p.printf("\t")
		p.quote(row)
		p.printf(",\n")
	}
	p.printf("}\n")
	clear(row)
	copy(row, d.Bias)
	p.vector("bias", i, row)
}

// batchNorm writes what layer i has learned.
func (p printer) batchNorm(i int, b *nn.BatchNorm) {
	inverse := make([]float32, len(b.Gain))
	b.Inverse(inverse)
	p.vector("mean", i, b.RunningMean)
	p.vector("inverse", i, inverse)
	p.vector("gain", i, b.Gain)
	p.vector("shift", i, b.Shift)
}

func (p printer) vector(name string, i int, values []float32) {
	p.printf("\nconst %s%d = ", name, i)
	p.quote(values)
	p.printf("\n")
}

// quote writes numbers as a string literal of little-endian float32.
func (p printer) quote(values []float32) {
	data := make([]byte, 0, 4*len(values))
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	p.quoteBytes(data)
}

// quoteBytes writes bytes as a string literal.
func (p printer) quoteBytes(data []byte) {
	const digits = "0123456789abcdef"
	p.WriteByte('"')
	for _, c := range data {
		switch {
		case c == '"' || c == '\\':
			p.WriteByte('\\')
			p.WriteByte(c)
		case ' ' <= c && c <= '~':
			p.WriteByte(c)
		default:
			p.WriteString(`\x`)
			p.WriteByte(digits[c>>4])
			p.WriteByte(digits[c&15])
		}
	}
	p.WriteByte('"')
}

// padded returns the number of outputs in whole groups of four.
func padded(outputs int) int { return (outputs + 3) &^ 3 }

// bounds returns, as Go constants, the least and the greatest size of an input
// other than 0 with which a float64 can stand for each sum of a dense layer (see
// package layers), or 1 and 0 if there are none.
func bounds(d *nn.Dense) (least, most string) {
	low, high := 255, 0 // biased exponents of the weights; a subnormal's counts as 1
	for k := range d.Weight.Rows {
		for j := range d.Weight.Cols {
			if w := d.Weight.At(k, j); w != 0 {
				low, high = min(low, exponent(w)), max(high, exponent(w))
			}
		}
	}
	// A number of biased exponent e is a multiple of 2^(e-150) and below 2^(e-126).
	// So are products with an input of exponent x multiples of 2^(x+low-300), and
	// below 2^(x+high-252); the last bit of float32 is 2^-149, its range ends at
	// 2^128, and there are at most 2^14 products.
	from, to := max(1, 300-149-low), min(254, 126-14+252-high)
	ok := high < 255 && from < to
	for _, b := range d.Bias {
		// Inputs of 0 are passed over, which is wrong for a sum of -0.
		if exponent(b) > 252 || b == 0 && math.Signbit(float64(b)) {
			ok = false
		}
	}
	if !ok {
		return "1", "0"
	}
	return power(from), power(to)
}

func exponent(v float32) int { return max(1, int(math.Float32bits(v)<<1>>24)) }

// power returns the float32 of a biased exponent.
func power(exponent int) string {
	return strconv.FormatFloat(math.Ldexp(1, exponent-127), 'x', -1, 32)
}
