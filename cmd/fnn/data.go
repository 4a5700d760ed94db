package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"fnn/dataset"
	"fnn/internal/download"
	"fnn/internal/terminal"
)

const dataUsage = `Usage: fnn data [flags]

Data tells where the data set is, whether each of its files is what was
published, and how many samples of which classes it holds. If there is none, it
fetches Fashion-MNIST into the user's cache folder, or into the folder that
-data or $FNN_DATA names; what an earlier try has fetched is not fetched again.

A damaged file is fetched anew in the cache folder only. In any other it is
reported, and left as it is.

A data set of your own is a folder of four IDX files of these names, compressed
with gzip (.gz) or not:

  train-images-idx3-ubyte  train-labels-idx1-ubyte   to learn from, a fifth of
                                                     them to validate with
  t10k-images-idx3-ubyte   t10k-labels-idx1-ubyte    to test with

Images are uint8 or float32, height x width each; samples of another shape do as
well, but have no pictures. Labels are whole numbers from 0 to 4095, one an image.
It takes 3 images to learn from, and one to test with.

Flags:

  -data DIR     the folder of the data set
  -json         the result as a JSON object on one line
  -quiet        no progress

Examples:

  fnn data
  fnn data -data ~/kmnist
`

func runData(ctx context.Context, e *env, args []string) error {
	f, o := newFlags("data", "json", "quiet")
	arguments, err := parse(f, args)
	if err != nil {
		return err
	}
	if err := none(arguments); err != nil {
		return err
	}

	dir, err := dataFolder(o.data)
	if err != nil {
		return err
	}
	checks := dataset.Verify(dir)
	wanted, err := toFetch(dir, checks)
	if err != nil {
		return err
	}
	if len(wanted) > 0 {
		if err := e.fetch(ctx, dir, wanted, o.quiet); err != nil {
			return err
		}
		checks = dataset.Verify(dir)
	}
	return e.describeData(dir, checks, o.json)
}

// dataFolder returns the folder that holds the data set, or else the one to
// fetch it to.
func dataFolder(asked string) (string, error) {
	dir, err := dataset.Find(asked)
	if !errors.Is(err, dataset.ErrNotFound) {
		return dir, err
	}
	if asked = cmp.Or(asked, os.Getenv("FNN_DATA")); asked != "" {
		return asked, nil
	}
	return dataset.CacheDir()
}

// toFetch returns the files to fetch into a folder: those that are missing and,
// in the cache folder, those that are damaged. It is an error if another folder
// lacks some files and has others that are not those published: it is no copy of
// Fashion-MNIST to complete.
func toFetch(dir string, checks []dataset.Check) ([]download.File, error) {
	cache, err := dataset.CacheDir()
	cached := err == nil && filepath.Clean(dir) == filepath.Clean(cache)
	var files []download.File
	var missing []string
	other := ""
	for _, c := range checks {
		if c.State == dataset.Differs {
			other = cmp.Or(other, c.Path)
		}
		if c.State == dataset.Missing {
			missing = append(missing, strings.TrimSuffix(c.File.Name, ".gz"))
		}
		if c.State == dataset.Missing || c.State == dataset.Differs && cached {
			files = append(files, download.File{Name: c.File.Name, Size: c.File.Size, SHA256: c.File.SHA256})
		}
	}
	if len(missing) > 0 && other != "" && !cached {
		return nil, fmt.Errorf("%s lacks %s; nothing is fetched, since %s is not Fashion-MNIST's",
			dir, strings.Join(missing, ", "), other)
	}
	return files, nil
}

// fetch fetches files into a folder.
func (e *env) fetch(ctx context.Context, dir string, files []download.File, quiet bool) error {
	progress := terminal.NewProgress(e.screen, quiet)
	progress.Line("fetching Fashion-MNIST into " + printable(dir))
	err := download.Fetch(ctx, dir, files, e.mirrors, func(name string, done, total int64) {
		progress.UpdateTransfer(terminal.Transfer{Label: name, Bytes: done, Total: total})
		if done == total {
			progress.Line(name + "  " + terminal.Bytes(total))
		}
	})
	progress.Done()
	if ctx.Err() != nil {
		return fmt.Errorf("%w; fnn data goes on where it stopped", errInterrupted)
	}
	return err
}

