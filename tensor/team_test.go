package tensor

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// withTeams runs test with teams of several sizes.
func withTeams(t *testing.T, test func(t *testing.T, team *Team)) {
	for _, threads := range []int{1, 2, 3, 4, 7, 16} {
		t.Run(fmt.Sprint(threads, " threads"), func(t *testing.T) {
			team := NewTeam(threads)
			defer team.Close()
			test(t, team)
		})
	}
}

func TestTeamRun(t *testing.T) {
	withTeams(t, func(t *testing.T, team *Team) {
		calls := make([]int, team.Threads())
		for range 100 {
			team.Run(func(w Worker) { calls[w.Index()]++ })
		}
		for i, n := range calls {
			if n != 100 {
				t.Errorf("member %d was called %d times in 100 runs", i, n)
			}
		}
	})
}

func TestNewTeam(t *testing.T) {
	for _, threads := range []int{-1, 0, 1} {
		if team := NewTeam(threads); team != nil || team.Threads() != 1 {
			t.Errorf("NewTeam(%d) has %d threads, want the nil team of one", threads, team.Threads())
		}
	}
}

func TestTeamBarrier(t *testing.T) {
	withTeams(t, func(t *testing.T, team *Team) {
		const rounds = 50
		n := team.Threads()
		values := make([]int, n)
		var wrong atomic.Int32
		team.Run(func(w Worker) {
			for round := 1; round <= rounds; round++ {
				values[w.Index()] = round
				w.Barrier()
				for _, v := range values {
					if v != round {
						wrong.Add(1)
					}
				}
				w.Barrier()
			}
		})
		if wrong.Load() != 0 {
			t.Errorf("%d times a member passed a barrier before another had reached it", wrong.Load())
		}
	})
}

func TestWorkerShare(t *testing.T) {
	withTeams(t, func(t *testing.T, team *Team) {
		for _, unit := range []int{1, 8, 32} {
			for _, n := range []int{0, 1, 7, 8, 9, 31, 32, 33, 100, 1000} {
				owner := make([]atomic.Int32, n)
				var least, most atomic.Int32
				least.Store(int32(n) + 1)
				team.Run(func(w Worker) {
					lo, hi := w.Share(n, unit)
					if lo < 0 || hi < lo || hi > n || lo%unit != 0 && lo != n || hi%unit != 0 && hi != n {
						t.Errorf("%d things in units of %d: member %d has %d to %d", n, unit, w.Index(), lo, hi)
						return
					}
					for i := lo; i < hi; i++ {
						owner[i].Add(1)
					}
					units := int32((hi - lo + unit - 1) / unit)
					for x := least.Load(); units < x && !least.CompareAndSwap(x, units); x = least.Load() {
					}
					for x := most.Load(); units > x && !most.CompareAndSwap(x, units); x = most.Load() {
					}
				})
				for i := range owner {
					if owner[i].Load() != 1 {
						t.Fatalf("%d things in units of %d: thing %d went to %d members", n, unit, i, owner[i].Load())
					}
				}
				if most.Load() > least.Load()+1 {
					t.Errorf("%d things in units of %d: one member has %d units, another %d", n, unit, most.Load(), least.Load())
				}
			}
		}
	})
}

func TestTeamConcurrentRuns(t *testing.T) {
	withTeams(t, func(t *testing.T, team *Team) {
		const callers, runs = 4, 20
		inside, total := 0, 0 // guarded by the team: one Run at a time
		var wait sync.WaitGroup
		for range callers {
			wait.Add(1)
			go func() {
				defer wait.Done()
				for range runs {
					if team == nil {
						team.Run(func(Worker) {})
						continue
					}
					team.Run(func(w Worker) {
						if w.Index() == 0 {
							if inside++; inside != 1 {
								t.Error("two runs at once")
							}
						}
						w.Barrier()
						if w.Index() == w.team.Threads()-1 {
							total++
							inside--
						}
					})
				}
			}()
		}
		wait.Wait()
		if team != nil && total != callers*runs {
			t.Errorf("%d runs, want %d", total, callers*runs)
		}
	})
}

