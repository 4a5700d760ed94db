// Package download fetches published files over HTTPS from several mirrors and keeps only what has the
// published checksum.
//
// A file grows as NAME.part and gets its name when it is whole, so that a file with its name is always
// intact. What was fetched survives an interruption and is continued with a range request
// (https://www.rfc-editor.org/rfc/rfc9110#name-range-requests), at another mirror if need be.
//
// The little of HTTP that this takes is here, over crypto/tls, because net/http would be the largest
// package of the programs that import this one, in the time to build them and in their size.
package download

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A File is a published file.
type File struct {
	Name   string
	Size   int64  // in bytes
	SHA256 string // in hexadecimal digits
}

// Fetch brings the files into the folder dir, which it creates if necessary. Those already there and
// intact are left alone.
//
// Mirrors are the URLs of folders that hold the files. Each file is asked of each mirror in turn, three
// rounds at most; a mirror that does not have the file as published is not asked for it again. The
// error names, for each mirror, the URL, what came and what was expected. An error of the local disk
// ends Fetch at once, and so does the end of ctx; what arrived by then stays for the next Fetch.
//
// An https:// mirror is asked through the proxy that HTTPS_PROXY or https_proxy names, if any, unless
// NO_PROXY or no_proxy lists its host or a domain that it is in. Redirects are followed to https://
// only. Unless progress is nil, it is called, between reads, with the number of bytes of the file that
// are here.
func Fetch(ctx context.Context, dir string, files []File, mirrors []string, progress func(name string, done, total int64)) error {
	const patience = 30 * time.Second
	f := &fetcher{
		client: client{connect: patience, answer: patience, stall: patience},
		pause:  time.Second,
	}
	return f.fetch(ctx, dir, files, mirrors, progress)
}

const rounds = 3

// A fetcher holds what tests replace.
type fetcher struct {
	client client
	pause  time.Duration // before a further round
}

func (f *fetcher) fetch(ctx context.Context, dir string, files []File, mirrors []string, progress func(name string, done, total int64)) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("download: %w", err)
	}
	for _, file := range files {
		t := &transfer{fetcher: f, File: file, path: filepath.Join(dir, file.Name), progress: progress}
		if err := t.run(ctx, mirrors); err != nil {
			return fmt.Errorf("download: %s: %w", file.Name, err)
		}
	}
	return nil
}

// A transfer fetches one file.
type transfer struct {
	*fetcher
	File
	path     string
	progress func(name string, done, total int64)
}

func (t *transfer) part() string { return t.path + ".part" }

func (t *transfer) report(done int64) {
	if t.progress != nil {
		t.progress(t.Name, done, t.Size)
	}
}

// A mirrorError is a mirror's failure, which another mirror may make good.
type mirrorError struct {
	address string
	err     error
	final   bool // asking this mirror again would be in vain
}

func (e *mirrorError) Error() string { return e.address + ": " + e.err.Error() }
func (e *mirrorError) Unwrap() error { return e.err }

// mirrorErrors holds the last failure of each mirror, in one line.
type mirrorErrors []error

func (e mirrorErrors) Unwrap() []error { return e }
func (e mirrorErrors) Error() string {
	var texts []string
	for _, err := range e {
		texts = append(texts, err.Error())
	}
	return strings.Join(texts, "; ")
}

func (t *transfer) run(ctx context.Context, mirrors []string) error {
	if err := t.verify(t.path); err == nil {
		t.report(t.Size)
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errDamaged) {
		return err
	}
	if len(mirrors) == 0 {
		return errors.New("no mirror to fetch it from")
	}
	failures := make(mirrorErrors, len(mirrors))
	given := 0 // mirrors given up
	for round := range rounds {
		if round > 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(t.pause):
			}
		}
		for i, mirror := range mirrors {
			var failure *mirrorError
			if errors.As(failures[i], &failure) && failure.final {
				continue
			}
			err := t.fetchFrom(ctx, strings.TrimSuffix(mirror, "/")+"/"+t.Name)
			switch {
			case err == nil:
				return nil
			case ctx.Err() != nil:
				return ctx.Err()
			case !errors.As(err, &failure):
				return err
			}
			failures[i] = err
			if failure.final {
				given++
			}
		}
		if given == len(mirrors) {
			break
		}
	}
	return failures
}

