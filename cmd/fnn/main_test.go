package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"fnn/dataset"
	"fnn/idx"
	"fnn/internal/experiment"
	"fnn/nn"
	"fnn/safetensors"
	"fnn/tensor"
)

// TestMain lets a test start this program as the command.
func TestMain(m *testing.M) {
	if os.Getenv("FNN_TEST_COMMAND") != "" {
		main()
	}
	os.Exit(m.Run())
}

// fnn runs a command line and returns what came of it.
func fnn(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err strings.Builder
	status = execute(t.Context(), testEnv(&out, &err), args)
	return status, out.String(), err.String()
}

// testEnv returns an env in which bench is over soon.
func testEnv(stdout, stderr io.Writer) *env {
	e := newEnv(stdout, stderr)
	e.plan = testPlan
	return e
}

// A trial is a command line and what should come of it: the whole of standard
// output, unless it is "…", and parts of one line on standard error.
type trial struct {
	args   []string
	status int
	stdout string
	stderr string // contained; empty for nothing at all
}

func (test trial) check(t *testing.T) {
	t.Helper()
	status, stdout, stderr := fnn(t, test.args...)
	if status != test.status {
		t.Errorf("%q: status %d, want %d (%s)", test.args, status, test.status, stderr)
	}
	if test.stdout != "…" && stdout != test.stdout {
		t.Errorf("%q: standard output is\n%s\nwant\n%s", test.args, stdout, test.stdout)
	}
	if test.stderr == "" && stderr != "" || !strings.Contains(stderr, test.stderr) {
		t.Errorf("%q: standard error is\n%s\nwant\n%s", test.args, stderr, test.stderr)
	}
	lines := strings.Count(stderr, "\n")
	switch {
	case test.status == failed && lines != 1:
		t.Errorf("%q: %d lines of error, want 1:\n%s", test.args, lines, stderr)
	case test.status == badUsage && len(test.args) > 1 && (lines != 2 || !strings.Contains(stderr, "\nrun 'fnn help")):
		t.Errorf("%q: want a line of error and one of help:\n%s", test.args, stderr)
	}
}

// A sample's pixels are 4 x 4; three classes differ in the row that is light.
const (
	testSide    = 4
	testClasses = 3
	testSamples = 6 // two of each class
)

func testPixels() (pixels []uint8, labels []uint8) {
	for i := range testSamples {
		label := i % testClasses
		sample := make([]uint8, testSide*testSide)
		for x := range testSide {
			sample[label*testSide+x] = uint8(200 + i)
		}
		pixels = append(pixels, sample...)
		labels = append(labels, uint8(label))
	}
	return pixels, labels
}

// writeData writes a small data set and returns its folder.
func writeData(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	pixels, labels := testPixels()
	for _, part := range []string{"train", "t10k"} {
		writeIDX(t, filepath.Join(dir, part+"-images-idx3-ubyte.gz"), idx.New([]int{testSamples, testSide, testSide}, pixels))
		writeIDX(t, filepath.Join(dir, part+"-labels-idx1-ubyte"), idx.New([]int{testSamples}, labels))
	}
	return dir
}

func writeIDX(t *testing.T, name string, a *idx.Array) {
	t.Helper()
	if err := idx.WriteFile(name, a); err != nil {
		t.Fatal(err)
	}
}

