package experiment

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"time"

	"fnn/dataset"
	"fnn/internal/atomicfile"
	"fnn/internal/lock"
	"fnn/internal/machine"
	"fnn/nn"
	"fnn/safetensors"
	"fnn/tensor"
	"fnn/train"
)

// A Run is a training at work in its folder, which it holds the lock of. It
// belongs to one goroutine.
type Run struct {
	Folder   Folder
	Config   Config
	Training *train.Run // nil between Open and Resume
	Cadence  Cadence    // of checkpoints within an epoch

	lock       *lock.Lock
	checkpoint *safetensors.File // to take up
	record     Record
	session    *Session  // the record's last, or nil if there is nothing left to train
	began      time.Time // this session
	saved      time.Time // the last checkpoint
}

// Start begins a run in a folder, which it makes. It is an error if the folder
// holds anything that would be lost, or if another process works there
// ([ErrBusy]). The samples complete the configuration.
func Start(f Folder, c Config, s *Samples, team *tensor.Team) (*Run, error) {
	began := time.Now()
	data, err := s.Data(c.Seed)
	if err != nil {
		return nil, err
	}
	c.Data = data
	architecture, err := nn.ParseArchitecture(c.Architecture)
	if err != nil {
		return nil, err
	}
	model, err := nn.New(architecture, s.Test.Features(), s.all.Classes())
	if err != nil {
		return nil, err
	}
	if err := model.Initialize(c.Initializer, c.Seed); err != nil {
		return nil, err
	}
	r := &Run{Folder: f, Config: c, began: began, saved: began}
	if err := r.prepare(model, s, team); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(string(f), 0o777); err != nil {
		return nil, err
	}
	if r.lock, err = f.lock(); err != nil {
		return nil, err
	}
	if err := f.create(c); err != nil {
		r.Close()
		return nil, err
	}
	r.startSession(team)
	return r, nil
}

// Open takes hold of the run of a folder, to Resume it.
func Open(f Folder) (*Run, error) {
	if !f.has(ConfigFile) {
		_, err := os.Stat(f.path(ConfigFile))
		return nil, fmt.Errorf("no run to take up: %w", err)
	}
	began := time.Now()
	lock, err := f.lock()
	if err != nil {
		return nil, err
	}
	r := &Run{Folder: f, lock: lock, began: began, saved: began}
	if err := r.read(); err != nil {
		r.Close()
		return nil, fmt.Errorf("no run to take up: %w", err)
	}
	return r, nil
}

// read reads the files that Resume needs.
func (r *Run) read() (err error) {
	if r.Config, err = r.Folder.Config(); err != nil {
		return err
	}
	if r.record, err = r.Folder.Record(); err != nil {
		return err
	}
	r.checkpoint, err = r.Folder.readTensors(CheckpointFile)
	return err
}

// Resume goes back to where the run's checkpoint was made. Its Config may have come
// to more epochs since Open.
func (r *Run) Resume(s *Samples, team *tensor.Team) error {
	if err := s.Fit(r.Config.Data); err != nil {
		return err
	}
	data, err := s.Data(r.Config.Seed)
	if err != nil {
		return err
	}
	r.Config.Data = data
	name := r.Folder.path(CheckpointFile)
	model, err := train.CheckpointModel(r.checkpoint)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if words := model.Architecture.String(); words != r.Config.Architecture {
		return fmt.Errorf("%s is of a model %q, but %s says %q", name, words, ConfigFile, r.Config.Architecture)
	}
	if err := r.prepare(model, s, team); err != nil {
		return err
	}
	if err := r.Training.Resume(r.checkpoint); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	r.checkpoint = nil
	if err := r.Folder.lengthen(r.Config); err != nil {
		return err
	}
	r.startSession(team)
	return nil
}

// prepare makes the training of a model.
func (r *Run) prepare(model *nn.Model, s *Samples, team *tensor.Team) error {
	training, validation, err := s.Split(r.Config.Seed)
	if err != nil {
		return err
	}
	Describe(model, training)
	r.Training, err = train.New(model, training, validation, r.Config.Training(), team)
	if errors.Is(err, nn.ErrBatchOfOne) {
		return fmt.Errorf("%w; choose another -batch", err)
	}
	return err
}

