package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"fnn/internal/experiment"
	"fnn/internal/report"
	"fnn/internal/sweep"
)

const reportUsage = `Usage: fnn report DIR... [flags]

Report writes the pages of runs again, from their folders alone: report.html, one
file that needs neither network nor script, and report.md, for a code host, with
the figures as SVG files beside it. DIR is the folder of a run, or of a sweep.

The folders of several machines that have shared a sweep out (-shard) make one
page: give all of them, and -out. A page of some of them names what is missing.

Flags:

  -out DIR   the folder to write to (DIR, if there is one)

Examples:

  fnn report runs/A-lr0.001-seed1
  fnn report node1/sweep node2/sweep -out runs/sweep
`

func runReport(_ context.Context, e *env, args []string) error {
	f, o := newFlags("out")
	folders, err := parse(f, args)
	if err != nil {
		return err
	}
	switch {
	case len(folders) == 0:
		return usagef("no folder given: want that of a run or of a sweep")
	case o.out == "" && len(folders) > 1:
		return usagef("%d folders: want -out, the folder to write to", len(folders))
	case o.out == "":
		o.out = folders[0]
	}
	runs, err := report.Read(folders...)
	if err != nil {
		return err
	}
	summary := sweep.Summarize(runs.Outcomes, runs.Grids...)
	for _, c := range summary.Missing {
		i := slices.IndexFunc(runs.Outcomes, func(o *experiment.Outcome) bool { return filepath.Base(string(o.Folder)) == c.Name() })
		if i < 0 {
			e.note("%s of the sweep is in no folder given", c.Name())
		} else {
			e.note("%v", sweep.Fit(runs.Outcomes[i].Folder, runs.Outcomes[i].Config, c))
		}
	}
	if runs.Single {
		err = report.WriteRun(o.out, runs.Outcomes[0])
	} else {
		err = report.Write(o.out, summary)
	}
	if err != nil {
		return err
	}
	for _, name := range []string{report.HTMLFile, report.MarkdownFile} {
		fmt.Fprintln(e.stdout, printable(filepath.Join(o.out, name)))
	}
	return nil
}
