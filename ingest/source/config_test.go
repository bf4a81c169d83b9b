package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
)

const declared = `
sources:
  - name: bills
    kind: rest
    title: {zh: 收费系统账单, en: Bills of the billing system}
    feed: fee_bill
    project: P1
    every: 15m
    allow: [10.20.0.0/16, "billing.internal:8443"]
    rest:
      url: https://billing.internal:8443/api/bills
      query: {status: final}
      auth: {bearer: {token: {env: BILLS_TOKEN}}}
      rows: .data
      key: .id
      fields: {账单号: .id, 应收金额: .amount}
      pages: {by: page, size: size, limit: 200, total: {jq: .total}}
      since: {field: .updated_at, param: updated_since, overlap: 2h}
  - name: inbox
    kind: folder
    cron: "30 6 * * 1-5"
    folder: {path: /srv/inbox, settle_for: 30s}
  - name: cashiers
    kind: push
    push: {token: {file: /run/secrets/cashiers}}
`

func TestParse(t *testing.T) {
	t.Parallel()
	got, err := Parse("sources.yaml", []byte(declared))
	if err != nil {
		t.Fatal(err)
	}
	want := []Source{
		{
			Name: "bills", Kind: REST, Title: gatehouse.Text{ZH: "收费系统账单", EN: "Bills of the billing system"}, Feed: "fee_bill", Project: "P1",
			Every: 15 * time.Minute, Allow: []string{"10.20.0.0/16", "billing.internal:8443"},
			REST: &RESTConfig{
				URL: "https://billing.internal:8443/api/bills", Query: map[string]string{"status": "final"},
				Auth: AuthConfig{Bearer: &BearerConfig{Token: Secret{env: "BILLS_TOKEN"}}}, Rows: ".data", Key: ".id",
				Fields: map[string]string{"账单号": ".id", "应收金额": ".amount"},
				Pages:  PagesConfig{By: "page", Size: "size", Limit: 200, Total: Place{JQ: ".total"}},
				Since:  &SinceConfig{Field: ".updated_at", Param: "updated_since", Overlap: "2h"},
			},
		},
		{Name: "inbox", Kind: Folder, Title: gatehouse.Text{ZH: "inbox", EN: "inbox"}, Cron: "30 6 * * 1-5", Folder: &FolderConfig{Path: "/srv/inbox", SettleFor: 30 * time.Second}},
		{Name: "cashiers", Kind: Push, Title: gatehouse.Text{ZH: "cashiers", EN: "cashiers"}, Push: &PushConfig{Token: Secret{file: "/run/secrets/cashiers"}}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Secret{})); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
	if none, err := Parse("empty.yaml", nil); err != nil || len(none) != 0 {
		t.Errorf("an empty file: %v, error %v", none, err)
	}
}

