package experiment

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"fnn/dataset"
	"fnn/safetensors"
	"fnn/tensor"
)

// testPredictions are of 5 pictures: samples 1, 2 and 4 are taken for another
// class, 2 and 4 with the same confidence.
func testPredictions(t *testing.T) (*Predictions, *dataset.Set) {
	t.Helper()
	var pixels []uint8
	for i := range 5 {
		pixels = append(pixels, uint8(10*i), uint8(10*i+1))
	}
	set, err := dataset.FromBytes(pixels, []int{2, 1}, []int{0, 1, 1, 0, 0}, nil)
	if err != nil {
		t.Fatal(err)
	}
	logits := tensor.NewMatrix(5, 2)
	copy(logits.Data, []float32{3, 0, 1, 0, 2, 0, 0, 0, 0, 2})
	return newPredictions(logits, set), set
}

func TestPredictions(t *testing.T) {
	p, set := testPredictions(t)
	if want := []int{2, 4, 1}; !slices.Equal(p.Mistakes, want) {
		t.Errorf("mistakes %v, want %v", p.Mistakes, want)
	}
	if got := p.Confidence(1); got < 0.7310 || got > 0.7311 || p.Predicted(1) != 0 || p.Predicted(4) != 1 {
		t.Errorf("sample 1 is %d with %g, sample 4 is %d", p.Predicted(1), got, p.Predicted(4))
	}
	f := Folder(t.TempDir())
	if err := f.writePredictions(p); err != nil {
		t.Fatal(err)
	}
	got, err := f.Predictions()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Probabilities.Data, p.Probabilities.Data[:10]) || got.Probabilities.Rows != 5 ||
		!slices.Equal(got.Labels, set.Labels()) || !slices.Equal(got.Mistakes, p.Mistakes) || got.Height != 2 || got.Width != 1 {
		t.Errorf("%+v, want %+v", got, p)
	}
	for i, sample := range got.Mistakes {
		if !bytes.Equal(got.Pictures[i], set.Bytes(sample)) {
			t.Errorf("picture %d is %v, want %v", i, got.Pictures[i], set.Bytes(sample))
		}
	}
}

// No more mistakes are kept than anybody looks at, and of samples that are no
// pictures no picture.
func TestPredictionsOfMany(t *testing.T) {
	const n = 100
	set, err := dataset.FromFloats(make([]float32, n), []int{1}, make([]int, n), []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	logits := tensor.NewMatrix(n, 2)
	for i := range n {
		logits.Set(i, 1, float32(1+i))
	}
	p := newPredictions(logits, set)
	if len(p.Mistakes) != maxMistakes || p.Pictures != nil {
		t.Errorf("%d mistakes, %d pictures", len(p.Mistakes), len(p.Pictures))
	}
	f := Folder(t.TempDir())
	if err := f.writePredictions(p); err != nil {
		t.Fatal(err)
	}
	if got, err := f.Predictions(); err != nil || got.Height != 0 || got.Pictures != nil {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestPredictionsRefuse(t *testing.T) {
	p, _ := testPredictions(t)
	f := Folder(t.TempDir())
	if err := f.writePredictions(p); err != nil {
		t.Fatal(err)
	}
	good, err := safetensors.ReadFile(f.path(PredictionsFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		tensor safetensors.Tensor // in place of the one of its name
		want   string
	}{
		{safetensors.Float32("probabilities", []int{10}, make([]float32, 10)), "want a tensor probabilities (samples, classes)"},
		{safetensors.Int64("probabilities", []int{5, 2}, make([]int64, 10)), "is of type I64"},
		{safetensors.Float32("probabilities", []int{0, 2}, nil), "0 samples in 2 classes"},
		{safetensors.Float32("probabilities", []int{5, 2}, []float32{0, 0, 0, 0, 0, 0, 0, 0, 0, 2}), "2 is none"},
		{safetensors.Int64("labels", []int{4}, make([]int64, 4)), "4 labels and 3 mistakes for 5 samples"},
		{safetensors.Int64("labels", []int{5}, []int64{0, 0, 0, 0, 2}), "labels: 2: want 0 to 1"},
		{safetensors.Int64("labels", []int{5}, []int64{0, 0, 0, 0, -1}), "labels: -1"},
		{safetensors.Int64("labels", []int{5, 1}, make([]int64, 5)), "want a tensor labels of one dimension"},
		{safetensors.Float32("labels", []int{5}, make([]float32, 5)), "is of type F32"},
		{safetensors.Int64("mistakes", []int{1}, []int64{5}), "mistakes: 5: want 0 to 4"},
		{safetensors.Int64("mistakes", []int{6}, make([]int64, 6)), "6 mistakes for 5 samples"},
		{safetensors.Tensor{Name: "pictures", Type: "U8", Shape: []int{2, 2, 1}, Data: make([]byte, 4)}, "want U8 (3, height, width)"},
		{safetensors.Tensor{Name: "pictures", Type: "I8", Shape: []int{3, 2, 1}, Data: make([]byte, 6)}, "of type I8"},
		{safetensors.Tensor{Name: "pictures", Type: "U8", Shape: []int{3, 0, 1}}, "shape [3 0 1]"},
	} {
		file := &safetensors.File{Tensors: slices.Clone(good.Tensors)}
		for i, x := range file.Tensors {
			if x.Name == test.tensor.Name {
				file.Tensors[i] = test.tensor
			}
		}
		if err := safetensors.WriteFile(f.path(PredictionsFile), file); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Predictions(); err == nil || !strings.HasPrefix(err.Error(), f.path(PredictionsFile)+": ") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %v: error %v, want %s", test.tensor.Name, test.tensor.Shape, err, test.want)
		}
	}
	if _, err := Folder(t.TempDir()).Predictions(); err == nil {
		t.Error("no file: no error")
	}
}

// FuzzPredictions reads anything without a panic.
func FuzzPredictions(f *testing.F) {
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := safetensors.Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		p, err := readPredictions(file)
		if err != nil {
			return
		}
		for i := range p.Labels {
			if c := p.Predicted(i); c < 0 || c >= p.Probabilities.Cols || p.Confidence(i) > 1 {
				t.Errorf("sample %d is %d", i, c)
			}
		}
		for i, sample := range p.Mistakes {
			if sample >= len(p.Labels) || p.Pictures != nil && len(p.Pictures[i]) != p.Height*p.Width {
				t.Errorf("mistake %d is %d", i, sample)
			}
		}
	})
}
