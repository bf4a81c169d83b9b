package source

import (
	"encoding/base64"
	"net"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"gatehouse"
)

// hostKeys are the keys by which a server proves that it is the one meant.
type hostKeys struct {
	fingerprints []string
	types        []string // empty: not known, the server chooses
}

// parseHostKeys reads fingerprints (SHA256:…), lines of known_hosts or public
// keys, one a line; several while a server changes its key.
func parseHostKeys(text string) (hostKeys, error) {
	var keys hostKeys
	bare := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if sum, ok := strings.CutPrefix(line, "SHA256:"); ok {
			sum = strings.TrimRight(sum, "=")
			if raw, err := base64.RawStdEncoding.DecodeString(sum); err != nil || len(raw) != 32 {
				return keys, gatehouse.Errorf(gatehouse.Invalid, "host_key: %q is no fingerprint; ssh-keygen -l -f KEY.pub shows it", line)
			}
			keys.fingerprints, bare = append(keys.fingerprints, "SHA256:"+sum), true
			continue
		}
		// A line of known_hosts would also parse as a public key with options.
		marker, _, key, _, _, err := ssh.ParseKnownHosts([]byte(line))
		if err != nil {
			key, _, _, _, err = ssh.ParseAuthorizedKey([]byte(line))
		}
		if err != nil || marker != "" {
			return keys, gatehouse.Errorf(gatehouse.Invalid, "host_key: neither a fingerprint (SHA256:…) nor a line that ssh-keyscan prints")
		}
		keys.fingerprints = append(keys.fingerprints, ssh.FingerprintSHA256(key))
		keys.types = append(keys.types, algorithms(key.Type())...)
	}
	if len(keys.fingerprints) == 0 {
		return keys, gatehouse.Errorf(gatehouse.Invalid, "host_key is missing; without it anyone could pose as the server. Ask its operator for the fingerprint (SHA256:…)")
	}
	if bare {
		keys.types = nil
	}
	return keys, nil
}

// algorithms are what a key of a type may sign with; RSA with SHA-1 is not among them.
func algorithms(keyType string) []string {
	if keyType == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
	}
	return []string{keyType}
}

// check is the ssh.HostKeyCallback.
func (k hostKeys) check(_ string, _ net.Addr, key ssh.PublicKey) error {
	if offered := ssh.FingerprintSHA256(key); !slices.Contains(k.fingerprints, offered) {
		return &wrongHostKey{offered}
	}
	return nil
}

type wrongHostKey struct{ offered string }

func (w *wrongHostKey) Error() string {
	return "the server shows the host key " + w.offered + ", which is not the one in host_key"
}