// Each fault names its line and setting, and never shows what stands in the
// place of a secret.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	rest := func(more string) string {
		return "sources:\n  - name: a\n    kind: rest\n    rest:\n      url: https://example.com/\n      " + strings.ReplaceAll(more, "\n", "\n      ")
	}
	for _, c := range []struct{ text, want string }{
		{"sources:\n  - name: a\n    knd: rest", `line 3: unknown field "knd"`},
		{rest("urls: x"), `line 6: unknown field "urls"`},
		{"sources:\n  - name: A b\n    kind: rest", `line 2: source A b: name: "A b" is no name`},
		{"sources:\n  - name: a\n    kind: ftp", `line 3: source a: kind: there is no kind "ftp"`},
		{"sources:\n  - name: a\n    kind: rest", "line 3: source a: kind: the section rest is missing"},
		{"sources:\n  - name: a\n    kind: rest\n    folder: {path: /x}\n    rest: {url: https://example.com}", `line 4: source a: folder: a source of kind "rest" has no section folder`},
		{rest("method: GET") + "\n  - name: a\n    kind: push\n    push: {token: {env: X}}", "line 7: source a: name: another source is called a already"},
		{"sources:\n  - name: a\n    kind: push\n    feed: bills\n    push: {token: {env: X}}", `line 4: source a: feed: there is no feed "bills"`},
		{"sources:\n  - name: a\n    kind: push\n    cron: 30 6 * *\n    push: {token: {env: X}}", `line 4: source a: cron: "30 6 * *" is not minute`},
		{"sources:\n  - name: a\n    kind: push\n    every: 1h\n    cron: 0 6 * * *\n    push: {token: {env: X}}", "line 5: source a: cron: give either every or cron"},
		{"sources:\n  - name: a\n    kind: push\n    every: 1ms\n    push: {token: {env: X}}", "line 4: source a: every: 1ms is too short"},
		{"sources:\n  - name: a\n    kind: push\n    allow: [intranet]\n    push: {token: {env: X}}", `line 4: source a: allow: "intranet" is neither a network`},
		{"sources:\n  - name: a\n    kind: push\n    push: {token: hunter2}", "line 4: a secret is not written into this file"},
		{"sources:\n  - name: a\n    kind: push\n    push:\n      token: {env: hunter2, value: hunter2}", "line 5: a secret is not written into this file"},
		{"sources:\n  - name: a\n    kind: push\n    push: {token: {env: X, file: Y}}", "line 4: a secret is not written into this file"},
		{"sources:\n  - name: a\n    kind: push\n    push: {}", "source a: push.token: is missing"},
		{rest("auth: {basic: {user: u, password: hunter2}}"), "line 6: a secret is not written into this file"},
		{rest("auth: {basic: {user: u}}"), "line 6: source a: rest.auth.basic: needs user and password"},
		{rest("auth: {basic: {user: u, password: {env: X}}, bearer: {token: {env: X}}}"), "line 6: source a: rest.auth: give one of"},
		{rest("auth: {hmac: {header: S, key: {env: X}, sign: '{verb}'}}"), "line 6: source a: rest.auth.hmac.sign: there is no {verb}"},
		{rest("auth: {hmac: {header: S, key: {env: X}, sign: '{path}', algorithm: md5}}"), `rest.auth.hmac.algorithm: "md5" is not sha256`},
		{rest("headers: {authorization: hunter2}"), "line 6: source a: rest.headers: authorization does not stand here"},
		{rest("rows: .data["), `line 6: source a: rest.rows: ".data[" is no jq`},
		{rest("rows: input"), `rest.rows: "input" is no jq`},
		{rest("fields: {x: 'nosuch(1)'}"), `rest.fields: "nosuch(1)" is no jq`},
		{rest("pages:\n  by: pages"), `line 7: source a: rest.pages.by: "pages" is none of`},
		{rest("pages: {by: cursor}"), "source a: rest.pages.cursor: is missing"},
		{rest("pages: {by: page, cursor: {jq: .c}}"), "rest.pages.cursor: goes with by: cursor only"},
		{rest("pages: {total: {jq: .c, header: T}}"), "rest.pages.total: give either header or jq"},
		{rest("since: {field: .u}"), "line 6: source a: rest.since: needs field and param"},
		{rest("since: {field: .u, param: p, overlap: soon}"), `rest.since.overlap: "soon" is neither`},
		{rest("since: {field: .u, param: p, format: number, overlap: 1h}"), `rest.since.overlap: "1h" is neither`},
		{rest("since: {field: .u, param: p, first: 2026-01-01}"), "rest.since.first:"},
		{rest("since: {field: .u, param: p, zone: Moon}"), "rest.since.zone: there is no time zone"},
		{rest("body: {a: 1}"), "rest.body: goes with method POST only"},
		{rest("method: PUT"), `line 6: source a: rest.method: "PUT" is neither GET nor POST`},
		{rest("timeout: -1s"), "cannot be negative"},
		{strings.Replace(rest("method: GET"), "https://example.com/", "ftp://example.com/", 1), "line 5: source a: rest.url: must be of the form"},
		{strings.Replace(rest("method: GET"), "https://", "http://", 1), "line 5: source a: rest.url: http://example.com/ is not encrypted"},
		{rest("auth: {oauth2: {token_url: http://a/b, client_id: x, client_secret: {env: X}}}"), "line 6: source a: rest.auth.oauth2.token_url: must be of the form https://"},
		{strings.Replace(rest("method: GET"), "https://", "https://u:hunter2@", 1), "line 5: source a: rest.url: a user does not stand here"},
		{"sources: [", "sources.yaml: line 1: "},
	} {
		_, err := Parse("sources.yaml", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\ngives: %v\nwant: %s", c.text, err, c.want)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("a secret is shown: %v", err)
		}
		if gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("%v is %s", err, gatehouse.KindOf(err))
		}
	}
}

func TestSecretIsReadWhenUsedAndNeverShown(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	env := map[string]string{"TOKEN": "hunter2"}
	getenv := func(name string) string { return env[name] }
	inEnv, inFile := Secret{env: "TOKEN"}, Secret{file: file}
	if _, err := inFile.Read(getenv); gatehouse.KindOf(err) != gatehouse.Unavailable {
		t.Errorf("a missing file: %v", err)
	}
	for _, value := range []string{"hunter2", "hunter3"} {
		env["TOKEN"] = value
		if err := os.WriteFile(file, []byte(value+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, s := range []Secret{inEnv, inFile} {
			if got, err := s.Read(getenv); got != value || err != nil {
				t.Errorf("%v: %q, error %v, want %q", s, got, err, value)
			}
		}
	}
	delete(env, "TOKEN")
	for _, s := range []Secret{inEnv, {}} {
		if got, err := s.Read(getenv); err == nil {
			t.Errorf("%v: %q", s, got)
		}
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", inEnv)
	asJSON, err := json.Marshal(map[string]any{"s": inEnv})
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{log.String(), string(asJSON), fmt.Sprintf("%v %+v %#v %s", inEnv, inEnv, inEnv, inEnv)} {
		if !strings.Contains(shown, "secret in environment variable TOKEN") {
			t.Errorf("shown as %s", shown)
		}
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	friday := time.Date(2026, time.March, 6, 7, 5, 0, 0, shanghai)
	for _, c := range []struct {
		name   string
		source Source
		want   time.Time
	}{
		{"every", Source{Every: 15 * time.Minute}, time.Date(2026, time.March, 6, 7, 15, 0, 0, shanghai)},
		{"cron", Source{Cron: "30 6 * * 1-5"}, time.Date(2026, time.March, 9, 6, 30, 0, 0, shanghai)},
		{"by hand", Source{}, time.Time{}},
		{"disabled", Source{Every: time.Minute, Disabled: true}, time.Time{}},
		{"never", Source{Cron: "0 0 30 2 *"}, time.Time{}},
	} {
		got, ok := c.source.Next(friday)
		if !got.Equal(c.want) || ok == c.want.IsZero() {
			t.Errorf("%s: %s, %v; want %s", c.name, got, ok, c.want)
		}
	}
}
