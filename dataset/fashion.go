package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"fnn/idx"
)

// fashionNames are the classes of Fashion-MNIST, as its README lists them
// (https://github.com/zalandoresearch/fashion-mnist#labels).
var fashionNames = []string{
	"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
	"Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
}

// A File is one of the files in which a data set is published.
//
// Debian's package of the data set has the same compressed data, but strips time
// and name from the gzip header. So what identifies a file is what it holds.
type File struct {
	Name    string // such as "train-images-idx3-ubyte.gz"
	Size    int64  // of the compressed file in bytes, as published
	SHA256  string // of the same, in hexadecimal
	Content string // the SHA-256 of the IDX file within, in hexadecimal
}

// FashionMNIST lists the four files of Fashion-MNIST.
var FashionMNIST = []File{
	{
		"train-images-idx3-ubyte.gz", 26421880,
		"3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
		"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
	},
	{
		"train-labels-idx1-ubyte.gz", 29515,
		"a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
		"bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
	},
	{
		"t10k-images-idx3-ubyte.gz", 4422102,
		"346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
		"5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
	},
	{
		"t10k-labels-idx1-ubyte.gz", 5148,
		"67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
		"0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
	},
}

// Verify reports whether the file at path holds what f should, compressed or
// not. It returns nil if so.
func (f File) Verify(path string) error {
	a, err := idx.ReadFile(path)
	if err != nil {
		return fmt.Errorf("dataset: %w", err)
	}
	if got := contentSum(a); got != f.Content {
		return fmt.Errorf("dataset: %s: content has the SHA-256 %s, want %s", path, got, f.Content)
	}
	return nil
}

// A State is what has become of a published file.
type State int

// The states of a published file.
const (
	Missing State = iota // it is not there
	Differs              // it is damaged, or another file of that name
	Intact               // it holds what was published
)

// String returns the state in lower case.
func (s State) String() string { return [...]string{"missing", "differs", "intact"}[s] }

// A Check is the result of verifying one file.
type Check struct {
	File  File
	Path  string // where the file is, or "" if it is missing
	State State
	Err   error // why the file is not intact, or nil if it is
}

// Verify compares the files in a folder, under any name that [Load] accepts,
// with those of [FashionMNIST]. It returns a check for each of them.
func Verify(dir string) []Check {
	checks := make([]Check, len(FashionMNIST))
	for i, f := range FashionMNIST {
		checks[i] = verify(dir, f)
	}
	return checks
}

func verify(dir string, f File) Check {
	path, err := locate(dir, f.Name[:len(f.Name)-len(".gz")])
	if err != nil {
		return Check{File: f, State: Missing, Err: err}
	}
	if err := f.Verify(path); err != nil {
		return Check{File: f, Path: path, State: Differs, Err: err}
	}
	return Check{File: f, Path: path, State: Intact}
}

// fashionLabels reports whether a holds the labels of Fashion-MNIST, those for
// training or those of the test.
func fashionLabels(a *idx.Array) bool {
	sum := contentSum(a)
	return sum == FashionMNIST[1].Content || sum == FashionMNIST[3].Content
}

// contentSum returns the SHA-256 of an array as an IDX file.
func contentSum(a *idx.Array) string {
	hash := sha256.New()
	if err := idx.Write(hash, a); err != nil {
		panic(err) // it was read, and a hash takes any bytes
	}
	return hex.EncodeToString(hash.Sum(nil))
}
