//go:build js && wasm

// Browser is a network in a web page: it gives JavaScript the names of the
// classes and a function that tells what a picture shows.
//
//	examples/browser/build /tmp/page
//	go run ./examples/browser/serve /tmp/page
package main

import (
	"bytes"
	"syscall/js"

	"fnn/examples/garment"
	"fnn/picture"
)

func main() {
	js.Global().Set("classNames", list(garment.ClassNames[:]))
	js.Global().Set("classify", js.FuncOf(classify))
	js.Global().Call("dispatchEvent", js.Global().Get("Event").New("classifier"))
	select {} // the page goes on to call classify
}

// The pictures that the network learned from: their size, and the mean of their
// outermost pixels.
const (
	height, width = 28, 28
	borderMean    = 12.42
)

// classify takes a Uint8Array, the bytes of a PNG, JPEG or GIF file. It returns
// an object of the classes' probabilities, the pixels that the network saw, and
// whether their light and dark were swapped for that; or of an error.
func classify(_ js.Value, args []js.Value) any {
	data := make([]byte, args[0].Length())
	js.CopyBytesToGo(data, args[0])
	pixels, _, err := picture.Load(bytes.NewReader(data), height, width)
	if err != nil {
		return map[string]any{"error": err.Error()}
	}
	inverted := picture.LooksInverted(pixels, height, width, borderMean)
	if inverted {
		picture.Invert(pixels)
	}
	var probabilities [garment.Classes]float32
	garment.Predict(&probabilities, (*[garment.Inputs]byte)(pixels))
	garment.Softmax(&probabilities)

	seen := js.Global().Get("Uint8Array").New(len(pixels))
	js.CopyBytesToJS(seen, pixels)
	return map[string]any{
		"probabilities": list(probabilities[:]),
		"pixels":        seen,
		"inverted":      inverted,
	}
}

// list returns values as js.ValueOf takes them.
func list[T any](values []T) []any {
	var result []any
	for _, v := range values {
		result = append(result, v)
	}
	return result
}
