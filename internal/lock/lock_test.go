package lock

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// held is the environment variable that makes this program hold a lock for ever.
const held = "FNN_TEST_LOCK"

func TestMain(m *testing.M) {
	if name := os.Getenv(held); name != "" {
		if _, err := Acquire(name); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("held")
		select {}
	}
	os.Exit(m.Run())
}

func TestAcquire(t *testing.T) {
	name := filepath.Join(t.TempDir(), ".lock")
	l, err := Acquire(name)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Acquire(name)
	var held *HeldError
	if !errors.As(err, &held) {
		t.Fatalf("a second lock: error %v", err)
	}
	if want := fmt.Sprintf("process %d on ", os.Getpid()); held.Name != name || !strings.HasPrefix(held.Holder, want) {
		t.Errorf("%+v, want %s", held, want)
	}
	l.Release()
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("released, the lock leaves a file: %v", err)
	}
	if l, err = Acquire(name); err != nil {
		t.Fatal(err)
	}
	l.Release()
}

func TestAcquireFails(t *testing.T) {
	name := filepath.Join(t.TempDir(), "nowhere", ".lock")
	if _, err := Acquire(name); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), name) {
		t.Errorf("error %v", err)
	}
}

// What a link in the lock's place leads to is left alone.
func TestAcquireLink(t *testing.T) {
	folder := t.TempDir()
	name, other := filepath.Join(folder, ".lock"), filepath.Join(folder, "other")
	if err := os.WriteFile(other, []byte("precious"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(other, name); err != nil {
		t.Skip(err)
	}
	if _, err := Acquire(name); err == nil || !strings.Contains(err.Error(), name) {
		t.Errorf("error %v", err)
	}
	if text, err := os.ReadFile(other); err != nil || string(text) != "precious" {
		t.Errorf("the file that it leads to holds %q, %v", text, err)
	}
}

// A lock outlives neither its process nor a kill, and tells whose it is.
func TestLockOfAnotherProcess(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), ".lock")
	for range 3 {
		c := exec.CommandContext(t.Context(), self)
		c.Env = append(os.Environ(), held+"="+name)
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
			t.Fatalf("%q, %v", line, err)
		}
		var held *HeldError
		_, err = Acquire(name)
		if want := fmt.Sprintf("process %d on ", c.Process.Pid); !errors.As(err, &held) || !strings.HasPrefix(held.Holder, want) {
			t.Errorf("error %v, want %s", err, want)
		}
		c.Process.Kill()
		c.Wait()
		l, err := Acquire(name)
		if err != nil {
			t.Fatalf("after its holder was killed: %v", err)
		}
		l.Release()
	}
}

// A file that says nothing of its holder, or too much.
func TestHolder(t *testing.T) {
	for content, want := range map[string]string{
		"": "another process", "\n": "another process", "process 1 on x": "process 1 on x", "a\nb": "a",
		strings.Repeat("x", 1000): strings.Repeat("x", 300),
	} {
		name := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := holder(f); got != want {
			t.Errorf("%.20q: %.20q, want %.20q", content, got, want)
		}
		f.Close()
	}
}

// However many ask for a lock and give it back, one holds it at a time.
func TestOneHolder(t *testing.T) {
	name := filepath.Join(t.TempDir(), ".lock")
	var holders, acquired atomic.Int32
	var wait sync.WaitGroup
	for range 8 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for range 300 {
				l, err := Acquire(name)
				var held *HeldError
				if errors.As(err, &held) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				if n := holders.Add(1); n != 1 {
					t.Errorf("%d holders", n)
				}
				acquired.Add(1)
				holders.Add(-1)
				l.Release()
			}
		}()
	}
	wait.Wait()
	if acquired.Load() < 8 {
		t.Errorf("acquired %d times only", acquired.Load())
	}
}
