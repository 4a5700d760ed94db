// Package fnn is a feed-forward neural network library on the standard library
// alone: from IDX files to a trained, measured and exported classifier in one
// static binary, with the same bits on every machine.
//
// This package holds no code. The rooms of the house are:
//
//   - [fnn/tensor]: flat float32 tensors, matrix products and vector kernels
//   - [fnn/nn]: layers, loss, Adam, the model and its file
//   - [fnn/quantize]: models of 8-bit integers, made of those
//   - [fnn/idx]: the IDX file format of MNIST and its relatives
//   - [fnn/safetensors]: the file format that models are kept in
//   - [fnn/metrics]: confusion matrix, accuracy, precision, recall, F1, calibration
//   - [fnn/dataset]: labelled samples: find, split, batch
//   - [fnn/train]: the training loop, its history, its checkpoints
//   - [fnn/picture]: the input that a PNG, JPEG or GIF makes
//   - fnn/cmd/fnn: the command
//
// Imports point one way: the command to train, train to nn, dataset and metrics,
// those to tensor, idx and safetensors. So tensor, idx and nn stay fit for
// constrained builds.
package fnn
