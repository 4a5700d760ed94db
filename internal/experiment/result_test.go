package experiment

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"fnn/dataset"
	"fnn/metrics"
	"fnn/nn"
)

func newModel(t *testing.T, inputs, classes int) *nn.Model {
	t.Helper()
	m, err := nn.New(nil, inputs, classes)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTestRefuses(t *testing.T) {
	set, err := dataset.FromBytes(make([]uint8, 12), []int{2, 2}, []int{0, 1, 2}, nil)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		inputs, classes int
		want            string
	}{
		{5, 3, "the model's number of inputs is 5, but the data set's samples have shape [2 2]"},
		{4, 2, "the model's number of classes is 2, but the data set's is 3"},
	}
	for _, test := range tests {
		_, err := Test(newModel(t, test.inputs, test.classes), set, nil)
		if err == nil || err.Error() != test.want {
			t.Errorf("error %v, want %s", err, test.want)
		}
	}
	if _, err := Test(newModel(t, 4, 5), set, nil); err != nil {
		t.Errorf("a test set without the last classes: %v", err)
	}
}

func TestMarshalJSON(t *testing.T) {
	c := metrics.NewConfusion(2)
	c.Add(0, 0)
	c.Add(1, 1)
	c.Add(1, 1)
	c.Add(1, 0)
	tests := []struct {
		loss float64
		want string
	}{
		{0.25, `"loss":0.25`},
		{math.NaN(), `"loss":null`},
		{math.Inf(1), `"loss":null`},
	}
	for _, test := range tests {
		got, err := json.Marshal(&Result{test.loss, c, []string{"a", "b"}})
		if err != nil {
			t.Fatal(err)
		}
		want := `{"samples":4,` + test.want + `,"accuracy":0.75,"macro_f1":0.7333333333333334,"weighted_f1":0.7666666666666667,` +
			`"classes":[{"name":"a","precision":0.5,"recall":1,"f1":0.6666666666666666,"support":1},` +
			`{"name":"b","precision":1,"recall":0.6666666666666666,"f1":0.8,"support":3}],` +
			`"confusion":[[1,0],[1,2]]}`
		if string(got) != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestResultReadsBack(t *testing.T) {
	c := metrics.NewConfusion(2)
	c.AddCount(0, 0, 1)
	c.AddCount(1, 0, 7)
	for _, loss := range []float64{0.5, math.NaN()} {
		want, err := json.Marshal(&Result{loss, c, []string{"a", "b\"\n"}})
		if err != nil {
			t.Fatal(err)
		}
		var r Result
		if err := json.Unmarshal(want, &r); err != nil {
			t.Fatal(err)
		}
		if got, err := json.Marshal(&r); err != nil || string(got) != string(want) {
			t.Errorf("%s, %v, want %s", got, err, want)
		}
	}
	for _, test := range []struct{ text, want string }{
		{`{}`, "a confusion matrix of 0 rows for 0 classes"},
		{`{"classes":[{},{}],"confusion":[[1,2]]}`, "a confusion matrix of 1 rows for 2 classes"},
		{`{"classes":[{},{}],"confusion":[[1,2],[1]]}`, "row 1 has 1 counts: want 2"},
		{`{"classes":[{},{}],"confusion":[[1,2],[1,-1]]}`, "row 1: -1 samples"},
		{`{"classes":[{},{}],"confusion":[[1073741824,0],[1,0]]}`, "row 1: 1 samples: want 0 to 1073741824 in all"},
		{`{"classes":[{}],"confusion":[[1.5]]}`, "cannot unmarshal"},
	} {
		var r Result
		if err := json.Unmarshal([]byte(test.text), &r); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %s", test.text, err, test.want)
		}
	}
}

// The test of a run with many classes is as long as it is, and is read nevertheless.
func TestReadManyClasses(t *testing.T) {
	const n = 1400
	f := Folder(t.TempDir())
	result := &Result{Loss: 1, Confusion: metrics.NewConfusion(n), ClassNames: make([]string, n)}
	result.Confusion.Add(n-1, 0)
	for name, value := range map[string]any{ConfigFile: testConfig(), TestFile: result} {
		if err := f.writeJSON(name, value); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(f.path(TestFile)); err != nil || info.Size() <= maxJSON {
		t.Fatalf("%v, %v: want a file above the limit of others", info, err)
	}
	o, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}
	if o.Test.Confusion.Count(n-1, 0) != 1 {
		t.Error("a count is lost")
	}
}

// FuzzResult reads anything without a panic, and writes again what it read.
func FuzzResult(f *testing.F) {
	f.Fuzz(func(t *testing.T, text []byte) {
		var r Result
		if json.Unmarshal(text, &r) != nil {
			return
		}
		first, err := json.Marshal(&r)
		if err != nil {
			t.Fatal(err)
		}
		var again Result
		if err := json.Unmarshal(first, &again); err != nil {
			t.Fatal(err)
		}
		if second, err := json.Marshal(&again); err != nil || string(second) != string(first) {
			t.Errorf("%s, %v, want %s", second, err, first)
		}
	})
}

// A writer that fails after some bytes.
type fullDisk int

var errFull = errors.New("disk full")

func (f *fullDisk) Write(p []byte) (int, error) {
	n := min(len(p), int(*f))
	*f -= fullDisk(n)
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

// A confusion matrix that no screen is wide enough for is not written.
func TestWriteTextMatrix(t *testing.T) {
	for n, want := range map[int]string{
		MaxMatrix:     "\n       predicted\n",
		MaxMatrix + 1: "\n\nthe confusion matrix of 33 classes is too large to be shown: -json has it\n",
	} {
		r := &Result{Confusion: metrics.NewConfusion(n), ClassNames: make([]string, n)}
		r.Confusion.Add(0, 0)
		var text strings.Builder
		if err := r.WriteText(&text); err != nil {
			t.Fatal(err)
		}
		if got := text.String(); !strings.Contains(got, want) || strings.Contains(got, "predicted") != (n == MaxMatrix) {
			t.Errorf("%d classes: got\n%s\nwant %q", n, got, want)
		}
	}
}

func TestWriteTextFails(t *testing.T) {
	c := metrics.NewConfusion(2)
	c.Add(0, 1)
	r := &Result{1, c, []string{"a", "b"}}
	var text strings.Builder
	if err := r.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	for room := range text.Len() {
		disk := fullDisk(room)
		if err := r.WriteText(&disk); !errors.Is(err, errFull) {
			t.Fatalf("room for %d bytes: %v", room, err)
		}
	}
}

func TestDescribe(t *testing.T) {
	bytes, err := dataset.FromBytes([]uint8{0, 0, 3, 0, 0, 0, 255, 9, 9, 9, 0, 9}, []int{2, 3}, []int{0, 1}, []string{"x", "y"})
	if err != nil {
		t.Fatal(err)
	}
	floats, err := dataset.FromFloats(make([]float32, 6), []int{2, 3}, []int{0}, []string{"x", "y"})
	if err != nil {
		t.Fatal(err)
	}
	flat, err := dataset.FromBytes(make([]uint8, 6), []int{6}, []int{0}, []string{"x", "y"})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		set    *dataset.Set
		height int
		border float64
		told   bool
	}{
		{"bytes", bytes, 2, 24.5, true},
		{"floats", floats, 2, 0, false},
		{"flat", flat, 0, 0, false},
	}
	for _, test := range tests {
		m := newModel(t, 6, 2)
		Describe(m, test.set)
		height, _, _ := PictureSize(m.Inputs, m.Info)
		border, told := BorderMean(m.Info)
		if height != test.height || border != test.border || told != test.told {
			t.Errorf("%s: height %d, border %v %v", test.name, height, border, told)
		}
	}
}

func TestPictureSize(t *testing.T) {
	tests := []struct {
		inputs        int
		info          map[string]string
		height, width int
		want          string // in the error
	}{
		{784, nil, 28, 28, ""},
		{785, nil, 0, 0, "they are no square"},
		{6, map[string]string{"image_height": "2", "image_width": "3"}, 2, 3, ""},
		{6, map[string]string{"image_height": "2"}, 0, 0, `image_width ""`},
		{6, map[string]string{"image_height": "4", "image_width": "1"}, 0, 0, "its 6 inputs"},
		{6, map[string]string{"image_height": "-2", "image_width": "-3"}, 0, 0, `"-2"`},
		{4, map[string]string{"image_height": "2.0", "image_width": "2"}, 0, 0, `"2.0"`},
	}
	for _, test := range tests {
		height, width, err := PictureSize(test.inputs, test.info)
		if height != test.height || width != test.width || (err != nil) != (test.want != "") {
			t.Errorf("%d %v: %d x %d, %v", test.inputs, test.info, height, width, err)
		}
		if err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%d %v: %v, want %s", test.inputs, test.info, err, test.want)
		}
	}
}

func TestBorderMeanRefuses(t *testing.T) {
	for _, text := range []string{"", "x", "-1", "256", "NaN"} {
		if mean, ok := BorderMean(map[string]string{keyBorder: text}); ok {
			t.Errorf("%q: %v", text, mean)
		}
	}
}