// A dataReport is what data tells of a folder.
type dataReport struct {
	Folder  string        `json:"folder"`
	Name    string        `json:"name,omitempty"` // if it is known
	Files   []fileReport  `json:"files"`
	Train   int           `json:"train"` // samples
	Test    int           `json:"test"`
	Shape   []int         `json:"shape"` // of a sample
	Classes []classReport `json:"classes"`

	other bool // whether no file is one of Fashion-MNIST's
}

type fileReport struct {
	Name  string `json:"name"` // there, or else as published
	Path  string `json:"path,omitempty"`
	State string `json:"state"`
	Error string `json:"error,omitempty"`
}

type classReport struct {
	Name  string `json:"name"`
	Train int    `json:"train"`
	Test  int    `json:"test"`
}

// describeData tells what a folder holds: Fashion-MNIST or another data set, which
// it is if no file is one of the former's. It is an error if it is part of the one,
// or if it cannot be loaded.
func (e *env) describeData(dir string, checks []dataset.Check, asJSON bool) error {
	r := &dataReport{Folder: dir, Files: []fileReport{}, Classes: []classReport{}}
	r.other = !slices.ContainsFunc(checks, func(c dataset.Check) bool { return c.State == dataset.Intact })
	var fault error
	for _, c := range checks {
		file := fileReport{Name: c.File.Name, Path: c.Path, State: c.State.String()}
		if c.Path != "" {
			file.Name = filepath.Base(c.Path)
		}
		if c.State != dataset.Intact && !r.other {
			file.Error = c.Err.Error()
			fault = cmp.Or(fault, c.Err)
		}
		r.Files = append(r.Files, file)
	}
	if !r.other && fault == nil {
		r.Name = "Fashion-MNIST"
	}
	if fault == nil {
		fault = r.load(dir)
	}
	if asJSON {
		e.writeJSON(r)
		return fault
	}
	e.printData(r)
	return fault
}

// load fills in what the samples are.
func (r *dataReport) load(dir string) error {
	train, test, err := dataset.Load(dir)
	if err != nil {
		return err
	}
	r.Train, r.Test, r.Shape = train.Len(), test.Len(), train.Shape()
	for _, name := range train.ClassNames() {
		r.Classes = append(r.Classes, classReport{Name: name})
	}
	for _, label := range train.Labels() {
		r.Classes[label].Train++
	}
	for _, label := range test.Labels() {
		r.Classes[label].Test++
	}
	return nil
}

func (e *env) printData(r *dataReport) {
	loaded := len(r.Classes) > 0
	fmt.Fprintf(e.stdout, "%s: ", printable(r.Folder))
	switch {
	case r.Name != "":
		fmt.Fprintln(e.stdout, r.Name)
	case loaded:
		fmt.Fprintln(e.stdout, "a data set other than Fashion-MNIST")
	case r.other:
		fmt.Fprintln(e.stdout, "a data set other than Fashion-MNIST, which cannot be loaded")
	default:
		fmt.Fprintln(e.stdout, "Fashion-MNIST, but not all of it")
	}
	if !r.other {
		for _, file := range r.Files {
			fmt.Fprintf(e.stdout, "  %-27s %s\n", file.Name, file.State)
		}
	}
	if !loaded {
		return
	}
	fmt.Fprintf(e.stdout, "\n%d training and %d test samples of %s, %s\n\n", r.Train, r.Test, times(r.Shape), plural(len(r.Classes), "class"))
	t := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "class\ttrain\ttest\t\n")
	for _, c := range r.Classes {
		fmt.Fprintf(t, "%s\t%d\t%d\t\n", printable(c.Name), c.Train, c.Test)
	}
	t.Flush()
}
