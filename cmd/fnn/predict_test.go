package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fnn/idx"
	"fnn/internal/experiment"
	"fnn/nn"
	"fnn/picture"
)

// oneRow returns the pixels of a picture in which one row is light.
func oneRow(row int) []uint8 {
	pixels := make([]uint8, testSide*testSide)
	for x := range testSide {
		pixels[row*testSide+x] = 255
	}
	return pixels
}

func TestPredict(t *testing.T) {
	m := testModel(t)
	model, data := save(t, m), writeData(t)
	images := filepath.Join(data, "t10k-images-idx3-ubyte.gz")
	top, middle := writePNG(t, "top.png", oneRow(0)), writePNG(t, "middle.png", oneRow(1))
	swapped := oneRow(2)
	picture.Invert(swapped)
	bottom := writePNG(t, "bottom.png", swapped)
	colon := write(t, filepath.Join(t.TempDir(), "a:1"), "")

	floats := filepath.Join(t.TempDir(), "floats")
	values := make([]float32, 2*testSide*testSide)
	for x := range testSide {
		values[testSide+x] = 1                     // middle
		values[testSide*testSide+2*testSide+x] = 1 // bottom
	}
	writeIDX(t, floats, idx.New([]int{2, testSide * testSide}, values))

	const certain = ": %s 0.9647, %s 0.0177, %s 0.0177\n"
	line := func(name string, classes ...string) string {
		text := name + certain
		for _, class := range classes {
			text = strings.Replace(text, "%s", class, 1)
		}
		return text
	}
	tests := []trial{
		{[]string{"predict", model, top, middle}, done, line(top, "top", "middle", "bottom") + line(middle, "middle", "top", "bottom"), ""},
		{[]string{"predict", model, bottom}, done, "…", "note: " + bottom + ": light and dark look swapped against the training data; -invert swaps them back\n"},
		{[]string{"predict", model, bottom, "-quiet"}, done, "…", ""},
		{[]string{"predict", model, bottom, "-invert"}, done, line(bottom, "bottom", "top", "middle"), ""},
		{[]string{"predict", model, top, "-invert"}, done, "…", "try it without -invert\n"},
		{[]string{"predict", model, images + ":1"}, done, images + ":1: middle 0.9213, top 0.0394, bottom 0.0394\n", ""},
		{[]string{"predict", model, images + ":1-1"}, done, images + ":1: middle 0.9213, top 0.0394, bottom 0.0394\n", ""},
		{[]string{"predict", model, floats}, done, line(floats+":0", "middle", "top", "bottom") + line(floats+":1", "bottom", "top", "middle"), ""},
		{[]string{"predict", model, top, "/nowhere.png"}, failed, line(top, "top", "middle", "bottom"), "fnn: open /nowhere.png"},
		{[]string{"predict", model, "/nowhere.png", top}, failed, line(top, "top", "middle", "bottom"), "fnn: open /nowhere.png"},
		{[]string{"predict", model, top + ":0"}, failed, "", "an index is for IDX files"},
		{[]string{"predict", model, images + ":6"}, failed, "", "there is no picture 6: want 0 to 5"},
		{[]string{"predict", model, images + ":3-9"}, failed, "", "there is no picture 9: want 0 to 5"},
		{[]string{"predict", model, images + ":3-2"}, failed, "", ":3-2: picture 3 comes after 2: want FIRST-LAST"},
		{[]string{"predict", model, filepath.Join(data, "t10k-labels-idx1-ubyte")}, failed, "", "is no array of pictures; it looks like labels"},
		{[]string{"predict", model, floats, "-invert"}, failed, "", "-invert is for 8-bit pictures"},
		{[]string{"predict", model, filepath.Join(model, experiment.ModelFile)}, failed, "", "not a PNG, JPEG or GIF picture"},
		{[]string{"predict", model, colon}, failed, "", "a:1: empty"},
		{[]string{"predict", model, data}, failed, "", "directory"},
		{[]string{"predict", "/nowhere", top}, failed, "", "/nowhere"},
	}
	for _, test := range tests {
		test.check(t)
	}

	// Without an index, all of a file.
	_, stdout, _ := fnn(t, "predict", model, images)
	if n := strings.Count(stdout, "\n"); n != testSamples || !strings.Contains(stdout, "\n"+images+":5: bottom") {
		t.Errorf("%d lines:\n%s", n, stdout)
	}
}

// Pictures of IDX files are predicted some at a time, and named by their place.
func TestPredictMany(t *testing.T) {
	const count = 600
	var pixels []uint8
	for i := range count {
		pixels = append(pixels, oneRow(i%testClasses)...)
	}
	images := filepath.Join(t.TempDir(), "images")
	writeIDX(t, images, idx.New([]int{count, testSide, testSide}, pixels))
	_, stdout, _ := fnn(t, "predict", save(t, testModel(t)), images+":10-599", "-json")
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if len(lines) != count-10 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, line := range lines {
		var got predictionJSON
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		index := i + 10
		if want := index % testClasses; got.Label != want || !strings.HasSuffix(got.Picture, ":"+times([]int{index})) {
			t.Errorf("picture %d: %s", index, line)
		}
	}
}

func TestPredictJSON(t *testing.T) {
	top := writePNG(t, "top.png", oneRow(0))
	m := testModel(t)
	m.ClassNames = []string{"<top>", "b", "c"}
	_, stdout, _ := fnn(t, "predict", save(t, m), top, "-json")
	var got predictionJSON
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	order := slices.IsSortedFunc(got.Probabilities, func(a, b probabilityJSON) int { return int(1e6 * (b.Probability - a.Probability)) })
	if got.Picture != top || got.Class != "<top>" || got.Label != 0 || len(got.Probabilities) != 3 || !order || strings.Count(stdout, "\n") != 1 {
		t.Errorf("%s", stdout)
	}
	if !strings.Contains(stdout, `"<top>"`) {
		t.Errorf("escaped: %s", stdout)
	}
}

