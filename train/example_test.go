package train_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"fnn/dataset"
	"fnn/nn"
	"fnn/tensor"
	"fnn/train"
)

// line returns samples of one number: those above a half are of class 1.
func line(n int) *dataset.Set {
	values, labels := make([]float32, n), make([]int, n)
	for i := range values {
		values[i] = float32(i) / float32(n-1)
		if values[i] > 0.5 {
			labels[i] = 1
		}
	}
	set, err := dataset.FromFloats(values, []int{1}, labels, []string{"low", "high"})
	if err != nil {
		log.Fatal(err)
	}
	return set
}

func Example() {
	model, err := nn.New(nn.Architecture{"8", "relu"}, 1, 2)
	if err != nil {
		log.Fatal(err)
	}
	if err := model.Initialize(nn.He, 1); err != nil {
		log.Fatal(err)
	}
	team := tensor.NewTeam(2)
	defer team.Close()
	config := train.Config{LearningRate: 0.05, Epochs: 10, Batch: 16, Seed: 1}
	run, err := train.New(model, line(100), line(31), config, team)
	if err != nil {
		log.Fatal(err)
	}
	err = run.Train(context.Background(), train.Observer{Epoch: func(e train.Epoch) error {
		if e.Epoch%5 == 0 {
			fmt.Printf("epoch %d: train loss %.2f, validation accuracy %.2f\n", e.Epoch, e.TrainLoss, e.ValidationAccuracy)
		}
		return nil
	}})
	if err != nil {
		log.Fatal(err)
	}
	test := train.Evaluate(run.Best, line(1000), team)
	fmt.Printf("test accuracy %.2f\n", test.Confusion.Accuracy())
	// Output:
	// epoch 5: train loss 0.51, validation accuracy 0.84
	// epoch 10: train loss 0.21, validation accuracy 0.97
	// test accuracy 1.00
}

// A run with a schedule that ends when it gets no better.
func ExampleRecipe() {
	model, err := nn.New(nn.Architecture{"8", "relu"}, 1, 2)
	if err != nil {
		log.Fatal(err)
	}
	if err := model.Initialize(nn.He, 1); err != nil {
		log.Fatal(err)
	}
	config := train.Config{LearningRate: 0.05, Epochs: 100, Batch: 16, Seed: 1}
	config.Recipe = train.Recipe{Schedule: "warmup:2 cosine", WeightDecay: 0.01, Patience: 5}
	run, err := train.New(model, line(100), line(31), config, nil)
	if err != nil {
		log.Fatal(err)
	}
	if err := run.Train(context.Background(), train.Observer{}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(config.Recipe)
	fmt.Printf("%d epochs, the best was %d\n", len(run.History), run.BestEpoch)
	// Output:
	// schedule warmup:2 cosine, weight decay 0.01, patience 5
	// 17 epochs, the best was 12
}

func ExampleParseSchedule() {
	schedule, err := train.ParseSchedule("warmup:2 step:05:.1")
	fmt.Println(schedule, err)
	_, err = train.ParseSchedule("linear")
	fmt.Println(err)
	// Output:
	// warmup:2 step:5:0.1 <nil>
	// train: schedule "linear": want constant, step:N:F, cosine or cosine:RATE, before any of them or alone warmup:N
}

func ExampleHistory_WriteCSV() {
	history := train.History{{
		Epoch: 1, TrainLoss: 0.7424, TrainAccuracy: 0.7231,
		ValidationLoss: 0.5012, ValidationAccuracy: 0.8125, ValidationF1: 0.8107,
	}}
	if err := history.WriteCSV(os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// epoch,train_loss,train_acc,val_loss,val_acc,val_f1
	// 1,0.7424,0.7231,0.5012,0.8125,0.8107
}
