package machine_test

import (
	"fmt"
	"runtime"

	"fnn/internal/machine"
)

func Example() {
	m := machine.This()
	fmt.Println(m.System == runtime.GOOS, m.Processors == runtime.GOMAXPROCS(0))
	// Output: true true
}
