package experiment

import (
	"fmt"

	"fnn/dataset"
)

// heldOut is the fraction of the training samples that validate, as in the report.
const heldOut = 0.2

// Samples are those of a data set, loaded once for all the runs that learn from
// it. Any number of goroutines may share them.
type Samples struct {
	Folder   string
	Test     *dataset.Set
	all      *dataset.Set // to train on and to validate
	checksum string       // of all
}

// LoadSamples loads the data set of a folder, which dataset.Find looks for.
func LoadSamples(folder string) (*Samples, error) {
	folder, err := dataset.Find(folder)
	if err != nil {
		return nil, err
	}
	all, test, err := dataset.Load(folder)
	if err != nil {
		return nil, err
	}
	return &Samples{Folder: folder, Test: test, all: all, checksum: Checksum(all)}, nil
}

// Split returns the samples to train on and those to validate with, a fifth of
// all, drawn class by class under the seed.
func (s *Samples) Split(seed uint64) (training, validation *dataset.Set, err error) {
	if training, validation, err = s.all.Split(heldOut, seed); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", s.Folder, err)
	}
	return training, validation, nil
}

// Data describes the samples as a run of the seed finds them.
func (s *Samples) Data(seed uint64) (Data, error) {
	training, validation, err := s.Split(seed)
	if err != nil {
		return Data{}, err
	}
	return Data{
		Folder: s.Folder, Train: training.Len(), Validation: validation.Len(), Test: s.Test.Len(), Checksum: s.checksum,
	}, nil
}

// Fit returns an error unless these are the samples that a run has learned from so
// far.
func (s *Samples) Fit(d Data) error {
	if s.checksum != d.Checksum {
		return fmt.Errorf("%s is not the data of the run: its checksum is %s, not %s; -data names another folder",
			s.Folder, s.checksum, d.Checksum)
	}
	return nil
}

// FolderOf returns the folder to load the samples of a run from: the one it had, if
// that still holds a data set, else the one that is looked for without a name.
func FolderOf(d Data) string {
	if folder, err := dataset.Find(d.Folder); err == nil {
		return folder
	}
	return ""
}
