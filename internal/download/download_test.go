package download

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// contents returns n bytes, the same for the same n.
func contents(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{byte(n)}).Read(b)
	return b
}

func describe(name string, contents []byte) File {
	sum := sha256.Sum256(contents)
	return File{Name: name, Size: int64(len(contents)), SHA256: hex.EncodeToString(sum[:])}
}

var (
	images = contents(300_000)
	labels = contents(70)
	files  = []File{describe("images.gz", images), describe("labels.gz", labels)}
)

// A mirror is a server that notes which range of which file it is asked for.
type mirror struct {
	*httptest.Server
	mu       sync.Mutex
	requests []string
}

func (m *mirror) asked() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.requests)
}

func newMirror(t *testing.T, handler http.HandlerFunc) *mirror {
	t.Helper()
	m := &mirror{}
	m.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.mu.Lock()
		m.requests = append(m.requests, strings.TrimSpace(r.URL.Path+" "+r.Header.Get("Range")))
		m.mu.Unlock()
		handler(w, r)
	}))
	m.Config.ErrorLog = log.New(io.Discard, "", 0)
	m.StartTLS()
	t.Cleanup(func() {
		m.CloseClientConnections()
		m.Close()
	})
	return m
}

// good serves both files, and ranges of them.
func good(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/gzip")
	switch r.URL.Path {
	case "/images.gz":
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(images))
	case "/labels.gz":
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(labels))
	default:
		http.NotFound(w, r)
	}
}

// cut serves the first n bytes of a file announced as whole, then breaks the connection.
func cut(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(images)))
		w.Write(images[:n])
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// raw answers with these very bytes and closes the connection.
func raw(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		io.WriteString(conn, answer)
	}
}

// testFetcher returns a fetcher that trusts m and does not wait long.
func testFetcher(m *mirror) *fetcher {
	const patience = 5 * time.Second
	return &fetcher{
		client: client{
			tls:     m.Client().Transport.(*http.Transport).TLSClientConfig,
			connect: patience, answer: patience, stall: patience,
		},
		pause: time.Millisecond,
	}
}

// expectFolder fails the test unless dir holds exactly these files.
func expectFolder(t *testing.T, dir string, want map[string][]byte) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if _, ok := want[entry.Name()]; !ok {
			t.Errorf("folder holds %q, which nobody asked for", entry.Name())
		}
	}
	for name, contents := range want {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, contents) {
			t.Errorf("%s holds %d bytes, %v; want the %d published", name, len(got), err, len(contents))
		}
	}
}

func TestFetch(t *testing.T) {
	m := newMirror(t, good)
	dir := filepath.Join(t.TempDir(), "data", "fashion")
	last := make(map[string]int64)
	progress := func(name string, done, total int64) {
		if done < last[name] || done > total {
			t.Errorf("progress of %s goes from %d to %d of %d", name, last[name], done, total)
		}
		last[name] = done
	}
	fetch := func() {
		t.Helper()
		if err := testFetcher(m).fetch(t.Context(), dir, files, []string{m.URL + "/"}, progress); err != nil {
			t.Fatal(err)
		}
		expectFolder(t, dir, map[string][]byte{"images.gz": images, "labels.gz": labels})
		for _, file := range files {
			if last[file.Name] != file.Size {
				t.Errorf("progress of %s ends at %d, want %d", file.Name, last[file.Name], file.Size)
			}
		}
	}
	fetch()
	want := []string{"/images.gz", "/labels.gz"}
	if got := m.asked(); !slices.Equal(got, want) {
		t.Errorf("asked for %q, want %q", got, want)
	}

	clear(last)
	fetch()
	if got := m.asked(); !slices.Equal(got, want) {
		t.Errorf("files that were there were asked for: %q", got)
	}

	clear(last)
	damaged := slices.Clone(labels)
	damaged[3] ^= 1
	if err := os.WriteFile(filepath.Join(dir, "labels.gz"), damaged, 0o666); err != nil {
		t.Fatal(err)
	}
	fetch()
	if got := m.asked(); !slices.Equal(got, append(want, "/labels.gz")) {
		t.Errorf("with a damaged file, asked for %q", got)
	}
}

