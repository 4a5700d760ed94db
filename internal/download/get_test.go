package download

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestRequest sees what a server gets, by way of a redirect to another.
func TestRequest(t *testing.T) {
	var got *http.Request
	second := newMirror(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		good(w, r)
	})
	first := newMirror(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, second.URL+"/images.gz?part=a%20b", http.StatusTemporaryRedirect)
	})
	r, err := testFetcher(first).client.get(t.Context(), first.URL+"/old", 299_990)
	if err != nil {
		t.Fatal(err)
	}
	tail := make([]byte, 10)
	if _, err := io.ReadFull(r.body, tail); err != nil || !bytes.Equal(tail, images[299_990:]) || r.status != "206 Partial Content" {
		t.Errorf("%s, body %x, %v; want %x", r.status, tail, err, images[299_990:])
	}
	want := http.Header{"User-Agent": {"fnn"}, "Accept-Encoding": {"identity"}, "Range": {"bytes=299990-"}, "Connection": {"close"}}
	for name, values := range want {
		if !slices.Equal(got.Header[name], values) {
			t.Errorf("%s is %q, want %q", name, got.Header[name], values)
		}
	}
	if got.Method != "GET" || got.Proto != "HTTP/1.1" || got.RequestURI != "/images.gz?part=a%20b" || got.Host != strings.TrimPrefix(second.URL, "https://") || len(got.Header) != len(want) {
		t.Errorf("%s %s %s, Host %s, %v", got.Method, got.RequestURI, got.Proto, got.Host, got.Header)
	}
}

func TestInterimAnswer(t *testing.T) {
	m := newMirror(t, raw("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"))
	r, err := testFetcher(m).client.get(t.Context(), m.URL, 0)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(r.body); string(body) != "ab" || r.code != 200 || r.header.Get("Link") != "" {
		t.Errorf("%s, %v, body %q, %v", r.status, r.header, body, err)
	}
}

func TestNotAnAddress(t *testing.T) {
	for _, address := range []string{"", "images.gz", "ftp://example.com/", "https:///images.gz", "https://:443/"} {
		if _, err := new(client).get(t.Context(), address, 0); err == nil || err.Error() != "not the address of a web server" {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// silent returns the address of a server that accepts connections and says nothing.
func silent(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener.Addr().String()
}

func TestSilentHandshake(t *testing.T) {
	c := client{connect: 50 * time.Millisecond, answer: time.Hour, stall: time.Hour}
	_, err := c.get(t.Context(), "https://"+silent(t), 0)
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("error is %v, want a timeout", err)
	}
}

// TestCancel ends the context while the server is silent, at each stage.
func TestCancel(t *testing.T) {
	hang := newMirror(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	hangInBody := newMirror(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "300000")
		http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	for name, address := range map[string]string{"handshake": "https://" + silent(t), "answer": hang.URL, "body": hangInBody.URL} {
		t.Run(name, func(t *testing.T) {
			f := testFetcher(hang)
			f.client.connect, f.client.answer, f.client.stall = time.Hour, time.Hour, time.Hour
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			if err := f.fetch(ctx, t.TempDir(), files, []string{address}, nil); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error is %v, want context.DeadlineExceeded", err)
			}
		})
	}
}

// A proxy is one that leads every CONNECT to the same server.
type proxy struct {
	*httptest.Server
	connects []string // what it was asked for, with the credentials
}

func newProxy(t *testing.T, server string, start func(*httptest.Server)) *proxy {
	t.Helper()
	p := &proxy{}
	p.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.connects = append(p.connects, strings.Join([]string{r.Method, r.RequestURI, r.Host, r.Header.Get("Proxy-Authorization")}, " "))
		if r.Header.Get("Proxy-Authorization") == "" {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		far, err := net.Dial("tcp", server)
		if err != nil {
			t.Error(err)
			return
		}
		defer far.Close()
		near, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer near.Close()
		io.WriteString(near, "HTTP/1.1 200 Connection established\r\n\r\n")
		go io.Copy(far, buffered)
		io.Copy(near, far)
	}))
	start(p.Server)
	t.Cleanup(p.Close)
	return p
}

