package source

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
)

func signature(text string) []byte {
	mac := hmac.New(sha256.New, []byte("hunter2"))
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// Each way to prove who asks, as the server sees it. The secret is hunter2.
func TestAuth(t *testing.T) {
	t.Parallel()
	const emptySum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	bodySum := sha256.Sum256([]byte(`{"a":1}`))
	for _, c := range []struct {
		name, rest string
		headers    map[string]string
	}{
		{"none", "headers: {X-Tenant: '7'}", map[string]string{"Authorization": "", "X-Tenant": "7"}},
		{"basic", "auth: {basic: {user: me, password: {env: SECRET}}}", map[string]string{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte("me:hunter2"))}},
		{"bearer", "auth: {bearer: {token: {env: SECRET}}}", map[string]string{"Authorization": "Bearer hunter2"}},
		{"header", "auth: {header: {name: X-Api-Key, value: {env: SECRET}}}", map[string]string{"Authorization": "", "X-Api-Key": "hunter2"}},
		{"hmac", `query: {b: "2", a: "1 x"}` + "\n" + `auth: {hmac: {header: X-Signature, key: {env: SECRET}, sign: "{method}\n{path}\n{query}\n{timestamp}\n{body_sha256}"}}`, map[string]string{
			"X-Timestamp": "1772323200",
			"X-Signature": hex.EncodeToString(signature("GET\n/v1/list\na=1+x&b=2\n1772323200\n" + emptySum)),
		}},
		{"hmac of a body", "method: POST\nbody: {a: 1}\n" + `auth: {hmac: {header: Authorization, prefix: "HMAC ", encoding: base64, timestamp: rfc3339, timestamp_header: Date-Signed, key: {env: SECRET}, sign: "{timestamp}{body_sha256}"}}`, map[string]string{
			"Date-Signed":   "2026-03-01T00:00:00Z",
			"Authorization": "HMAC " + base64.StdEncoding.EncodeToString(signature("2026-03-01T00:00:00Z"+hex.EncodeToString(bodySum[:]))),
		}},
	} {
		got := map[string]string{}
		url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			for name := range c.headers {
				got[name] = r.Header.Get(name)
			}
			fmt.Fprint(w, `[]`)
		})
		if _, err := pull(t, url+"/v1/list", c.rest, testDeps(t), State{}); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if diff := cmp.Diff(c.headers, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestMissingSecretIsSaid(t *testing.T) {
	t.Parallel()
	url, asked := serve(t, func(http.ResponseWriter, *http.Request) {})
	_, err := pull(t, url, "auth: {bearer: {token: {env: NO_SUCH}}}", testDeps(t), State{})
	if err == nil || !strings.Contains(err.Error(), "the environment variable NO_SUCH is not set") || len(asked()) != 0 {
		t.Errorf("error %v after %d requests", err, len(asked()))
	}
}

// tokenServer gives tokens to one client, each for so many requests.
type tokenServer struct {
	given, left int
	form        string
	expires     int // seconds
	fail        int // answers 503 so often
}

func (s *tokenServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/token" {
		if r.Header.Get("Authorization") != fmt.Sprintf("Bearer token-%d", s.given) || s.left == 0 {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		s.left--
		if r.FormValue("page") == "4" {
			fmt.Fprint(w, `[]`)
			return
		}
		fmt.Fprintf(w, `[{"id":%s}]`, r.FormValue("page"))
		return
	}
	if s.fail > 0 {
		s.fail--
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	body, _ := io.ReadAll(r.Body)
	s.form = string(body)
	if id, secret, ok := r.BasicAuth(); (!ok || id != "me" || secret != "hunter2") && !strings.Contains(s.form, "client_secret=hunter2") {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"error":"invalid_client","error_description":"hunter2 is wrong"}`)
		return
	}
	s.given, s.left = s.given+1, 2
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"access_token":"token-%d","token_type":"Bearer","expires_in":%d}`, s.given, s.expires)
}

func TestOAuth2(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		server tokenServer
		id     string
		more   string
		tokens int
		form   string
		want   string // error
	}{
		{"revoked before its time", tokenServer{expires: 3600}, "me", "scopes: [read, list]", 2, "grant_type=client_credentials&scope=read+list", ""},
		{"expires", tokenServer{expires: 1}, "me", "params: {audience: bills}", 4, "audience=bills&grant_type=client_credentials", ""},
		{"in parameters", tokenServer{expires: 3600}, "me", "in_params: true", 2, "client_id=me&client_secret=hunter2&grant_type=client_credentials", ""},
		{"comes back", tokenServer{expires: 3600, fail: 2}, "me", "scopes: []", 2, "grant_type=client_credentials", ""},
		{"wrong client", tokenServer{}, "you", "scopes: []", 0, "grant_type=client_credentials", "the token server answers 401 Unauthorized: check client_id"},
	} {
		server := httptest.NewServer(&c.server)
		t.Cleanup(server.Close)
		_, err := pull(t, server.URL, fmt.Sprintf("pages: {by: page}\nauth: {oauth2: {token_url: %s/token, client_id: %s, client_secret: {env: SECRET}, %s}}", server.URL, c.id, c.more), testDeps(t), State{})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: a secret is shown: %v", c.name, err)
		}
		if c.server.given != c.tokens || c.server.form != c.form {
			t.Errorf("%s: %d tokens, want %d; asked by %s, want %s", c.name, c.server.given, c.tokens, c.server.form, c.form)
		}
	}
}