// testSet returns the samples of writeData with names for their classes.
func testSet(t testing.TB) *dataset.Set {
	t.Helper()
	pixels, labels := testPixels()
	truth := make([]int, len(labels))
	for i, label := range labels {
		truth[i] = int(label)
	}
	set, err := dataset.FromBytes(pixels, []int{testSide, testSide}, truth, []string{"top", "middle", "bottom"})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// testModel returns a model that knows the samples: class c is the one whose row
// c is light.
func testModel(t testing.TB) *nn.Model {
	t.Helper()
	set := testSet(t)
	m, err := nn.New(nil, set.Features(), set.Classes())
	if err != nil {
		t.Fatal(err)
	}
	m.ClassNames, m.InputScale = set.ClassNames(), set.Scale()
	experiment.Describe(m, set)
	weights := make([]float32, testClasses*m.Inputs)
	for class := range testClasses {
		for x := range testSide {
			weights[class*m.Inputs+class*testSide+x] = 1
		}
	}
	setWeights(t, m, weights)
	return m
}

// setWeights sets the weights (classes, inputs) of a model of one layer.
func setWeights(t testing.TB, m *nn.Model, weights []float32) {
	t.Helper()
	f, err := m.File()
	if err != nil {
		t.Fatal(err)
	}
	for i := range f.Tensors {
		if f.Tensors[i].Name == "0.weight" {
			f.Tensors[i] = safetensors.Float32("0.weight", f.Tensors[i].Shape, weights)
		}
	}
	if err := m.Restore(f); err != nil {
		t.Fatal(err)
	}
}

// save writes a model to the folder of a run, and returns the folder.
func save(t testing.TB, m *nn.Model) string {
	t.Helper()
	dir := t.TempDir()
	if err := m.Save(filepath.Join(dir, experiment.ModelFile)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// writePNG writes a grey picture of 4 x 4 pixels, each drawn twice as large.
func writePNG(t *testing.T, name string, pixels []uint8) string {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 2*testSide, 2*testSide))
	for y := range 2 * testSide {
		for x := range 2 * testSide {
			picture.SetGray(x, y, color.Gray{Y: pixels[y/2*testSide+x/2]})
		}
	}
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, picture); err != nil {
		t.Fatal(err)
	}
	return path
}

