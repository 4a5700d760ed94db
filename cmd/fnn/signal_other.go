//go:build !unix

package main

func prepareSignals(hangup func()) {}
