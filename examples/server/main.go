// Server classifies the pictures that are sent to it over HTTP.
//
//	go run ./examples/server examples/embed/model.safetensors
//	curl --data-binary @shirt.png http://localhost:8080/
//
// A browser gets a page with a form.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"image"
	"io"
	"log"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"fnn/nn"
	"fnn/picture"
	"fnn/tensor"
)

func main() {
	log.SetFlags(0)
	address := flag.String("http", "localhost:8080", "the address to listen on")
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("usage: server [-http ADDRESS] MODEL")
	}
	model, err := nn.LoadFile(flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	if model.InputScale == 0 {
		log.Fatal(nn.ErrNoScale)
	}
	server := &http.Server{Addr: *address, Handler: &classifier{model}, ReadTimeout: 10 * time.Second}
	log.Printf("listening on http://%s/", *address)
	log.Fatal(server.ListenAndServe())
}

// The pictures that the model learned from, and the limits of those it is sent.
const (
	height, width = 28, 28
	maxBytes      = 1 << 22
	maxPixels     = 1 << 23
)

// A classifier answers POST requests, whose body is a picture or a form with one
// in the field "picture". Any number of goroutines may use its model at once.
type classifier struct{ model *nn.Model }

// A guess is an element of the answer, the likeliest first.
type guess struct {
	Class       string  `json:"class"`
	Probability float32 `json:"probability"`
}

func (c *classifier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path != "/":
		http.NotFound(w, r)
		return
	case r.Method == http.MethodGet:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, page)
		return
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "want a picture in a POST request", http.StatusMethodNotAllowed)
		return
	}
	guesses, err := c.classify(http.MaxBytesReader(w, r.Body, maxBytes), r)
	if err != nil {
		status := http.StatusBadRequest
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) || errors.Is(err, errTooLarge) {
			status = http.StatusRequestEntityTooLarge
		}
		http.Error(w, err.Error(), status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(guesses)
}

var errTooLarge = errors.New("the picture has too many pixels")

func (c *classifier) classify(body io.ReadCloser, r *http.Request) ([]guess, error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		r.Body = body
		f, _, err := r.FormFile("picture")
		if err != nil {
			return nil, err
		}
		defer f.Close()
		body = f
	}
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	// A small file may claim to be a large picture.
	if config, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil && config.Width > maxPixels/max(1, config.Height) {
		return nil, errTooLarge
	}
	pixels, _, err := picture.Load(bytes.NewReader(data), height, width)
	if err != nil {
		return nil, err
	}
	// The model learned from pictures that are light on dark; photographs of
	// garments are dark on light as a rule.
	border, _ := strconv.ParseFloat(c.model.Info["border_mean"], 64)
	if picture.LooksInverted(pixels, height, width, border) {
		picture.Invert(pixels)
	}
	return c.predict(pixels), nil
}

func (c *classifier) predict(pixels []uint8) []guess {
	x := tensor.NewMatrix(1, c.model.Inputs)
	tensor.ScaleBytes(x.Row(0), pixels, c.model.InputScale)
	logits := tensor.NewMatrix(1, c.model.Classes())
	c.model.Logits(logits, x)
	nn.Softmax(logits.Row(0))

	var guesses []guess
	for i, probability := range logits.Row(0) {
		guesses = append(guesses, guess{c.model.ClassNames[i], probability})
	}
	slices.SortStableFunc(guesses, func(a, b guess) int { return cmp.Compare(b.Probability, a.Probability) })
	return guesses
}

const page = `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>What garment is it?</title>
<h1>What garment is it?</h1>
<form method="post" enctype="multipart/form-data">
<label>A PNG, JPEG or GIF picture <input type="file" name="picture" accept="image/png,image/jpeg,image/gif" required></label>
<button>Classify</button>
</form>
</html>
`
