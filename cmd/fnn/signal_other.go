//go:build !unix

package main

func prepareSignals() {}
