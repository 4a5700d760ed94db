package tensor

import (
	"math/rand/v2"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
)

// TestInt8PageEnd has all operands end where a page ends. A kernel that reads or
// writes further crashes.
func TestInt8PageEnd(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for _, rows := range []int{1, 3, 5, 14, 17, 33} {
		for _, inner := range []int{1, 7, 64, 70} {
			for _, cols := range []int{1, 10, 16, 17, 40, 64, 65, 90} {
				c := newInt8Case(random, rows, inner, cols)
				x, y, z := NewBytes(rows, inner), NewBytes(rows, cols), NewMatrix(rows, cols)
				x.Data, y.Data, z.Data = atPageEnd[uint8](t, len(x.Data)), atPageEnd[uint8](t, len(y.Data)), atPageEnd[float32](t, len(z.Data))
				copy(x.Data, c.x.Data)
				w := *c.w
				w.data = atPageEnd[uint8](t, len(c.w.data))
				copy(w.data, c.w.data)
				scale, offset := atPageEnd[float32](t, cols), atPageEnd[float32](t, cols)
				copy(scale, c.scale)
				copy(offset, c.offset)
				eachKernel(t, func(t *testing.T) {
					w.MulBytes(y, x, scale, offset)
					w.MulFloats(z, x, scale, offset)
					if !slices.Equal(z.Data, c.floats) {
						t.Fatalf("%dx%dx%d: other floats", rows, inner, cols)
					}
					for i := range rows {
						if !slices.Equal(y.Row(i), c.bytes[i*cols:][:cols]) {
							t.Fatalf("%dx%dx%d: row %d is %d", rows, inner, cols, i, y.Row(i))
						}
					}
				})
			}
		}
	}
}

// TestInt8Signals multiplies while signals interrupt the threads, collections of
// garbage stop them, and goroutines move from one to another.
func TestInt8Signals(t *testing.T) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	defer signal.Stop(signals)
	c := newInt8Case(rand.New(rand.NewPCG(9, 10)), 200, 784, 128)
	rounds := 100
	if testing.Short() {
		rounds = 10
	}
	done := make(chan struct{})
	var group, disturbers sync.WaitGroup
	disturbers.Add(1)
	go func() {
		defer disturbers.Done()
		for {
			select {
			case <-signals:
			case <-done:
				return
			default:
				syscall.Kill(syscall.Getpid(), syscall.SIGUSR1)
				runtime.GC()
			}
		}
	}()
	for range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			y := NewBytes(c.x.Rows, c.w.cols)
			for range rounds {
				clear(y.Data)
				c.w.MulBytes(y, c.x, c.scale, c.offset)
				for i := range y.Rows {
					if !slices.Equal(y.Row(i), c.bytes[i*y.Cols:][:y.Cols]) {
						t.Errorf("row %d differs", i)
						return
					}
				}
				runtime.Gosched()
			}
		}()
	}
	group.Wait()
	close(done)
	disturbers.Wait()
}
