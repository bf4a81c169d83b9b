package dashboard

import (
	"crypto/hkdf"
	"crypto/sha256"
	"net/http"
	"time"

	"github.com/gorilla/securecookie"

	"gatehouse"
	"gatehouse/dashboard/auth"
)

const (
	sessionCookie = "gatehouse_session"
	langCookie    = "gatehouse_lang"
	themeCookie   = "gatehouse_theme"

	sessionLife    = 12 * time.Hour // a working day
	preferenceLife = 365 * 24 * time.Hour
	leastSecret    = 32
)

// cookies encrypts sessions. The server keeps nothing: a second replica with
// the same secret reads them too.
type cookies struct {
	code   *securecookie.SecureCookie
	secure bool
}

func newCookies(secret []byte, secure bool) (cookies, error) {
	if len(secret) < leastSecret {
		return cookies{}, gatehouse.Errorf(gatehouse.Invalid, "the secret of the sessions has %d bytes, it needs at least %d", len(secret), leastSecret)
	}
	keys, err := hkdf.Key(sha256.New, secret, nil, "gatehouse session", 64)
	if err != nil {
		return cookies{}, err
	}
	code := securecookie.New(keys[:32], keys[32:])
	code.SetSerializer(securecookie.JSONEncoder{})
	code.MaxAge(0) // the session's own expiry counts, by the server's clock
	return cookies{code: code, secure: secure}, nil
}

// session is what the cookie says.
type session struct {
	Name    string `json:"n"`
	Epoch   uint32 `json:"e"`
	Expires int64  `json:"x"` // Unix seconds
}

// signedIn gives the user of a request whose session is alive: not expired,
// of the user's current epoch, and the user not disabled.
func (s *Server) signedIn(r *http.Request) (auth.User, bool, error) {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return auth.User{}, false, nil //nolint:nilerr // no cookie is no session
	}
	var said session
	if err := s.cookies.code.Decode(sessionCookie, cookie.Value, &said); err != nil {
		return auth.User{}, false, nil //nolint:nilerr // a cookie of another secret is no session
	}
	if s.now().Unix() >= said.Expires {
		return auth.User{}, false, nil
	}
	user, err := s.Users.Find(r.Context(), said.Name)
	if gatehouse.KindOf(err) == gatehouse.NotFound {
		return auth.User{}, false, nil
	}
	if err != nil {
		return auth.User{}, false, err
	}
	return user, user.Epoch == said.Epoch && !user.Disabled, nil
}

func (s *Server) startSession(w http.ResponseWriter, user auth.User) error {
	value, err := s.cookies.code.Encode(sessionCookie, session{user.Name, user.Epoch, s.now().Add(sessionLife).Unix()})
	if err != nil {
		return err
	}
	s.setCookie(w, sessionCookie, value, sessionLife)
	return nil
}

func (s *Server) setCookie(w http.ResponseWriter, name, value string, life time.Duration) {
	cookie := &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: s.cookies.secure, SameSite: http.SameSiteLaxMode,
	}
	if value == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}
