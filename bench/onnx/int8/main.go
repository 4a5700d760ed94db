// Int8 is our side of the benchmark int8.js beside this folder. It loads a float32
// and a quantised model, and for each line "float32 SECONDS" or "int8 SECONDS" that
// it reads it predicts the test set's images for about so long, and answers with the
// seconds that all of them take once.
//
//	go run ./bench/onnx/int8 MODEL QUANTISED THREADS
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"time"

	"fnn/dataset"
	"fnn/nn"
	"fnn/quantize"
	"fnn/tensor"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: int8 MODEL QUANTISED THREADS")
		os.Exit(2)
	}
	if err := serve(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "int8:", err)
		os.Exit(1)
	}
}

func serve(model, quantised, count string) error {
	m, err := nn.LoadFile(model)
	if err != nil {
		return err
	}
	q, err := quantize.LoadFile(quantised)
	if err != nil {
		return err
	}
	dir, err := dataset.Find("")
	if err != nil {
		return err
	}
	test, err := dataset.LoadTest(dir)
	if err != nil {
		return err
	}
	threads, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	team := tensor.NewTeam(threads)
	defer team.Close()
	logits := tensor.NewMatrix(test.Len(), m.Classes())
	predict := map[string]func(){
		"float32": func() { m.LogitsOf(team, logits, test.Row) },
		"int8":    func() { q.LogitsOf(team, logits, func(i int, row []uint8) { copy(row, test.Bytes(i)) }) },
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var name string
		var seconds float64
		if _, err := fmt.Sscan(lines.Text(), &name, &seconds); err != nil || predict[name] == nil {
			return fmt.Errorf("line %q", lines.Text())
		}
		predict[name]()
		start, runs := time.Now(), 0
		for time.Since(start).Seconds() < seconds {
			predict[name]()
			runs++
		}
		right := 0
		for i := range logits.Rows {
			if nn.Argmax(logits.Row(i)) == test.Label(i) {
				right++
			}
		}
		fmt.Println(time.Since(start).Seconds()/float64(runs), right)
	}
	return nil
}