// A token that is refused however new it is, is refused.
func TestTokenThatNeverCounts(t *testing.T) {
	t.Parallel()
	url, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"access_token":"x","expires_in":3600}`)
			return
		}
		w.WriteHeader(http.StatusUnauthorized)
	})
	_, err := pull(t, url+"/list", fmt.Sprintf("auth: {oauth2: {token_url: %s/token, client_id: me, client_secret: {env: SECRET}}}", url), testDeps(t), State{})
	if err == nil || !strings.Contains(err.Error(), "401 Unauthorized: check auth") || len(asked()) != 4 {
		t.Errorf("error %v after %q", err, asked())
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	var elsewhere http.Header
	other, reached := serve(t, func(w http.ResponseWriter, r *http.Request) {
		elsewhere = r.Header.Clone()
		fmt.Fprint(w, `[]`)
	})
	port := other[strings.LastIndexByte(other, ':'):]
	const key = "auth: {header: {name: X-Api-Key, value: {env: SECRET}}}"
	for _, c := range []struct {
		name, to string
		want     string // error
		requests int
		proof    string
	}{
		{"same host", "/moved", "", 2, "hunter2"},
		{"another host, without proof", other + "/", "", 1, ""},
		{"another scheme", "https://127.0.0.1" + port + "/", "the server redirects from http to https: give the final address in url", 1, ""},
		{"a forbidden address", "http://127.0.0.2" + port + "/", "127.0.0.2" + port + " is at 127.0.0.2, which is not a public address", 1, ""},
		{"a cloud's own address", "http://169.254.169.254/latest/meta-data", "169.254.169.254, which is not a public address", 1, ""},
		{"round and round", "/again", "redirects more than 5 times", 6, "hunter2"},
	} {
		elsewhere = nil
		var last http.Header
		url, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
			last = r.Header.Clone()
			if r.URL.Path == "/moved" {
				fmt.Fprint(w, `[]`)
				return
			}
			http.Redirect(w, r, c.to, http.StatusFound)
		})
		_, err := pull(t, url+"/list", key, testDeps(t), State{})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
		if n := len(asked()); n != c.requests {
			t.Errorf("%s: %d requests, want %d: %q", c.name, n, c.requests, asked())
		}
		if elsewhere != nil {
			last = elsewhere
		}
		if c.want == "" && last.Get("X-Api-Key") != c.proof {
			t.Errorf("%s: the proof is %q, want %q", c.name, last.Get("X-Api-Key"), c.proof)
		}
	}
	if len(reached()) != 1 {
		t.Errorf("the other server was asked %q", reached())
	}
}

// Without the configuration's leave nothing on this machine is asked, neither
// for data nor for tokens, and no proxy is.
func TestServersInsideAreRefusedUnlessAllowed(t *testing.T) {
	t.Parallel()
	if newTransport(&dialGuard{}).Proxy != nil {
		t.Error("a proxy would dial for us, where nobody looks")
	}
	url, asked := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, `[]`) })
	host := strings.TrimPrefix(url, "http://")
	for _, c := range []struct {
		name, allow, rest string
		want              string
	}{
		{"nothing allowed", "192.0.2.1", "", host + " is at 127.0.0.1, which is not a public address"},
		{"another network", "10.0.0.0/8", "", "not a public address"},
		{"another port", "127.0.0.1:1", "", "not a public address"},
		{"its host and port", host, "", ""},
		{"its network", "127.0.0.0/8", "", ""},
		{"a token server elsewhere", host, ", auth: {oauth2: {token_url: 'http://127.0.0.2:9/token', client_id: me, client_secret: {env: SECRET}}}", "127.0.0.2:9 is at 127.0.0.2"},
	} {
		sources, err := Parse("sources.yaml", fmt.Appendf(nil, "sources: [{name: api, kind: rest, allow: ['%s'], rest: {allow_http: true, url: %s%s}}]", c.allow, url, c.rest))
		if err != nil {
			t.Fatal(err)
		}
		before := len(asked())
		f, err := New(sources[0], testDeps(t))
		if err != nil {
			t.Fatal(err)
		}
		err = f.Fetch(t.Context(), State{}, func(Item) error { return nil })
		if c.want == "" {
			if err != nil || len(asked()) != before+1 {
				t.Errorf("%s: error %v", c.name, err)
			}
			continue
		}
		if gatehouse.KindOf(err) != gatehouse.Forbidden || !strings.Contains(err.Error(), c.want) || len(asked()) != before {
			t.Errorf("%s: error %v after %d requests", c.name, err, len(asked())-before)
		}
	}
}
