package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// writeMachine lists what the figures depend on.
func writeMachine(w io.Writer, peaks map[int]float64, began time.Time) {
	fmt.Fprintf(w, "- processor: %s, %s; %d online\n", cpuinfo("model name"), model(), runtime.NumCPU())
	if list := caches("/sys/devices/system/cpu/cpu0/cache"); list != "" { // not every virtual machine tells
		fmt.Fprintf(w, "- caches of one: %s\n", list)
	}
	for _, threads := range threadCounts {
		if peak := peaks[threads]; peak > 0 {
			fmt.Fprintf(w, "- floating-point peak, %s: %s GFLOPS\n", inThreads(threads), digits(peak))
		}
	}
	fmt.Fprintf(w, "- system: %s %s, %s\n",
		firstLine("/proc/sys/kernel/ostype"), firstLine("/proc/sys/kernel/osrelease"), runtime.Version())
	fmt.Fprintf(w, "- date: %s, %.0f minutes\n", began.UTC().Format("2 January 2006"), time.Since(began).Minutes())
}

// model returns what tells apart processors of the same name, as those of
// virtual machines have.
func model() string {
	return fmt.Sprintf("%s family %s model %s stepping %s",
		cpuinfo("vendor_id"), cpuinfo("cpu family"), cpuinfo("model"), cpuinfo("stepping"))
}

// cpuinfo returns a value of the first processor in /proc/cpuinfo.
func cpuinfo(key string) string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// caches lists a processor's caches as the kernel's folder of it has them.
func caches(folder string) string {
	levels, _ := filepath.Glob(filepath.Join(folder, "index*"))
	var list []string
	for _, level := range levels {
		file := func(name string) string { return firstLine(filepath.Join(level, name)) }
		list = append(list, fmt.Sprintf("L%s %s %s", file("level"), strings.ToLower(file("type")), file("size")))
	}
	return strings.Join(list, ", ")
}

func firstLine(file string) string {
	text, _ := os.ReadFile(file)
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}
