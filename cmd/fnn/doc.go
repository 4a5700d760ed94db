// Fnn trains, tests and uses small neural networks that classify pictures.
//
// Usage:
//
//	fnn [command] [flags] [arguments]
//
// The commands are:
//
//	train     train a model on a data set, then test it (the default)
//	sweep     train many models side by side, and choose the best
//	eval      measure a model on a data set's test samples
//	predict   tell the class of pictures
//	quantize  make a model of 8-bit integers
//	export    write a model in a form that other programs take
//	import    take in a model that another program trained
//	inspect   tell what an IDX or a model file holds
//	data      find, check or fetch the data set
//	report    write the pages of runs again, from their folders
//	bench     measure this machine
//	version   tell the version, and what it runs on
//	help      explain a command
//
// Without a command fnn trains: fnn alone trains model A on Fashion-MNIST at a
// learning rate of 0.001, and fnn -lr 0.005 at another.
//
// These flags mean the same wherever they are:
//
//	-model WORDS   the architecture: A, B, C, or words such as "128 relu 64 relu"
//	-lr RATE       the learning rate of Adam
//	-epochs N      how often training goes through the samples
//	-batch N       samples a step
//	-seed N        what every random choice derives from
//	-schedule WORDS, -weight-decay X, -clip-norm X, -label-smoothing X, -patience N
//	               what training does besides; all off unless asked for
//	-data DIR      the folder of the data set
//	-out DIR       the folder that a run or a sweep is written to
//	-resume DIR    take up the run or the sweep of a folder
//	-threads N     goroutines that compute; 0 stands for one a processor, of
//	               those that $GOMAXPROCS or a container's limit leaves
//	-json          results as JSON, one object a line
//	-quiet         no progress and no notes
//
// Flags may stand before and after the arguments; what follows "--" is an
// argument.
//
// # Data set
//
// A data set is a folder of four IDX files named as those of MNIST, compressed
// with gzip or not. Without -data, fnn takes the folder that $FNN_DATA names;
// else the first that has the files of data/fashion-mnist, fnn/fashion-mnist in
// the user's cache folder, and /usr/share/datasets/fashion-mnist.
//
// # Output
//
// Results go to standard output; progress, notes and errors to standard error.
// A terminal gets a bar that moves, anything else plain lines.
//
// The exit status is 0 if all was done, 1 if something failed, 2 if the command
// line was wrong, and 130 after an interrupt (Ctrl-C), a signal to terminate, or the
// end of the terminal, which mean the same. The first lets the current step end; a
// second interrupt or signal to terminate ends the program at once. A run whose output
// nobody reads any more, as with "head", ends like an interrupted one, with status 141.
//
// # Environment
//
//	FNN_DATA     the folder of the data set
//	FNN_KERNEL   the kernel to compute with: avx512, avx2, neon or portable, as the
//	             machine has them; the results are the same with each
//	GOMAXPROCS   the most processors to use, up to those there are
//	NO_COLOR     if not empty, no colours
package main
