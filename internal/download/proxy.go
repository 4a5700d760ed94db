package download

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
)

// proxyFor returns the proxy that the environment names for target, nil if there is none. As
// net/http has it, this machine is never reached through one.
func proxyFor(target *url.URL) (*url.URL, error) {
	address := cmp.Or(os.Getenv("HTTPS_PROXY"), os.Getenv("https_proxy"))
	host := target.Hostname()
	exceptions := cmp.Or(os.Getenv("NO_PROXY"), os.Getenv("no_proxy"))
	if address == "" || target.Scheme != "https" || isLocal(host) || excepted(host, exceptions) {
		return nil, nil
	}
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	proxy, err := url.Parse(address)
	if err != nil {
		// The address may hold a password, and so may the error.
		return nil, errors.New("HTTPS_PROXY is not a URL")
	}
	if proxy.Scheme != "http" && proxy.Scheme != "https" || proxy.Hostname() == "" {
		return nil, fmt.Errorf("HTTPS_PROXY is %s, expected an http:// or https:// address", proxy.Redacted())
	}
	return proxy, nil
}

func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// excepted reports whether a list with commas between its entries, as NO_PROXY is, has host or a
// domain that host is in. An asterisk stands for every host.
func excepted(host, list string) bool {
	host = strings.ToLower(host)
	for entry := range strings.SplitSeq(strings.ToLower(list), ",") {
		domain := strings.TrimPrefix(strings.TrimSpace(entry), ".")
		if domain == "*" || domain != "" && (host == domain || strings.HasSuffix(host, "."+domain)) {
			return true
		}
	}
	return false
}

// tunnel makes the proxy at the other end of conn pass on what follows to the server of target
// (https://www.rfc-editor.org/rfc/rfc9110#name-connect).
func tunnel(conn io.ReadWriter, proxy, target *url.URL) error {
	server := hostPort(target)
	request := "CONNECT " + server + " HTTP/1.1\r\n" +
		"Host: " + server + "\r\n" +
		"User-Agent: " + userAgent + "\r\n"
	if user := proxy.User; user != nil {
		password, _ := user.Password()
		credentials := base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + password))
		request += "Proxy-Authorization: Basic " + credentials + "\r\n"
	}
	if _, err := io.WriteString(conn, request+"\r\n"); err != nil {
		return err
	}
	// The server keeps silent until TLS begins, so nothing of its is lost in the buffer.
	r, err := readResponse(conn)
	if err != nil {
		return err
	}
	if r.code >= 300 {
		return fmt.Errorf("%s, expected 200 OK", r.status)
	}
	return nil
}
