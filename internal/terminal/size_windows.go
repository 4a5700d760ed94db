package terminal

import (
	"os"
	"syscall"
	"unsafe"
)

var (
	kernel32                   = syscall.NewLazyDLL("kernel32.dll")
	getConsoleScreenBufferInfo = kernel32.NewProc("GetConsoleScreenBufferInfo")
	setConsoleMode             = kernel32.NewProc("SetConsoleMode")
)

// size returns the size of f's window and whether f is a console at all. See
// https://learn.microsoft.com/windows/console/getconsolescreenbufferinfo.
func size(f *os.File) (width, height int, ok bool) {
	var info struct { // CONSOLE_SCREEN_BUFFER_INFO
		sizeX, sizeY             int16
		cursorX, cursorY         int16
		attributes               uint16
		left, top, right, bottom int16
		maximumX, maximumY       int16
	}
	r, _, _ := getConsoleScreenBufferInfo.Call(f.Fd(), uintptr(unsafe.Pointer(&info)))
	return int(info.right) - int(info.left) + 1, int(info.bottom) - int(info.top) + 1, r != 0
}

// enableEscapes makes f, a console, understand escape sequences, which those
// before Windows 10 do not. See
// https://learn.microsoft.com/windows/console/setconsolemode.
func enableEscapes(f *os.File) bool {
	const enableVirtualTerminalProcessing = 4
	var mode uint32
	if syscall.GetConsoleMode(syscall.Handle(f.Fd()), &mode) != nil {
		return false
	}
	r, _, _ := setConsoleMode.Call(f.Fd(), uintptr(mode|enableVirtualTerminalProcessing))
	return r != 0
}