// Models that do not say what pictures they take, or take others.
func TestPredictSizes(t *testing.T) {
	top, data := writePNG(t, "top.png", oneRow(0)), writeData(t)
	images := filepath.Join(data, "t10k-images-idx3-ubyte.gz")
	odd := save(t, newModel(t, 15, 3))
	rows := filepath.Join(t.TempDir(), "rows")
	writeIDX(t, rows, idx.New([]int{1, 15}, make([]uint8, 15)))
	broken := newModel(t, 16, 3)
	broken.Info = map[string]string{"image_height": "3", "image_width": "5"}
	bordered := newModel(t, 15, 3)
	bordered.Info = map[string]string{"border_mean": "10"}
	tests := []trial{
		{[]string{"predict", save(t, newModel(t, 9, 3)), top}, done, "…", ""},
		{[]string{"predict", save(t, bordered), rows}, done, rows + ":0: 0 0.3333, 1 0.3333, 2 0.3333\n", ""},
		{[]string{"predict", odd, top}, failed, "", odd + ": the model's file does not say what pictures its 15 inputs are"},
		{[]string{"predict", odd, rows}, done, rows + ":0: 0 0.3333, 1 0.3333, 2 0.3333\n", ""},
		{[]string{"predict", odd, images}, failed, "", "its pictures are 4 x 4, but the model takes 15 values"},
		{[]string{"predict", save(t, broken), top}, failed, "", `image_height "3" and image_width "5"`},
		{[]string{"predict", save(t, newModel(t, 9, 3)), images}, failed, "", "its pictures are 4 x 4, but the model takes 3 x 3"},
	}
	for _, test := range tests {
		test.check(t)
	}
}

// What a model of float32 samples makes of 8-bit pictures, as far as their range
// tells how the two go together, is what eval makes of them.
func TestPredictFloats(t *testing.T) {
	bytes := writeData(t)
	images := filepath.Join(bytes, "t10k-images-idx3-ubyte.gz")
	pixels, labels := testPixels()
	for _, test := range []struct {
		scale, shift float32
		want         float32
		known        bool
	}{{1.0 / 255, 0, 1.0 / 255, true}, {1, 0, 1, true}, {2.0 / 255, -1, 0, false}} {
		data := t.TempDir()
		values := make([]float32, len(pixels))
		for i, p := range pixels {
			values[i] = float32(p)*test.scale + test.shift
		}
		for _, part := range []string{"train", "t10k"} {
			writeIDX(t, filepath.Join(data, part+"-images-idx3-ubyte"), idx.New([]int{testSamples, testSide, testSide}, values))
			writeIDX(t, filepath.Join(data, part+"-labels-idx1-ubyte"), idx.New([]int{testSamples}, labels))
		}
		run, out := filepath.Join(t.TempDir(), "run"), t.TempDir()
		mustTrain(t, "train", "-quiet", "-data", data, "-out", run, "-model", "8 relu", "-epochs", "200", "-lr", "0.01", "-init", "he")
		m, err := experiment.Folder(run).Model()
		if err != nil {
			t.Fatal(err)
		}
		if m.InputScale != test.want {
			t.Errorf("%v: input scale %g, want %g", test, m.InputScale, test.want)
		}
		source, graph := filepath.Join(out, "net.go"), filepath.Join(out, "net.onnx")
		trial{[]string{"export", run, "-o", source}, done, "…", ""}.check(t)
		if text, err := os.ReadFile(source); err != nil || strings.Contains(string(text), "func Predict(") != test.known {
			t.Errorf("%v: Go source with Predict: %v, %v", test, !test.known, err)
		}
		for _, args := range [][]string{
			{"predict", run, writePNG(t, "top.png", oneRow(0))},
			{"predict", run, images},
			{"eval", run, "-data", bytes, "-quiet"},
			{"quantize", run, "-data", bytes, "-o", filepath.Join(out, "int8.safetensors")},
			{"export", run, "-o", graph, "-uint8"},
		} {
			if test.known {
				trial{args, done, "…", ""}.check(t)
			} else {
				trial{args, failed, "", nn.ErrNoScale.Error()}.check(t)
			}
		}
		if !test.known {
			trial{[]string{"export", run, "-o", graph}, done, "…", ""}.check(t)
			_, stdout, _ := fnn(t, "inspect", graph)
			if !strings.Contains(stdout, "16, not made of 8-bit values\n") {
				t.Errorf("%s", stdout)
			}
			continue
		}
		floats := filepath.Join(data, "t10k-images-idx3-ubyte")
		_, want, _ := fnn(t, "predict", run, floats)
		for _, model := range []string{run, graph} {
			trial{[]string{"predict", model, images, "-quiet"}, done, strings.ReplaceAll(want, floats, images), ""}.check(t)
		}
		_, want, _ = fnn(t, "eval", run, "-data", data)
		trial{[]string{"eval", run, "-data", bytes}, done, want, ""}.check(t)
	}
}

// A name in a model's file cannot reach the terminal as a control sequence.
func TestPredictHostileName(t *testing.T) {
	m := testModel(t)
	m.ClassNames = []string{"\x1b[2Jtop", "b", "c"}
	model, top := save(t, m), writePNG(t, "top.png", oneRow(0))
	for _, args := range [][]string{{"predict", model, top}, {"inspect", model}, {"eval", model, "-data", writeData(t)}} {
		_, stdout, stderr := fnn(t, args...)
		if strings.Contains(stdout+stderr, "\x1b") {
			t.Errorf("%q: %q", args, stdout)
		}
	}
}
