package machine

import "syscall"

// processor returns the model of the processor, or "". See sysctl(3).
func processor() string {
	name, _ := syscall.Sysctl("machdep.cpu.brand_string")
	return name
}
