package experiment

import "syscall"

// processor returns the name of the processor, or "". See sysctl(3).
func processor() string {
	name, _ := syscall.Sysctl("machdep.cpu.brand_string")
	return name
}
