package main

import (
	"encoding/json"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"fnn/tensor"
)

// TestReport trains model A on Fashion-MNIST at the four learning rates of the
// report, and compares the first and the last epoch with the report's tables.
func TestReport(t *testing.T) {
	if testing.Short() || tensor.Kernel() == "portable" {
		t.Skip("takes minutes without fast kernels")
	}
	for _, table := range []struct {
		rate              string
		firstLoss         float64 // train loss of epoch 1
		lastLoss, lastAcc float64 // train loss and validation accuracy of epoch 20
	}{
		{"0.005", 0.5899, 0.2414, 0.8778},
		{"0.001", 0.7424, 0.1912, 0.8862},
		{"0.0005", 0.8640, 0.2494, 0.8862},
		{"0.0001", 1.2686, 0.4025, 0.8522},
	} {
		t.Run(table.rate, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "run")
			status, out, errs := fnn(t, "train", "-lr", table.rate, "-data", "../../data/fashion-mnist",
				"-out", folder, "-threads", "1", "-json", "-quiet")
			if status != 0 {
				t.Fatalf("status %d: %s", status, errs)
			}
			lines := strings.Split(strings.TrimSpace(out), "\n")
			if len(lines) != 21 {
				t.Fatalf("%d lines, want 20 epochs and the test", len(lines))
			}
			var first, last epochJSON
			if err := json.Unmarshal([]byte(lines[0]), &first); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(lines[19]), &last); err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct {
				name                string
				got, want, distance float64
			}{
				{"train loss of epoch 1", first.TrainLoss, table.firstLoss, 0.04},
				{"train loss of epoch 20", last.TrainLoss, table.lastLoss, 0.03},
				{"validation accuracy of epoch 20", last.ValidationAccuracy, table.lastAcc, 0.010},
			} {
				if math.Abs(c.got-c.want) > c.distance {
					t.Errorf("%s is %.4f, the report's %.4f", c.name, c.got, c.want)
				}
			}

			status, again, errs := fnn(t, "eval", folder, "-data", "../../data/fashion-mnist", "-json")
			if status != 0 {
				t.Fatalf("eval: status %d: %s", status, errs)
			}
			if again = strings.TrimSpace(again); again != lines[20] {
				t.Errorf("eval gives\n%s\nbut training ended with\n%s", again, lines[20])
			}
		})
	}
}
