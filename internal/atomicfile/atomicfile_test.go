package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// expectFolder fails the test unless folder holds exactly the files in want, name to contents.
func expectFolder(t *testing.T, folder string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if _, ok := want[entry.Name()]; !ok {
			t.Errorf("folder holds %q, which nobody asked for", entry.Name())
		}
	}
	for name, contents := range want {
		got, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil || string(got) != contents {
			t.Errorf("%s holds %q, %v; want %q", name, got, err, contents)
		}
	}
}

func TestWriteCreatesAndReplaces(t *testing.T) {
	folder := t.TempDir()
	name := filepath.Join(folder, "model")
	long := strings.Repeat("more than the buffer holds. ", 10_000)
	for _, contents := range []string{"", "first", long, "second"} {
		if err := Write(name, text(contents)); err != nil {
			t.Fatal(err)
		}
		expectFolder(t, folder, map[string]string{"model": contents})
	}
}

func TestWriteInWorkingFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := Write("model", text("here")); err != nil {
		t.Fatal(err)
	}
	expectFolder(t, ".", map[string]string{"model": "here"})
}

func TestWriteErrorLeavesOldContents(t *testing.T) {
	folder := t.TempDir()
	name := filepath.Join(folder, "model")
	if err := Write(name, text("old")); err != nil {
		t.Fatal(err)
	}
	reason := errors.New("no more weights")
	err := Write(name, func(w io.Writer) error {
		io.WriteString(w, strings.Repeat("new", 100_000))
		return reason
	})
	if !errors.Is(err, reason) {
		t.Errorf("error is %v, want one that wraps %v", err, reason)
	}
	if want := "write " + name + ": no more weights"; err == nil || err.Error() != want {
		t.Errorf("error reads %q, want %q", err, want)
	}
	expectFolder(t, folder, map[string]string{"model": "old"})
}

func TestWriteRefuses(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "file"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		target string
		want   string
	}{
		{"folder as target", folder, "is a folder, expected a file"},
		{"no such folder", filepath.Join(folder, "absent", "model"), ""},
		{"file as folder", filepath.Join(folder, "file", "model"), ""},
	}
	if runtime.GOOS == "linux" || runtime.GOOS == "darwin" {
		tests = append(tests, struct{ name, target, want string }{"device", "/dev/null", "is a special file"})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := Write(test.target, func(io.Writer) error {
				t.Error("write was called, though its result has nowhere to go")
				return nil
			})
			var pathError *fs.PathError
			if !errors.As(err, &pathError) || pathError.Path != test.target {
				t.Errorf("error is %v, want a *fs.PathError for %q", err, test.target)
			} else if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), ".tmp") {
				t.Errorf("error %q does not say %q, or names a temporary file", err, test.want)
			}
			expectFolder(t, folder, map[string]string{"file": ""})
		})
	}
}

func TestWriteUnwritableFolder(t *testing.T) {
	folder := t.TempDir()
	switch {
	case runtime.GOOS == "linux" && os.Getuid() == 0:
		folder = "/sys" // where even root creates no files
	case runtime.GOOS == "linux" || runtime.GOOS == "darwin":
		if err := os.Chmod(folder, 0o555); err != nil {
			t.Fatal(err)
		}
	default:
		t.Skip("no permission bits here")
	}
	name := filepath.Join(folder, "model")
	err := Write(name, text("new"))
	var pathError *fs.PathError
	if !errors.As(err, &pathError) || pathError.Path != name || strings.Contains(err.Error(), ".tmp") {
		t.Errorf("error is %v, want a *fs.PathError for %q", err, name)
	}
}

func TestWritePermissions(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "js" {
		t.Skip("no permission bits here")
	}
	folder := t.TempDir()
	mode := func(name string) fs.FileMode {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode()
	}
	file, err := os.Create(filepath.Join(folder, "created"))
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	if err := Write(filepath.Join(folder, "written"), text("")); err != nil {
		t.Fatal(err)
	}
	if mode("written") != mode("created") {
		t.Errorf("a new file has mode %v, os.Create gives %v", mode("written"), mode("created"))
	}
	for _, want := range []fs.FileMode{0o640, 0o400, 0} {
		if err := os.Chmod(filepath.Join(folder, "written"), want); err != nil {
			t.Fatal(err)
		}
		if err := Write(filepath.Join(folder, "written"), text("again")); err != nil {
			t.Fatal(err)
		}
		if mode("written") != want {
			t.Errorf("a replaced file has mode %v, want the %v it had", mode("written"), want)
		}
	}
}

func TestWriteFollowsLinks(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "runs"), 0o777); err != nil {
		t.Fatal(err)
	}
	path := func(name string) string { return filepath.Join(folder, name) }
	for name, target := range map[string]string{
		"absolute":    path("runs/model"),
		"relative":    "runs/model",
		"link":        "relative", // to a link
		"folder":      "runs",
		"runs/beside": "../runs/model",
		"loop":        "loop",
		"nowhere":     "absent/model",
	} {
		if err := os.Symlink(filepath.FromSlash(target), path(name)); err != nil {
			t.Skip(err)
		}
	}
	for _, name := range []string{"absolute", "relative", "link", "runs/beside", "folder/beside"} {
		os.Remove(path("runs/model"))
		for _, contents := range []string{"new", "replaced"} { // where the link leads nowhere yet, and where it does
			if err := Write(path(name), text(contents)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if got, err := os.ReadFile(path("runs/model")); err != nil || string(got) != contents {
				t.Errorf("%s: what it links to holds %q, %v; want %q", name, got, err, contents)
			}
			if info, err := os.Lstat(path(name)); err != nil || info.Mode()&fs.ModeSymlink == 0 {
				t.Errorf("%s: the link was replaced by a file: %v, %v", name, info, err)
			}
		}
	}
	for _, name := range []string{"loop", "nowhere"} {
		if err := Write(path(name), text("new")); err == nil || strings.Contains(err.Error(), ".tmp") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestRemoveLeftovers(t *testing.T) {
	folder := t.TempDir()
	kept := map[string]string{"model": "", ".model.0123abcd": "", "model.0123abcd.tmp": "", ".model.0123abcg.tmp": "", ".lock": ""}
	for name := range kept {
		write(t, filepath.Join(folder, name))
	}
	file, err := createBeside(filepath.Join(folder, "a.b"))
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	write(t, filepath.Join(folder, ".model.0123abcd.tmp"))
	if err := RemoveLeftovers(folder); err != nil {
		t.Fatal(err)
	}
	expectFolder(t, folder, kept)
	if err := RemoveLeftovers(filepath.Join(folder, "nowhere")); err != nil {
		t.Error(err)
	}
	if err := RemoveLeftovers(filepath.Join(folder, "model")); err == nil {
		t.Error("a file is taken for a folder")
	}
}

func write(t *testing.T, name string) {
	t.Helper()
	if err := os.WriteFile(name, nil, 0o666); err != nil {
		t.Fatal(err)
	}
}