func write(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestHelp(t *testing.T) {
	tests := []trial{
		{[]string{"help"}, done, usage, ""},
		{[]string{"-h"}, done, usage, ""},
		{[]string{"-help"}, done, usage, ""},
		{[]string{"--help"}, done, usage, ""},
		{[]string{"help", "help"}, done, usage, ""},
		{[]string{"help", "evla"}, badUsage, "", `unknown command "evla"; did you mean "eval"?`},
		{[]string{"help", "eval", "data"}, badUsage, "", `help: unexpected argument "data"`},
		{[]string{"evla"}, badUsage, "", "fnn: unknown command \"evla\"; did you mean \"eval\"?\nrun 'fnn help' for usage\n"},
		{[]string{"xyzzy", "x"}, badUsage, "", "fnn: unknown command \"xyzzy\"\nrun 'fnn help' for usage\n"},
	}
	for _, c := range commands {
		tests = append(tests,
			trial{[]string{"help", c.name}, done, c.usage, ""},
			trial{[]string{c.name, "-h"}, done, c.usage, ""},
			trial{[]string{c.name, "-quiet=x", "--help"}, badUsage, "", ""},
			trial{[]string{c.name, "x", "-help"}, done, c.usage, ""},
		)
	}
	for _, test := range tests {
		if test.status == badUsage && test.stderr == "" {
			test.stderr = "quiet"
		}
		test.check(t)
	}
}

// The usage of a command names the flags that it has, and no others.
func TestUsageNamesFlags(t *testing.T) {
	all := []string{"model", "lr", "models", "lrs", "seeds", "shard", "epochs", "batch", "seed", "init", "eval-dropout", "resume", "checkpoint-every",
		"data", "out", "threads", "json", "quiet", "invert"}
	all = append(all, recipeFlags...)
	for _, c := range commands {
		for _, name := range all {
			_, _, stderr := fnn(t, c.name, "-"+name+"=\x00", "-no-such-flag")
			taken := !strings.Contains(stderr, "unknown flag -"+name)
			told := strings.Contains(c.usage, "\n  -"+name+" ")
			if taken != told {
				t.Errorf("%s: -%s: taken %v, in the usage %v", c.name, name, taken, told)
			}
		}
	}
}

func TestBadFlags(t *testing.T) {
	tests := []struct {
		args string // separated by |
		want string
	}{
		{"train|-lr|0", `invalid value "0" for flag -lr: want a number from 1e-45 to 3e+38`},
		{"-lr|-0.1", `invalid value "-0.1" for flag -lr: want a number from 1e-45 to 3e+38`},
		{"-lr=NaN", `invalid value "NaN" for flag -lr: want a number from 1e-45 to 3e+38`},
		{"-lr|inf", `invalid value "inf" for flag -lr: want a number from 1e-45 to 3e+38`},
		{"-lr|1e-46", `invalid value "1e-46" for flag -lr: want a number from 1e-45`},
		{"-lr", `flag needs an argument: -lr`},
		{"train|-epochs|-1", `invalid value "-1" for flag -epochs: want a whole number from 1 to 1073741824`},
		{"train|-epochs|1.5", `for flag -epochs: want a whole number`},
		{"train|-batch|0", `invalid value "0" for flag -batch: want a whole number from 1 to 1073741824`},
		{"train|-seed|-1", `for flag -seed: want a whole number from 0 to 18446744073709551615`},
		{"train|-model|128 relo", `word 2, "relo": want a number of neurons, relu, bn or dropout:P, or one of A, B and C alone; did you mean relu?`},
		{"train|-epoch|3", `unknown flag -epoch; did you mean -epochs?`},
		{"--sed=3", `unknown flag -sed; did you mean -seed?`},
		{"train|-checkpoint-every|0", `invalid value "0" for flag -checkpoint-every: want a number of steps, such as 500, or a time, such as 30s or 5m`},
		{"train|-schedule|linear", `invalid value "linear" for flag -schedule: schedule "linear": want constant, step:N:F, cosine`},
		{"train|-schedule|warmup:3|-epochs|3", `fnn: schedule "warmup:3": a warm-up of 3 epochs of 3: want fewer`},
		{"train|-schedule|cosine:0.1", `schedule "cosine:0.1": a cosine from a learning rate of 0.001 to 0.1: want it to fall`},
		{"sweep|-schedule|cosine:0.001", `schedule "cosine:0.001": a cosine from a learning rate of 0.001 to 0.001: want it to fall`},
		{"train|-weight-decay|-1", `invalid value "-1" for flag -weight-decay: want 0, for none, or a number up to 3e+38`},
		{"train|-clip-norm|NaN", `invalid value "NaN" for flag -clip-norm: want 0, for none, or a number`},
		{"sweep|-label-smoothing|1.5", `invalid value "1.5" for flag -label-smoothing: want 0, for none, or a number below 1`},
		{"train|-label-smoothing|1", `invalid value "1" for flag -label-smoothing: want 0, for none, or a number below 1`},
		{"train|-model|8 dropout:1", "want a probability from 0 to below 1"},
		{"train|-patience|-1", `invalid value "-1" for flag -patience: want 0, for none, or a whole number up to 1073741824`},
		{"--version", `unknown flag -version; did you mean "fnn version"?`},
		{"version|x", `unexpected argument "x"`},
		{"train|-zzzzzz", "fnn: unknown flag -zzzzzz\nrun 'fnn help train' for usage\n"},
		{"train|A", `unexpected argument "A"`},
		{"train|-json=maybe", `invalid value "maybe" for flag -json: want true or false`},
		{"eval|m|-threads|-1", `invalid value "-1" for flag -threads: want 0, for one a processor, or a whole number up to 1024`},
		{"eval|m|-threads|1025", `for flag -threads`},
		{"eval|m|n", `unexpected argument "n"`},
		{"eval|-json", `no model given`},
		{"eval|m|-lr|1", `unknown flag -lr`},
		{"eval|--|m|-json", `unexpected argument "-json"`},
		{"predict|m", `no picture given`},
		{"predict|-invert", `no model given`},
		{"inspect|-json", `no file given`},
		{"data|x", `unexpected argument "x"`},
		{"bench|x", `unexpected argument "x"`},
		{"bench|-threads|two", `invalid value "two" for flag -threads`},
	}
	for _, test := range tests {
		args := strings.Split(test.args, "|")
		if len(args) == 1 {
			args = append(args, "-quiet")
			if test.args == "-lr" {
				args = []string{"-quiet", "-lr"}
			}
		}
		trial{args, badUsage, "", test.want}.check(t)
	}
}

// A command that needs arguments and has none at all shows its usage.
func TestNoArguments(t *testing.T) {
	for _, c := range commands {
		if c.name == "train" || c.name == "sweep" || c.name == "data" || c.name == "bench" || c.name == "version" {
			continue
		}
		status, stdout, stderr := fnn(t, c.name)
		if status != badUsage || stdout != "" || !strings.HasSuffix(stderr, "\n\n"+c.usage) {
			t.Errorf("%s: status %d, %q, %q", c.name, status, stdout, stderr)
		}
	}
}

func TestKernelVariable(t *testing.T) {
	model, data := save(t, testModel(t)), writeData(t)
	defer tensor.SetKernel("")
	t.Setenv("FNN_KERNEL", "abacus")
	status, stdout, stderr := fnn(t, "eval", model, "-data", data)
	if status != badUsage || stdout != "" || !strings.HasPrefix(stderr, `fnn: FNN_KERNEL: tensor: kernel "abacus"`) || strings.Count(stderr, "\n") != 1 {
		t.Errorf("status %d, %q, %q", status, stdout, stderr)
	}
	t.Setenv("FNN_KERNEL", "portable")
	if status, _, stderr := fnn(t, "eval", model, "-data", data, "-quiet"); status != done || tensor.Kernel() != "portable" {
		t.Errorf("status %d, %q, kernel %s", status, stderr, tensor.Kernel())
	}
}

func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	model, data := save(t, testModel(t)), writeData(t)
	for _, args := range [][]string{
		{"eval", model, "-data", data},
		{"predict", model, filepath.Join(data, "train-images-idx3-ubyte.gz")},
		{"inspect", model},
		{"data", "-data", t.TempDir(), "-quiet"},
		{"bench"},
	} {
		var stdout, stderr strings.Builder
		status := execute(ctx, testEnv(&stdout, &stderr), args)
		if status != 130 || stdout.Len() > 0 || !strings.HasPrefix(stderr.String(), "fnn: interrupted") {
			t.Errorf("%q: status %d, %q, %q", args, status, stdout.String(), stderr.String())
		}
	}
}

