package report

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"fnn/internal/experiment"
	"fnn/internal/machine"
	"fnn/metrics"
	"fnn/nn"
	"fnn/safetensors"
	"fnn/train"
)

// A spec says what run to write: one that knows nothing of training, whose figures
// are plain functions of these.
type spec struct {
	model  string // name or words
	rate   float64
	seed   uint64
	epochs int
	test   bool
}

var classes = []string{"T-shirt/top", `<b>"Bag" & 'Co'</b>`, "a|b_*c*`d`"}

// writeRun writes the folder of a run: pictures of 4 x 4 pixels in three classes.
func writeRun(t testing.TB, folder string, s spec) experiment.Folder {
	t.Helper()
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	a, err := nn.ParseArchitecture(s.model)
	check(t, err)
	c := experiment.NewConfig(a, train.Config{LearningRate: s.rate, Epochs: s.epochs, Batch: 64, Seed: s.seed, EvaluateDropout: true})
	c.Data = experiment.Data{Folder: "data/tiny", Train: 48, Validation: 12, Test: 60, Checksum: experiment.FashionMNIST}
	writeJSON(t, filepath.Join(folder, experiment.ConfigFile), c)
	writeJSON(t, filepath.Join(folder, experiment.RecordFile), experiment.Record{Epochs: s.epochs, Sessions: []experiment.Session{{
		Started: time.Date(2024, 2, 29, 12, 0, int(s.seed), 0, time.UTC), Seconds: 1.5, Epochs: s.epochs, Threads: 1,
		Machine: machine.Machine{Version: "v1", Go: "go1.24", System: "plan9", Architecture: "arm64", Processor: "abacus", Processors: 2, Kernel: "beads"},
	}}})

	var history, dropout train.History
	for i := range s.epochs {
		x := float64(i+1) / float64(s.epochs+1)
		e := train.Epoch{
			Epoch: i + 1, TrainLoss: 1 - x/2, TrainAccuracy: 0.5 + x/4,
			ValidationLoss: 1 - x/4, ValidationAccuracy: 0.5 + x/8, ValidationF1: 0.5 + x/8 + s.rate + float64(s.seed)/64,
		}
		if strings.Contains(a.String(), "dropout") {
			e.ValidationF1 -= 0.01
		}
		history = append(history, e)
		e.ValidationF1 -= 0.25
		dropout = append(dropout, e)
	}
	writeHistory(t, filepath.Join(folder, experiment.HistoryFile), history)
	if strings.Contains(a.String(), "dropout") {
		writeHistory(t, filepath.Join(folder, experiment.DropoutHistoryFile), dropout)
	}

	m, err := nn.New(a, 16, len(classes))
	check(t, err)
	check(t, m.Initialize(nn.Normal, s.seed))
	m.ClassNames = classes
	check(t, m.Save(filepath.Join(folder, experiment.ModelFile)))
	if s.test {
		writeTest(t, folder, len(classes))
	}
	return experiment.Folder(folder)
}

// writeTest writes the results of a test of four samples, one of which is wrong.
func writeTest(t testing.TB, folder string, n int) {
	t.Helper()
	confusion := metrics.NewConfusion(n)
	confusion.AddCount(0, 0, 3)
	confusion.Add(1, 2)
	names := append([]string(nil), classes...)
	for len(names) < n {
		names = append(names, "class")
	}
	writeJSON(t, filepath.Join(folder, experiment.TestFile), &experiment.Result{Loss: 0.25, Confusion: confusion, ClassNames: names[:n]})
	probabilities := make([]float32, 4*n)
	for i := range 4 {
		probabilities[i*n+2*(i/3)] = 0.75 // the last is taken for class 2
	}
	pixels := make([]byte, 16)
	for i := range pixels {
		pixels[i] = byte(16 * i)
	}
	check(t, safetensors.WriteFile(filepath.Join(folder, experiment.PredictionsFile), &safetensors.File{Tensors: []safetensors.Tensor{
		safetensors.Float32("probabilities", []int{4, n}, probabilities),
		safetensors.Int64("labels", []int{4}, []int64{0, 0, 0, 1}),
		safetensors.Int64("mistakes", []int{1}, []int64{3}),
		{Name: "pictures", Type: "U8", Shape: []int{1, 4, 4}, Data: pixels},
	}}))
}

// writeSweep writes runs of two models at two learning rates, and returns the folder
// that holds them.
func writeSweep(t testing.TB, seeds ...uint64) string {
	t.Helper()
	folder := t.TempDir()
	for _, model := range []string{"A", "4 relu dropout:0.5"} {
		for _, rate := range []float64{0.005, 0.001} {
			for _, seed := range seeds {
				s := spec{model, rate, seed, 2, model == "A" && rate == 0.005}
				writeRun(t, filepath.Join(folder, strings.NewReplacer(" ", "-", ":", "").Replace(model)+"-"+number(rate)+"-"+number(float64(seed))), s)
			}
		}
	}
	return folder
}

