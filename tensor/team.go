package tensor

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/cpu"
)

// A Team is a fixed number of goroutines that run one function together, each
// on its share of the work. It hands work over in a microsecond or less, because
// its members wait for the next piece by watching a counter, for a fifth of a
// millisecond at most, before they go to sleep.
//
// The nil *Team is a team of one: the calling goroutine alone. A Team serves one
// Run or Each at a time; concurrent calls wait for each other. How many threads a team
// has changes no result.
type Team struct {
	threads int

	mu    sync.Mutex     // held by Run and Each, which take it with lock
	job   func(Worker)   // what Run hands to every member
	piece func(i, n int) // what Each hands to whoever claims piece i of n
	count int            // the pieces

	product  product // what MatMul and its relatives hand out
	across   int     // in how many pieces of its columns
	multiply func(i, n int)

	closed   atomic.Bool
	sleepers []sleeper // a member each

	// The counters that members watch have cache lines of their own: a write to
	// any other value there would have to wait until it got the line back from
	// them, and they for the line once more.
	_        cpu.CacheLinePad
	runs     atomic.Uint32 // counts the jobs handed out; the members wait for it
	_        cpu.CacheLinePad
	passed   atomic.Uint32 // counts the barriers passed, and the ends of Each
	_        cpu.CacheLinePad
	claims   atomic.Uint64 // the latest job's number, and how many pieces are left
	_        cpu.CacheLinePad
	finished atomic.Uint32 // how many pieces are done
	arrived  atomic.Uint32 // how many members wait at the barrier
	_        cpu.CacheLinePad
	handOff  handOff // written often, and read by no member at work
}

// A sleeper is where a member waits once watching has taken too long.
type sleeper struct {
	asleep atomic.Bool
	wake   chan struct{}
	_      cpu.CacheLinePad
}

// NewTeam returns a team of the given number of threads, or nil for one or
// fewer. The members hold their memory and goroutines until Close.
func NewTeam(threads int) *Team {
	if threads <= 1 {
		return nil
	}
	t := &Team{threads: threads, sleepers: make([]sleeper, threads)}
	t.multiply = t.multiplyPiece
	for i := range t.sleepers {
		t.sleepers[i].wake = make(chan struct{}, 1)
	}
	members.Add(int32(threads))
	for i := 1; i < threads; i++ {
		go t.serve(i)
	}
	return t
}

// Threads returns the number of goroutines that work in a Run.
func (t *Team) Threads() int {
	if t == nil {
		return 1
	}
	return t.threads
}

// Close ends the team's goroutines, once the job in progress is done. The team must not
// be used afterwards.
func (t *Team) Close() {
	if t != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.shut()
	}
}

// shut is Close for a caller that holds the lock, and whose job may have panicked: then
// members may wait at a barrier, for ever but for this.
func (t *Team) shut() {
	if t.closed.Swap(true) {
		return
	}
	members.Add(-int32(t.threads))
	t.runs.Add(1)
	t.passed.Add(1)
	t.wakeAll()
}

// Run calls job once for each member of the team, at the same time, and returns
// when all have returned. A job must neither call Run, Each, Close or a product of its
// own team, which would wait for itself, nor panic.
func (t *Team) Run(job func(Worker)) {
	if t == nil {
		job(Worker{})
		return
	}
	t.lock()
	defer t.mu.Unlock()
	t.run(job)
}

// run is Run for a caller that holds the lock.
func (t *Team) run(job func(Worker)) {
	t.job = job
	t.start(everyone)
	t.job = nil
}

// Each calls piece(i, n) once for each i < n, and returns when all have returned.
// The members claim a piece after the other; one that is not there in time, since
// it sleeps or the machine is busy, leaves them to the rest. A piece must keep the
// rules of a job, and there is no barrier. More pieces than 32 bits can count panic.
func (t *Team) Each(n int, piece func(i, n int)) {
	if t == nil || n <= 1 {
		for i := range n {
			piece(i, n)
		}
		return
	}
	if uint64(n) >= everyone {
		panic(fmt.Sprintf("tensor: %d pieces of work", n))
	}
	t.lock()
	defer t.mu.Unlock()
	t.each(n, piece)
}

// EachChunk deals n things out as Each does: it calls f with those from lo to hi,
// without hi, in chunks of size, or smaller ones where that leaves no member idle.
func (t *Team) EachChunk(n, size int, f func(lo, hi int)) {
	size = max(1, min(size, blocks(n, t.Threads())))
	t.Each(blocks(n, size), func(i, _ int) { f(i*size, min((i+1)*size, n)) })
}

// each is Each for a caller that holds the lock.
func (t *Team) each(n int, piece func(i, n int)) {
	t.piece, t.count = piece, n
	t.finished.Store(0)
	t.start(uint32(n))
	t.piece = nil
}

