package safetensors

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// Float32 returns a tensor of type F32 with a copy of the values. The shape's product must be their
// number; Write refuses the tensor otherwise.
func Float32(name string, shape []int, values []float32) Tensor {
	data := make([]byte, 0, 4*len(values))
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	return Tensor{Name: name, Type: F32, Shape: slices.Clone(shape), Data: data}
}

// Int64 returns a tensor of type I64 with a copy of the values, as Float32 does for F32. PyTorch keeps
// a batch norm's num_batches_tracked in a scalar of this type.
func Int64(name string, shape []int, values []int64) Tensor {
	data := make([]byte, 0, 8*len(values))
	for _, v := range values {
		data = binary.LittleEndian.AppendUint64(data, uint64(v))
	}
	return Tensor{Name: name, Type: I64, Shape: slices.Clone(shape), Data: data}
}

// Int8 returns a tensor of type I8 with a copy of the values, as Float32 does for F32.
func Int8(name string, shape []int, values []int8) Tensor {
	data := make([]byte, len(values))
	for i, v := range values {
		data[i] = byte(v)
	}
	return Tensor{Name: name, Type: I8, Shape: slices.Clone(shape), Data: data}
}

// Float32s returns the elements of a tensor of type F32, F16 or BF16. Every value of the two shorter
// types is a float32, so nothing is rounded. Another type, or data that do not fit the shape, are an
// error.
func (t Tensor) Float32s() ([]float32, error) {
	if err := t.check(F32, F16, BF16); err != nil {
		return nil, err
	}
	width := int(bits[t.Type] / 8)
	values := make([]float32, len(t.Data)/width)
	for i := range values {
		element := t.Data[i*width:]
		switch t.Type {
		case F32:
			values[i] = math.Float32frombits(binary.LittleEndian.Uint32(element))
		case F16:
			values[i] = halfToFloat32(binary.LittleEndian.Uint16(element))
		case BF16:
			values[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(element)) << 16)
		}
	}
	return values, nil
}

// RoundedFloat32s returns the elements of a tensor of type F64, rounded, or of one that Float32s takes. A
// finite element that no float32 is near is an error, too.
func (t Tensor) RoundedFloat32s() ([]float32, error) {
	if t.Type != F64 {
		return t.Float32s()
	}
	if err := t.check(F64); err != nil {
		return nil, err
	}
	values := make([]float32, len(t.Data)/8)
	for i := range values {
		v := math.Float64frombits(binary.LittleEndian.Uint64(t.Data[8*i:]))
		values[i] = float32(v)
		if math.IsInf(float64(values[i]), 0) && !math.IsInf(v, 0) {
			return nil, fmt.Errorf("safetensors: tensor %s holds %g, which is no float32", quote(t.Name), v)
		}
	}
	return values, nil
}

// Int64s returns the elements of a tensor of type I64. Another type, or data that do not fit the shape,
// are an error.
func (t Tensor) Int64s() ([]int64, error) {
	if err := t.check(I64); err != nil {
		return nil, err
	}
	values := make([]int64, len(t.Data)/8)
	for i := range values {
		values[i] = int64(binary.LittleEndian.Uint64(t.Data[8*i:]))
	}
	return values, nil
}

// Int8s returns the elements of a tensor of type I8. Another type, or data that do not fit the shape, are
// an error.
func (t Tensor) Int8s() ([]int8, error) {
	if err := t.check(I8); err != nil {
		return nil, err
	}
	values := make([]int8, len(t.Data))
	for i, v := range t.Data {
		values[i] = int8(v)
	}
	return values, nil
}

// check reports whether the tensor has one of the types and as much data as its shape asks for.
func (t Tensor) check(types ...Type) error {
	if !slices.Contains(types, t.Type) {
		return fmt.Errorf("safetensors: tensor %s is of type %s, expected one of %v", quote(t.Name), t.Type, types)
	}
	if err := t.validate(); err != nil {
		return fmt.Errorf("safetensors: %w", err)
	}
	return nil
}

// validate reports whether type, shape and data fit together.
func (t Tensor) validate() error {
	n, err := size(t.Type, t.Shape)
	if err == nil && n != len(t.Data) {
		err = fmt.Errorf("shape %v of %s takes %d bytes, the data have %d", t.Shape, t.Type, n, len(t.Data))
	}
	if err != nil {
		return fmt.Errorf("tensor %s: %w", quote(t.Name), err)
	}
	return nil
}

// halfToFloat32 converts an IEEE 754 binary16: 1 bit of sign, 5 of exponent (bias 15), 10 of fraction.
func halfToFloat32(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exponent, fraction := uint32(h>>10&0x1f), uint32(h&0x3ff)
	switch exponent {
	case 0: // zero or subnormal: a multiple of 2^-24, which float32 holds exactly
		magnitude := float32(fraction) * 0x1p-24
		return math.Float32frombits(sign | math.Float32bits(magnitude))
	case 0x1f: // infinity or NaN
		return math.Float32frombits(sign | 0x7f800000 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent-15+127)<<23 | fraction<<13)
}
