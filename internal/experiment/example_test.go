package experiment_test

import (
	"fmt"
	"log"
	"os"

	"fnn/dataset"
	"fnn/internal/experiment"
	"fnn/nn"
)

func ExampleTest() {
	set, err := dataset.FromBytes([]uint8{0, 0, 255, 255}, []int{1, 2}, []int{0, 1}, []string{"dark", "light"})
	if err != nil {
		log.Fatal(err)
	}
	model, err := nn.New(nil, set.Features(), set.Classes())
	if err != nil {
		log.Fatal(err)
	}
	model.ClassNames = set.ClassNames()
	experiment.Describe(model, set)
	result, err := experiment.Test(model, set, nil)
	if err != nil {
		log.Fatal(err)
	}
	result.WriteText(os.Stdout)
	fmt.Println(experiment.PictureSize(model.Inputs, model.Info))
	// Output:
	// 2 test samples: loss 0.6931, accuracy 0.5000, macro F1 0.3333
	//
	//               precision    recall  f1-score   support
	//
	//         dark     0.5000    1.0000    0.6667         1
	//        light     0.0000    0.0000    0.0000         1
	//
	//     accuracy                         0.5000         2
	//    macro avg     0.2500    0.5000    0.3333         2
	// weighted avg     0.2500    0.5000    0.3333         2
	//
	//          predicted
	//   truth  0 1
	//  dark 0  1 .
	// light 1  1 .
	// 1 2 <nil>
}
