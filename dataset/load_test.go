package dataset

import (
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fnn/idx"
)

// published is the data set that the repository holds.
const published = "../data/fashion-mnist"

// files is a data set to be written, by the names of its files. One that is nil
// is left out.
type files map[string]*idx.Array

// own returns a valid data set of 4 samples to train and 2 to test on.
func own() files {
	return files{
		trainImages: idx.New([]int{4, 1, 3}, []uint8{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}),
		trainLabels: idx.New([]int{4}, []uint8{0, 2, 1, 2}),
		testImages:  idx.New([]int{2, 1, 3}, []uint8{20, 21, 22, 23, 24, 255}),
		testLabels:  idx.New([]int{2}, []uint8{1, 0}),
	}
}

func (f files) write(t *testing.T, rename func(string) string) string {
	t.Helper()
	dir := t.TempDir()
	for name, a := range f {
		if a == nil {
			continue
		}
		if err := idx.WriteFile(filepath.Join(dir, rename(name)), a); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func asIs(name string) string { return name }

func TestLoadOwn(t *testing.T) {
	for _, rename := range []func(string) string{
		asIs,
		func(name string) string { return name + ".gz" },
		func(name string) string { return strings.Replace(name, "-idx", ".idx", 1) },
		func(name string) string { return strings.Replace(name, "-idx", ".idx", 1) + ".gz" },
	} {
		dir := own().write(t, rename)
		train, test, err := Load(dir)
		if err != nil {
			t.Error(err)
			continue
		}
		if train.Len() != 4 || test.Len() != 2 || train.Features() != 3 || !slices.Equal(test.Shape(), []int{1, 3}) {
			t.Errorf("%d and %d samples of shape %v", train.Len(), test.Len(), test.Shape())
		}
		if names := []string{"0", "1", "2"}; !slices.Equal(train.ClassNames(), names) || !slices.Equal(test.ClassNames(), names) {
			t.Errorf("classes %v and %v", train.ClassNames(), test.ClassNames())
		}
		if !slices.Equal(train.Labels(), []int{0, 2, 1, 2}) || !slices.Equal(test.Bytes(1), []uint8{23, 24, 255}) {
			t.Errorf("labels %v, last sample %v", train.Labels(), test.Bytes(1))
		}
		alone, err := LoadTest(dir)
		if err != nil || alone.Len() != 2 || alone.Classes() != 2 {
			t.Errorf("the test samples alone: %v, %v", alone, err)
		}
	}
}

func TestLoadTypes(t *testing.T) {
	f := own()
	f[trainImages] = idx.New([]int{4}, []float32{0.25, 1, 2, -3})
	f[testImages] = idx.New([]int{2}, []float32{4, 5.5})
	for name, labels := range map[string]*idx.Array{
		"int8":  idx.New([]int{4}, []int8{0, 2, 1, 2}),
		"int16": idx.New([]int{4}, []int16{0, 2, 1, 2}),
		"int32": idx.New([]int{4}, []int32{0, 2, 1, 2}),
	} {
		f[trainLabels] = labels
		train, test, err := Load(f.write(t, asIs))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(train.Labels(), []int{0, 2, 1, 2}) || !slices.Equal(content(test), []float32{4, 5.5}) || test.Scale() != 0 {
			t.Errorf("%s: labels %v, samples %v", name, train.Labels(), content(test))
		}
	}
}

func TestLoadTestAlone(t *testing.T) {
	f := own()
	f[trainImages], f[trainLabels] = nil, nil
	s, err := LoadTest(f.write(t, asIs))
	if err != nil || s.Len() != 2 {
		t.Errorf("%v, %v", s, err)
	}
}

func TestLoadErrors(t *testing.T) {
	for _, test := range []struct {
		name  string
		file  string
		array *idx.Array
		want  []string
	}{
		{"missing", testLabels, nil, []string{testLabels}},
		{"more images", trainImages, idx.New([]int{5, 1, 3}, make([]uint8, 15)), []string{trainImages + " holds 5 images", trainLabels + " holds 4 labels"}},
		{"more labels", testLabels, idx.New([]int{3}, make([]uint8, 3)), []string{testImages + " holds 2 images", testLabels + " holds 3 labels"}},
		{"test label beyond", testLabels, idx.New([]int{2}, []uint8{1, 3}), []string{testLabels, "label 1 is 3", "3 classes"}},
		{"negative label", trainLabels, idx.New([]int{4}, []int8{0, 1, -2, 0}), []string{trainLabels, "label 2 is -2"}},
		{"negative test label", testLabels, idx.New([]int{2}, []int32{-1, 0}), []string{testLabels, "label 0 is -1", "3 classes"}},
		{"label too large", trainLabels, idx.New([]int{4}, []int32{0, 1 << 30, 0, 0}), []string{trainLabels, "label 1 is 1073741824", "4096 classes"}},
		{"float labels", trainLabels, idx.New([]int{4}, make([]float32, 4)), []string{trainLabels, "float32", "want integers"}},
		{"labels in two dimensions", trainLabels, idx.New([]int{4, 1}, make([]uint8, 4)), []string{trainLabels, "2 dimensions, want 1"}},
		{"test shape", testImages, idx.New([]int{2, 3}, make([]uint8, 6)), []string{testImages, "uint8 [3], want uint8 [1 3]", trainImages}},
		{"test type", testImages, idx.New([]int{2, 1, 3}, make([]float32, 6)), []string{testImages, "float32 [1 3], want uint8 [1 3]", trainImages}},
		{"image type", trainImages, idx.New([]int{4, 1, 3}, make([]int16, 12)), []string{trainImages, "int16, want uint8 or float32"}},
		{"images without pixels", trainImages, idx.New([]int{4, 0}, []uint8{}), []string{trainImages, "shape [0]"}},
		{"images without dimensions", trainImages, idx.New(nil, []uint8{1}), []string{trainImages, "without dimensions"}},
		{"test without dimensions", testImages, idx.New(nil, []uint8{1}), []string{testImages, "without dimensions"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := own()
			f[test.file] = test.array
			dir := f.write(t, asIs)
			_, _, err := Load(dir)
			if err == nil {
				t.Fatal("no error")
			}
			for _, part := range append(test.want, "dataset: ", dir) {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q does not say %q", err, part)
				}
			}
			if missing := test.array == nil; errors.Is(err, ErrNotFound) != missing {
				t.Errorf("error %v: ErrNotFound is %t", err, !missing)
			}
		})
	}
}

func TestLoadEmpty(t *testing.T) {
	f := own()
	f[trainImages], f[trainLabels] = idx.New([]int{0, 1, 3}, []uint8{}), idx.New([]int{0}, []uint8{})
	if _, _, err := Load(f.write(t, asIs)); err == nil || !strings.Contains(err.Error(), trainImages+": no samples") {
		t.Errorf("error %v", err)
	}
}

// Of several broken files the first is named, whichever was read first.
func TestLoadBroken(t *testing.T) {
	dir := folder(t, trainImages, trainLabels, testImages, testLabels)
	for range 20 {
		_, _, err := Load(dir)
		var e *idx.FormatError
		if !errors.As(err, &e) || !errors.Is(err, io.ErrUnexpectedEOF) || e.File != filepath.Join(dir, trainImages) {
			t.Fatalf("error %v, want a FormatError of %s", err, trainImages)
		}
	}
}

func TestFashionMNIST(t *testing.T) {
	train, test, err := Load(published)
	if err != nil {
		t.Fatal(err)
	}
	if train.Len() != 60000 || test.Len() != 10000 || train.Features() != 784 || !slices.Equal(train.Shape(), []int{28, 28}) {
		t.Errorf("%d and %d samples of shape %v", train.Len(), test.Len(), train.Shape())
	}
	if got := test.ClassNames()[test.Label(0)]; got != "Ankle boot" {
		t.Errorf("the first test sample is of class %q, want an ankle boot", got)
	}
	rest, held, err := train.Split(0.2, 1)
	if err != nil {
		t.Fatal(err)
	}
	if rest.Len() != 48000 || held.Len() != 12000 {
		t.Errorf("split into %d and %d", rest.Len(), held.Len())
	}
	for class, n := range count(rest) {
		if m := count(held)[class]; n != 4800 || m != 1200 {
			t.Errorf("class %d is split into %d and %d, want 4800 and 1200", class, n, m)
		}
	}
	alone, err := LoadTest(published)
	if err != nil || !slices.Equal(alone.ClassNames(), fashionNames) {
		t.Errorf("the test samples alone: %v", err)
	}
}

func BenchmarkLoad(b *testing.B) {
	b.SetBytes(70000 * 28 * 28)
	for b.Loop() {
		if _, _, err := Load(published); err != nil {
			b.Fatal(err)
		}
	}
}
