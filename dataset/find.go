package dataset

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ErrNotFound reports that a data set, or a file of it, is not where it was
// looked for.
var ErrNotFound = errors.New("data set not found")

// environment is the variable that names the folder of the data set.
const environment = "FNN_DATA"

// The names of the four files, as the MNIST page has them.
const (
	trainImages = "train-images-idx3-ubyte"
	trainLabels = "train-labels-idx1-ubyte"
	testImages  = "t10k-images-idx3-ubyte"
	testLabels  = "t10k-labels-idx1-ubyte"
)

var fileNames = [4]string{trainImages, trainLabels, testImages, testLabels}

// CacheDir returns the folder where a data set that was fetched is kept:
// fnn/fashion-mnist in [os.UserCacheDir]. It may not exist yet.
func CacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("dataset: %w", err)
	}
	return filepath.Join(dir, "fnn", "fashion-mnist"), nil
}

// Find returns the folder that holds the data set. That is dir, if it is not
// empty; else the folder that $FNN_DATA names; else the first of these that
// holds the four files which [Load] reads:
//
//	data/fashion-mnist
//	CacheDir()
//	/usr/share/datasets/fashion-mnist (Debian's package dataset-fashion-mnist)
//
// A folder that was asked for and does not hold the files is an error: no other
// is looked at. The error of one that does not wraps [ErrNotFound] and says where was
// looked; that of a name which is no folder's does not wrap it.
func Find(dir string) (string, error) {
	places := []string{filepath.Join("data", "fashion-mnist")}
	if cache, err := CacheDir(); err == nil {
		places = append(places, cache)
	}
	places = append(places, "/usr/share/datasets/fashion-mnist")
	return find(dir, os.Getenv(environment), places)
}

func find(dir, env string, places []string) (string, error) {
	asked, by := dir, "-data"
	if asked == "" {
		asked, by = env, "$"+environment
	}
	if asked != "" {
		if info, err := os.Stat(asked); err == nil && !info.IsDir() {
			return "", fmt.Errorf("dataset: %s, which %s names, is no folder", asked, by)
		}
		switch lack := missing(asked); len(lack) {
		case 0:
		case len(fileNames):
			return "", fmt.Errorf("dataset: %w: %s, which %s names, lacks all four files: want %s, each with or without .gz",
				ErrNotFound, asked, by, strings.Join(lack, ", "))
		default:
			return "", fmt.Errorf("dataset: %w: %s, which %s names, lacks %s", ErrNotFound, asked, by, strings.Join(lack, ", "))
		}
		return asked, nil
	}
	var looked []string
	for _, place := range places {
		lack := missing(place)
		if lack == nil {
			return place, nil
		}
		if len(lack) == len(fileNames) {
			lack = []string{"all four files"}
		}
		looked = append(looked, fmt.Sprintf("%s (lacks %s)", place, strings.Join(lack, ", ")))
	}
	return "", fmt.Errorf("dataset: %w: looked in %s; `fnn data` fetches it, -data or $%s names another folder",
		ErrNotFound, strings.Join(looked, ", "), environment)
}

// missing returns the names of the files that a folder lacks.
func missing(dir string) []string {
	var lack []string
	for _, name := range fileNames {
		if _, err := locate(dir, name); err != nil {
			lack = append(lack, name)
		}
	}
	return lack
}

// locate returns the path of one of the four files in a folder: uncompressed or
// with .gz, and spelled "train-images-idx3-ubyte" or "train-images.idx3-ubyte".
// Of several, the first in that order.
func locate(dir, name string) (string, error) {
	dotted := strings.Replace(name, "-idx", ".idx", 1)
	for _, spelling := range []string{name, dotted, name + ".gz", dotted + ".gz"} {
		path := filepath.Join(dir, spelling)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, nil
		}
	}
	return "", fmt.Errorf("dataset: %w: %s holds no %s, with or without .gz", ErrNotFound, dir, name)
}
