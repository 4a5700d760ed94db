package download_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"fnn/internal/download"
)

func ExampleFetch() {
	contents := "60,000 images"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, contents)
	}))
	defer server.Close()
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	files := []download.File{{
		Name:   "images",
		Size:   int64(len(contents)),
		SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(contents))),
	}}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err = download.Fetch(ctx, dir, files, []string{server.URL}, func(name string, done, total int64) {
		fmt.Printf("%s: %d of %d bytes\n", name, done, total)
	})
	fmt.Println(err)
	// Output:
	// images: 0 of 13 bytes
	// images: 13 of 13 bytes
	// <nil>
}
