package source

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"golang.org/x/time/rate"

	"gatehouse"
)

const (
	firstBackoff = 500 * time.Millisecond // doubled for each retry
	maxBackoff   = time.Minute
	maxPause     = 5 * time.Minute // longest Retry-After that is waited for
)

// exchange sends requests at a limited rate and repeats those that failed for
// a reason that may pass.
type exchange struct {
	http     *http.Client
	creds    *credentials
	limiter  *rate.Limiter
	retries  int
	timeout  time.Duration
	maxBytes int64
	clock
}

// clock is time and chance, as tests replace them.
type clock struct {
	now    func() time.Time
	sleep  func(context.Context, time.Duration) error
	random func() float64 // 0 ≤ x < 1
}

// call is a request that can be made again and again.
type call struct {
	method string
	url    *url.URL
	header http.Header
	body   []byte
}

// response is a whole response.
type response struct {
	url    *url.URL // that finally answered
	header http.Header
	body   []byte
}

// failure is an attempt that came to nothing.
type failure struct {
	error
	retry  bool          // it may pass
	after  time.Duration // not before
	denied bool          // 401
}

func (f *failure) Unwrap() error { return f.error }

// do makes the call until it succeeds and its response can be read.
func (x *exchange) do(ctx context.Context, c call, read func(response) error) error {
	renewed := false
	for try := 0; ; try++ {
		if err := x.sleep(ctx, x.limiter.ReserveN(x.now(), 1).DelayFrom(x.now())); err != nil {
			return err
		}
		err := x.once(ctx, c, read)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var failed *failure
		switch {
		case err == nil:
			return nil
		case !errors.As(err, &failed):
			return err
		case failed.denied && !renewed && x.creds.forget():
			renewed = true // the token was revoked before its time
			continue
		case !failed.retry:
			return failed.error
		case try >= x.retries:
			return gatehouse.Errorf(gatehouse.KindOf(failed.error), "%w (tried %d times)", failed.error, try+1)
		case failed.after > maxPause:
			return gatehouse.Errorf(gatehouse.Unavailable, "%w; it asks to come back in %s", failed.error, failed.after.Round(time.Second))
		}
		if err := x.sleep(ctx, max(failed.after, x.backoff(try))); err != nil {
			return err
		}
	}
}

// backoff has full jitter, so that many clients of a server that comes back
// do not all come at once.
func (x *exchange) backoff(try int) time.Duration {
	ceiling := maxBackoff
	if try < 7 {
		ceiling = min(maxBackoff, firstBackoff<<try)
	}
	return time.Duration(x.random() * float64(ceiling))
}

func (x *exchange) once(ctx context.Context, c call, read func(response) error) error {
	ctx, cancel := context.WithTimeout(ctx, x.timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, c.method, c.url.String(), bodyOf(c.body))
	if err != nil {
		return gatehouse.Errorf(gatehouse.Invalid, "the request to %s cannot be made: %w", c.url.Host, err)
	}
	r.Header = c.header.Clone()
	if err := x.creds.put(ctx, r, c.body); err != nil {
		return err
	}
	answer, err := x.http.Do(r)
	if err != nil {
		return connectionError(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		failed := statusError(answer.StatusCode)
		failed.after = retryAfter(answer.Header, x.now())
		return failed
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, x.maxBytes+1))
	if err != nil {
		return &failure{error: gatehouse.Errorf(gatehouse.Unavailable, "the response broke off after %d bytes: %w", len(body), err), retry: true}
	}
	if int64(len(body)) > x.maxBytes {
		return gatehouse.Errorf(gatehouse.Invalid, "a response has more than %d bytes: ask for smaller pages (limit), or raise max_bytes", x.maxBytes)
	}
	return read(response{url: answer.Request.URL, header: answer.Header, body: body})
}

// statusError says what a status other than 200 means.
func statusError(status int) *failure {
	text := fmt.Sprintf("%d %s", status, http.StatusText(status))
	switch {
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status >= 500:
		return &failure{error: gatehouse.Errorf(gatehouse.Unavailable, "the server answers %s", text), retry: true}
	case status == http.StatusUnauthorized:
		return &failure{error: gatehouse.Errorf(gatehouse.Invalid, "the server answers %s: check auth of the source and its secrets", text), denied: true}
	case status == http.StatusForbidden:
		return &failure{error: gatehouse.Errorf(gatehouse.Invalid, "the server answers %s: these credentials may not read this", text)}
	}
	return &failure{error: gatehouse.Errorf(gatehouse.Invalid, "the server answers %s: check url, method and query of the source", text)}
}

// connectionError tells what may pass from what will not.
func connectionError(err error) error {
	if ours, ok := errors.AsType[*gatehouse.Error](err); ok {
		return ours // a guard's refusal
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return gatehouse.Errorf(gatehouse.Unavailable, "the server's certificate is not to be trusted: %w", withoutURL(err))
	}
	return &failure{error: gatehouse.Errorf(gatehouse.Unavailable, "the server does not answer: %w", withoutURL(err)), retry: true}
}

// withoutURL takes off what net/http puts before an error; the query says
// nothing that the reader needs.
func withoutURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// retryAfter reads seconds or a date (RFC 9110).
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

const maxRedirects = 5

// redirect follows within one scheme, and shows no proof to another host.
func (c *credentials) redirect(r *http.Request, via []*http.Request) error {
	first := via[0].URL
	switch {
	case len(via) > maxRedirects:
		return gatehouse.Errorf(gatehouse.Invalid, "the server redirects more than %d times", maxRedirects)
	case r.URL.Scheme != first.Scheme:
		return gatehouse.Errorf(gatehouse.Forbidden, "the server redirects from %s to %s: give the final address in url", first.Scheme, r.URL.Scheme)
	}
	left := func(r *http.Request) bool { return r.URL.Host != first.Host }
	if left(r) || slices.ContainsFunc(via, left) {
		for _, name := range c.headers() {
			r.Header.Del(name)
		}
		r.Header.Del("Referer")
	}
	return nil
}

// newTransport dials through the guard and asks no proxy.
func newTransport(guard *dialGuard) *http.Transport {
	return &http.Transport{
		DialContext: guard.DialContext, ForceAttemptHTTP2: true, MaxIdleConns: 4, IdleConnTimeout: 30 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second, MaxResponseHeaderBytes: 1 << 20,
	}
}
