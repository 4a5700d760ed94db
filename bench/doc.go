// Package bench measures the whole: training, prediction and loading on the real
// data set.
//
//	go test -bench . ./bench
//
// The folder pytorch checks that PyTorch makes the same of a model's file, and times
// PyTorch at the same training.
package bench
