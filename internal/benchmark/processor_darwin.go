package benchmark

import "syscall"

// processor returns the model of the processor, as sysctl(3) tells it.
func processor() string {
	name, _ := syscall.Sysctl("machdep.cpu.brand_string")
	return name
}