// A brokenOutput takes some bytes, then fails.
type brokenOutput struct {
	room int
	err  error
}

func (b *brokenOutput) Write(p []byte) (int, error) {
	n := min(len(p), b.room)
	b.room -= n
	if n < len(p) {
		return n, b.err
	}
	return n, nil
}

func TestBrokenOutput(t *testing.T) {
	model, data := save(t, testModel(t)), writeData(t)
	images := filepath.Join(data, "train-images-idx3-ubyte.gz")
	commands := [][]string{
		{"help"},
		{"eval", model, "-data", data, "-quiet"},
		{"eval", model, "-data", data, "-quiet", "-json"},
		{"predict", model, images, images},
		{"predict", model, images, "-json"},
		{"inspect", model, images},
		{"inspect", images, "-json"},
		{"data", "-data", data},
		{"data", "-data", data, "-json"},
		{"bench", "-threads", "1"},
		{"bench", "-threads", "1", "-json"},
	}
	full := fmt.Errorf("write: %w", syscall.ENOSPC)
	for _, args := range commands {
		for _, room := range []int{0, 50} {
			var stderr strings.Builder
			status := execute(t.Context(), testEnv(&brokenOutput{room, full}, &stderr), args)
			if want := "fnn: standard output: " + full.Error() + "\n"; status != failed || stderr.String() != want {
				t.Errorf("%q: status %d, %q", args, status, stderr.String())
			}
			stderr.Reset()
			status = execute(t.Context(), testEnv(&brokenOutput{room, syscall.EPIPE}, &stderr), args)
			if status != closedPipe || stderr.String() != "" {
				t.Errorf("%q: closed pipe: status %d, %q", args, status, stderr.String())
			}
		}
	}
}

func TestPrintable(t *testing.T) {
	if got, want := printable("a\nb\x1b[31m\rc é"), "a b\ufffd[31m\ufffdc é"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestErrorsAreOneLine(t *testing.T) {
	var stderr strings.Builder
	newEnv(nil, &stderr).fail(errors.Join(errors.New("a"), errors.New("b")))
	if got, want := stderr.String(), "fnn: a b\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestThreadCount(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	many := runtime.NumCPU() + 1
	for _, test := range []struct{ procs, asked, want int }{
		{1, 0, 1},
		{many, 0, many - 1},
		{many, many, many},
		{1, 3, 3},
	} {
		runtime.GOMAXPROCS(test.procs)
		o := &options{threads: test.asked}
		if got := o.threadCount(); got != test.want {
			t.Errorf("%+v: %d threads", test, got)
		}
	}
}
