package report

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fnn/internal/experiment"
	"fnn/internal/sweep"
	"fnn/train"
)

var update = flag.Bool("update", false, "write the golden files")

// write reads folders and writes the pages of what they hold to a new one.
func write(t *testing.T, folders ...string) map[string]string {
	t.Helper()
	runs, err := Read(folders...)
	check(t, err)
	out := filepath.Join(t.TempDir(), "new", "pages")
	if runs.Single {
		check(t, WriteRun(out, runs.Outcomes[0]))
	} else {
		check(t, Write(out, sweep.Summarize(runs.Outcomes, runs.Grids...)))
	}
	return pages(t, out)
}

func TestGolden(t *testing.T) {
	for _, test := range []struct{ name, folder string }{
		{"sweep", writeSweep(t, 1)},
		{"seeds", writeSweep(t, 1, 2)},
		{"run", string(writeRun(t, t.TempDir(), spec{"A", 0.001, 1, 2, true}))},
	} {
		all := write(t, test.folder)
		for file, text := range map[string]string{
			test.name + ".html": withoutStyle(withoutFigures(all[HTMLFile])),
			test.name + ".md":   all[MarkdownFile],
		} {
			golden := filepath.Join("testdata", file)
			if *update {
				check(t, os.WriteFile(golden, []byte(text), 0o666))
			}
			want, err := os.ReadFile(golden)
			check(t, err)
			if string(want) != text {
				t.Errorf("differs from %s; look at the new one, written by go test -run Golden -update", golden)
			}
		}
	}
}

// The pages are the same from folders in another order, from a sweep that several
// machines shared out, and when they are written again.
func TestDeterminism(t *testing.T) {
	whole := writeSweep(t, 1, 2)
	want := write(t, whole)
	halves := [2]string{t.TempDir(), t.TempDir()}
	entries, err := os.ReadDir(whole)
	check(t, err)
	for i, e := range entries {
		check(t, os.CopyFS(filepath.Join(halves[i%2], e.Name()), os.DirFS(filepath.Join(whole, e.Name()))))
	}
	for name, got := range map[string]map[string]string{
		"again": write(t, whole), "halves": write(t, halves[0], halves[1]), "the other way": write(t, halves[1], halves[0]),
	} {
		if !maps.Equal(got, want) {
			t.Errorf("%s: the pages differ", name)
		}
	}
}

