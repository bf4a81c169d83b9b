package dashboard

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"

	"gatehouse"
)

// PushSource is a program that may push rows. The zero value may push nothing.
type PushSource struct {
	Name     string
	Feeds    []string        // feeds that it may load
	Project  string          // project of rows that name none; may be empty
	Projects gatehouse.Scope // projects for which it may load, by code
}

// mayLoad is what ingest asks for each project that rows name.
func (p PushSource) mayLoad(feed, project string) bool {
	return slices.Contains(p.Feeds, feed) && p.Projects.Allows(project)
}

// Tokens knows which source a token belongs to.
type Tokens interface {
	Source(token string) (source PushSource, ok bool)
}

// HashedToken is a source and the sha256 of its token, so that whoever reads
// the configuration cannot push.
type HashedToken struct {
	SHA256 [sha256.Size]byte
	Source PushSource
}

// HashedTokens is a fixed list of tokens.
type HashedTokens []HashedToken

// Source compares with every token of the list, in a time that does not tell
// how much of a guess is right.
func (t HashedTokens) Source(token string) (source PushSource, ok bool) {
	sum := sha256.Sum256([]byte(token))
	found := -1
	for i := range t {
		found = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(sum[:], t[i].SHA256[:]), i, found)
	}
	if found < 0 {
		return PushSource{}, false
	}
	return t[found].Source, true
}

// pushSource is the source of a request, by its bearer token.
func (s *Server) pushSource(r *http.Request) (PushSource, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if s.Tokens != nil && strings.EqualFold(scheme, "Bearer") && token != "" {
		if source, ok := s.Tokens.Source(token); ok {
			return source, nil
		}
	}
	p := problemf(http.StatusUnauthorized, gatehouse.Text{ZH: "令牌缺失或无效", EN: "The token is missing or not valid"}, "send it as Authorization: Bearer TOKEN")
	p.header.Set("WWW-Authenticate", `Bearer realm="gatehouse"`)
	return PushSource{}, p
}
