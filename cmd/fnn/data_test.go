package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"fnn/dataset"
	"fnn/idx"
)

const (
	published  = "../../data/fashion-mnist"
	testLabels = "t10k-labels-idx1-ubyte.gz"
)

// publish makes a small data set stand for Fashion-MNIST in this test, and
// returns the folder of its files.
func publish(t *testing.T) string {
	t.Helper()
	real := dataset.FashionMNIST
	t.Cleanup(func() { dataset.FashionMNIST = real })
	dir := t.TempDir()
	pixels, labels := testPixels()
	dataset.FashionMNIST = nil
	for i, f := range real {
		a := idx.New([]int{testSamples, testSide, testSide}, pixels)
		if i%2 == 1 {
			a = idx.New([]int{testSamples}, labels)
		}
		path := filepath.Join(dir, f.Name)
		writeIDX(t, path, a)
		compressed, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var plain bytes.Buffer
		if err := idx.Write(&plain, a); err != nil {
			t.Fatal(err)
		}
		dataset.FashionMNIST = append(dataset.FashionMNIST, dataset.File{
			Name: f.Name, Size: int64(len(compressed)),
			SHA256:  fmt.Sprintf("%x", sha256.Sum256(compressed)),
			Content: fmt.Sprintf("%x", sha256.Sum256(plain.Bytes())),
		})
	}
	return dir
}

// copyData makes a folder with the files of another but those named.
func copyData(t *testing.T, dir, source string, without ...string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, f := range dataset.FashionMNIST {
		if slices.Contains(without, f.Name) {
			continue
		}
		content, err := os.ReadFile(filepath.Join(source, f.Name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, f.Name), string(content))
	}
	return dir
}

// fnnData runs fnn data with a server of its own for the files of a folder.
func fnnData(t *testing.T, source string, args ...string) (status int, stdout, stderr string, fetched []string) {
	t.Helper()
	files := http.FileServer(http.Dir(source))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fetched = append(fetched, strings.TrimPrefix(r.URL.Path, "/"))
		files.ServeHTTP(w, r)
	}))
	defer server.Close()
	var out, err strings.Builder
	e := newEnv(&out, &err)
	e.mirrors = []string{server.URL}
	status = execute(t.Context(), e, append([]string{"data"}, args...))
	return status, out.String(), err.String(), fetched
}

func TestDataIntact(t *testing.T) {
	status, stdout, stderr, fetched := fnnData(t, published, "-data", published)
	if status != done || stderr != "" || len(fetched) > 0 {
		t.Errorf("status %d, %q, fetched %q", status, stderr, fetched)
	}
	for _, want := range []string{
		published + ": Fashion-MNIST\n  train-images-idx3-ubyte.gz  intact\n",
		"\n60000 training and 10000 test samples of 28 x 28, 10 classes\n",
		"  T-shirt/top   6000  1000\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("lacks %q:\n%s", want, stdout)
		}
	}
}

func TestDataOther(t *testing.T) {
	source, dir := published, writeData(t)
	status, stdout, stderr, fetched := fnnData(t, source, "-data", dir)
	want := dir + `: a data set other than Fashion-MNIST

6 training and 6 test samples of 4 x 4, 3 classes

  class  train  test
      0      2     2
      1      2     2
      2      2     2
`
	if status != done || stdout != want || stderr != "" || len(fetched) > 0 {
		t.Errorf("status %d, %q, fetched %q\n%s", status, stderr, fetched, stdout)
	}

	_, stdout, _, _ = fnnData(t, source, "-data", dir, "-json")
	var got dataReport
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	if got.Folder != dir || got.Name != "" || got.Train != 6 || got.Classes[2].Test != 2 || got.Files[0].State != "differs" || strings.Count(stdout, "\n") != 1 {
		t.Errorf("%s", stdout)
	}
}