// Pages are written of whatever state runs are in.
func TestStates(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(t *testing.T, f string)
		want   string // in a page of the run
	}{
		{"nothing but the configuration", func(t *testing.T, f string) {
			for _, name := range []string{experiment.HistoryFile, experiment.RecordFile, experiment.ModelFile, experiment.TestFile, experiment.PredictionsFile} {
				check(t, os.Remove(filepath.Join(f, name)))
			}
		}, "is not finished: it has 0 of 2 epochs"},
		{"unfinished", func(t *testing.T, f string) {
			writeHistory(t, filepath.Join(f, experiment.HistoryFile), train.History{{Epoch: 1, ValidationF1: 0.5}})
		}, "is not finished: it has 1 of 2 epochs"},
		{"diverged", func(t *testing.T, f string) {
			check(t, os.Remove(filepath.Join(f, experiment.HistoryFile)))
			writeJSON(t, filepath.Join(f, experiment.RecordFile), experiment.Record{Diverged: "too <fast>"})
		}, "diverged after 0 epochs: too &lt;fast&gt;."},
		{"stopped early", func(t *testing.T, f string) {
			c, err := experiment.Folder(f).Config()
			check(t, err)
			c.Epochs, c.Recipe = 50, train.Recipe{ClipNorm: 1, Patience: 1}
			writeJSON(t, filepath.Join(f, experiment.ConfigFile), c)
			writeHistory(t, filepath.Join(f, experiment.HistoryFile), train.History{{Epoch: 1, ValidationF1: 0.5}, {Epoch: 2}})
		}, "stopped early: 1 epoch in a row brought no higher validation F1."},
		{"with a recipe", func(t *testing.T, f string) {
			c, err := experiment.Folder(f).Config()
			check(t, err)
			c.Recipe = train.Recipe{Schedule: "cosine", ClipNorm: 1}
			writeJSON(t, filepath.Join(f, experiment.ConfigFile), c)
		}, "schedule cosine, clip norm 1"},
		{"not finite", func(t *testing.T, f string) {
			writeHistory(t, filepath.Join(f, experiment.HistoryFile), train.History{{Epoch: 1, TrainLoss: nan}, {Epoch: 2, TrainLoss: 1e300, ValidationLoss: 12345}})
		}, "1.23e+04"},
		{"no test", func(t *testing.T, f string) {
			check(t, os.Remove(filepath.Join(f, experiment.TestFile)))
		}, "Loss, accuracy and F1"},
		{"no predictions", func(t *testing.T, f string) {
			check(t, os.Remove(filepath.Join(f, experiment.PredictionsFile)))
		}, "neither a reliability diagram"},
		{"no model", func(t *testing.T, f string) {
			check(t, os.Remove(filepath.Join(f, experiment.ModelFile)))
		}, "its weights are not shown"},
		{"many classes", func(t *testing.T, f string) {
			writeTest(t, f, experiment.MaxMatrix+1)
		}, "of 33 classes is too large"},
		{"a hostile configuration", func(t *testing.T, f string) {
			c, err := experiment.Folder(f).Config()
			check(t, err)
			c.Data.Folder, c.Data.Checksum = "</style><script>\x1b[2J\u202e", "<script>`|\n"
			writeJSON(t, filepath.Join(f, experiment.ConfigFile), c)
		}, "60 to test; &lt;script&gt;`| <"},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := writeSweep(t, 1)
			run := filepath.Join(folder, "A-0.005-1")
			test.change(t, run)
			page := write(t, run)[HTMLFile]
			if !strings.Contains(page, test.want) {
				t.Errorf("the page of the run lacks %q:\n%s", test.want, withoutStyle(withoutFigures(page)))
			}
			write(t, folder)
		})
	}
}

// Runs on other data than the original's are not compared with it, wherever their
// data lie.
func TestOtherData(t *testing.T) {
	for _, test := range []struct {
		checksum, folder string
		title            string
		compared         bool
	}{
		{experiment.FashionMNIST, "data/tiny", "on Fashion-MNIST", true},
		{"crc32c:01234567", "other/fashion-mnist", "on fashion-mnist", false},
	} {
		folder := t.TempDir()
		for _, s := range []spec{{"A", 0.001, 1, 2, true}, {"B", 0.001, 1, 2, false}} {
			f := writeRun(t, filepath.Join(folder, s.model), s)
			c, err := f.Config()
			check(t, err)
			c.Data.Checksum, c.Data.Folder = test.checksum, test.folder
			writeJSON(t, filepath.Join(string(f), experiment.ConfigFile), c)
		}
		for _, page := range []map[string]string{write(t, folder), write(t, filepath.Join(folder, "B"))} {
			if !strings.Contains(page[HTMLFile], test.title) {
				t.Errorf("%s: the page lacks %q", test.checksum, test.title)
			}
			for name, text := range page {
				if !test.compared && strings.Contains(text, "original") {
					t.Errorf("%s: %s is compared with the original", test.checksum, name)
				}
			}
			if test.compared && !strings.Contains(page[MarkdownFile], "original") {
				t.Errorf("%s: the page lacks the original", test.checksum)
			}
		}
	}
}

// What has no value yet has no figure.
func TestNothingToDraw(t *testing.T) {
	folder := t.TempDir()
	for i, s := range []spec{{"A", 0.001, 1, 2, false}, {"A", 0.005, 1, 2, false}, {"B", 0.001, 1, 2, false}} {
		writeRun(t, filepath.Join(folder, fmt.Sprint(i)), s)
	}
	for _, test := range []struct {
		lost string // the run that loses its epochs
		want []string
	}{
		{"1", []string{"A-lr0.001", "B-lr0.001", "model-A", "model-B", "original-A", "original-B", "scores"}},
		{"2", []string{"A-lr0.001", "model-A", "original-A", "scores"}},
		{"0", nil},
	} {
		check(t, os.Remove(filepath.Join(folder, test.lost, experiment.HistoryFile)))
		var got []string
		for name, text := range write(t, folder) {
			if name, ok := strings.CutSuffix(name, ".svg"); ok {
				got = append(got, filepath.Base(name))
				if strings.Contains(text, "no data") {
					t.Errorf("without %s, %s is empty", test.lost, name)
				}
			}
		}
		if slices.Sort(got); !slices.Equal(got, test.want) {
			t.Errorf("without %s: figures %q, want %q", test.lost, got, test.want)
		}
	}
}