// TestTeamConcurrentProducts multiplies from many goroutines with one team.
func TestTeamConcurrentProducts(t *testing.T) {
	team := NewTeam(3)
	defer team.Close()
	s := NewStream(1, "test")
	a, b := randomMatrix(s, 70, 80), randomMatrix(s, 80, 90)
	want := NewMatrix(70, 90)
	MatMul(want, a, b)
	var wait sync.WaitGroup
	for range 4 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for range 5 {
				c := NewMatrix(70, 90)
				team.MatMul(c, a, b)
				if i, j, ok := sameBits(c, want); !ok {
					t.Errorf("element (%d, %d) is %g, want %g", i, j, c.At(i, j), want.At(i, j))
				}
			}
		}()
	}
	wait.Wait()
}

// TestTeamWakes checks that members that have gone to sleep take up work again,
// and that a member that comes late to a barrier is waited for.
func TestTeamWakes(t *testing.T) {
	team := NewTeam(4)
	defer team.Close()
	var sum atomic.Int32
	for range 3 {
		time.Sleep(5 * time.Millisecond)
		team.Run(func(w Worker) {
			if w.Index() == 2 {
				time.Sleep(5 * time.Millisecond)
			}
			w.Barrier()
			sum.Add(int32(w.Index()))
		})
	}
	if sum.Load() != 3*(0+1+2+3) {
		t.Errorf("the members' numbers sum to %d in three runs, want 18", sum.Load())
	}
}

func TestTeamOnOneProcessor(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	team := NewTeam(4)
	defer team.Close()
	var n atomic.Int32
	done := make(chan bool)
	go func() {
		for range 50 {
			team.Run(func(w Worker) {
				for range 5 {
					n.Add(1)
					w.Barrier()
				}
			})
		}
		done <- true
	}()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("a team of four hangs on one processor")
	}
	if n.Load() != 50*5*4 {
		t.Errorf("%d pieces of work done, want %d", n.Load(), 50*5*4)
	}
}

func TestTeamClose(t *testing.T) {
	var none *Team
	none.Close()
	before := runtime.NumGoroutine()
	for range 10 {
		team := NewTeam(8)
		team.Run(func(Worker) {})
		team.Close()
		team.Close()
	}
	noneLeft(t, before)
}

