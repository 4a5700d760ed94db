package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// sweep times the report's twelve experiments, with fnn and with PyTorch, in
// turns, and writes how they compare. Both work on as many experiments side by
// side as there are processors; fnn also tests the best and writes the report.
func sweep(w io.Writer, rounds int, r *record) error {
	folder, err := os.MkdirTemp("", "fnn-sweep-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	program := filepath.Join(folder, "fnn")
	if out, err := command(nil, "go", "build", "-o", program, "./cmd/fnn").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %s", err, out)
	}

	f := &field{record: r}
	f.python("PyTorch", "pytorch/sweep.py")
	ours, theirs := sample{}, make(map[string]sample)
	for round := range rounds {
		log.Print("fnn sweep")
		begin := time.Now()
		out := filepath.Join(folder, fmt.Sprint(round))
		if out, err := command(nil, program, "sweep", "-quiet", "-out", out).CombinedOutput(); err != nil {
			return fmt.Errorf("fnn sweep: %w: %s", err, out)
		}
		ours = append(ours, time.Since(begin).Seconds())
		for _, c := range f.contenders {
			if c.threads > 1 {
				continue
			}
			log.Print("the same with ", c.name())
			var seconds, accuracy float64
			line, err := command(append(c.env, "OMP_NUM_THREADS=1"), c.command[0], c.command[1:]...).Output()
			if err == nil {
				_, err = fmt.Sscan(string(line), &seconds, &accuracy)
			}
			if err == nil && accuracy < 0.85 {
				err = fmt.Errorf("the best accuracy is %.4f", accuracy)
			}
			if err != nil {
				r.missing(c.name(), err)
				continue
			}
			theirs[c.name()] = append(theirs[c.name()], seconds)
		}
	}
	fmt.Fprintf(w, "fnn sweep: %.1f s\n", ours.median())
	for _, c := range f.contenders {
		if s := theirs[c.name()]; len(s) > 0 {
			fmt.Fprintf(w, "%s: %.1f s, %.1f times as long\n", c.name(), s.median(), s.median()/ours.median())
		}
	}
	for _, a := range r.absent {
		fmt.Fprintf(w, "missing: %s: %s\n", a.name, a.reason)
	}
	return nil
}

// command returns a command that runs in the repository's root.
func command(env []string, name string, arguments ...string) *exec.Cmd {
	c := exec.Command(name, arguments...)
	c.Dir = root
	c.Env = append(os.Environ(), env...)
	return c
}
