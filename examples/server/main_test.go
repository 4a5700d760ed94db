package main

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"fnn/idx"
	"fnn/nn"
)

func newServer(t *testing.T) *httptest.Server {
	model, err := nn.LoadFile("../embed/model.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(&classifier{model})
	t.Cleanup(server.Close)
	return server
}

// boot returns the first picture of the test set, an ankle boot, as PNG.
func boot(t *testing.T, inverted bool) []byte {
	images, err := idx.ReadFile("../../data/fashion-mnist/t10k-images-idx3-ubyte.gz")
	if err != nil {
		t.Fatal(err)
	}
	gray := image.NewGray(image.Rect(0, 0, 28, 28))
	copy(gray.Pix, images.Data)
	for i := range gray.Pix {
		if inverted {
			gray.Pix[i] = 255 - gray.Pix[i]
		}
	}
	return encode(t, gray)
}

func encode(t *testing.T, m image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func form(t *testing.T, picture []byte) (body []byte, contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("picture", "boot.png")
	if err != nil {
		t.Fatal(err)
	}
	part.Write(picture)
	w.Close()
	return b.Bytes(), w.FormDataContentType()
}

func TestServer(t *testing.T) {
	server := newServer(t)
	upload, uploadType := form(t, boot(t, false))
	for _, c := range []struct {
		name, contentType string
		body              []byte
	}{
		{"body", "image/png", boot(t, false)},
		{"no type", "", boot(t, false)},
		{"form", uploadType, upload},
		{"dark on light", "image/png", boot(t, true)},
	} {
		t.Run(c.name, func(t *testing.T) {
			var group sync.WaitGroup
			for range 4 {
				group.Add(1)
				go func() {
					defer group.Done()
					response, err := http.Post(server.URL, c.contentType, bytes.NewReader(c.body))
					if err != nil {
						t.Error(err)
						return
					}
					defer response.Body.Close()
					var guesses []guess
					if err := json.NewDecoder(response.Body).Decode(&guesses); err != nil {
						t.Error(err)
					} else if len(guesses) != 10 || guesses[0].Class != "Ankle boot" || guesses[0].Probability < 0.9 {
						t.Errorf("got %v, want Ankle boot", guesses)
					}
				}()
			}
			group.Wait()
		})
	}
}

func TestRefusals(t *testing.T) {
	server := newServer(t)
	flat := image.NewPaletted(image.Rect(0, 0, 4096, 4096), color.Palette{color.Black, color.White})
	emptyForm, emptyType := form(t, nil)
	for _, c := range []struct {
		name, method, path, contentType string
		body                            []byte
		status                          int
		answer                          string
	}{
		{"page", "GET", "/", "", nil, 200, "<form"},
		{"elsewhere", "GET", "/model", "", nil, 404, "not found"},
		{"method", "PUT", "/", "", nil, 405, "POST"},
		{"nothing", "POST", "/", "", nil, 400, "empty"},
		{"text", "POST", "/", "", []byte("a shirt"), 400, "not a PNG, JPEG or GIF picture"},
		{"empty form", "POST", "/", emptyType, emptyForm, 400, "empty"},
		{"cut", "POST", "/", "", boot(t, false)[:200], 400, "cannot be decoded"},
		{"many bytes", "POST", "/", "", make([]byte, maxBytes+1), 413, "too large"},
		{"many pixels", "POST", "/", "", encode(t, flat), 413, "too many pixels"},
	} {
		t.Run(c.name, func(t *testing.T) {
			request, err := http.NewRequest(c.method, server.URL+c.path, bytes.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", c.contentType)
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			answer, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != c.status || !strings.Contains(string(answer), c.answer) {
				t.Errorf("%s: %s; want status %d and %q", response.Status, answer, c.status, c.answer)
			}
		})
	}
}
