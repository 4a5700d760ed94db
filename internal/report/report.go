// Package report writes what runs came to as pages for people: report.html, one file
// that needs neither network nor script, and report.md, for a code host, with the
// figures as files beside it. There is a page for the runs of a sweep and a smaller
// one for a single run.
//
// A page is a function of the runs' folders alone: written again, from copies of
// them or in another order, it has the same bytes.
package report

import (
	"io"
	"os"
	"path/filepath"

	"fnn/internal/atomicfile"
	"fnn/internal/experiment"
	"fnn/internal/sweep"
)

// The names of the pages.
const (
	HTMLFile     = "report.html"
	MarkdownFile = "report.md"
)

// Write writes the pages of runs to a folder, which it makes. There has to be at
// least one run. Errors name the file.
func Write(folder string, s *sweep.Summary) error {
	d, err := newStudy(s).page()
	if err != nil {
		return err
	}
	return d.write(folder)
}

// WriteRun writes the pages of one run to a folder, such as its own.
func WriteRun(folder string, o *experiment.Outcome) error {
	d, err := newStudy(sweep.Summarize([]*experiment.Outcome{o})).runPage()
	if err != nil {
		return err
	}
	return d.write(folder)
}

// write writes the figures, then the pages that show them.
func (d *document) write(folder string) error {
	figures := filepath.Join(folder, figureFolder)
	if err := os.MkdirAll(figures, 0o777); err != nil {
		return err
	}
	if err := atomicfile.RemoveLeftovers(figures); err != nil {
		return err
	}
	for _, f := range d.figures() {
		if err := writeFile(filepath.Join(folder, filepath.FromSlash(f.file())), f.svg); err != nil {
			return err
		}
	}
	if err := writeFile(filepath.Join(folder, MarkdownFile), d.markdown()); err != nil {
		return err
	}
	return writeFile(filepath.Join(folder, HTMLFile), d.html())
}

func writeFile(name string, content []byte) error {
	return atomicfile.Write(name, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}
