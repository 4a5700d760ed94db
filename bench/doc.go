// Package bench measures the whole: training, prediction and loading on the real
// data set.
//
//	go test -bench . ./bench
//
// The folder peers, a module of its own, measures us and the libraries that one
// would use instead, in turns, and writes RESULTS.md:
//
//	go -C bench/peers run .
package bench