// everyone stands for the number of pieces of a job that every member does.
const everyone = math.MaxUint32

// lock waits until no other call uses the team. It refuses a team whose members may
// still be at a job that panicked, before its caller changes what they read.
func (t *Team) lock() {
	t.mu.Lock()
	if t.closed.Load() {
		t.mu.Unlock()
		panic("tensor: a team is used that is closed, or whose job panicked")
	}
}

// start hands out a job, and returns when it is done.
func (t *Team) start(pieces uint32) {
	done := false
	defer func() {
		if !done { // the job has panicked
			t.shut()
		}
	}()
	passed, run := t.passed.Load(), t.runs.Load()+1
	t.claims.Store(uint64(run)<<32 | uint64(pieces))
	t.runs.Store(run)
	t.wakeAll()
	t.take(Worker{team: t}, run)
	if pieces != everyone {
		t.wait(0, &t.passed, passed)
	}
	done = true
}

// serve is the life of member i.
func (t *Team) serve(i int) {
	for run := uint32(0); ; {
		t.wait(i, &t.runs, run)
		if t.closed.Load() {
			return
		}
		run = t.runs.Load()
		t.take(Worker{team: t, index: i}, run)
	}
}

// take does a member's part of a job, or nothing if the job is over.
func (t *Team) take(w Worker, run uint32) {
	for {
		claim := t.claims.Load()
		left := uint32(claim)
		switch {
		case uint32(claim>>32) != run || left == 0:
			return
		case left == everyone:
			t.job(w)
			w.Barrier()
			return
		case !t.claims.CompareAndSwap(claim, claim-1):
			continue
		}
		n := t.count
		t.piece(n-int(left), n)
		if t.finished.Add(1) == uint32(n) {
			t.passed.Add(1)
			t.wakeAll()
		}
	}
}

// A Worker is one member of a team during a Run.
type Worker struct {
	team  *Team // nil for a team of one
	index int
}

// Index returns the member's number, from 0 to one less than the team's threads.
// Member 0 is the goroutine that called Run.
func (w Worker) Index() int { return w.index }

// Threads returns how many members the team has.
func (w Worker) Threads() int { return w.team.Threads() }

// Share returns the member's part of n things, from lo to hi without hi, dealt
// out evenly in pieces of unit things, of which the last may be smaller.
func (w Worker) Share(n, unit int) (lo, hi int) {
	return shareOf(n, w.index, w.team.Threads(), unit)
}

// Barrier waits until all members of the team have called it. What they wrote
// before is then visible to all.
func (w Worker) Barrier() {
	t := w.team
	if t == nil {
		return
	}
	passed := t.passed.Load()
	switch {
	case t.closed.Load(): // the job has panicked
	case t.arrived.Add(1) == uint32(t.threads):
		t.arrived.Store(0)
		t.passed.Add(1)
		t.wakeAll()
		return
	default:
		t.wait(w.index, &t.passed, passed)
	}
	if t.closed.Load() {
		runtime.Goexit()
	}
}

// How long a member watches a counter before it sleeps: watches in a row, which
// take about as long as going to sleep and being woken; for patience, where each
// member has a processor of its own; and yields that let other goroutines run.
//
// Patience is there for the operating system. Threads that sleep and wake all the
// time seem to need little, and it may leave two of them on one processor for a
// twentieth of a second, at half the speed, before it moves one to another.
const (
	watches  = 10000
	patience = 200 * time.Microsecond
	yields   = 100
)

// members is the number of members that all teams of the process have.
var members atomic.Int32

// wait returns once the counter differs from old.
func (t *Team) wait(i int, counter *atomic.Uint32, old uint32) {
	if watch(counter, old) {
		return
	}
	if int(members.Load()) <= min(runtime.GOMAXPROCS(0), runtime.NumCPU()) {
		for start := time.Now(); time.Since(start) < patience; {
			if watch(counter, old) {
				return
			}
		}
	}
	for range yields {
		if counter.Load() != old {
			return
		}
		runtime.Gosched()
	}
	s := &t.sleepers[i]
	for counter.Load() == old {
		s.asleep.Store(true)
		// Whoever changes the counter looks for sleepers afterwards; so look
		// once more at the counter, now that this one can be seen.
		if counter.Load() != old && s.asleep.CompareAndSwap(true, false) {
			return
		}
		<-s.wake
	}
}

// watch says whether the counter differs from old, as soon as it does or after
// some time.
func watch(counter *atomic.Uint32, old uint32) bool {
	for range watches {
		if counter.Load() != old {
			return true
		}
	}
	return false
}

// wakeAll wakes the members that sleep. Its caller has changed a counter first.
func (t *Team) wakeAll() {
	for i := range t.sleepers {
		s := &t.sleepers[i]
		if s.asleep.Load() && s.asleep.CompareAndSwap(true, false) {
			s.wake <- struct{}{}
		}
	}
}
