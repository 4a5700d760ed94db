package experiment

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"fnn/internal/machine"
)

// A Record is what a run's run.json holds: how far the run has come, and how it
// came there. Unlike the other files of the folder it differs from one run of the
// same configuration to the next.
type Record struct {
	Epochs   int       `json:"epochs"`             // trained so far
	Diverged string    `json:"diverged,omitempty"` // why the run can come no further
	Sessions []Session `json:"sessions"`           // from the first

	// StoppedEarly says that the run ended before its last epoch, as its recipe's
	// patience asks for.
	StoppedEarly bool `json:"stopped_early,omitempty"`
}

// A Session is one process's work at a run.
type Session struct {
	Started time.Time       `json:"started"`
	Seconds float64         `json:"seconds"` // until the last checkpoint or the end
	Epochs  int             `json:"epochs"`  // that ended in it
	Threads int             `json:"threads"` // the most it had
	Machine machine.Machine `json:"machine"`
}

// maxSeconds is the longest session that a record may tell of: some thirty years.
const maxSeconds = 1e9

// Seconds returns how long all sessions took together.
func (r Record) Seconds() float64 {
	var sum float64
	for _, s := range r.Sessions {
		sum += s.Seconds
	}
	return sum
}

// Record reads the record of a run: an empty one, if there is none yet.
func (f Folder) Record() (Record, error) {
	var r Record
	err := f.readJSON(RecordFile, &r)
	if errors.Is(err, fs.ErrNotExist) {
		return Record{}, nil
	}
	if err != nil {
		return r, err
	}
	for _, s := range r.Sessions {
		if !(s.Seconds >= 0 && s.Seconds <= maxSeconds) {
			return r, fmt.Errorf("%s: a session of %g seconds: want 0 to %g", f.path(RecordFile), s.Seconds, float64(maxSeconds))
		}
	}
	return r, nil
}
