package dashboard

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"gatehouse/ingest"
)

// The document is valid, and the example of each feed is what it describes and
// loads when it is pushed; so is the answer.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	served := s.browser().get("/api/v1/openapi.json")
	if served.status != http.StatusOK || served.header.Get("Content-Type") != "application/json" {
		t.Fatalf("%d %s", served.status, served.header.Get("Content-Type"))
	}
	document, err := libopenapi.NewDocument([]byte(served.body))
	if err != nil {
		t.Fatal(err)
	}
	v, errs := validator.NewValidator(document)
	if errs != nil {
		t.Fatal(errs)
	}
	if ok, errs := v.ValidateDocument(); !ok {
		for _, e := range errs {
			t.Errorf("%v %+v", e, e.SchemaValidationErrors)
		}
	}
	for _, f := range ingest.Feeds() {
		body, err := json.Marshal([]any{f.ExampleRow()})
		if err != nil {
			t.Fatal(err)
		}
		request := func() *http.Request {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/api/v1/feeds/"+f.Name, bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer all-token")
			return r
		}
		if ok, errs := v.ValidateHttpRequestSync(request()); !ok {
			t.Errorf("%s: %s is not what the document says: %v %+v", f.Name, body, errs, errs[0].SchemaValidationErrors)
		}
		a := s.browser().do(request())
		var done pushAnswer
		if err := json.Unmarshal([]byte(a.body), &done); err != nil || a.status != http.StatusOK || done.Counts.Loaded != 1 || done.Counts.Quarantined != 0 {
			t.Errorf("%s: %s is answered %d %s", f.Name, body, a.status, a.body)
		}
		response := &http.Response{StatusCode: a.status, Header: a.header, Body: io.NopCloser(strings.NewReader(a.body))}
		if ok, errs := v.ValidateHttpResponse(request(), response); !ok {
			t.Errorf("%s: the answer %s is not what the document says: %v %+v", f.Name, a.body, errs, errs[0].SchemaValidationErrors)
		}
	}
}
