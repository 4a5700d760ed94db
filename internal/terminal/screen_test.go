package terminal

import (
	"os"
	"path/filepath"
	"testing"
)

// A file and a pipe are no terminals; a closed file is none either.
func TestNotATerminal(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	read, write, err := os.Pipe()
	if err != nil {
		t.Skipf("no pipes here: %v", err)
	}
	defer write.Close()
	read.Close()
	for _, f := range []*os.File{file, write, read} {
		if IsTerminal(f) {
			t.Errorf("%s is a terminal", f.Name())
		}
		if w, h := Size(f); w != 80 || h != 24 {
			t.Errorf("%s has %d columns and %d lines, want 80 and 24", f.Name(), w, h)
		}
		if s := NewScreen(f); s.Width != nil || s.Height != nil || s.Color || s.Unicode {
			t.Errorf("%s: screen %+v", f.Name(), s)
		}
	}
}

func TestUnicodeLocale(t *testing.T) {
	tests := []struct {
		env  map[string]string
		want bool
	}{
		{nil, false},
		{map[string]string{"LANG": "en_US.UTF-8"}, true},
		{map[string]string{"LANG": "C.utf8"}, true},
		{map[string]string{"LANG": "C"}, false},
		{map[string]string{"LANG": "en_US.UTF-8", "LC_ALL": "C"}, false},
		{map[string]string{"LANG": "C", "LC_CTYPE": "de_DE.UTF-8", "LC_ALL": ""}, true},
		{map[string]string{"LC_ALL": "C.UTF-8", "LC_CTYPE": "C"}, true},
	}
	for _, test := range tests {
		if got := unicodeLocale(func(name string) string { return test.env[name] }); got != test.want {
			t.Errorf("%v: %v", test.env, got)
		}
	}
}

func TestRewraps(t *testing.T) {
	tests := []struct {
		env  map[string]string
		want bool
	}{
		{nil, true},
		{map[string]string{"TERM": "xterm-256color"}, true}, // which most call themselves
		{map[string]string{"XTERM_VERSION": "XTerm(379)"}, false},
		{map[string]string{"XTERM_VERSION": "XTerm(379)", "TMUX": "/tmp/tmux-0/default,1,0"}, true},
		{map[string]string{"STY": "1.pts-0"}, false},
		{map[string]string{"TERM": "linux"}, false},
	}
	for _, test := range tests {
		if got := rewraps(func(name string) string { return test.env[name] }); got != test.want {
			t.Errorf("%v: %v", test.env, got)
		}
	}
}

func TestPaint(t *testing.T) {
	if got, want := (Screen{Color: true}).Paint(Red, "error"), "\x1b[31merror\x1b[0m"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := (Screen{}).Paint(Red, "error"), "error"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