func TestProxy(t *testing.T) {
	for name, start := range map[string]func(*httptest.Server){"http": (*httptest.Server).Start, "https": (*httptest.Server).StartTLS} {
		t.Run(name, func(t *testing.T) {
			m := newMirror(t, good)
			p := newProxy(t, m.Listener.Addr().String(), start)
			t.Setenv("NO_PROXY", "")
			t.Setenv("HTTPS_PROXY", strings.Replace(p.URL, "://", "://user:pass%20word@", 1))
			dir := t.TempDir()
			// The certificate of the test server is for this name, too.
			if err := testFetcher(m).fetch(t.Context(), dir, files, []string{"https://example.com"}, nil); err != nil {
				t.Fatal(err)
			}
			expectFolder(t, dir, map[string][]byte{"images.gz": images, "labels.gz": labels})
			want := "CONNECT example.com:443 example.com:443 Basic dXNlcjpwYXNzIHdvcmQ="
			if !slices.Equal(p.connects, []string{want, want}) {
				t.Errorf("proxy was asked for %q, want %q, twice", p.connects, want)
			}

			t.Setenv("HTTPS_PROXY", strings.Replace(p.URL, "://", "://:@", 1))
			err := testFetcher(m).fetch(t.Context(), t.TempDir(), files, []string{"https://example.org"}, nil)
			if err == nil || !strings.Contains(err.Error(), "example.org") {
				t.Errorf("error is %v, want one about the name in the certificate", err)
			}

			t.Setenv("HTTPS_PROXY", p.URL)
			err = testFetcher(m).fetch(t.Context(), t.TempDir(), files, []string{"https://example.com"}, nil)
			want = "download: images.gz: https://example.com/images.gz: proxy " + p.URL + ": 407 Proxy Authentication Required, expected 200 OK"
			if err == nil || err.Error() != want {
				t.Errorf("error is %v\nwant %s", err, want)
			}
		})
	}
}

func TestProxyFor(t *testing.T) {
	const address = "http://user:secret@proxy:3128"
	tests := []struct {
		name, lowName, no, target string
		want                      string // the proxy, or the error after a !
	}{
		{"", "", "", "https://example.com/", ""},
		{address, "", "", "https://example.com/", address},
		{"", address, "", "https://example.com/", address},
		{"proxy:3128", "", "", "https://example.com/", "http://proxy:3128"},
		{address, "", "", "http://example.com/", ""},
		{address, "", "", "https://localhost/", ""},
		{address, "", "", "https://[::1]:8443/", ""},
		{address, "", "*", "https://example.com/", ""},
		{address, "", "a.test, Example.com", "https://example.com/", ""},
		{address, "", "example.com", "https://files.example.com/", ""},
		{address, "", ".example.com", "https://files.EXAMPLE.com/", ""},
		{address, "", "example.com", "https://notexample.com/", address},
		{address, "", " ,.,", "https://example.com/", address},
		{"socks5://user:secret@proxy", "", "", "https://example.com/", "!HTTPS_PROXY is socks5://user:xxxxx@proxy, expected an http:// or https:// address"},
		{"http://user:secret@[", "", "", "https://example.com/", "!HTTPS_PROXY is not a URL"},
	}
	for _, test := range tests {
		t.Setenv("HTTPS_PROXY", test.name)
		t.Setenv("https_proxy", test.lowName)
		if test.name != "" {
			t.Setenv("HTTPS_PROXY", test.name) // where letter case makes no difference
		}
		t.Setenv("NO_PROXY", test.no)
		t.Setenv("no_proxy", test.no)
		target, err := url.Parse(test.target)
		if err != nil {
			t.Fatal(err)
		}
		proxy, err := proxyFor(target)
		got := ""
		if err != nil {
			got = "!" + err.Error()
		} else if proxy != nil {
			got = proxy.String()
		}
		if got != test.want {
			t.Errorf("%+v: %s", test, got)
		}
	}
}

// FuzzResponse holds a parsed answer to its bounds, and its body to what follows the head.
func FuzzResponse(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		r, err := readResponse(bytes.NewReader(answer))
		if err != nil {
			if len(err.Error()) > 1000 || strings.Contains(err.Error(), "\n") {
				t.Errorf("error of %d bytes: %v", len(err.Error()), err)
			}
			return
		}
		if r.code < 200 || r.code > 999 {
			t.Errorf("status %d", r.code)
		}
		if n, err := r.length(); err == nil && n < 0 {
			t.Errorf("length %d", n)
		}
		body, err := io.ReadAll(r.body)
		if err != nil || !bytes.HasSuffix(answer, body) || len(answer)-len(body) > maxHead {
			t.Errorf("body of %d bytes after a head of %d, %v", len(body), len(answer)-len(body), err)
		}
	})
}
