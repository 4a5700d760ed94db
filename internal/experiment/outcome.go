package experiment

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"fnn/train"
)

// An Outcome is what a run's folder tells of it, read from its files.
type Outcome struct {
	Folder  Folder
	Config  Config
	Record  Record
	History train.History

	// DropoutHistory is the history evaluated with dropout on. Of a model without
	// dropout it is the History; it is nil if nobody asked for it.
	DropoutHistory train.History

	// Test is the result on the test samples, or nil if the run was not tested.
	Test *Result
}

// Read reads what is in the folder of a run. A run that has only begun has an empty
// History.
func Read(f Folder) (*Outcome, error) {
	o := &Outcome{Folder: f}
	var err error
	if o.Config, err = f.Config(); err != nil {
		return nil, err
	}
	if o.Record, err = f.Record(); err != nil {
		return nil, err
	}
	if o.History, err = f.readHistory(HistoryFile); err != nil {
		return nil, err
	}
	if o.DropoutHistory, err = f.readHistory(DropoutHistoryFile); err != nil {
		return nil, err
	}
	if !o.Config.drops() {
		o.DropoutHistory = o.History
	}
	var result Result
	switch err := readJSON(f.path(TestFile), maxResult, &result); {
	case err == nil:
		o.Test = &result
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	return o, nil
}

// readHistory reads a history, of no epochs if the file is not there.
func (f Folder) readHistory(name string) (train.History, error) {
	if err := checkFile(f.path(name), maxHistory); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, err
	}
	file, err := os.Open(f.path(name))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	h, err := train.ReadCSV(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.path(name), err)
	}
	return h, nil
}

// Finished says whether all epochs of the run are done, or those that its recipe's
// patience leaves of them.
func (o *Outcome) Finished() bool { return o.Config.Training().Finished(o.History) }

// Divergence says when the loss diverged, in a few words: "diverged after 2 epochs". It
// is "" if it did not.
func (o *Outcome) Divergence() string {
	switch n := len(o.History); {
	case o.Record.Diverged == "":
		return ""
	case n == 1:
		return "diverged after 1 epoch"
	default:
		return fmt.Sprintf("diverged after %d epochs", n)
	}
}

// Best returns the epoch whose model was kept: the first of those of the highest
// validation F1. There has to be one.
func (o *Outcome) Best() train.Epoch { return o.History.Best() }
