// Gomlx is the worker for GoMLX with its Go backend. With GOEXPERIMENT=simd that
// backend multiplies with vector instructions, without it in plain Go.
//
// It is a module of its own, because GoMLX needs a later version of Go than the
// rest.
package main

import (
	"fmt"
	"os"

	"fnn/bench/peers/internal/turn"

	"github.com/gomlx/compute/gobackend"
)

func main() {
	backend, err := gobackend.New("")
	if err != nil {
		fmt.Fprintln(os.Stderr, "gomlx:", err)
		os.Exit(1)
	}
	turn.Serve(turn.Version("GoMLX", "github.com/gomlx/gomlx"), map[string]turn.Task{
		"product": product(backend),
		"epoch":   epochs(backend),
	})
}