// What is missing is fetched, and only that.
func TestDataFetch(t *testing.T) {
	source := publish(t)
	dir := copyData(t, filepath.Join(t.TempDir(), "new"), source, "train-labels-idx1-ubyte.gz", testLabels)
	status, stdout, stderr, fetched := fnnData(t, source, "-data", dir)
	if status != done || strings.Count(stdout, "intact") != 4 {
		t.Errorf("status %d, %q\n%s", status, stderr, stdout)
	}
	if got, want := strings.Join(fetched, " "), "train-labels-idx1-ubyte.gz "+testLabels; got != want {
		t.Errorf("fetched %q, want %q", got, want)
	}
	files := dataset.FashionMNIST
	want := fmt.Sprintf("fetching Fashion-MNIST into %s\n%s  %d B\n%s  %d B\n", dir, files[1].Name, files[1].Size, files[3].Name, files[3].Size)
	if stderr != want {
		t.Errorf("%q, want %q", stderr, want)
	}
	if err := os.Remove(filepath.Join(dir, testLabels)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("FNN_DATA", dir)
	if status, _, stderr, fetched = fnnData(t, source, "-quiet"); status != done || stderr != "" || len(fetched) != 1 {
		t.Errorf("status %d, %q, fetched %q", status, stderr, fetched)
	}
}

// In the cache folder a damaged file is fetched anew.
func TestDataCache(t *testing.T) {
	home := t.TempDir()
	t.Setenv("FNN_DATA", "")
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData"} {
		t.Setenv(name, home)
	}
	cache, err := dataset.CacheDir()
	if err != nil {
		t.Skipf("no cache folder on %s: %v", runtime.GOOS, err)
	}
	source := publish(t)
	copyData(t, cache, source, testLabels)
	write(t, filepath.Join(cache, testLabels), "damaged")
	status, stdout, stderr, fetched := fnnData(t, source)
	if status != done || len(fetched) != 1 || strings.Count(stdout, "intact") != 4 || !strings.HasPrefix(stdout, cache+": ") {
		t.Errorf("status %d, %q, fetched %q\n%s", status, stderr, fetched, stdout)
	}
}

// In a folder of the user's, it is not.
func TestDataDamaged(t *testing.T) {
	source := publish(t)
	dir := copyData(t, t.TempDir(), source, testLabels)
	damaged := write(t, filepath.Join(dir, testLabels), "damaged")
	for _, complete := range []bool{true, false} {
		if !complete {
			if err := os.Remove(filepath.Join(dir, "train-labels-idx1-ubyte.gz")); err != nil {
				t.Fatal(err)
			}
		}
		status, stdout, stderr, fetched := fnnData(t, source, "-data", dir)
		if status != failed || len(fetched) > 0 || !strings.Contains(stderr, damaged) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("status %d, %q, fetched %q\n%s", status, stderr, fetched, stdout)
		}
		if complete && (strings.Count(stdout, "intact\n") != 3 || !strings.Contains(stdout, testLabels+"   differs\n")) {
			t.Errorf("%s", stdout)
		}
		if content, err := os.ReadFile(damaged); err != nil || string(content) != "damaged" {
			t.Errorf("%q, %v", content, err)
		}
	}
}

func TestDataRefuses(t *testing.T) {
	broken := writeData(t)
	writeIDX(t, filepath.Join(broken, "t10k-labels-idx1-ubyte"), idx.New([]int{6}, []uint8{0, 1, 2, 3, 0, 1}))
	trial{[]string{"data", "-data", broken}, failed, broken + ": a data set other than Fashion-MNIST, which cannot be loaded\n", "label 3 is 3, want one of 3 classes, 0 to 2"}.check(t)

	status, text, _, _ := fnnData(t, published, "-data", broken, "-json")
	if want := `{"name":"t10k-labels-idx1-ubyte","path":`; status != failed || !strings.Contains(text, want) || strings.Contains(text, "SHA-256") {
		t.Errorf("status %d, %s", status, text)
	}

	lacking := writeData(t)
	if err := os.Remove(filepath.Join(lacking, "t10k-labels-idx1-ubyte")); err != nil {
		t.Fatal(err)
	}
	trial{[]string{"data", "-data", lacking}, failed, "",
		lacking + " lacks t10k-labels-idx1-ubyte; nothing is fetched, since " + filepath.Join(lacking, "train-images-idx3-ubyte.gz") + " is not Fashion-MNIST's\n"}.check(t)

	file := write(t, filepath.Join(t.TempDir(), "README.md"), "")
	trial{[]string{"data", "-data", file}, failed, "", file + ", which -data names, is no folder"}.check(t)

	blocked := filepath.Join(write(t, filepath.Join(t.TempDir(), "file"), ""), "folder")
	trial{[]string{"data", "-data", blocked, "-quiet"}, failed, "", blocked[:len(blocked)-len("/folder")]}.check(t)

	gone := httptest.NewServer(http.NotFoundHandler())
	defer gone.Close()
	var stdout, stderr strings.Builder
	e := newEnv(&stdout, &stderr)
	e.mirrors = []string{gone.URL}
	status = execute(t.Context(), e, []string{"data", "-data", t.TempDir(), "-quiet"})
	if status != failed || !strings.Contains(stderr.String(), "404 Not Found") || strings.Count(stderr.String(), "\n") != 1 {
		t.Errorf("status %d, %q", status, stderr.String())
	}
}
