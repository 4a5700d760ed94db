// Peers measures fnn and the libraries that one would use instead, at the same
// work, on the same machine, in turns.
//
//	go -C bench/peers run .                  all of it, to bench/RESULTS.md
//	go -C bench/peers run . PART...          some of it, to standard output:
//	                                         products, portable, epochs, predictions
//	go -C bench/peers run . check MODEL      whether others compute a model's logits
//
// README.md beside this file says what to install, and how the turns go.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"strings"
	"time"
)

const (
	root    = "../.." // the repository's root, where the workers run
	results = "../RESULTS.md"
)

func main() {
	rounds := flag.Int("rounds", 5, "turns that each contender gets at each task")
	flag.Parse()
	log.SetFlags(log.Ltime)
	if err := run(*rounds, flag.Args()); err != nil {
		log.Fatal(err)
	}
}

func run(rounds int, arguments []string) error {
	if rounds < 1 {
		return errors.New("at least one round")
	}
	if !exists("workers") {
		return errors.New("run me in the folder bench/peers")
	}
	if len(arguments) > 0 && arguments[0] == "check" {
		if len(arguments) != 2 {
			return errors.New("check takes a model's file")
		}
		return checkModel(os.Stdout, arguments[1])
	}
	for _, part := range arguments {
		if !slices.Contains(parts, part) {
			return fmt.Errorf("no part %q; there are %s", part, strings.Join(parts, ", "))
		}
	}
	if len(arguments) > 0 {
		return measure(os.Stdout, rounds, arguments)
	}
	var page bytes.Buffer
	if err := measure(&page, rounds, parts); err != nil {
		return err
	}
	return os.WriteFile(results, page.Bytes(), 0o666)
}

// parts are what can be measured.
var parts = []string{"products", "portable", "epochs", "predictions"}

// measure measures the wanted parts and writes the page.
func measure(w io.Writer, rounds int, wanted []string) error {
	var (
		r             = &record{}
		page, reading bytes.Buffer
		tables        bytes.Buffer // of the reading
		began         = time.Now()
		peaks         = measurePeaks(r)
	)
	if slices.Contains(wanted, "products") {
		outcomes := products(multipliers(r), len(forms), rounds, r)
		fmt.Fprint(&page, productText)
		writeProducts(&page, outcomes, peaks)
		writeProductReading(&reading, outcomes, peaks)
	}
	if slices.Contains(wanted, "portable") {
		outcomes := products(portables(r), 1, rounds, r)
		fmt.Fprint(&page, portableText)
		writeProducts(&page, outcomes, nil)
		writePortableReading(&reading, outcomes)
	}
	if slices.Contains(wanted, "epochs") {
		outcomes, err := epochs(rounds, r)
		if err != nil {
			return err
		}
		fmt.Fprint(&page, epochText)
		writeEpochs(&page, outcomes, peaks)
		writeTimes(&tables, "an epoch: times as fast as", outcomes, peaks)
	}
	if slices.Contains(wanted, "predictions") {
		outcomes, err := predictions(rounds, r)
		if err != nil {
			return err
		}
		fmt.Fprint(&page, predictionText)
		writePredictions(&page, outcomes, peaks)
		writeTimes(&tables, "prediction: times as fast as", outcomes, peaks)
	}

	fmt.Fprint(w, introduction)
	writeMachine(w, peaks, began)
	fmt.Fprintf(w, "- measured: %s\n\n", strings.Join(r.versions, "; "))
	page.WriteTo(w)
	if len(r.absent) > 0 {
		fmt.Fprint(w, missingText)
		for _, a := range r.absent {
			fmt.Fprintf(w, "- %s: %s\n", a.name, a.reason)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, readingText)
	if reading.Len() > 0 {
		reading.WriteTo(w)
		fmt.Fprintln(w)
	}
	_, err := tables.WriteTo(w)
	return err
}