func TestResumeAfterBreak(t *testing.T) {
	breaks := 0
	m := newMirror(t, func(w http.ResponseWriter, r *http.Request) {
		if breaks++; breaks == 1 {
			cut(100_000)(w, r)
		}
		good(w, r)
	})
	dir := t.TempDir()
	if err := testFetcher(m).fetch(t.Context(), dir, files[:1], []string{m.URL}, nil); err != nil {
		t.Fatal(err)
	}
	if got, want := m.asked(), []string{"/images.gz", "/images.gz bytes=100000-"}; !slices.Equal(got, want) {
		t.Errorf("asked for %q, want %q", got, want)
	}
	expectFolder(t, dir, map[string][]byte{"images.gz": images})
}

func TestResumeAfterInterrupt(t *testing.T) {
	m := newMirror(t, good)
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	var arrived int64
	err := testFetcher(m).fetch(ctx, dir, files, []string{m.URL}, func(_ string, done, _ int64) {
		if arrived = done; done > 0 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want context.Canceled", err)
	}
	expectFolder(t, dir, map[string][]byte{"images.gz.part": images[:arrived]})

	if err := testFetcher(m).fetch(t.Context(), dir, files, []string{m.URL}, nil); err != nil {
		t.Fatal(err)
	}
	if got, want := m.asked()[1], fmt.Sprintf("/images.gz bytes=%d-", arrived); got != want {
		t.Errorf("asked for %q, want %q", got, want)
	}
	expectFolder(t, dir, map[string][]byte{"images.gz": images, "labels.gz": labels})
}

// TestPart fetches where an earlier Fetch, or something else, left a part.
func TestPart(t *testing.T) {
	damaged := slices.Clone(images[:1000])
	damaged[500] ^= 1
	withoutRange := func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Range")
		good(w, r)
	}
	answerRange := func(status int, contentRange string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") == "" {
				good(w, r)
				return
			}
			w.Header().Set("Content-Range", contentRange)
			w.WriteHeader(status)
			w.Write(images[:100])
		}
	}
	const fresh, resumed = "/images.gz", "/images.gz bytes=1000-"
	tests := []struct {
		name    string
		part    []byte
		handler http.HandlerFunc
		asked   []string
	}{
		{"empty", nil, good, []string{fresh}},
		{"intact", images[:1000], good, []string{resumed}},
		{"whole", images, good, nil},
		{"damaged", damaged, good, []string{resumed, fresh}},
		{"whole and damaged", append(damaged[:1000:1000], images[:299_000]...), good, []string{fresh}},
		{"too long", append(images[:300_000:300_000], 0), good, []string{fresh}},
		{"server ignores Range", images[:1000], withoutRange, []string{resumed}},
		{"server refuses Range", images[:1000], answerRange(416, "bytes */300000"), []string{resumed, fresh}},
		{"server sends another range", images[:1000], answerRange(206, "bytes 0-99/300000"), []string{resumed, fresh}},
		{"server has another file", images[:1000], answerRange(206, "bytes 1000-1099/1100"), []string{resumed, fresh}},
		{"server names no range", images[:1000], answerRange(206, ""), []string{resumed, fresh}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newMirror(t, test.handler)
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "images.gz.part"), test.part, 0o666); err != nil {
				t.Fatal(err)
			}
			if err := testFetcher(m).fetch(t.Context(), dir, files[:1], []string{m.URL}, nil); err != nil {
				t.Fatal(err)
			}
			if got := m.asked(); !slices.Equal(got, test.asked) {
				t.Errorf("asked for %q, want %q", got, test.asked)
			}
			expectFolder(t, dir, map[string][]byte{"images.gz": images})
		})
	}
}

