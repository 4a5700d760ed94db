// Package dataset holds labelled samples: it finds and loads a data set that is
// published as MNIST is (Fashion-MNIST first of all), splits it, and deals it
// out in shuffled batches.
//
// A [Set] keeps the samples as they were loaded, one byte a pixel, and turns
// one into network input as it is asked for: 60,000 pictures take 47 MB, where
// float32 would take four times that. Subsets and splits share the samples.
//
// Every random choice is a function of a seed alone; see [fnn/tensor.Stream].
package dataset

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"fnn/idx"
	"fnn/tensor"
)

// MaxClasses is the most classes that a Set may have. A confusion matrix of as
// many takes 128 MiB.
const MaxClasses = 1 << 12

// A Set is a sequence of samples, all of one shape, each of one class. It does
// not change once it is made, so that goroutines may share it.
type Set struct {
	shape    []int
	features int
	bytes    []uint8   // (samples, features), or nil
	floats   []float32 // (samples, features), or nil
	scale    float32   // what Scale returns
	index    []int     // the sample of each row, or nil if they are all here in order
	labels   []int     // the class of each row
	names    []string
}

// FromBytes returns a set of 8-bit samples, such as grey pixels. Shape is that
// of one sample; the samples follow each other in row-major order, and labels
// gives the class of each. Names are those of the classes; if there are none,
// the classes are numbered up to the largest label. The arguments are kept, not
// copied.
//
// It is an error if there is no sample, if the numbers of samples and labels
// differ, if a label is not the index of a class, or if there are more than
// [MaxClasses].
func FromBytes(samples []uint8, shape, labels []int, names []string) (*Set, error) {
	return complete(&Set{shape: shape, bytes: samples, labels: labels, names: names}, len(samples))
}

// FromFloats returns a set of float32 samples. See [FromBytes].
func FromFloats(samples []float32, shape, labels []int, names []string) (*Set, error) {
	return complete(&Set{shape: shape, floats: samples, labels: labels, names: names}, len(samples))
}

// complete returns s, made of so many values, once it is complete and checked.
func complete(s *Set, values int) (*Set, error) {
	if err := s.checkSamples(values); err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	if err := s.checkLabels(); err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	return s, nil
}

// checkSamples sets the number of features and the scale, and checks that so many values
// are as many samples as there are labels.
func (s *Set) checkSamples(values int) error {
	s.features = 1
	for _, d := range s.shape {
		if d <= 0 || d > idx.MaxSize/s.features {
			return fmt.Errorf("sample of shape %v, want between 1 and %d values", s.shape, idx.MaxSize)
		}
		s.features *= d
	}
	if len(s.labels) == 0 {
		return errors.New("no samples")
	}
	if values%s.features != 0 || values/s.features != len(s.labels) {
		return fmt.Errorf("%d values for %d labels, want %d for each sample of shape %v", values, len(s.labels), s.features, s.shape)
	}
	s.scale = s.findScale()
	return nil
}

// checkLabels names the classes if they have no names, and checks that every
// label is one of them.
func (s *Set) checkLabels() error {
	classes := len(s.names)
	if classes == 0 {
		classes = MaxClasses
	}
	if classes > MaxClasses {
		return fmt.Errorf("%d classes, want at most %d", classes, MaxClasses)
	}
	for i, label := range s.labels {
		if label < 0 || label >= classes {
			return fmt.Errorf("label %d is %d, want one of %d classes, 0 to %d", i, label, classes, classes-1)
		}
	}
	if len(s.names) == 0 {
		s.names = numbers(slices.Max(s.labels) + 1)
	}
	return nil
}

// numbers returns the names of classes that have none.
func numbers(classes int) []string {
	names := make([]string, classes)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return names
}

// Len returns the number of samples.
func (s *Set) Len() int { return len(s.labels) }

// Features returns the number of values in a sample.
func (s *Set) Features() int { return s.features }

// Shape returns the shape of one sample, such as 28 28 for rows and columns.
// The caller must not change it.
func (s *Set) Shape() []int { return s.shape }

// Classes returns the number of classes.
func (s *Set) Classes() int { return len(s.names) }

// ClassNames returns the names of the classes. The caller must not change it.
func (s *Set) ClassNames() []string { return s.names }

// Label returns the class of sample i.
func (s *Set) Label(i int) int { return s.labels[i] }

// Labels returns the class of every sample. The caller must not change it.
func (s *Set) Labels() []int { return s.labels }

// byteScale brings 8-bit pixels into [0, 1].
const byteScale = 1.0 / 255

// Scale returns what makes values like those of Row of 8-bit ones: 1/255, which
// brings pixels into [0, 1], for bytes and for floats that are in there; 1 for
// floats that are whole numbers from 0 to 255; and 0 for others, which do not tell.
func (s *Set) Scale() float32 { return s.scale }

func (s *Set) findScale() float32 {
	unit, whole := true, true
	for _, v := range s.floats {
		unit = unit && v >= 0 && v <= 1
		whole = whole && v >= 0 && v <= 255 && v == float32(uint8(v))
		if !unit && !whole {
			return 0
		}
	}
	if unit {
		return byteScale
	}
	return 1
}

// Row writes sample i, as the input of a network, to the first [Set.Features]
// values of dst. It allocates nothing and may be called concurrently. It panics
// if dst is too short.
func (s *Set) Row(i int, dst []float32) {
	start, end := s.span(i)
	if s.bytes != nil {
		tensor.ScaleBytes(dst[:s.features], s.bytes[start:end], byteScale)
		return
	}
	copy(dst[:s.features], s.floats[start:end])
}

// Bytes returns sample i as it was loaded, or nil in a set of floats. The
// caller must not change it.
func (s *Set) Bytes(i int) []uint8 {
	if s.bytes == nil {
		return nil
	}
	start, end := s.span(i)
	return s.bytes[start:end:end]
}

// span returns where the values of sample i are.
func (s *Set) span(i int) (start, end int) {
	if s.index != nil {
		i = s.index[i]
	}
	return i * s.features, (i + 1) * s.features
}

// Subset returns the set of the samples at indices, in that order, repeated if
// an index is. It shares the samples with s. It panics if an index is out of
// range.
func (s *Set) Subset(indices []int) *Set {
	sub := *s
	sub.index = make([]int, len(indices))
	sub.labels = make([]int, len(indices))
	for row, i := range indices {
		sub.labels[row] = s.labels[i]
		if s.index != nil {
			i = s.index[i]
		}
		sub.index[row] = i
	}
	return &sub
}