// fetchFrom fetches what is missing from one mirror and puts the whole in place. Its error is a
// *mirrorError unless the local disk or ctx is to blame.
func (t *transfer) fetchFrom(ctx context.Context, address string) error {
	for {
		have, err := partSize(t.part())
		if err != nil {
			return err
		}
		if have > t.Size {
			if err := os.Remove(t.part()); err != nil {
				return err
			}
			have = 0
		}
		if have < t.Size || have == 0 {
			err = t.request(ctx, address, have)
		}
		if err == nil {
			if err = t.verify(t.part()); err == nil {
				return os.Rename(t.part(), t.path)
			}
		}
		// Only now is it certain that the old part is worth nothing, be it another mirror's or what
		// a crash left, so this mirror gets a try from the beginning.
		if errors.Is(err, errDamaged) || errors.Is(err, errRange) {
			if err := os.Remove(t.part()); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			if have > 0 {
				continue
			}
			return &mirrorError{address, err, true}
		}
		return err
	}
}

// partSize returns the size of the named file, 0 if there is none.
func partSize(name string) (int64, error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// errRange marks an answer to a range request that does not continue the part.
var errRange = errors.New("range not continued")

// request asks for the bytes from offset have on and appends them to the part; a server that sends the
// whole file instead makes it begin anew.
func (t *transfer) request(ctx context.Context, address string, have int64) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	response, err := t.client.get(ctx, address, have)
	if err != nil {
		var certificate *tls.CertificateVerificationError
		return &mirrorError{address, err, errors.As(err, &certificate)}
	}

	fail := func(final bool, format string, args ...any) error {
		return &mirrorError{address, fmt.Errorf(format, args...), final}
	}
	switch code := response.code; {
	case have > 0 && code == 416: // Range Not Satisfiable
		return fail(false, "%w: %s", errRange, response.status)
	case have > 0 && code == 206: // Partial Content
		got, want := response.header.Get("Content-Range"), fmt.Sprintf("bytes %d-%d/%d", have, t.Size-1, t.Size)
		if got != want {
			return fail(false, "%w: Content-Range %.60q, expected %q", errRange, got, want)
		}
	case code == 200:
		have = 0
	default:
		const requestTimeout, tooManyRequests = 408, 429
		temporary := code >= 500 || code == requestTimeout || code == tooManyRequests
		return fail(!temporary, "%s, expected 200 OK", response.status)
	}
	// A captive portal or an error page would only show in the checksum, at the very end.
	if kind := response.header.Get("Content-Type"); strings.HasPrefix(kind, "text/html") {
		return fail(true, "a page of HTML, expected a file of %d bytes", t.Size)
	}
	n, err := response.length()
	if err != nil {
		return fail(true, "%w", err)
	}
	if n != t.Size-have {
		return fail(true, "%d bytes, expected %d", n, t.Size-have)
	}

	have, err = t.save(response.body, have)
	var broken *readError
	var silent *timeoutError
	switch {
	case errors.As(err, &silent):
		return fail(false, "%w after %d bytes, expected %d", silent, have, t.Size)
	case errors.As(err, &broken):
		return fail(false, "ended after %d bytes, expected %d: %w", have, t.Size, broken.error)
	}
	return err
}

// A readError tells errors of the network from those of the disk.
type readError struct{ error }

func (e *readError) Unwrap() error { return e.error }

// save appends body to the part, which holds have bytes or is to begin anew with 0, up to the file's
// size and no further, and returns the size that the part then has. Whatever arrives is kept.
func (t *transfer) save(body io.Reader, have int64) (size int64, err error) {
	mode := os.O_APPEND
	if have == 0 {
		mode = os.O_TRUNC
	}
	part, err := os.OpenFile(t.part(), os.O_WRONLY|os.O_CREATE|mode, 0o666)
	if err != nil {
		return have, err
	}
	defer func() {
		if closeErr := part.Close(); err == nil {
			err = closeErr
		}
	}()
	buffer := make([]byte, 64<<10)
	for have < t.Size {
		t.report(have)
		n, readErr := body.Read(buffer[:min(int64(len(buffer)), t.Size-have)])
		written, err := part.Write(buffer[:n])
		have += int64(written)
		if err != nil {
			return have, err
		}
		if readErr != nil && have < t.Size {
			if readErr == io.EOF {
				readErr = io.ErrUnexpectedEOF
			}
			return have, &readError{readErr}
		}
	}
	t.report(have)
	return have, part.Sync()
}

// errDamaged marks a file that is not what was published.
var errDamaged = errors.New("damaged")

// verify reports whether the named file is the published one.
func (t *transfer) verify(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return &fs.PathError{Op: "open", Path: name, Err: errors.New("is a folder, expected a file")}
	}
	if info.Size() != t.Size {
		return fmt.Errorf("%w: %d bytes, expected %d", errDamaged, info.Size(), t.Size)
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return err
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != t.SHA256 {
		return fmt.Errorf("%w: SHA-256 %s, expected %s", errDamaged, got, t.SHA256)
	}
	return nil
}