func TestBadMirror(t *testing.T) {
	send := func(status int, kind string, body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			w.WriteHeader(status)
			w.Write(body)
		}
	}
	chunked := func(body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			http.NewResponseController(w).Flush() // before the length is known
			w.Write(body)
		}
	}
	hang := func(before []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(len(images)))
			w.Write(before)
			http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}
	}
	endless := func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(images))
		for sent := 0; ; sent += len(images) {
			if _, err := conn.Write(images[1:]); err != nil {
				return
			}
			if sent > 64<<20 {
				t.Errorf("%d bytes were read, want %d", sent, len(images))
				return
			}
		}
	}
	redirect := func(location string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", location)
			w.WriteHeader(http.StatusFound)
		}
	}
	const ok = "HTTP/1.1 200 OK\r\n"
	line := "X-Filler: " + strings.Repeat("x", 1000) + "\r\n"
	damaged := slices.Clone(images)
	damaged[len(damaged)-1] ^= 1

	tests := []struct {
		name    string
		handler http.HandlerFunc
		want    string // what the error says after the URL
		asked   int    // requests if this is the only mirror
	}{
		{"absent", http.NotFound, "404 Not Found, expected 200 OK", 1},
		{"forbidden", send(403, "text/plain", nil), "403 Forbidden, expected 200 OK", 1},
		{"overloaded", send(503, "text/html", []byte("<html>")), "503 Service Unavailable, expected 200 OK", 3},
		{"HTML", send(200, "text/html; charset=utf-8", images), "a page of HTML, expected a file of 300000 bytes", 1},
		{"too long", send(200, "", append(images[:300_000:300_000], 0)), "300001 bytes, expected 300000", 1},
		{"too short", send(200, "", images[:299_999]), "299999 bytes, expected 300000", 1},
		{"empty", send(200, "", nil), "0 bytes, expected 300000", 1},
		{"part unasked", send(206, "", images), "206 Partial Content, expected 200 OK", 1},
		{"damaged", send(200, "", damaged), "damaged: SHA-256 " + describe("", damaged).SHA256 + ", expected " + files[0].SHA256, 1},
		{"endless", endless, "damaged: SHA-256", 1},
		{"cut before the body", cut(0), "ended after 0 bytes, expected 300000: unexpected EOF", 3},
		{"no answer", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "unexpected EOF", 3},
		{"redirects forever", redirect("/images.gz"), "stopped after 5 redirects", 18},
		{"redirects to http", redirect("http://127.0.0.1/images.gz"), `302 Found to "http://127.0.0.1/images.gz", expected an https:// address`, 3},
		{"redirects to a file", redirect("file:///etc/passwd"), `302 Found to "file:///etc/passwd", expected an https:// address`, 3},
		{"redirects nowhere", redirect(""), `302 Found to "", expected an https:// address`, 3},
		{"redirects to no URL", redirect("https://[/"), `302 Found to "https://[/", expected an https:// address`, 3},
		{"stalls before the answer", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "no answer for 100ms", 3},
		{"stalls at the start", hang(nil), "no data for 100ms after 0 bytes, expected 300000", 3},
		{"stalls on the way", hang(images[:1000]), "no data for 100ms after 1000 bytes, expected 300000", 3},
		{"chunked", chunked(images), `Transfer-Encoding "chunked", expected Content-Length`, 1},
		{"ends early without a length", raw(ok + "\r\n" + string(images[:1000])), `Content-Length "", expected a number`, 1},
		{"two lengths", raw(ok + "Content-Length: 300000\r\nContent-Length: 5\r\n\r\n"), `Content-Length "300000, 5", expected a number`, 1},
		{"negative length", raw(ok + "Content-Length: -1\r\n\r\n"), `Content-Length "-1", expected a number`, 1},
		{"chunked page of HTML", raw(ok + "Transfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n"), "a page of HTML, expected a file of 300000 bytes", 1},
		{"long header", raw(ok + strings.Repeat(line, 70) + "\r\n"), "more than 65536 bytes before the body", 3},
		{"long line", raw(ok + "X: " + strings.Repeat("x", 70_000) + "\r\n\r\n"), "more than 65536 bytes before the body", 3},
		{"long status", raw("HTTP/1.1 404 " + strings.Repeat("x", 70_000) + "\r\n\r\n"), "more than 65536 bytes before the body", 3},
		{"interim answers forever", raw(strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 3000)), "more than 65536 bytes before the body", 3},
		{"not HTTP", raw("220 mail.example.com ESMTP\r\n\r\n"), `answer starts "220 mail.example.com ESMTP", expected HTTP/1.1 and a status`, 3},
		{"HTTP/2 unasked", raw("HTTP/2 200\r\n\r\n"), `answer starts "HTTP/2 200", expected HTTP/1.1 and a status`, 3},
		{"no status", raw("HTTP/1.1 OK\r\n\r\n"), `answer starts "HTTP/1.1 OK", expected HTTP/1.1 and a status`, 3},
		{"status of four digits", raw("HTTP/1.1 2000 OK\r\n\r\n"), `answer starts "HTTP/1.1 2000 OK", expected HTTP/1.1 and a status`, 3},
		{"header without a colon", raw(ok + "Content-Length\r\n\r\n"), `"malformed MIME header`, 3},
		{"cut in the status line", raw(ok[:5]), `answer starts "HTTP/", expected HTTP/1.1 and a status`, 3},
		{"cut after the status line", raw(ok), "unexpected EOF", 3},
		{"cut in the header", raw(ok + "Content-Length: 30"), "unexpected EOF", 3},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bad, fine := newMirror(t, test.handler), newMirror(t, good)
			f := testFetcher(bad)
			if strings.HasPrefix(test.name, "stalls") {
				f.client.answer, f.client.stall = 100*time.Millisecond, 100*time.Millisecond
			}

			dir := t.TempDir()
			err := f.fetch(t.Context(), dir, files[:1], []string{bad.URL}, nil)
			prefix := "download: images.gz: " + bad.URL + "/images.gz: "
			if err == nil || !strings.HasPrefix(err.Error(), prefix+test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error is %v\nwant %s%s", err, prefix, test.want)
			}
			if n := len(bad.asked()); n != test.asked {
				t.Errorf("%d requests, want %d", n, test.asked)
			}
			if _, err := os.Stat(filepath.Join(dir, "images.gz")); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a file took the name of the one that was not fetched: %v", err)
			}

			dir = t.TempDir()
			if err := f.fetch(t.Context(), dir, files[:1], []string{bad.URL, fine.URL}, nil); err != nil {
				t.Errorf("with a good mirror beside it: %v", err)
			}
			expectFolder(t, dir, map[string][]byte{"images.gz": images})
		})
	}
}

