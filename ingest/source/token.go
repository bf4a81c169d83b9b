package source

import (
	"crypto/sha256"
	"crypto/subtle"

	"gatehouse"
)

// Sender is the source that a token belongs to. Every declared token is read
// anew and compared, in a time that does not tell how much of a guess is right.
func (r *Runner) Sender(token string) (Source, bool) {
	sum := sha256.Sum256([]byte(token))
	found := -1
	for i, s := range r.sources {
		own, ok := r.token(s)
		if !ok {
			continue
		}
		found = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(sum[:], own[:]), i, found)
	}
	if found < 0 {
		return Source{}, false
	}
	return r.sources[found], true
}

// token is the hash of the token of a source that is pushed to.
func (r *Runner) token(s Source) (sum [sha256.Size]byte, ok bool) {
	if s.Kind != Push || s.Disabled {
		return sum, false
	}
	secret, err := s.Push.Token.Read(r.deps.Getenv)
	if err != nil {
		r.deps.Log.Warn("nobody can push to a source", "source", s.Name, "err", err)
		return sum, false
	}
	return sha256.Sum256([]byte(secret)), true
}

// checkTokens refuses a token of two sources, as far as they can be read now.
func (r *Runner) checkTokens() error {
	owner := map[[sha256.Size]byte]string{}
	for _, s := range r.sources {
		sum, ok := r.token(s)
		if !ok {
			continue
		}
		if other, taken := owner[sum]; taken {
			return gatehouse.Errorf(gatehouse.Invalid, "the sources %s and %s have the same token: give each its own", other, s.Name)
		}
		owner[sum] = s.Name
	}
	return nil
}