// A table of many epochs has some of them, and among these the best and the last.
func TestManyEpochs(t *testing.T) {
	folder := t.TempDir()
	writeRun(t, folder, spec{"8 relu", 0.01, 1, 1001, false})
	h := train.History{}
	for i := range 1001 {
		h = append(h, train.Epoch{Epoch: i + 1, ValidationF1: 1 / (1 + float64((i-500)*(i-500)))})
	}
	writeHistory(t, filepath.Join(folder, experiment.HistoryFile), h)
	page := write(t, folder)[MarkdownFile]
	var epochs []string
	for line := range strings.Lines(page) {
		if cells := strings.Split(line, "|"); len(cells) == 8 {
			epochs = append(epochs, strings.Trim(cells[1], " *"))
		}
	}
	for _, want := range []string{"1", "11", "501", "1001"} {
		if !slices.Contains(epochs, want) {
			t.Errorf("no epoch %s in %v", want, epochs)
		}
	}
	if len(epochs) > maxRows+10 {
		t.Errorf("%d rows", len(epochs))
	}
}

func TestRead(t *testing.T) {
	folder := writeSweep(t, 1)
	first := filepath.Join(folder, "A-0.001-1")
	copied := filepath.Join(t.TempDir(), "copy")
	check(t, os.CopyFS(copied, os.DirFS(first)))
	for _, test := range []struct {
		folders []string
		want    []string // in the error
	}{
		{[]string{filepath.Join(folder, "nowhere")}, []string{filepath.Join(folder, "nowhere")}},
		{[]string{t.TempDir()}, []string{"holds no run: want a folder with config.json"}},
		{[]string{folder, copied}, []string{first, copied, "runs of one configuration"}},
		{[]string{first, first}, []string{first + " and " + first + " are runs of one configuration"}},
	} {
		_, err := Read(test.folders...)
		for _, want := range test.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: error %v, want %q", test.folders, err, want)
			}
		}
	}

	// Of a run and the same one unfinished, the first counts, wherever it comes.
	check(t, os.Remove(filepath.Join(copied, experiment.HistoryFile)))
	again := filepath.Join(t.TempDir(), "again")
	check(t, os.CopyFS(again, os.DirFS(copied)))
	if _, err := Read(copied, again); err == nil {
		t.Error("of two that are unfinished, one is taken")
	}
	for _, folders := range [][]string{{folder, copied}, {copied, folder}, {folder, copied, again}, {copied, again, folder}, {copied, folder, again}} {
		runs, err := Read(folders...)
		check(t, err)
		if s := sweep.Summarize(runs.Outcomes); len(s.Configurations) != 4 || s.Best() == nil {
			t.Errorf("%d configurations", len(s.Configurations))
		}
	}
}

