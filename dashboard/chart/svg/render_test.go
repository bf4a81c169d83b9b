package svg

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
)

func newRenderer(t *testing.T) *Renderer {
	t.Helper()
	var sources []string
	for _, name := range []string{"vendor/echarts.min.js", "charts.js", "app.css"} {
		content, err := os.ReadFile("../../static/" + name)
		if err != nil {
			t.Fatalf("run make deps: %v", err)
		}
		sources = append(sources, string(content))
	}
	r, err := New(sources[0], sources[1], sources[2])
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const bars = `{"animation": false, "textStyle": {"fontFamily": "$font", "color": "$ink2"}, "xAxis": {"data": ["一月", "<b>&"], "axisLabel": {"formatter": "@month"}},
 "yAxis": {}, "series": [{"type": "bar", "data": [3, {"value": 5, "itemStyle": {"color": "$hatch", "borderColor": "$ac"}}], "itemStyle": {"color": "$ac"}}]}`

// A chart is drawn with the colours of the page, its texts escaped, without
// styles or scripts, and the same every time.
func TestDraw(t *testing.T) {
	t.Parallel()
	r := newRenderer(t)
	var drawn [3]string
	var group sync.WaitGroup
	for i := range drawn {
		group.Go(func() {
			var err error
			if drawn[i], err = r.Draw(t.Context(), bars, 400, 200); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, one := range drawn {
		if one != drawn[0] {
			t.Error("drawn at the same time, a chart differs")
		}
	}
	for _, want := range []string{r.Token("ac"), "一月", "&lt;b&gt;&amp;", "<pattern", "Inter Variable"} {
		if !strings.Contains(drawn[0], want) {
			t.Errorf("the picture lacks %s: %s", want, drawn[0])
		}
	}
	for _, bad := range []string{"<style", " style=", "<script", "class=", "$", "NaN"} {
		if strings.Contains(drawn[0], bad) {
			t.Errorf("the picture has %s", bad)
		}
	}
	for d := xml.NewDecoder(strings.NewReader(drawn[0])); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// Drawing ends when nobody waits for it, and gives up on what is too large.
func TestDrawEnds(t *testing.T) {
	t.Parallel()
	r := newRenderer(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Draw(ctx, bars, 400, 200); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := r.Draw(t.Context(), strings.Repeat(" ", optionBytes)+bars, 400, 200); err == nil {
		t.Error("an option of any size is drawn")
	}
	if _, err := r.Draw(t.Context(), `{"series": "no"`, 400, 200); err == nil {
		t.Error("an option that is no JSON is drawn")
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	tokens := Tokens(":root {\n --ink: #161C24; --font: \"Inter\", sans-serif;\n}\n:root[data-theme=\"dark\"] { --ink: #fff; }")
	if tokens["ink"] != "#161C24" || tokens["font"] != `"Inter", sans-serif` || len(tokens) != 2 {
		t.Errorf("%v", tokens)
	}
}
