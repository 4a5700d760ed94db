package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fnn/internal/experiment"
	"fnn/internal/report"
)

// Training ends with the pages of its run, and "fnn report" writes the same again,
// from a copy.
func TestPages(t *testing.T) {
	data, out := writeTrainingData(t), t.TempDir()
	mustTrain(t, trainArgs(data, out, "-quiet")...)
	copied := t.TempDir()
	for _, name := range []string{
		experiment.ConfigFile, experiment.HistoryFile, experiment.RecordFile, experiment.ModelFile, experiment.TestFile, experiment.PredictionsFile,
	} {
		text, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(copied, name), text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	pages := filepath.Join(copied, report.HTMLFile) + "\n" + filepath.Join(copied, report.MarkdownFile) + "\n"
	trial{[]string{"report", copied}, done, pages, ""}.check(t)
	for _, name := range []string{report.HTMLFile, report.MarkdownFile, "figures/confusion.svg", "figures/mistakes.svg", "figures/weights.svg"} {
		got, err := os.ReadFile(filepath.Join(copied, name))
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s differs", name)
		}
	}
}

// When the pages cannot be written, all else is.
func TestPagesFail(t *testing.T) {
	data, out := writeTrainingData(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(out, "figures"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := fnn(t, trainArgs(data, out, "-quiet")...)
	if status != failed || !strings.Contains(stdout, "test samples: loss") {
		t.Errorf("status %d, %q", status, stdout)
	}
	if want := "fnn: the results are written, but not their pages: "; !strings.HasPrefix(stderr, want) || !strings.Contains(stderr, filepath.Join(out, "figures")) {
		t.Errorf("%q, want %q", stderr, want)
	}
	if _, ok := contents(t, out)[experiment.TestFile]; !ok {
		t.Error("the results of the test are not there")
	}
}

func TestReportFolders(t *testing.T) {
	data, folder := writeTrainingData(t), t.TempDir()
	first, second := filepath.Join(folder, "first"), filepath.Join(folder, "second")
	mustTrain(t, trainArgs(data, first, "-quiet")...)
	mustTrain(t, trainArgs(data, second, "-quiet", "-lr", "0.02")...)
	out := filepath.Join(t.TempDir(), "pages")
	pages := filepath.Join(out, report.HTMLFile) + "\n" + filepath.Join(out, report.MarkdownFile) + "\n"
	for _, test := range []trial{
		{[]string{"report", folder, "-out", out}, done, pages, ""},
		{[]string{"report", "-out", out, first, second}, done, pages, ""},
		{[]string{"report", "-out", out}, badUsage, "", "no folder given"},
		{[]string{"report", first, second}, badUsage, "", "2 folders: want -out"},
		{[]string{"report", first, "-data", data}, badUsage, "", "unknown flag -data"},
		{[]string{"report", data}, failed, "", data + " holds no run"},
		{[]string{"report", first, folder, "-out", out}, failed, "", first + " and " + first + " are runs of one configuration"},
	} {
		test.check(t)
	}
}

// A sweep ends with its pages and those of its runs; a shard with the latter alone.
func TestSweepPages(t *testing.T) {
	data, whole, shard := writeTrainingData(t), filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "shard")
	mustTrain(t, sweepArgs(data, whole, "-quiet")...)
	mustTrain(t, sweepArgs(data, shard, "-quiet", "-shard", "1/2")...)
	for name, want := range map[string]bool{
		filepath.Join(whole, report.HTMLFile):                true,
		filepath.Join(whole, sweepNames[0], report.HTMLFile): true,
		filepath.Join(shard, report.HTMLFile):                false,
		filepath.Join(shard, sweepNames[0], report.HTMLFile): true,
	} {
		if _, err := os.Stat(name); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Of a sweep that is not all there, it is told what is missing.
	status, _, stderr := fnn(t, "report", shard)
	if want := "note: " + sweepNames[1] + " of the sweep is in no folder given\n"; status != done || !strings.Contains(stderr, want) {
		t.Errorf("status %d, %q, want %q", status, stderr, want)
	}

	// Pages that cannot be written take nothing else with them.
	blocked := filepath.Join(whole, "figures")
	if err := os.RemoveAll(blocked); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(blocked, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := fnn(t, "sweep", "-resume", whole, "-quiet")
	if want := "fnn: the results are written, but not all their pages: "; status != failed || !strings.HasPrefix(stderr, want) || !strings.Contains(stderr, blocked) {
		t.Errorf("status %d, %q, want %q", status, stderr, want)
	}
	if !strings.Contains(stdout, "the best by validation F1") {
		t.Errorf("%q", stdout)
	}
}