// A page of part of a sweep says so, and what is missing.
func TestMissing(t *testing.T) {
	folder := writeSweep(t, 1)
	config, err := experiment.Folder(filepath.Join(folder, "A-0.001-1")).Config()
	check(t, err)
	g := sweep.Grid{
		Models: []string{"128 relu 64 relu", "4 relu dropout:0.5"}, LearningRates: []float64{0.005, 0.001}, Seeds: []uint64{1},
		Epochs: 2, Batch: 64, EvaluateDropout: true, Data: config.Data,
	}
	writeJSON(t, filepath.Join(folder, sweep.GridFile), g)
	again := "fnn sweep -models 'A,4 relu dropout:0.5' -lrs 0.005,0.001 -epochs 2 -data data/tiny\n"
	part := []string{" of 4 experiments on Fashion-MNIST", "2 models at 2 learning rates", "The best so far is", "The best model so far", "of all experiments so far", again}
	for _, test := range []struct {
		name    string
		change  func()
		want    []string // in the page
		without string
	}{
		{"whole", func() {}, []string{"# 4 experiments on", "The best is", again}, "so far"},
		{"unfinished", func() {
			check(t, os.Remove(filepath.Join(folder, "A-0.001-1", experiment.HistoryFile)))
		}, append(part, "# 3 of 4"), "Not here yet"},
		{"missing", func() {
			check(t, os.RemoveAll(filepath.Join(folder, "A-0.001-1")))
		}, append(part, "# 3 of 4", "> Not here yet: 1 run of the sweep, A-lr0.001-seed1-epochs2."), "\x00"},
		{"a shard", func() {
			check(t, os.RemoveAll(filepath.Join(folder, "4-relu-dropout0.5-0.001-1")))
		}, append(part, "# 2 of 4", "> Not here yet: 2 runs of the sweep, 4-relu-dropout0.5-lr0.001-seed1-epochs2 and A-lr0.001-seed1-epochs2."), "\x00"},
		{"one more", func() {
			writeRun(t, filepath.Join(folder, "B"), spec{"B", 0.001, 1, 2, false})
		}, []string{"# 3 of 5", "3 models at 2 learning rates", strings.ReplaceAll(again, "\n", "\n    ") + "fnn train -model B -lr 0.001 -epochs 2 -eval-dropout -data data/tiny\n"}, "\x00"},
	} {
		test.change()
		page := write(t, folder)[MarkdownFile]
		for _, want := range test.want {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page lacks %q:\n%s", test.name, want, page)
			}
		}
		if strings.Contains(page, test.without) {
			t.Errorf("%s: the page has %q", test.name, test.without)
		}
	}
	check(t, os.WriteFile(filepath.Join(folder, sweep.GridFile), []byte("{}"), 0o666))
	if _, err = Read(folder); err == nil || !strings.Contains(err.Error(), filepath.Join(folder, sweep.GridFile)) {
		t.Errorf("error %v", err)
	}
}

// A file that is not what it should be is named, in one line, and no page is
// written.
func TestCorrupt(t *testing.T) {
	for _, name := range []string{
		experiment.ConfigFile, experiment.HistoryFile, experiment.RecordFile, experiment.TestFile,
		experiment.PredictionsFile, experiment.ModelFile, experiment.DropoutHistoryFile,
	} {
		folder := string(writeRun(t, t.TempDir(), spec{"B", 0.001, 1, 2, true}))
		file := filepath.Join(folder, name)
		text, err := os.ReadFile(file)
		check(t, err)
		check(t, os.WriteFile(file, append([]byte("}"), text[:len(text)/2]...), 0o666))
		runs, err := Read(folder)
		if err == nil {
			err = WriteRun(folder, runs.Outcomes[0])
		}
		if err == nil || !strings.Contains(err.Error(), file) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v", name, err)
		}
		if _, err := os.Stat(filepath.Join(folder, HTMLFile)); err == nil {
			t.Errorf("%s: there is a page", name)
		}
	}

	folder := string(writeRun(t, t.TempDir(), spec{"B", 0.001, 1, 2, true}))
	kept, err := os.ReadFile(filepath.Join(folder, experiment.PredictionsFile))
	check(t, err)
	writeTest(t, folder, 4)
	check(t, os.WriteFile(filepath.Join(folder, experiment.PredictionsFile), kept, 0o666))
	runs, err := Read(folder)
	check(t, err)
	if err := WriteRun(folder, runs.Outcomes[0]); err == nil || !strings.Contains(err.Error(), "has 3 classes, but test.json 4") {
		t.Errorf("error %v", err)
	}
}

func TestWriteFails(t *testing.T) {
	folder := string(writeRun(t, t.TempDir(), spec{"A", 0.001, 1, 2, true}))
	runs, err := Read(folder)
	check(t, err)
	blocked := filepath.Join(folder, figureFolder)
	check(t, os.WriteFile(blocked, nil, 0o666))
	if err := WriteRun(folder, runs.Outcomes[0]); err == nil || !strings.Contains(err.Error(), blocked) {
		t.Errorf("error %v", err)
	}
}

