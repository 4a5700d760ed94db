package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"fnn/internal/experiment"
	"fnn/internal/sweep"
)

// Runs are what folders hold.
type Runs struct {
	Outcomes []*experiment.Outcome
	Single   bool         // whether they are one run, whose own folder was given
	Grids    []sweep.Grid // of the folders that are those of sweeps
}

// Read reads runs from folders: that of a run, or that of a sweep, which holds those
// of runs. Together they may be the shards of one sweep, from several machines. It
// is an error if a folder holds no run, or if two runs have one configuration, unless
// one alone of such is finished.
func Read(folders ...string) (*Runs, error) {
	r := &Runs{}
	for _, folder := range folders {
		names, err := runFolders(folder)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			o, err := experiment.Read(experiment.Folder(name))
			if err != nil {
				return nil, err
			}
			r.Outcomes = append(r.Outcomes, o)
		}
	}
	if err := r.checkTwins(); err != nil {
		return nil, err
	}
	r.Single = len(folders) == 1 && holdsRun(folders[0])
	for _, folder := range folders {
		g, err := sweep.ReadGrid(folder)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		r.Grids = append(r.Grids, g)
	}
	return r, nil
}

// checkTwins returns an error if two runs have one configuration and neither stands back:
// two that are finished, or two that are not and none that is.
func (r *Runs) checkTwins() error {
	chosen := map[experiment.Config]*experiment.Outcome{}
	for _, finished := range []bool{true, false} {
		for _, o := range r.Outcomes {
			if o.Finished() != finished {
				continue
			}
			key := o.Config.Results()
			other := chosen[key]
			if other != nil && other.Finished() == finished {
				return fmt.Errorf("%s and %s are runs of one configuration: want one of them", other.Folder, o.Folder)
			}
			if other == nil {
				chosen[key] = o
			}
		}
	}
	return nil
}

// runFolders returns the folders of runs that a folder is or holds.
func runFolders(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	if holdsRun(folder) {
		return []string{folder}, nil
	}
	var names []string
	for _, e := range entries {
		if name := filepath.Join(folder, e.Name()); holdsRun(name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s holds no run: want a folder with %s, or one of such folders", folder, experiment.ConfigFile)
	}
	return names, nil
}

func holdsRun(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, experiment.ConfigFile))
	return err == nil
}
