package report

import (
	"os"
	"path/filepath"
	"testing"

	"fnn/internal/experiment"
)

// FuzzRun checks that no run of a stranger's makes reading it or writing its pages
// panic, and that pages which are written hold together.
func FuzzRun(f *testing.F) {
	names := []string{
		experiment.ConfigFile, experiment.RecordFile, experiment.HistoryFile, experiment.DropoutHistoryFile,
		experiment.TestFile, experiment.PredictionsFile, experiment.ModelFile,
	}
	for _, s := range []spec{{"A", 0.001, 1, 3, true}, {"4 relu dropout:0.5", 0.005, 2, 2, true}, {"bn", 1, 3, 0, false}} {
		folder := f.TempDir()
		writeRun(f, folder, s)
		var seed [7][]byte
		for i, name := range names {
			seed[i], _ = os.ReadFile(filepath.Join(folder, name))
		}
		f.Add(seed[0], seed[1], seed[2], seed[3], seed[4], seed[5], seed[6])
	}
	f.Fuzz(func(t *testing.T, config, record, history, dropout, test, predictions, model []byte) {
		folder := t.TempDir()
		for i, content := range [][]byte{config, record, history, dropout, test, predictions, model} {
			if len(content) > 0 {
				check(t, os.WriteFile(filepath.Join(folder, names[i]), content, 0o666))
			}
		}
		runs, err := Read(folder)
		if err != nil {
			return
		}
		out := t.TempDir()
		if err := WriteRun(out, runs.Outcomes[0]); err != nil {
			return
		}
		pages(t, out)
	})
}
