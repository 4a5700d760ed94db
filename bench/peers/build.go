package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// buildDir holds the workers' programs and the files they read.
const buildDir = "build"

// build makes the named worker from its folder and returns its program: of C
// where there is a C file of that name, of Go otherwise.
func build(name string, env ...string) (string, error) {
	source := filepath.Join("workers", name)
	program, err := filepath.Abs(filepath.Join(buildDir, strings.Join(append([]string{name}, env...), "-")))
	if err != nil {
		return "", err
	}
	command := exec.Command("go", "build", "-o", program, ".")
	if exists(filepath.Join(source, name+".c")) {
		command = exec.Command("gcc", "-O2", "-o", program, name+".c", "-ldl")
		if name == "onednn" {
			command.Args = append(command.Args, "-ldnnl")
		}
	}
	command.Dir = source
	command.Env = append(os.Environ(), env...)
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building workers/%s: %w %s", name, err, lastLine(string(output)))
	}
	return program, nil
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
