package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"fnn/idx"
)

func TestPins(t *testing.T) {
	for _, f := range FashionMNIST {
		content, err := os.ReadFile(filepath.Join(published, f.Name))
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(content); int64(len(content)) != f.Size || hex.EncodeToString(sum[:]) != f.SHA256 {
			t.Errorf("%s: %d bytes, SHA-256 %x, want %d, %s", f.Name, len(content), sum, f.Size, f.SHA256)
		}
	}
	for _, check := range Verify(published) {
		if check.State != Intact || check.Err != nil || check.Path != filepath.Join(published, check.File.Name) {
			t.Errorf("%s is %v at %q: %v", check.File.Name, check.State, check.Path, check.Err)
		}
	}
}

func TestVerify(t *testing.T) {
	dir := t.TempDir()
	// The content counts, not how it is packed or spelled.
	labels, err := idx.ReadFile(filepath.Join(published, testLabels+".gz"))
	if err != nil {
		t.Fatal(err)
	}
	if err := idx.WriteFile(filepath.Join(dir, "t10k-labels.idx1-ubyte"), labels); err != nil {
		t.Fatal(err)
	}
	// One label of another class.
	if labels, err = idx.ReadFile(filepath.Join(published, trainLabels+".gz")); err != nil {
		t.Fatal(err)
	}
	labels.Data[12345] ^= 1
	if err := idx.WriteFile(filepath.Join(dir, trainLabels+".gz"), labels); err != nil {
		t.Fatal(err)
	}
	// A download that was cut off.
	whole, err := os.ReadFile(filepath.Join(published, testImages+".gz"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, testImages+".gz"), whole[:len(whole)-1], 0o644); err != nil {
		t.Fatal(err)
	}
	checks := Verify(dir)
	for i, want := range []State{Missing, Differs, Differs, Intact} {
		check := checks[i]
		if check.State != want || (check.Err == nil) != (want == Intact) || (check.Path == "") != (want == Missing) {
			t.Errorf("%s is %v at %q (%v), want %v", check.File.Name, check.State, check.Path, check.Err, want)
		}
		if errors.Is(check.Err, ErrNotFound) != (want == Missing) {
			t.Errorf("%s: error %v", check.File.Name, check.Err)
		}
	}
}

func TestState(t *testing.T) {
	if Missing.String() != "missing" || Differs.String() != "differs" || Intact.String() != "intact" {
		t.Error(Missing, Differs, Intact)
	}
}
