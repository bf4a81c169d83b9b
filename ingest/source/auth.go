package source

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"gatehouse"
)

// AuthConfig proves who asks. At most one of its sections is given.
type AuthConfig struct {
	Basic  *BasicConfig  `yaml:"basic"`
	Bearer *BearerConfig `yaml:"bearer"`
	Header *HeaderConfig `yaml:"header"`
	HMAC   *HMACConfig   `yaml:"hmac"`
	OAuth2 *OAuth2Config `yaml:"oauth2"`
}

// BasicConfig is a user with a password.
type BasicConfig struct {
	User     string `yaml:"user"`
	Password Secret `yaml:"password"`
}

// BearerConfig is a fixed token.
type BearerConfig struct {
	Token Secret `yaml:"token"`
}

// HeaderConfig is a key in a header of its own.
type HeaderConfig struct {
	Name  string `yaml:"name"`
	Value Secret `yaml:"value"`
}

// HMACConfig signs each request with HMAC-SHA256.
type HMACConfig struct {
	Header    string `yaml:"header"`    // that takes the signature
	Algorithm string `yaml:"algorithm"` // sha256, the default
	Key       Secret `yaml:"key"`
	// Sign is what is signed: text with {method}, {path}, {query}, {timestamp}
	// and {body_sha256}. The query is sorted by name and escaped, as it is sent.
	Sign            string `yaml:"sign"`
	Encoding        string `yaml:"encoding"`         // hex (default) or base64
	Prefix          string `yaml:"prefix"`           // before the signature in its header
	TimestampHeader string `yaml:"timestamp_header"` // that takes the timestamp; default X-Timestamp
	Timestamp       string `yaml:"timestamp"`        // unix (seconds, the default), unix_ms or rfc3339
}

// OAuth2Config gets a token by client credentials.
type OAuth2Config struct {
	TokenURL     string            `yaml:"token_url"`
	ClientID     string            `yaml:"client_id"`
	ClientSecret Secret            `yaml:"client_secret"`
	Scopes       []string          `yaml:"scopes"`
	Params       map[string]string `yaml:"params"`    // more parameters of the token request
	InParams     bool              `yaml:"in_params"` // send id and secret as parameters instead of as basic authentication
}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

func (c *AuthConfig) check(allowHTTP bool) error {
	given := 0
	for _, there := range []bool{c.Basic != nil, c.Bearer != nil, c.Header != nil, c.HMAC != nil, c.OAuth2 != nil} {
		if there {
			given++
		}
	}
	switch {
	case given > 1:
		return wrong("rest.auth", "give one of basic, bearer, header, hmac and oauth2")
	case c.Basic != nil && (c.Basic.User == "" || c.Basic.Password.IsZero()):
		return wrong("rest.auth.basic", "needs user and password")
	case c.Bearer != nil && c.Bearer.Token.IsZero():
		return wrong("rest.auth.bearer", "needs token")
	case c.Header != nil && (c.Header.Name == "" || c.Header.Value.IsZero()):
		return wrong("rest.auth.header", "needs name and value")
	case c.OAuth2 != nil && (c.OAuth2.TokenURL == "" || c.OAuth2.ClientID == "" || c.OAuth2.ClientSecret.IsZero()):
		return wrong("rest.auth.oauth2", "needs token_url, client_id and client_secret")
	}
	if c.OAuth2 != nil {
		u, err := url.Parse(c.OAuth2.TokenURL)
		if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !allowHTTP) {
			return wrong("rest.auth.oauth2.token_url", "must be of the form https://host/path")
		}
	}
	if c.HMAC != nil {
		return c.HMAC.check()
	}
	return nil
}

func (c *HMACConfig) check() error {
	switch {
	case c.Header == "" || c.Key.IsZero() || c.Sign == "":
		return wrong("rest.auth.hmac", "needs header, key and sign")
	case c.Algorithm != "" && c.Algorithm != "sha256":
		return wrong("rest.auth.hmac.algorithm", "%q is not sha256", c.Algorithm)
	case c.Encoding != "" && c.Encoding != "hex" && c.Encoding != "base64":
		return wrong("rest.auth.hmac.encoding", "%q is neither hex nor base64", c.Encoding)
	case c.Timestamp != "" && c.Timestamp != "unix" && c.Timestamp != "unix_ms" && c.Timestamp != "rfc3339":
		return wrong("rest.auth.hmac.timestamp", "%q is none of unix, unix_ms and rfc3339", c.Timestamp)
	}
	for _, name := range placeholder.FindAllString(c.Sign, -1) {
		switch name {
		case "{method}", "{path}", "{query}", "{timestamp}", "{body_sha256}":
		default:
			return wrong("rest.auth.hmac.sign", "there is no %s: use {method}, {path}, {query}, {timestamp} and {body_sha256}", name)
		}
	}
	return nil
}

