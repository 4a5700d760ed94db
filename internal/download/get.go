package download

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/textproto"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	userAgent    = "fnn"
	maxHead      = 64 << 10 // bytes of an answer before its body
	maxRedirects = 5
)

// A client asks servers for files: one GET a connection, HTTP/1.1 as far as that takes it
// (https://www.rfc-editor.org/rfc/rfc9112, https://www.rfc-editor.org/rfc/rfc9110).
type client struct {
	tls     *tls.Config   // nil for the defaults
	connect time.Duration // how long a connection may take, with proxy and TLS
	answer  time.Duration // how long the answer up to its body may take
	stall   time.Duration // how long a body may keep silent
}

// A response is a server's answer to a request.
type response struct {
	code   int
	status string // the code with its reason, as in "404 Not Found"
	header textproto.MIMEHeader
	body   io.Reader // up to the end of the connection, whatever Content-Length says
}

// get asks for the file at address, from the byte at offset from on. It follows redirects, to
// https:// only. The connection stays open until ctx ends, and closes at once then.
func (c *client) get(ctx context.Context, address string, from int64) (*response, error) {
	target, err := url.Parse(address)
	if err != nil {
		return nil, reason(err)
	}
	if target.Scheme != "https" && target.Scheme != "http" || target.Hostname() == "" {
		return nil, errors.New("not the address of a web server")
	}
	for redirects := 0; ; redirects++ {
		r, err := c.getOnce(ctx, target, from)
		if err != nil {
			return nil, err
		}
		switch r.code {
		case 301, 302, 303, 307, 308:
		default:
			return r, nil
		}
		if redirects == maxRedirects {
			return nil, fmt.Errorf("stopped after %d redirects", maxRedirects)
		}
		location := r.header.Get("Location")
		target, err = target.Parse(location)
		if err != nil || location == "" || target.Scheme != "https" || target.Hostname() == "" {
			return nil, fmt.Errorf("%s to %.200q, expected an https:// address", r.status, location)
		}
	}
}

func (c *client) getOnce(ctx context.Context, target *url.URL, from int64) (*response, error) {
	conn, err := c.open(ctx, target)
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(c.answer))
	request := "GET " + target.RequestURI() + " HTTP/1.1\r\n" +
		"Host: " + target.Host + "\r\n" +
		"User-Agent: " + userAgent + "\r\n" +
		"Accept-Encoding: identity\r\n" +
		"Connection: close\r\n"
	if from > 0 {
		request += fmt.Sprintf("Range: bytes=%d-\r\n", from)
	}
	if _, err := io.WriteString(conn, request+"\r\n"); err != nil {
		return nil, timeout(err, "answer", c.answer)
	}
	r, err := readResponse(conn)
	if err != nil {
		return nil, timeout(err, "answer", c.answer)
	}
	rest := r.body
	r.body = readerFunc(func(p []byte) (int, error) {
		// The connection closes a little after the end of ctx, perhaps after more has arrived.
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		conn.SetReadDeadline(time.Now().Add(c.stall))
		n, err := rest.Read(p)
		return n, timeout(err, "data", c.stall)
	})
	return r, nil
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// open connects to the server of target, by way of the proxy if there is one for it.
func (c *client) open(ctx context.Context, target *url.URL) (net.Conn, error) {
	first := target
	proxy, err := proxyFor(target)
	if err != nil {
		return nil, err
	}
	if proxy != nil {
		first = proxy
	}
	deadline := time.Now().Add(c.connect)
	dialer := net.Dialer{Deadline: deadline}
	conn, err := dialer.DialContext(ctx, "tcp", hostPort(first))
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { conn.Close() })
	conn.SetDeadline(deadline)

	end := conn
	if first.Scheme == "https" {
		end = c.secure(end, first)
	}
	if proxy != nil {
		if err := tunnel(end, proxy, target); err != nil {
			return nil, fmt.Errorf("proxy %s: %w", proxy.Redacted(), err)
		}
		end = c.secure(end, target)
	}
	if secured, ok := end.(*tls.Conn); ok {
		return secured, secured.Handshake()
	}
	return end, nil
}

// secure returns TLS over conn, with the server's name held against its certificate.
func (c *client) secure(conn net.Conn, server *url.URL) net.Conn {
	config := c.tls.Clone()
	if config == nil {
		config = new(tls.Config)
	}
	config.ServerName = server.Hostname()
	return tls.Client(conn, config)
}

// hostPort returns the address to connect to for u.
func hostPort(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// readResponse reads an answer up to its body, and passes over the interim ones before it
// (https://www.rfc-editor.org/rfc/rfc9110#name-informational-1xx).
func readResponse(conn io.Reader) (*response, error) {
	limited := &io.LimitedReader{R: conn, N: maxHead}
	buffered := bufio.NewReader(limited)
	r := &response{body: buffered}
	for r.code < 200 {
		if err := r.readHead(textproto.NewReader(buffered)); err != nil {
			switch {
			case limited.N == 0:
				err = fmt.Errorf("more than %d bytes before the body", maxHead)
			case err == io.EOF:
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
	}
	limited.N = math.MaxInt64
	return r, nil
}

// readHead reads the status line and the header.
func (r *response) readHead(lines *textproto.Reader) error {
	line, err := lines.ReadLine()
	if err != nil {
		return err
	}
	version, status, _ := strings.Cut(line, " ")
	digits, _, _ := strings.Cut(status, " ")
	code, err := strconv.ParseUint(digits, 10, 16)
	if err != nil || len(digits) != 3 || code < 100 || version != "HTTP/1.1" && version != "HTTP/1.0" {
		return fmt.Errorf("answer starts %.60q, expected HTTP/1.1 and a status", line)
	}
	r.code, r.status = int(code), fmt.Sprintf("%.100s", strings.TrimSpace(status))
	r.header, err = lines.ReadMIMEHeader()
	var malformed textproto.ProtocolError
	if errors.As(err, &malformed) {
		err = fmt.Errorf("%.100q", string(malformed))
	}
	return err
}

// length returns the number of bytes in the body. Other ways to tell where a body ends
// (https://www.rfc-editor.org/rfc/rfc9112#name-message-body-length) are errors: servers of published
// files know their sizes.
func (r *response) length() (int64, error) {
	if coding := r.header.Get("Transfer-Encoding"); coding != "" {
		return 0, fmt.Errorf("Transfer-Encoding %.60q, expected Content-Length", coding)
	}
	lengths := r.header.Values("Content-Length")
	if len(lengths) == 1 {
		if n, err := strconv.ParseUint(lengths[0], 10, 63); err == nil {
			return int64(n), nil
		}
	}
	return 0, fmt.Errorf("Content-Length %.60q, expected a number", strings.Join(lengths, ", "))
}

// A timeoutError tells what did not come in which time.
type timeoutError struct {
	what  string
	limit time.Duration
}

func (e *timeoutError) Error() string { return fmt.Sprintf("no %s for %v", e.what, e.limit) }

// timeout returns a *timeoutError in place of an error because of a deadline.
func timeout(err error, what string, limit time.Duration) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return &timeoutError{what, limit}
	}
	return err
}

// reason strips the URL from an error of net/url, lest a message name it twice.
func reason(err error) error {
	if e, ok := err.(*url.Error); ok {
		return e.Err
	}
	return err
}