func TestCommand(t *testing.T) {
	config := func(change func(c *experiment.Config)) experiment.Config {
		c := experiment.Config{
			Model: "A", Architecture: "128 relu 64 relu", Initializer: "normal", LearningRate: 0.001, Epochs: 20, Batch: 64, Seed: 1,
			Data: experiment.Data{Folder: "data/fashion-mnist", Checksum: "x"},
		}
		change(&c)
		return c
	}
	plain := config(func(c *experiment.Config) {})
	other := config(func(c *experiment.Config) {
		c.Model, c.Architecture, c.LearningRate, c.Seed = "", "8 bn relu", 0.5, 7
		c.Epochs, c.Batch, c.Initializer, c.EvaluateDropout, c.Data.Folder = 3, 8, "he", true, "it's here"
	})
	for _, test := range []struct {
		configs []experiment.Config
		want    string
	}{
		{[]experiment.Config{plain}, "fnn train -model A -lr 0.001"},
		{[]experiment.Config{other}, `fnn train -model '8 bn relu' -lr 0.5 -seed 7 -epochs 3 -batch 8 -init he -eval-dropout -data 'it'\''s here'`},
		{[]experiment.Config{plain, config(func(c *experiment.Config) { c.Seed = 2 })}, "fnn sweep -models A -lrs 0.001 -seeds 1,2 -eval-dropout=false"},
		{[]experiment.Config{plain, config(func(c *experiment.Config) { c.Seed, c.LearningRate = 2, 1 })},
			"fnn train -model A -lr 1 -seed 2\nfnn train -model A -lr 0.001"},
		{[]experiment.Config{plain, other}, "fnn train -model A -lr 0.001\n" +
			`fnn train -model '8 bn relu' -lr 0.5 -seed 7 -epochs 3 -batch 8 -init he -eval-dropout -data 'it'\''s here'`},
		{[]experiment.Config{
			config(func(c *experiment.Config) { c.Epochs, c.Batch = 5, 32 }),
			config(func(c *experiment.Config) { c.Epochs, c.Batch, c.Model, c.Architecture = 5, 32, "", "8 relu" }),
		}, "fnn sweep -models 'A,8 relu' -lrs 0.001 -epochs 5 -batch 32 -eval-dropout=false"},
		{[]experiment.Config{plain, config(func(c *experiment.Config) { c.Recipe = train.Recipe{WeightDecay: 0.1, LabelSmoothing: 0.2} })},
			"fnn train -model A -lr 0.001\nfnn train -model A -lr 0.001 -weight-decay 0.1 -label-smoothing 0.2"},
		{[]experiment.Config{
			config(func(c *experiment.Config) { c.Recipe = train.Recipe{Schedule: "warmup:1 cosine", Patience: 3} }),
			config(func(c *experiment.Config) {
				c.LearningRate, c.Recipe = 1, train.Recipe{Schedule: "warmup:1 cosine", Patience: 3}
			}),
		}, "fnn sweep -models A -lrs 1,0.001 -eval-dropout=false -schedule 'warmup:1 cosine' -patience 3"},
	} {
		var outcomes []*experiment.Outcome
		for _, c := range test.configs {
			outcomes = append(outcomes, &experiment.Outcome{Config: c})
		}
		if got := newStudy(sweep.Summarize(outcomes)).command(); got != test.want {
			t.Errorf("%s\nwant\n%s", got, test.want)
		}
	}
	var all []*experiment.Outcome
	for _, c := range sweep.ReportGrid().Configs() {
		c.Data.Checksum = "x"
		all = append(all, &experiment.Outcome{Config: c})
	}
	if got := newStudy(sweep.Summarize(all)).command(); got != "fnn sweep" {
		t.Errorf("%s, want fnn sweep", got)
	}
}