// credentials put proof on requests, and take it off again.
type credentials struct {
	AuthConfig
	getenv func(string) string
	now    func() time.Time
	tokens *http.Client // for the token server

	mu    sync.Mutex
	token oauth2.TokenSource // nil: to be made anew
}

// headers are the names that hold proof.
func (c *credentials) headers() []string {
	names := []string{"Authorization"}
	if c.Header != nil {
		names = append(names, c.Header.Name)
	}
	if c.HMAC != nil {
		names = append(names, c.HMAC.Header)
	}
	return names
}

// put adds the proof to a request with a body.
func (c *credentials) put(ctx context.Context, r *http.Request, body []byte) error {
	switch {
	case c.Basic != nil:
		password, err := c.Basic.Password.Read(c.getenv)
		if err != nil {
			return err
		}
		r.SetBasicAuth(c.Basic.User, password)
	case c.Bearer != nil:
		token, err := c.Bearer.Token.Read(c.getenv)
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+token)
	case c.Header != nil:
		value, err := c.Header.Value.Read(c.getenv)
		if err != nil {
			return err
		}
		r.Header.Set(c.Header.Name, value)
	case c.HMAC != nil:
		return c.sign(r, body)
	case c.OAuth2 != nil:
		token, err := c.oauth(ctx)
		if err != nil {
			return err
		}
		token.SetAuthHeader(r)
	}
	return nil
}

func (c *credentials) sign(r *http.Request, body []byte) error {
	key, err := c.HMAC.Key.Read(c.getenv)
	if err != nil {
		return err
	}
	timestamp := strconv.FormatInt(c.now().Unix(), 10)
	switch c.HMAC.Timestamp {
	case "unix_ms":
		timestamp = strconv.FormatInt(c.now().UnixMilli(), 10)
	case "rfc3339":
		timestamp = c.now().UTC().Format(time.RFC3339)
	}
	sum := sha256.Sum256(body)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(strings.NewReplacer("{method}", r.Method, "{path}", r.URL.EscapedPath(), "{query}", r.URL.RawQuery,
		"{timestamp}", timestamp, "{body_sha256}", hex.EncodeToString(sum[:])).Replace(c.HMAC.Sign)))
	signature := hex.EncodeToString(mac.Sum(nil))
	if c.HMAC.Encoding == "base64" {
		signature = base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	r.Header.Set(or(c.HMAC.TimestampHeader, "X-Timestamp"), timestamp)
	r.Header.Set(c.HMAC.Header, c.HMAC.Prefix+signature)
	return nil
}

// oauth gives the token, a new one when the old one is about to expire.
func (c *credentials) oauth(ctx context.Context) (*oauth2.Token, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token == nil {
		secret, err := c.OAuth2.ClientSecret.Read(c.getenv)
		if err != nil {
			return nil, err
		}
		config := clientcredentials.Config{
			ClientID: c.OAuth2.ClientID, ClientSecret: secret, TokenURL: c.OAuth2.TokenURL, Scopes: c.OAuth2.Scopes,
			EndpointParams: map[string][]string{}, AuthStyle: oauth2.AuthStyleInHeader,
		}
		if c.OAuth2.InParams {
			config.AuthStyle = oauth2.AuthStyleInParams
		}
		for name, value := range c.OAuth2.Params {
			config.EndpointParams.Set(name, value)
		}
		c.token = config.TokenSource(context.WithValue(context.WithoutCancel(ctx), oauth2.HTTPClient, c.tokens))
	}
	token, err := c.token.Token()
	if err != nil {
		c.token = nil // the secret may be a new one next time
		return nil, tokenError(err)
	}
	return token, nil
}

// forget drops a token that the server no longer takes; false when there is none.
func (c *credentials) forget() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	had := c.token != nil
	c.token = nil
	return had
}

// tokenError leaves out the answer of the token server, which may repeat the secret.
func tokenError(err error) error {
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		failed := statusError(refused.Response.StatusCode)
		if failed.retry {
			return failed
		}
		return gatehouse.Errorf(gatehouse.Invalid, "the token server answers %d %s: check client_id, client_secret and scopes of the source", refused.Response.StatusCode, http.StatusText(refused.Response.StatusCode))
	}
	return connectionError(err)
}
