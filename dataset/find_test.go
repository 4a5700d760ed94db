package dataset

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folder makes a folder with empty files of these names.
func folder(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFind(t *testing.T) {
	full := folder(t, trainImages, trainLabels+".gz", "t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte.gz")
	other := folder(t, trainImages, trainLabels, testImages, testLabels)
	partial := folder(t, trainImages, trainLabels, testImages)
	none, file := filepath.Join(t.TempDir(), "none"), filepath.Join(other, trainImages)
	for _, test := range []struct {
		name     string
		dir, env string
		places   []string
		want     string
		errors   []string
	}{
		{"the flag", full, other, []string{other}, full, nil},
		{"the variable", "", full, []string{other}, full, nil},
		{"the first place", "", "", []string{full, other}, full, nil},
		{"the next place", "", "", []string{none, partial, full, other}, full, nil},
		{"no fallback from the flag", none, other, []string{other}, "", []string{none, "-data", "all four files: want train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, each with"}},
		{"no fallback from the variable", "", partial, []string{other}, "", []string{partial, "$FNN_DATA", "lacks " + testLabels}},
		{"a file", file, "", []string{other}, "", []string{file + ", which -data names, is no folder"}},
		{"nowhere", "", "", []string{none, partial}, "", []string{none, "all four files", partial, testLabels, "`fnn data`"}},
	} {
		got, err := find(test.dir, test.env, test.places)
		if got != test.want || (err == nil) != (test.errors == nil) {
			t.Errorf("%s: %q, %v, want %q", test.name, got, err, test.want)
		}
		if noFolder := test.dir == file; err != nil && errors.Is(err, ErrNotFound) == noFolder {
			t.Errorf("%s: %v is ErrNotFound: %v", test.name, err, noFolder)
		}
		for _, part := range test.errors {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: error %q does not say %q", test.name, err, part)
			}
		}
	}
}

func TestFindEnvironment(t *testing.T) {
	full := folder(t, trainImages, trainLabels, testImages, testLabels)
	t.Setenv(environment, full)
	if got, err := Find(""); got != full || err != nil {
		t.Errorf("with $%s: %q, %v, want %q", environment, got, err, full)
	}
	t.Setenv(environment, "")
	t.Chdir(filepath.Join("..", "data", ".."))
	if got, err := Find(""); got != filepath.Join("data", "fashion-mnist") || err != nil {
		t.Errorf("in the repository: %q, %v", got, err)
	}
}

// A folder of a file's name, which some archives make, is not the file.
func TestLocateFolder(t *testing.T) {
	dir := folder(t, testLabels+".gz")
	if err := os.Mkdir(filepath.Join(dir, testLabels), 0o755); err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(dir, testLabels+".gz")
	if got, err := locate(dir, testLabels); got != want || err != nil {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}