// A model is one, however many epochs it was trained for.
func TestModelsCounted(t *testing.T) {
	folder := t.TempDir()
	for i, s := range []spec{{"A", 0.001, 1, 2, false}, {"A", 0.001, 1, 3, false}, {"8 relu", 0.1, 1, 3, false}} {
		writeRun(t, filepath.Join(folder, fmt.Sprint(i)), s)
	}
	page := write(t, folder)[MarkdownFile]
	for _, want := range []string{"\n2 models at 2 learning rates, ", "| [A, epochs2 at 0.001]", "| [A, epochs3 at 0.001]"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}

// Models that would have one name are told apart.
func TestLabels(t *testing.T) {
	var outcomes []*experiment.Outcome
	for _, text := range []string{
		`{"model": "A", "architecture": "8", "initializer": "normal", "learning_rate": 0.5, "epochs": 20, "batch": 64, "seed": 1, "data": {"checksum": "x"}}`,
		`{"model": "A", "architecture": "8", "initializer": "normal", "learning_rate": 0.5, "epochs": 30, "batch": 8, "seed": 1, "data": {"checksum": "x"}}`,
		`{"model": "A", "architecture": "8", "initializer": "normal", "learning_rate": 0.5, "epochs": 20, "batch": 64, "seed": 1, "data": {"checksum": "y"}}`,
		`{"model": "a", "architecture": "8", "initializer": "normal", "learning_rate": 0.5, "epochs": 20, "batch": 64, "seed": 1, "data": {"checksum": "y"}}`,
		`{"model": "B", "architecture": "9", "initializer": "normal", "learning_rate": 0.5, "epochs": 30, "batch": 64, "seed": 1, "recipe": {"schedule": "warmup:1 cosine", "weight_decay": 1e-5}, "data": {"checksum": "x"}}`,
		`{"architecture": "", "initializer": "normal", "learning_rate": 0.5, "epochs": 20, "batch": 64, "seed": 1, "data": {"checksum": "x"}}`,
	} {
		o := &experiment.Outcome{}
		check(t, json.Unmarshal([]byte(text), &o.Config))
		outcomes = append(outcomes, o)
	}
	var got []string
	for _, x := range newStudy(sweep.Summarize(outcomes)).trials() {
		got = append(got, fmt.Sprintf("%s: %s, %s", x.label(), x.model.name, x.name))
	}
	want := []string{
		"A at 0.5: model-A, A-lr0.5",
		"A (2) at 0.5: model-A-2, A-lr0.5-2",
		"A, epochs30, batch8 at 0.5: model-A-3, A-lr0.5-3",
		"B, epochs30, schedule warmup:1 cosine, weight decay 1e-05 at 0.5: model-B, B-lr0.5",
		"a (3) at 0.5: model-a-4, a-lr0.5-4",
		"the output layer alone at 0.5: model-linear, linear-lr0.5",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant\n%q", got, want)
	}
}

func TestBusy(t *testing.T) {
	at := func(start, seconds float64) experiment.Session {
		return experiment.Session{Started: time.Unix(1000, 0).Add(time.Duration(start * float64(time.Second))), Seconds: seconds}
	}
	for _, test := range []struct {
		sessions []experiment.Session
		want     float64
	}{
		{nil, 0},
		{[]experiment.Session{at(0, 1.5)}, 1.5},
		{[]experiment.Session{at(5, 2), at(0, 2)}, 4},
		{[]experiment.Session{at(0, 2), at(1, 2), at(1, 1), at(2.5, 0.25), at(3, 1)}, 4},
		{[]experiment.Session{at(0, 10), at(1, 2), at(8, 3)}, 11},
	} {
		if got := busy(test.sessions); got != test.want {
			t.Errorf("%v: %g, want %g", test.sessions, got, test.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{count(0), "0"}, {count(999), "999"}, {count(1000), "1,000"}, {count(12345678), "12,345,678"}, {count(-1234), "-1,234"},
		{counted(1, "seed"), "1 seed"}, {counted(2000, "seed"), "2,000 seeds"},
		{decimals(0.12345), "0.1235"}, {decimals(nan), "–"}, {decimals(-123456), "-1.23e+05"},
		{percent(0.88079), "88.08%"}, {number(0.0005), "0.0005"},
		{seconds(0.04), "0.0 s"}, {seconds(9.96), "10 s"}, {seconds(119), "119 s"}, {seconds(120), "2 min"}, {seconds(7200), "2.0 h"},
		{enumerate(nil), ""}, {enumerate([]string{"a"}), "a"}, {enumerate([]string{"a", "b", "c"}), "a, b and c"},
		{quoted(""), "''"}, {quoted("a b"), "'a b'"}, {quoted("a/b-1.2,3"), "a/b-1.2,3"},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
}
