package metrics_test

import (
	"fmt"
	"os"

	"fnn/metrics"
)

func Example() {
	c := metrics.NewConfusion(3)
	truth := []int{0, 0, 0, 1, 1, 2}
	predicted := []int{0, 0, 1, 1, 1, 1}
	for i := range truth {
		c.Add(truth[i], predicted[i])
	}
	names := []string{"Coat", "Shirt", "Bag"}
	c.WriteReport(os.Stdout, names)
	fmt.Println()
	c.WriteMatrix(os.Stdout, names)
	// Output:
	//               precision    recall  f1-score   support
	//
	//         Coat     1.0000    0.6667    0.8000         3
	//        Shirt     0.5000    1.0000    0.6667         2
	//          Bag     0.0000    0.0000    0.0000         1
	//
	//     accuracy                         0.6667         6
	//    macro avg     0.5000    0.5556    0.4889         6
	// weighted avg     0.6667    0.6667    0.6222         6
	//
	//          predicted
	//   truth  0 1 2
	//  Coat 0  2 1 .
	// Shirt 1  . 2 .
	//   Bag 2  . 1 .
}

func ExampleConfusion_Macro() {
	c := metrics.NewConfusion(2)
	c.Add(0, 0)
	c.Add(0, 0)
	c.Add(0, 1)
	c.Add(1, 1)
	fmt.Printf("accuracy %.4f, F1 %.4f\n", c.Accuracy(), c.Macro().F1)
	// Output: accuracy 0.7500, F1 0.7333
}

func ExampleCalibration() {
	c := metrics.NewCalibration(2)
	c.Add(0.5, true)
	c.Add(0.75, false)
	c.Add(1, true)
	for _, b := range c.Bins() {
		fmt.Printf("%.1f to %.1f: %d samples, confidence %.3f, accuracy %.3f\n", b.Low, b.High, b.Count, b.Confidence, b.Accuracy)
	}
	fmt.Printf("expected calibration error %.3f\n", c.ExpectedError())
	// Output:
	// 0.0 to 0.5: 1 samples, confidence 0.500, accuracy 1.000
	// 0.5 to 1.0: 2 samples, confidence 0.875, accuracy 0.500
	// expected calibration error 0.417
}

func ExampleTopK() {
	logits := []float32{
		0.1, 2.5, 0.3,
		1.0, 3.0, 2.0,
	}
	labels := []int{1, 2}
	fmt.Println(metrics.TopK(logits, labels, 1), metrics.TopK(logits, labels, 2))
	// Output: 0.5 1
}
