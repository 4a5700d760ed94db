package dataset

import (
	"fmt"
	"slices"
	"sync"

	"fnn/idx"
)

// Load reads the training and test samples from a folder. The files are named
// as those of MNIST, with or without .gz:
//
//	train-images-idx3-ubyte  train-labels-idx1-ubyte
//	t10k-images-idx3-ubyte   t10k-labels-idx1-ubyte
//
// (or train-images.idx3-ubyte, and so on). Whatever the names say, images may
// be uint8 or float32 and of any shape, and labels of any integer type. The
// largest training label tells the number of classes. They are named by their
// numbers, but for Fashion-MNIST, which is recognised by its labels.
//
// It is an error, which names the file, if one is missing, is not IDX, holds
// images or labels of another type; if images and labels differ in number; if a
// label is negative, is [MaxClasses] or more, or in the test set is none of the
// training classes; or if training and test images differ in shape or type.
func Load(dir string) (train, test *Set, err error) {
	parts, err := read(dir, trainImages, trainLabels, testImages, testLabels)
	if err != nil {
		return nil, nil, err
	}
	if train, err = newSet(parts[0], parts[1], nil); err != nil {
		return nil, nil, err
	}
	if test, err = newSet(parts[2], parts[3], train.names); err != nil {
		return nil, nil, err
	}
	trainType, testType := parts[0].array.Type, parts[2].array.Type
	if trainType != testType || !slices.Equal(train.shape, test.shape) {
		return nil, nil, fmt.Errorf("dataset: %s: images are %v %v, want %v %v as in %s",
			parts[2].path, testType, test.shape, trainType, train.shape, parts[0].path)
	}
	return train, test, nil
}

// LoadTest reads the test samples alone, without needing the training files.
// The number of classes is told by the largest of the test labels. See [Load].
func LoadTest(dir string) (*Set, error) {
	parts, err := read(dir, testImages, testLabels)
	if err != nil {
		return nil, err
	}
	return newSet(parts[0], parts[1], nil)
}

// A part is one of the files of a data set.
type part struct {
	path  string
	array *idx.Array
}

// read reads files concurrently. If several fail, the error is the first's.
func read(dir string, names ...string) ([]part, error) {
	parts := make([]part, len(names))
	errs := make([]error, len(names))
	var group sync.WaitGroup
	for i, name := range names {
		var err error
		if parts[i].path, err = locate(dir, name); err != nil {
			return nil, err
		}
	}
	for i := range parts {
		group.Add(1)
		go func() {
			defer group.Done()
			parts[i].array, errs[i] = idx.ReadFile(parts[i].path)
		}()
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("dataset: %w", err)
		}
	}
	return parts, nil
}

// newSet makes a set of images and their labels. Without names, the classes are
// those of the labels.
func newSet(images, labels part, names []string) (*Set, error) {
	if len(images.array.Shape) == 0 {
		return nil, fmt.Errorf("dataset: %s: an array without dimensions, want images", images.path)
	}
	if len(labels.array.Shape) != 1 {
		return nil, fmt.Errorf("dataset: %s: labels of %d dimensions, want 1", labels.path, len(labels.array.Shape))
	}
	if n, m := images.array.Shape[0], labels.array.Shape[0]; n != m {
		return nil, fmt.Errorf("dataset: %s holds %d images, but %s holds %d labels", images.path, n, labels.path, m)
	}
	s := &Set{shape: images.array.Shape[1:], names: names}
	var err error
	if s.labels, err = integers(labels.array); err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", labels.path, err)
	}
	if names == nil && fashionLabels(labels.array) {
		s.names = fashionNames
	}
	switch images.array.Type {
	case idx.Uint8:
		s.bytes = images.array.Data
	case idx.Float32:
		if s.floats, err = idx.Values[float32](images.array); err != nil {
			return nil, fmt.Errorf("dataset: %s: %w", images.path, err)
		}
	default:
		return nil, fmt.Errorf("dataset: %s: images are %v, want uint8 or float32", images.path, images.array.Type)
	}
	if err := s.checkSamples(len(s.bytes) + len(s.floats)); err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", images.path, err)
	}
	if err := s.checkLabels(); err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", labels.path, err)
	}
	return s, nil
}

// integers returns the elements of an array of integers.
func integers(a *idx.Array) ([]int, error) {
	switch a.Type {
	case idx.Uint8:
		return widen[uint8](a)
	case idx.Int8:
		return widen[int8](a)
	case idx.Int16:
		return widen[int16](a)
	case idx.Int32:
		return widen[int32](a)
	}
	return nil, fmt.Errorf("labels are %v, want integers", a.Type)
}

func widen[T uint8 | int8 | int16 | int32](a *idx.Array) ([]int, error) {
	values, err := idx.Values[T](a)
	if err != nil {
		return nil, err
	}
	wide := make([]int, len(values))
	for i, v := range values {
		wide[i] = int(v)
	}
	return wide, nil
}