// noneLeft checks that there are no more goroutines than before.
func noneLeft(t *testing.T, before int) {
	t.Helper()
	for range 1000 { // the members of teams end in their own time
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d after the teams were closed", before, runtime.NumGoroutine())
}

// TestTeamCloseDuringRun closes teams while they work, which lets the job in progress end
// and refuses the next.
func TestTeamCloseDuringRun(t *testing.T) {
	for range 200 {
		team := NewTeam(2)
		done := make(chan bool)
		go func() {
			defer func() {
				if recover() == nil {
					t.Error("a run was cut off")
				}
				done <- true
			}()
			for {
				team.Run(func(w Worker) { w.Barrier() })
			}
		}()
		runtime.Gosched()
		team.Close()
		select {
		case <-done:
		case <-time.After(30 * time.Second):
			t.Fatal("a run hangs whose team was closed")
		}
	}
}

func TestTeamAllocatesNothing(t *testing.T) {
	withTeams(t, func(t *testing.T, team *Team) {
		job := func(w Worker) { w.Barrier() }
		if n := testing.AllocsPerRun(100, func() { team.Run(job) }); n != 0 {
			t.Errorf("%g allocations a run", n)
		}
	})
}

func BenchmarkTeam(b *testing.B) {
	team := NewTeam(2)
	defer team.Close()
	b.Run("run", func(b *testing.B) {
		for b.Loop() {
			team.Run(func(Worker) {})
		}
	})
	b.Run("barriers", func(b *testing.B) {
		for b.Loop() {
			team.Run(func(w Worker) {
				for range 10 {
					w.Barrier()
				}
			})
		}
	})
}

// TestTeamAfterPanic lets a job panic on the caller's goroutine, which recovers,
// as a server does: the team must refuse to work from then on, and its members end.
func TestTeamAfterPanic(t *testing.T) {
	before := runtime.NumGoroutine()
	team := NewTeam(2)
	mustPanicWith := func(want any, f func()) {
		t.Helper()
		defer func() {
			if got := recover(); got != want {
				t.Errorf("panic with %v, want %v", got, want)
			}
		}()
		f()
	}
	mustPanicWith("job", func() {
		team.Run(func(w Worker) {
			if w.Index() == 0 {
				time.Sleep(time.Millisecond) // lest the other member come too late to begin
				panic("job")
			}
		})
	})
	const refusal = "tensor: a team is used that is closed, or whose job panicked"
	mustPanicWith(refusal, func() { team.Run(func(Worker) {}) })
	mustPanicWith(refusal, func() { team.Each(2, func(_, _ int) {}) })
	mustPanicWith(refusal, func() {
		m := NewMatrix(64, 64)
		team.MatMul(NewMatrix(64, 64), m, m)
	})

	closed := NewTeam(2)
	closed.Close()
	closed.Close()
	mustPanicWith(refusal, func() { closed.Run(func(Worker) {}) })

	meeting := NewTeam(3)
	mustPanicWith("before a barrier", func() {
		meeting.Run(func(w Worker) {
			if w.Index() == 0 {
				time.Sleep(time.Millisecond)
				panic("before a barrier")
			}
			w.Barrier()
			t.Error("a member has passed a barrier that another has not come to")
		})
	})
	meeting.Close()
	noneLeft(t, before)
}

func TestTeamEach(t *testing.T) {
	withTeams(t, func(t *testing.T, team *Team) {
		for _, n := range []int{0, 1, 2, 3, 10, 100} {
			for range 20 {
				calls := make([]int, n) // a piece each: claimed twice, it races
				team.Each(n, func(i, of int) {
					if of != n {
						t.Errorf("piece %d of %d, want %d", i, of, n)
					}
					calls[i]++
				})
				for i, c := range calls {
					if c != 1 {
						t.Fatalf("%d pieces: piece %d was done %d times", n, i, c)
					}
				}
			}
		}
	})
}

// TestTeamLeavesNobodyBehind lets members come late to pieces, and takes turns
// with jobs for everyone, which they must not miss.
func TestTeamLeavesNobodyBehind(t *testing.T) {
	withTeams(t, func(t *testing.T, team *Team) {
		var pieces, parts atomic.Int32
		for i := range 200 {
			if i%50 == 0 {
				time.Sleep(time.Millisecond)
			}
			team.Each(i%4, func(_, _ int) { pieces.Add(1) })
			team.Run(func(w Worker) {
				w.Barrier()
				parts.Add(1)
			})
		}
		if want := int32(50 * (0 + 1 + 2 + 3)); pieces.Load() != want {
			t.Errorf("%d pieces done, want %d", pieces.Load(), want)
		}
		if want := int32(200 * team.Threads()); parts.Load() != want {
			t.Errorf("%d parts done, want %d", parts.Load(), want)
		}
	})
}

// TestTeamManyPieces has more pieces than a team counts.
func TestTeamManyPieces(t *testing.T) {
	team := NewTeam(2)
	defer team.Close()
	if many := uint64(everyone); many <= math.MaxInt {
		mustPanic(t, "too many pieces", func() { team.Each(int(many), func(_, _ int) {}) })
	}
}

func TestTeamEachChunk(t *testing.T) {
	for _, c := range []struct{ threads, n, size, most int }{
		{1, 0, 64, 0}, {1, 200, 64, 64}, {2, 1, 64, 1}, {2, 100, 64, 50}, {2, 1000, 64, 64}, {7, 5, 64, 1}, {7, 100, 10, 10},
	} {
		team := NewTeam(c.threads)
		calls, largest := make([]int, c.n), 0
		var mu sync.Mutex
		team.EachChunk(c.n, c.size, func(lo, hi int) {
			mu.Lock()
			defer mu.Unlock()
			largest = max(largest, hi-lo)
			for i := lo; i < hi; i++ {
				calls[i]++
			}
		})
		team.Close()
		for i, n := range calls {
			if n != 1 {
				t.Fatalf("%+v: %d is dealt out %d times", c, i, n)
			}
		}
		if largest != c.most {
			t.Errorf("%+v: a chunk of %d", c, largest)
		}
	}
}
