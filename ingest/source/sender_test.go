package source

import (
	"testing"

	"github.com/emersion/go-message"
)

func header(fields ...string) message.Header {
	var h message.Header
	for i := len(fields) - 2; i >= 0; i -= 2 { // Add puts on top
		h.Add(fields[i], fields[i+1])
	}
	return h
}

func TestSenders(t *testing.T) {
	t.Parallel()
	s, err := newSenders([]string{" ERP@Example.com ", "@branch.example.com"}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from, want string
		known      bool
	}{
		{"erp@example.com", "erp@example.com", true},
		{"=?GBK?B?ssbO8Q==?= <ERP@EXAMPLE.COM>", "erp@example.com", true},
		{"anyone@branch.example.com", "anyone@branch.example.com", true},
		{"anyone@example.com", "anyone@example.com", false},
		{"x@notbranch.example.com", "x@notbranch.example.com", false},
		{"x@sub.branch.example.com", "x@sub.branch.example.com", false},
		{"<erp@example.com> <x@evil.test>", "", false},
		{`"erp@example.com, " <x@evil.test>`, "x@evil.test", false},
		{`"x@branch.example.com"@evil.test`, "x@branch.example.com@evil.test", false},
		{"group: erp@example.com, x@evil.test;", "", false},
		{"", "", false},
	} {
		if from, known, _ := s.judge(header("From", c.from)); from != c.want || known != c.known {
			t.Errorf("%s: %q, %v; want %q, %v", c.from, from, known, c.want, c.known)
		}
	}
	if _, known, _ := s.judge(header("From", "erp@example.com", "From", "erp@example.com")); known {
		t.Error("a message with two From lines is taken")
	}
}

func TestVouched(t *testing.T) {
	t.Parallel()
	const good = "mx.example.net; dkim=pass header.d=example.com"
	for _, c := range []struct {
		name  string
		want  bool
		lines []string // from the top
	}{
		{"none", false, nil},
		{"signed by the sender's domain", true, []string{good}},
		{"with version, comments and folding", true, []string{"MX.example.net 1; spf=none;\r\n\tdkim=pass (2048-bit key; unprotected) header.d=Example.com header.i=@example.com"}},
		{"signed by the domain above", true, []string{"mx.example.net; dkim=pass header.d=com.example; dkim=pass header.i=@example.com"}},
		{"DMARC", true, []string{"mx.example.net; dmarc=pass (p=reject) header.from=example.com"}},
		{"DMARC of another", false, []string{"mx.example.net; dmarc=pass header.from=evil.test"}},
		{"signed by another", false, []string{"mx.example.net; dkim=pass header.d=evil.test"}},
		{"signed by a neighbour", false, []string{"mx.example.net; dkim=pass header.d=notexample.com"}},
		{"signed by a registry", false, []string{"mx.example.net; dkim=pass header.d=com"}},
		{"failed", false, []string{"mx.example.net; dkim=fail header.d=example.com"}},
		{"SPF alone", false, []string{"mx.example.net; spf=pass smtp.mailfrom=erp@example.com"}},
		{"by another server", false, []string{"mx.evil.test; dkim=pass header.d=example.com"}},
		{"brought along below", false, []string{"mx.example.net; dkim=none", good}},
		{"in a quoted address", false, []string{`mx.example.net; spf=fail smtp.mailfrom="a; dkim=pass header.d=example.com "@evil.test`}},
		{"in an escaped quote", false, []string{`mx.example.net; spf=fail smtp.mailfrom="a\"; dkim=pass header.d=example.com "@evil.test`}},
		{"in a comment", false, []string{"mx.example.net; spf=fail (helo (a); dkim=pass header.d=example.com ;) smtp.helo=a"}},
		{"with a bracket in quotes in a comment", false, []string{`mx.example.net; spf=fail (")" ; dkim=pass header.d=example.com`}},
	} {
		var fields []string
		for _, line := range c.lines {
			fields = append(fields, "Authentication-Results", line)
		}
		if got := vouched(header(fields...), "mx.example.net", "example.com"); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
