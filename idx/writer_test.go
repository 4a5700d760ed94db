package idx

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What numpy wrote is written again, byte for byte.
func TestWriteNumpy(t *testing.T) {
	for name := range expectations(t) {
		if strings.HasSuffix(name, ".gz") {
			continue
		}
		want, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		a, err := Read(bytes.NewReader(want))
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := Write(&got, a); err != nil || !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s: % x, %v, want % x", name, got.Bytes(), err, want)
		}
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	want := New([]int{2, 100}, make([]int16, 200))
	for _, name := range []string{"plain", "zipped.gz", "plain"} {
		path := filepath.Join(dir, name)
		if err := WriteFile(path, want); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if compressed := content[0] == 0x1f; compressed != (name == "zipped.gz") {
			t.Errorf("%s: compressed is %t", name, compressed)
		}
		got, err := ReadFile(path)
		if err != nil || got.Type != Int16 || !slices.Equal(got.Shape, want.Shape) || !bytes.Equal(got.Data, want.Data) {
			t.Errorf("%s does not survive: %v", name, err)
		}
	}
	if names := list(t, dir); !slices.Equal(names, []string{"plain", "zipped.gz"}) {
		t.Errorf("left in the folder: %v", names)
	}
}

// A failure keeps the file that was there, and nothing else.
func TestWriteFileFailure(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file.gz")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(path, &Array{Type: Uint8, Shape: []int{2}}); err == nil {
		t.Error("an array without its data: no error")
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != "old" {
		t.Errorf("the old file holds %q, %v", content, err)
	}
	folder := filepath.Join(dir, "folder")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(folder, New([]int{1}, []uint8{1})); err == nil {
		t.Error("writing over a folder: no error")
	}
	if err := WriteFile(filepath.Join(dir, "none", "file"), New([]int{1}, []uint8{1})); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("writing into a missing folder: error %v", err)
	}
	if names := list(t, dir); !slices.Equal(names, []string{"file.gz", "folder"}) {
		t.Errorf("left in the folder: %v", names)
	}
}

// A failingWriter fails after so many bytes.
type failingWriter int

var errFull = errors.New("disk full")

func (w *failingWriter) Write(p []byte) (int, error) {
	if len(p) > int(*w) {
		return 0, errFull
	}
	*w -= failingWriter(len(p))
	return len(p), nil
}

func TestWriteFailingWriter(t *testing.T) {
	a := New([]int{4}, []uint8{1, 2, 3, 4})
	for name, write := range map[string]func(io.Writer, *Array) error{"plain": write, "zipped": writeGzip} {
		for room := range 12 {
			w := failingWriter(room)
			if err := write(&w, a); err != errFull {
				t.Errorf("%s, room for %d bytes: error %v, want the writer's", name, room, err)
			}
		}
	}
	w := failingWriter(3)
	if err := Write(&w, a); !errors.Is(err, errFull) || err.Error() != "idx: disk full" {
		t.Errorf("error %v", err)
	}
}

// list returns the names in a folder.
func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