func writeHistory(t testing.TB, name string, h train.History) {
	t.Helper()
	var text strings.Builder
	check(t, h.WriteCSV(&text))
	check(t, os.WriteFile(name, []byte(text.String()), 0o666))
}

func writeJSON(t testing.TB, name string, value any) {
	t.Helper()
	check(t, experiment.WriteJSON(name, value))
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// files returns the files of a folder and of those in it, by name.
func files(t testing.TB, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	check(t, filepath.WalkDir(folder, func(name string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		short, _ := filepath.Rel(folder, name)
		all[filepath.ToSlash(short)] = string(text)
		return err
	}))
	return all
}

// pages returns the files of pages that were written to a folder, having checked
// that they hold together.
func pages(t testing.TB, folder string) map[string]string {
	t.Helper()
	all := files(t, folder)
	checkHTML(t, all[HTMLFile])
	checkMarkdown(t, all[MarkdownFile], all)
	return all
}

// checkHTML holds that elements are closed in their order, that ids are unique, that
// links within the page lead somewhere, and that nothing is fetched or run.
func checkHTML(t testing.TB, page string) {
	t.Helper()
	if !strings.HasPrefix(page, "<!doctype html>\n<html lang=\"en\">") {
		t.Errorf("the page begins with %.60q", page)
	}
	ids, targets := map[string]bool{}, map[string]bool{}
	d := xml.NewDecoder(strings.NewReader(page))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			line, column := d.InputPos()
			t.Fatalf("line %d, column %d: %v", line, column, err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "script", "iframe", "object", "embed", "b":
			t.Errorf("there is an element %s", e.Name.Local)
		}
		for _, a := range e.Attr {
			switch {
			case a.Name.Local == "id":
				if ids[a.Value] {
					t.Errorf("id %q is there twice", a.Value)
				}
				ids[a.Value] = true
			case a.Name.Local == "href" && strings.HasPrefix(a.Value, "#"):
				targets[a.Value[1:]] = true
			case strings.HasPrefix(a.Name.Local, "on"):
				t.Errorf("%s has %s", e.Name.Local, a.Name.Local)
			case a.Name.Local == "href" || a.Name.Local == "src":
				if !strings.HasPrefix(a.Value, "data:") {
					t.Errorf("%s fetches %s", e.Name.Local, a.Value)
				}
			}
		}
	}
	for target := range targets {
		if !ids[target] {
			t.Errorf("there is a link to #%s, but no such element", target)
		}
	}
	if strings.Contains(page, "url(") || strings.Contains(page, "@import") {
		t.Error("the style sheet fetches something")
	}
}

var (
	markdownLink   = regexp.MustCompile(`\]\(([^)]*)\)`)
	markdownAnchor = regexp.MustCompile(`<a id="([^"]*)"></a>`)
	escaped        = regexp.MustCompile("\\\\.|`[^`]*`")
)

// checkMarkdown holds that links lead to anchors and files that are there, that all
// figures are shown, that tables have as many cells in each row, and that the only
// elements are the anchors.
func checkMarkdown(t testing.TB, page string, files map[string]string) {
	t.Helper()
	anchors, shown := map[string]bool{}, map[string]bool{}
	for _, m := range markdownAnchor.FindAllStringSubmatch(page, -1) {
		anchors[m[1]] = true
	}
	for _, m := range markdownLink.FindAllStringSubmatch(page, -1) {
		if id, ok := strings.CutPrefix(m[1], "#"); ok {
			if !anchors[id] {
				t.Errorf("there is a link to #%s, but no such anchor", id)
			}
			continue
		}
		shown[m[1]] = true
		if !strings.HasPrefix(files[m[1]], "<svg ") {
			t.Errorf("%s is no figure", m[1])
		}
	}
	for name := range files {
		if strings.HasSuffix(name, ".svg") && !shown[name] {
			t.Errorf("%s is not shown", name)
		}
	}
	bars := 0
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "    ") {
			page = strings.Replace(page, line, "", 1) // code
		}
		line = escaped.ReplaceAllString(line, "")
		if !strings.HasPrefix(line, "|") {
			bars = 0
			continue
		}
		n := strings.Count(line, "|")
		if bars > 0 && n != bars {
			t.Errorf("a row of %d bars below one of %d: %s", n, bars, line)
		}
		bars = n
	}
	if rest := escaped.ReplaceAllString(markdownAnchor.ReplaceAllString(page, ""), ""); strings.Contains(rest, "<") {
		t.Errorf("there is markup: %q", rest[max(0, strings.Index(rest, "<")-20):])
	}
}

var figureElement = regexp.MustCompile(`(?s)<svg .*?</svg>`)

// withoutFigures returns a page with figures left out, which have tests of their
// own.
func withoutFigures(page string) string { return figureElement.ReplaceAllString(page, "<svg></svg>") }

// withoutStyle returns a page without its style sheet.
func withoutStyle(page string) string { return strings.Replace(page, style, "", 1) }

var nan = math.NaN()
