package source

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"gatehouse/ingest"
)

func gbk(text string) string {
	encoded, err := simplifiedchinese.GBK.NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return encoded
}

func TestAttachmentName(t *testing.T) {
	t.Parallel()
	base64GBK := "=?GBK?B?" + base64.StdEncoding.EncodeToString([]byte(gbk("应收 3月.xlsx"))) + "?="
	for _, c := range []struct{ name, disposition, kind, want string }{
		{"plain", `attachment; filename=bills.xlsx`, "", "bills.xlsx"},
		{"quoted", `attachment; size=3; FileName="bills; 3.xlsx"; x=y`, "", "bills; 3.xlsx"},
		{"bare UTF-8", `attachment; filename="应收.xlsx"`, "", "应收.xlsx"},
		{"bare GBK", `attachment; filename="` + gbk("应收.xlsx") + `"`, "", "应收.xlsx"},
		{"RFC 2047 in GBK, quoted", `attachment; filename="` + base64GBK + `"`, "", "应收 3月.xlsx"},
		{"RFC 2047 in GBK, not quoted", `attachment; filename=` + base64GBK, "", "应收 3月.xlsx"},
		{"RFC 2047 in two words", "attachment; filename=\"=?gb18030?B?06bK1Q==?=\r\n =?gb2312?Q?3=D4=C2.xlsx?=\"", "", "应收3月.xlsx"},
		{"RFC 2231 in UTF-8", `attachment; filename*=UTF-8''%E5%BA%94%E6%94%B6.xlsx`, "", "应收.xlsx"},
		{"RFC 2231 in GBK", `attachment; filename*=GBK'zh-CN'` + url.PathEscape(gbk("应收.xlsx")), "", "应收.xlsx"},
		{"RFC 2231 before the plain one", `attachment; filename="??.xlsx"; filename*=gb2312''%D3%A6%CA%D5.xlsx`, "", "应收.xlsx"},
		{"RFC 2231 in pieces", `attachment; filename*0*=gb18030''%D3%A6%CA; filename*1*=%D5%20; filename*2="3.xlsx"`, "", "应收 3.xlsx"},
		{"pieces without a charset", `attachment; filename*0="a long "; filename*1="name.xlsx"`, "", "a long name.xlsx"},
		{"in Content-Type only", `attachment`, `application/vnd.ms-excel; name="a.xls"`, "a.xls"},
		{"a path of Windows", `attachment; filename="C:\Users\me\a.xlsx"`, "", "a.xlsx"},
		{"a path that climbs", `attachment; filename="../../etc/a.xlsx"`, "", "a.xlsx"},
		{"hidden characters", "attachment; filename=\"a\u202excsv.\x01xlsx\"", "", "axcsv.xlsx"},
		{"none", "inline", "text/plain; charset=utf-8", ""},
		{"nothing but a folder", `attachment; filename="/"`, "", ""},
	} {
		if got := attachmentName(header("Content-Disposition", c.disposition, "Content-Type", c.kind)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestAttachmentNameOfAnyHeader(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{`"`, `\`, ";", "=", "filename", "*", "*0", "*0*", "'", "%", "%D3", "gbk", "=?", "?B?", "?=", "/", ".xlsx", "\xd3\xa6", " ", "应"})).Draw(t, "pieces"), "")
		if name := attachmentName(header("Content-Disposition", "attachment;"+text)); strings.ContainsAny(name, "/\\\x00\r\n") || name == ".." && ingest.Takes(name) {
			t.Errorf("%q gives %q", text, name)
		}
	})
}

// collect reads a message as it lies in a mailbox.
func collect(t *testing.T, message string) (map[string]string, error) {
	t.Helper()
	w := walker{ctx: t.Context(), limit: maxFile}
	err := w.message(strings.NewReader(message), 0)
	files := map[string]string{}
	for _, f := range w.found {
		content := make([]byte, f.content.size)
		if _, err := f.content.file.ReadAt(content, 0); err != nil {
			t.Fatal(err)
		}
		files[f.name] = string(content)
	}
	closeAll(w.found)
	return files, err
}

func TestAttachmentsWithinPartsAndMessages(t *testing.T) {
	t.Parallel()
	forwarded := letterFrom("someone@elsewhere.test", "bills.csv", "forwarded")
	text := "账单号\r\n1\r\n"
	files, err := collect(t, "Content-Type: multipart/mixed; boundary=\"O\"\r\n\r\n"+
		"--O\r\nContent-Type: multipart/related; boundary=I\r\n\r\n"+
		"--I\r\nContent-Type: text/csv; charset=utf-8; name=\"bills.csv\"\r\n\r\n"+gbk(text)+"\r\n"+ // wrong about its charset
		"--I\r\nContent-Type: text/csv; charset=gbk\r\nContent-Disposition: inline; filename=bills.csv\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=D5=CB\r\n--I--\r\n"+
		"--O\r\nContent-Type: message/rfc822\r\n\r\n"+forwarded+"\r\n--O--\r\n")
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprint(map[string]string{"bills.csv": gbk(text), "bills-2.csv": "\xd5\xcb", "bills-3.csv": "forwarded"})
	if got := fmt.Sprint(files); got != want {
		t.Errorf("files %q, want %q", got, want)
	}
	deep := "\r\nend"
	for range 2 * nesting {
		deep = "Content-Type: message/rfc822\r\n\r\n" + deep
	}
	if _, err := collect(t, deep); err == nil || !strings.Contains(err.Error(), "nested") {
		t.Errorf("a message of %d messages: %v", 2*nesting, err)
	}
	if _, err := collect(t, strings.Replace(letterFrom("erp@example.com", "a.csv", "123"), "MTIz", "MT!z", 1)); err == nil {
		t.Error("damaged base64 is taken")
	}
}
