package main

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// threadCounts are one, and as many as there are processors.
var threadCounts = slices.Compact([]int{1, runtime.NumCPU()})

// threadsWord stands for the number of threads in a contender's command.
const threadsWord = "{threads}"

// A field is a list of contenders in the making.
type field struct {
	contenders []contender
	record     *record
}

// add adds a library in a setting, with each number of threads. threadsWord
// in the command stands for that number.
func (f *field) add(library, setting string, command []string, env ...string) {
	for _, threads := range threadCounts {
		c := contender{library: library, setting: setting, threads: threads, env: env}
		for _, word := range command {
			if word == threadsWord {
				word = fmt.Sprint(threads)
			}
			c.command = append(c.command, word)
		}
		f.contenders = append(f.contenders, c)
	}
}

// built returns the program of a worker, or notes that the library is missing.
func (f *field) built(library, name string, env ...string) (program string, ok bool) {
	program, err := build(name, env...)
	if err != nil {
		f.record.missing(library, err)
	}
	return program, err == nil
}

// addOurs adds our own worker, whose matrices have the given layout, under a name.
func (f *field) addOurs(name, layout string) {
	if program, ok := f.built(ours, "fnn"); ok {
		f.add(name, "", []string{program, threadsWord, layout})
	}
}

// The settings with which OpenBLAS and BLIS use their AVX-512 kernels, which they do not
// by themselves where they do not know the processor.
const (
	openBLASSkylake = "OPENBLAS_CORETYPE=SkylakeX"
	blisSkylake     = "BLIS_ARCH_TYPE=skx"
)

// hasAVX512 says whether the processor has the instructions that those kernels need.
func hasAVX512() bool { return slices.Contains(strings.Fields(cpuinfo("flags")), "avx512f") }

// multipliers are those who multiply matrices.
func multipliers(r *record) []contender {
	f := &field{record: r}
	f.addOurs(ours, "plain")
	f.addOurs(oursInPanels, "panels")
	if program, ok := f.built("oneDNN, BLIS, OpenBLAS", "blas"); ok {
		f.add("oneDNN", "sgemm", []string{program, "onednn"})
		if program, ok := f.built("oneDNN", "onednn"); ok {
			f.add("oneDNN", "matmul primitive", []string{program})
		}
		f.add("BLIS", "", []string{program, "blis"})
		f.add("OpenBLAS", "", []string{program, "openblas"})
		if hasAVX512() {
			f.add("BLIS", blisSkylake, []string{program, "blis"}, blisSkylake)
			f.add("OpenBLAS", openBLASSkylake, []string{program, "openblas"}, openBLASSkylake)
		}
	}
	if program, ok := f.built("Gonum", "gonum"); ok {
		f.add("Gonum", "", []string{program})
	}
	if program, ok := f.built("GoMLX", "gomlx", "GOEXPERIMENT=simd"); ok {
		f.add("GoMLX", "GOEXPERIMENT=simd", []string{program})
	}
	return f.contenders
}

// portables are those who multiply matrices without assembly or vector
// instructions, with one thread.
func portables(r *record) []contender {
	f := &field{record: r}
	if program, ok := f.built(ours, "fnn"); ok {
		f.add(ours, "FNN_KERNEL=portable", []string{program, threadsWord, "plain"}, "FNN_KERNEL=portable")
	}
	if program, ok := f.built("GoMLX", "gomlx"); ok {
		f.add("GoMLX", "", []string{program})
	}
	return slices.DeleteFunc(f.contenders, func(c contender) bool { return c.threads > 1 })
}

// trainers are those who train.
func trainers(r *record) []contender {
	f := &field{record: r}
	f.addOurs(ours, "plain")
	f.python("PyTorch", "pytorch/worker.py")
	f.python("scikit-learn", "sklearn/worker.py")
	if program, ok := f.built("GoMLX", "gomlx", "GOEXPERIMENT=simd"); ok {
		f.add("GoMLX", "GOEXPERIMENT=simd", []string{program})
	}
	if program, ok := f.built("go-deep", "godeep"); ok {
		f.add("go-deep", "", []string{program, threadsWord})
	}
	return f.contenders
}

// predictors are those who predict with a model of ours.
func predictors(r *record) []contender {
	f := &field{record: r}
	f.addOurs(ours, "plain")
	f.add("ONNX Runtime", "", []string{"node", "bench/peers/workers/onnxruntime/worker.js"})
	f.python("PyTorch", "pytorch/worker.py")
	return f.contenders
}

// python adds a Python worker, where there is a choice with each BLAS that Debian's
// alternatives offer, and with an allocator that keeps large blocks.
func (f *field) python(library, script string) {
	command := []string{"/usr/bin/python3", "bench/peers/workers/" + script}
	var common, allocator string
	if found := glob("/usr/lib/*/libtcmalloc_minimal.so.4"); found != "" {
		common, allocator = "LD_PRELOAD="+found, ", tcmalloc"
	}
	var openBLAS, blis string
	if hasAVX512() {
		openBLAS, blis = openBLASSkylake, blisSkylake
	}
	choice := false
	for _, blas := range []struct{ name, folder, env string }{
		{"OpenBLAS", "openblas-pthread", openBLAS},
		{"BLIS", "blis-openmp", blis},
	} {
		if found := glob("/usr/lib/*/" + blas.folder); found != "" {
			// OpenBLAS has one thread, because its own and those of PyTorch get in each
			// other's way.
			f.add(library, blas.name+allocator, command, "LD_LIBRARY_PATH="+found, "OPENBLAS_NUM_THREADS=1", blas.env, common)
			choice = true
		}
	}
	if !choice {
		f.add(library, "", command, common)
	}
}

// glob returns the first file that matches a pattern, or "".
func glob(pattern string) string {
	found, _ := filepath.Glob(pattern)
	if len(found) == 0 {
		return ""
	}
	return found[0]
}