func TestErrorNamesEveryMirror(t *testing.T) {
	a, b := newMirror(t, http.NotFound), newMirror(t, cut(10))
	err := testFetcher(a).fetch(t.Context(), t.TempDir(), files, []string{a.URL, b.URL, "https://\x7f/"}, nil)
	for _, want := range []string{
		a.URL + "/images.gz: 404 Not Found, expected 200 OK; ",
		b.URL + "/images.gz: ",
		"; https://\x7f/images.gz: ",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, want %q in it", err, want)
		}
	}
	if n := len(a.asked()); n != 1 {
		t.Errorf("the mirror without the file was asked %d times, want once", n)
	}
}

func TestUnknownCertificate(t *testing.T) {
	m := newMirror(t, good)
	err := Fetch(t.Context(), t.TempDir(), files, []string{m.URL}, nil)
	if unknown := new(x509.UnknownAuthorityError); !errors.As(err, unknown) {
		t.Errorf("error is %v, want one about the certificate", err)
	}
	if got := m.asked(); len(got) > 0 {
		t.Errorf("a server without a known certificate was asked for %q", got)
	}
}

func TestLocalErrors(t *testing.T) {
	m := newMirror(t, good)
	tests := []struct {
		name    string
		prepare func(dir string) error
		want    string
	}{
		{"file in place of the folder", func(dir string) error { return os.WriteFile(dir, nil, 0o666) }, "DIR"},
		{"folder in place of the file", func(dir string) error { return os.MkdirAll(filepath.Join(dir, "images.gz"), 0o777) },
			"images.gz: is a folder, expected a file"},
		{"folder in place of the part", func(dir string) error { return os.MkdirAll(filepath.Join(dir, "images.gz.part"), 0o777) },
			"images.gz.part: "},
	}
	if runtime.GOOS == "linux" {
		tests = append(tests, struct {
			name    string
			prepare func(dir string) error
			want    string
		}{"full disk", func(dir string) error {
			return errors.Join(os.Mkdir(dir, 0o777), os.Symlink("/dev/full", filepath.Join(dir, "images.gz.part")))
		}, "images.gz.part: no space left on device"})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			if err := test.prepare(dir); err != nil {
				t.Fatal(err)
			}
			before := len(m.asked())
			err := testFetcher(m).fetch(t.Context(), dir, files, []string{m.URL, m.URL}, nil)
			var pathError *fs.PathError
			if !errors.As(err, &pathError) || !strings.Contains(err.Error(), strings.Replace(test.want, "DIR", dir, 1)) {
				t.Errorf("error is %v, want a *fs.PathError with %q", err, test.want)
			}
			if n := len(m.asked()) - before; n > 1 {
				t.Errorf("%d requests, though no mirror is to blame", n)
			}
		})
	}
}

func TestNoMirrors(t *testing.T) {
	err := Fetch(t.Context(), t.TempDir(), files, nil, nil)
	if want := "download: images.gz: no mirror to fetch it from"; err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
}

// TestMirrors holds the list to what nothing here can fetch: its form.
func TestMirrors(t *testing.T) {
	for _, mirror := range FashionMNISTMirrors {
		if !strings.HasPrefix(mirror, "https://") || !strings.HasSuffix(mirror, "/") {
			t.Errorf("mirror %q is not the HTTPS address of a folder", mirror)
		}
	}
}
