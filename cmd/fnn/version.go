package main

import (
	"context"
	"io"

	"fnn/internal/machine"
)

const versionUsage = `Usage: fnn version

Version tells which version of fnn this is, and what it runs on, as bench does
first: Go's version, the system, the processor, and the kernels.

Examples:

  fnn version
`

func runVersion(_ context.Context, e *env, args []string) error {
	f, _ := newFlags()
	arguments, err := parse(f, args)
	if err != nil {
		return err
	}
	if err := none(arguments); err != nil {
		return err
	}
	_, err = io.WriteString(e.stdout, machine.This().String())
	return err
}
