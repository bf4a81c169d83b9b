package bench

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// firstLimit is what a page may weigh the first time it is opened, gzipped: its HTML,
// styles and scripts, without that of the charts, which is fetched once.
const firstLimit = 150_000

// linked are the style sheets and scripts of a page.
var linked = regexp.MustCompile(`<(?:script|link)[^>]* (?:src|href)="(/static/[^"]+\.(?:css|js))"`)

// firstLoad gives the bytes that a browser with nothing in its cache fetches,
// and fails where they are too many.
func firstLoad(b *testing.B, client *http.Client, server, path string) int {
	b.Helper()
	html := fetch(b, client, server+path)
	total := zipped(b, html)
	found := linked.FindAllSubmatch(html, -1)
	if len(found) < 5 {
		b.Fatalf("%s links %d files: the pattern no longer finds them", path, len(found))
	}
	for _, m := range found {
		if file := string(m[1]); !strings.Contains(file, "/vendor/echarts") {
			total += zipped(b, fetch(b, client, server+file))
		}
	}
	if total > firstLimit {
		b.Errorf("%s weighs %d bytes gzipped, the limit is %d", path, total, firstLimit)
	}
	return total
}

func fetch(b *testing.B, client *http.Client, address string) []byte {
	b.Helper()
	r, err := client.Get(address)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Body.Close()
	content, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		b.Fatalf("%s: %d, %v", address, r.StatusCode, err)
	}
	return content
}

func zipped(b *testing.B, content []byte) int {
	b.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(content); err != nil {
		b.Fatal(err)
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	return out.Len()
}
