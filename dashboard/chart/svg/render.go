package svg

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/dop251/goja"

	"gatehouse"
)

// Bounds of one drawing.
const (
	drawTime    = 10 * time.Second
	optionBytes = 8 << 20
	atOnce      = 2 // machines; each needs about 40 MB while it draws
)

// Renderer draws options. It may be used by many at once; each drawing has a
// machine of its own, so that none finds what another left.
type Renderer struct {
	tokens  map[string]string
	compile func() ([]*goja.Program, error)
	turns   chan struct{}
}

// New takes ECharts, the script that resolves the names in options (charts.js)
// and the style sheet that has their colours. ECharts is compiled, half a second,
// when the first chart is drawn.
func New(echarts, names, css string) (*Renderer, error) {
	r := &Renderer{tokens: Tokens(css), turns: make(chan struct{}, atOnce)}
	if r.tokens["ink"] == "" || r.tokens["font"] == "" {
		return nil, gatehouse.Errorf(gatehouse.Internal, "the style sheet has no colours for charts in its first :root")
	}
	r.compile = sync.OnceValues(func() ([]*goja.Program, error) {
		if echarts == "" {
			return nil, gatehouse.Errorf(gatehouse.Unavailable, "built without ECharts, so there are no pictures of charts: run make build")
		}
		var programs []*goja.Program
		for _, source := range []struct{ name, text string }{{"timers.js", timers}, {"echarts.js", echarts}, {"charts.js", names}, {"draw.js", draw}} {
			p, err := goja.Compile(source.name, source.text, false)
			if err != nil {
				return nil, gatehouse.Errorf(gatehouse.Internal, "%v", err)
			}
			programs = append(programs, p)
		}
		return programs, nil
	})
	return r, nil
}

// timers stand in for those of a browser; nothing that is drawn at once waits.
const timers = `var setTimeout = function () { return 0; }, clearTimeout = function () {}, setInterval = setTimeout, clearInterval = clearTimeout;`

// draw is what is asked of the machine.
const draw = `(function (json, token, width, height) {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: width, height: height });
  chart.setOption(gatehouseCharts.resolve(JSON.parse(json), token, false));
  return chart.renderToSVGString();
})`

// Token is a colour or font of the light theme, by its name in the style sheet.
// Names of fonts stand in single quotes, since ECharts puts them into attributes as they are.
func (r *Renderer) Token(name string) string { return strings.ReplaceAll(r.tokens[name], `"`, "'") }

// Draw gives the option as an svg element.
func (r *Renderer) Draw(ctx context.Context, option string, width, height int) (string, error) {
	if len(option) > optionBytes {
		return "", gatehouse.Errorf(gatehouse.Invalid, "the chart has too much data to be drawn as a picture")
	}
	programs, err := r.compile()
	if err != nil {
		return "", err
	}
	select {
	case r.turns <- struct{}{}:
		defer func() { <-r.turns }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, drawTime)
	defer cancel()
	vm := goja.New()
	defer context.AfterFunc(ctx, func() { vm.Interrupt(ctx.Err()) })()
	var last goja.Value
	for _, p := range programs {
		if last, err = vm.RunProgram(p); err != nil {
			return "", broken(ctx, err)
		}
	}
	call, ok := goja.AssertFunction(last)
	if !ok {
		return "", gatehouse.Errorf(gatehouse.Internal, "the drawing script is no function")
	}
	drawn, err := call(goja.Undefined(), vm.ToValue(option), vm.ToValue(r.Token), vm.ToValue(width), vm.ToValue(height))
	if err != nil {
		return "", broken(ctx, err)
	}
	return plain(drawn.String()), nil
}

// broken tells a drawing that was stopped from one that went wrong.
func broken(ctx context.Context, err error) error {
	if stopped, ok := errors.AsType[*goja.InterruptedError](err); ok && ctx.Err() != nil {
		return errors.Join(ctx.Err(), stopped)
	}
	return gatehouse.Errorf(gatehouse.Internal, "draw a chart: %v", err)
}

// Parts of ECharts' answer that are for a browser: what happens under a mouse.
func plain(s string) string {
	for _, p := range []string{`(?s)<style.*?</style>`, ` class="[^"]*"`, ` ecmeta_[a-z_]+="[^"]*"`, ` pointer-events="[^"]*"`} {
		s = regexp.MustCompile(p).ReplaceAllString(s, "")
	}
	// A strict policy refuses inline styles; attributes say the same.
	return regexp.MustCompile(` style="([^"]*)"`).ReplaceAllStringFunc(s, func(style string) string {
		var b strings.Builder
		for rule := range strings.SplitSeq(strings.TrimSuffix(strings.TrimPrefix(style, ` style="`), `"`), ";") {
			if name, value, ok := strings.Cut(rule, ":"); ok {
				b.WriteString(" " + strings.TrimSpace(name) + `="` + strings.TrimSpace(value) + `"`)
			}
		}
		return b.String()
	})
}

// Tokens are the custom properties of the first :root of a style sheet, which
// is the light theme.
func Tokens(css string) map[string]string {
	tokens := map[string]string{}
	_, rules, _ := strings.Cut(css, ":root {")
	rules, _, _ = strings.Cut(rules, "}")
	for _, m := range regexp.MustCompile(`--([a-z0-9-]+):\s*([^;]+);`).FindAllStringSubmatch(rules, -1) {
		tokens[m[1]] = m[2]
	}
	return tokens
}