// startSession adds a session to the record, if there is work left for one.
func (r *Run) startSession(team *tensor.Team) {
	if r.Training.Config.Finished(r.Training.History) {
		return
	}
	r.record.Sessions = append(r.record.Sessions, Session{
		Started: r.began.UTC().Truncate(time.Second), Threads: team.Threads(), Machine: machine.This(),
	})
	r.session = &r.record.Sessions[len(r.record.Sessions)-1]
}

// SetTeam lets another team do the work that follows. While Train runs, only its
// observer may call this.
func (r *Run) SetTeam(team *tensor.Team) {
	r.Training.SetTeam(team)
	if r.session != nil {
		r.session.Threads = max(r.session.Threads, team.Threads())
	}
}

// Train runs the epochs that are left, and writes to the folder after each and as
// the Cadence says. The observer is told of an epoch when its files are there.
//
// When ctx is cancelled, Train ends the current step, writes a checkpoint, and
// returns ctx's error. A run whose loss diverges (train.ErrDiverged) is at its end.
func (r *Run) Train(ctx context.Context, o train.Observer) error {
	err := r.Training.Train(ctx, train.Observer{
		Step: func(s train.Step) error {
			if o.Step != nil {
				if err := o.Step(s); err != nil {
					return err
				}
			}
			if r.Cadence.due(s.Step, s.Steps, time.Since(r.saved)) {
				return r.save()
			}
			return nil
		},
		Epoch: func(e train.Epoch) error {
			r.session.Epochs++
			if err := r.endEpoch(e); err != nil {
				return err
			}
			if o.Epoch != nil {
				return o.Epoch(e)
			}
			return nil
		},
	})
	switch {
	case err == nil && r.session == nil:
		return r.writeRecord() // which a kill after the last checkpoint may have prevented
	case errors.Is(err, train.ErrDiverged):
		r.record.Diverged = err.Error()
		return errors.Join(err, r.writeRecord())
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		if err := r.save(); err != nil {
			return fmt.Errorf("interrupted, and the checkpoint cannot be written: %w", err)
		}
	}
	return err
}

// endEpoch writes all files of an epoch. The checkpoint comes last of those that it
// vouches for, and the record, which says how far the run is, after it.
func (r *Run) endEpoch(e train.Epoch) error {
	t := r.Training
	if err := atomicfile.Write(r.Folder.path(HistoryFile), t.History.WriteCSV); err != nil {
		return err
	}
	if t.Config.EvaluateDropout {
		if err := atomicfile.Write(r.Folder.path(DropoutHistoryFile), t.DropoutHistory.WriteCSV); err != nil {
			return err
		}
	}
	if t.BestEpoch == e.Epoch {
		if err := t.Best.Save(r.Folder.path(ModelFile)); err != nil {
			return err
		}
	}
	return r.save()
}

// save writes a checkpoint.
func (r *Run) save() error {
	checkpoint, err := r.Training.Checkpoint()
	if err != nil {
		return err
	}
	if err := safetensors.WriteFile(r.Folder.path(CheckpointFile), checkpoint); err != nil {
		return err
	}
	r.saved = time.Now()
	return r.writeRecord()
}

func (r *Run) writeRecord() error {
	r.record.Epochs = len(r.Training.History)
	r.record.StoppedEarly = r.Training.Config.StoppedEarly(r.Training.History)
	if r.session != nil {
		r.session.Seconds = math.Round(1000*time.Since(r.began).Seconds()) / 1000
	}
	return r.Folder.writeJSON(RecordFile, r.record)
}

// Test measures the best model on the test samples and writes the results.
func (r *Run) Test(test *dataset.Set, team *tensor.Team) (*Result, error) {
	return r.Folder.test(r.Training.Best, test, team)
}

// Close gives the folder back.
func (r *Run) Close() { r.lock.Release() }
