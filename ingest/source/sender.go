package source

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"
	"github.com/emersion/go-msgauth/authres"

	"gatehouse"
)

// senders are those whose mail is taken.
type senders struct {
	allowed   []string // user@host or @host, in small letters
	authority string   // the server whose Authentication-Results are believed; empty: none asked for
	digest    string   // changes when one of the above does
}

func newSenders(allowed []string, authority string) (senders, error) {
	s := senders{authority: strings.ToLower(strings.TrimSpace(authority))}
	for _, sender := range allowed {
		sender = strings.ToLower(strings.TrimSpace(sender))
		if user, host, ok := strings.Cut(sender, "@"); !ok || host == "" || strings.ContainsAny(user+host, "@<>, ") {
			return s, gatehouse.Errorf(gatehouse.Invalid, "allowed_senders: %q is neither an address nor a domain such as @example.com", sender)
		}
		s.allowed = append(s.allowed, sender)
	}
	if len(s.allowed) == 0 {
		return s, gatehouse.Errorf(gatehouse.Invalid, "allowed_senders is empty; name the addresses whose mail may be loaded")
	}
	slices.Sort(s.allowed)
	sum := sha256.Sum256([]byte(strings.Join(append([]string{s.authority}, s.allowed...), "\n")))
	s.digest = hex.EncodeToString(sum[:4])
	return s, nil
}

// judge tells who sent a message, whether he is one of the allowed, and
// whether the mail server vouches for it, if it must. A message of several
// senders has none.
func (s senders) judge(h message.Header) (from string, known, proven bool) {
	lines := h.Values("From")
	if len(lines) != 1 {
		return "", false, false
	}
	addresses, err := mail.ParseAddressList(lines[0])
	if err != nil || len(addresses) != 1 {
		return "", false, false
	}
	from = strings.ToLower(addresses[0].Address)
	domain := from[strings.LastIndex(from, "@")+1:]
	known = slices.Contains(s.allowed, from) || slices.Contains(s.allowed, "@"+domain)
	return from, known, s.authority == "" || vouched(h, s.authority, domain)
}

// vouched looks at the uppermost Authentication-Results only: servers put
// theirs on top, and what is below may have come with the message.
func vouched(h message.Header, authority, domain string) bool {
	lines := h.Values("Authentication-Results")
	if len(lines) == 0 {
		return false
	}
	server, results, err := authres.Parse(withoutRemarks(lines[0]))
	if err != nil || !strings.EqualFold(server, authority) {
		return false
	}
	for _, result := range results {
		switch r := result.(type) {
		case *authres.DMARCResult:
			if r.Value == authres.ResultPass && strings.EqualFold(r.From, domain) {
				return true
			}
		case *authres.DKIMResult:
			signer := strings.ToLower(r.Domain)
			if signer == "" {
				signer = strings.ToLower(r.Identifier[strings.LastIndex(r.Identifier, "@")+1:])
			}
			if r.Value == authres.ResultPass && strings.Contains(signer, ".") && (domain == signer || strings.HasSuffix(domain, "."+signer)) {
				return true
			}
		}
	}
	return false
}

// withoutRemarks drops comments and quoted texts. The parser splits at each
// semicolon, and in these a sender can put what looks like a result.
func withoutRemarks(results string) string {
	var out strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(results); i++ {
		switch c := results[i]; {
		case c == '\\':
			i++ // what it hides is never a part of a result
		case quoted:
			quoted = c != '"'
		case c == '"' && depth == 0:
			quoted = true
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth == 0:
			out.WriteByte(c)
		}
	}
	return out.String()
}
