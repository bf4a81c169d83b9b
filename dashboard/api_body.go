package dashboard

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"

	"gatehouse"
	"gatehouse/ingest"
	"gatehouse/ingest/source"
)

// pushed is the body of a request on disk, unpacked.
type pushed struct {
	file      *os.File
	size      int64
	sha256    string
	format    ingest.Format
	extension string
}

// item is the body as the source's history lists it: by the sender's key, else
// by its content.
func (p *pushed) item(feed, key string) source.Item {
	if key == "" {
		key = p.sha256[:16]
	}
	return source.Item{Name: feed + "/" + key, Version: p.sha256, Content: p.file, Size: p.size}
}

func (p *pushed) close() {
	_ = p.file.Close() // read only by now
	_ = os.Remove(p.file.Name())
}

// bodyFormat is what the request says its body is.
func bodyFormat(r *http.Request) (format ingest.Format, extension string, err error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines":
		return ingest.JSON, ".ndjson", nil
	case "application/json":
		return ingest.JSON, ".json", nil
	case "text/csv":
		return ingest.CSV, ".csv", nil
	}
	return "", "", unsupported("Content-Type is application/x-ndjson, application/json or text/csv")
}

func unsupported(detail string) *problem {
	return problemf(http.StatusUnsupportedMediaType, gatehouse.Text{ZH: "不支持的内容类型", EN: "The body is of a kind that is not read"}, detail)
}

// receive keeps the body on disk while it is loaded.
func (s *Server) receive(r *http.Request) (_ *pushed, err error) {
	p, most := &pushed{}, s.Loader.FileBytes()
	if p.format, p.extension, err = bodyFormat(r); err != nil {
		return nil, err
	}
	body := io.Reader(r.Body)
	switch strings.ToLower(r.Header.Get("Content-Encoding")) {
	case "", "identity":
	case "gzip":
		unpacked, err := gzip.NewReader(r.Body)
		if err != nil {
			return nil, brokenBody(err)
		}
		body = unpacked
	default:
		return nil, unsupported("Content-Encoding is gzip or left out")
	}
	if p.file, err = os.CreateTemp("", "gatehouse-push-"); err != nil {
		return nil, gatehouse.Errorf(gatehouse.Unavailable, "no room for a body: %w", err)
	}
	hash := sha256.New()
	p.size, err = io.Copy(io.MultiWriter(p.file, hash), io.LimitReader(body, most+1))
	switch {
	case err != nil:
		err = brokenBody(err)
	case p.size > most:
		err = s.tooLarge()
	}
	if err != nil {
		p.close()
		return nil, err
	}
	p.sha256 = hex.EncodeToString(hash.Sum(nil))
	return p, nil
}

// brokenBody tells a body that is too long or broken from a full disk.
func brokenBody(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return err
	}
	if _, ok := errors.AsType[*os.PathError](err); ok {
		return gatehouse.Errorf(gatehouse.Unavailable, "no room for a body: %w", err)
	}
	return problemf(http.StatusBadRequest, gatehouse.Text{ZH: "内容传输中断或压缩损坏，请重发", EN: "The body broke off or is not well packed: send it again"}, "")
}
