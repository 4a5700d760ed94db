package report_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"fnn/internal/experiment"
	"fnn/internal/report"
	"fnn/internal/sweep"
	"fnn/internal/tiny"
	"fnn/nn"
	"fnn/train"
)

func ExampleWrite() {
	folder, err := os.MkdirTemp("", "report")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	if err := tiny.Write(folder); err != nil {
		log.Fatal(err)
	}
	samples, err := experiment.LoadSamples(folder)
	if err != nil {
		log.Fatal(err)
	}
	for _, rate := range []float64{0.01, 0.001} {
		config := experiment.NewConfig(nn.Architecture{"8", "relu"}, train.Config{LearningRate: rate, Epochs: 2, Batch: 8, Seed: 1})
		run, err := experiment.Start(experiment.Folder(filepath.Join(folder, config.Name())), config, samples, nil)
		if err != nil {
			log.Fatal(err)
		}
		if err := run.Train(context.Background(), train.Observer{}); err != nil {
			log.Fatal(err)
		}
		run.Close()
	}

	runs, err := report.Read(folder)
	if err != nil {
		log.Fatal(err)
	}
	if err := report.Write(folder, sweep.Summarize(runs.Outcomes)); err != nil {
		log.Fatal(err)
	}
	figures, err := filepath.Glob(filepath.Join(folder, "figures", "*.svg"))
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range figures {
		fmt.Println(filepath.Base(name))
	}
	// Output:
	// 8-relu-lr0.001.svg
	// 8-relu-lr0.01.svg
	// model-8-relu.svg
	// scores.svg
}
