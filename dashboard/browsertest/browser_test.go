package browsertest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// window is a browser of its own: its cookies are nobody else's.
type window struct {
	t         *testing.T
	ctx       context.Context
	demo      *demo
	downloads string

	mu       sync.Mutex
	problems []string // errors of scripts, and whatever the security policy blocked
	finished chan browser.EventDownloadProgress
}

func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no Chromium: make test installs it")
	return ""
}

// openWindow starts a browser in Chinese. What goes wrong in it unseen fails
// the test when it ends.
func openWindow(t *testing.T, d *demo) *window {
	t.Helper()
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "zh-CN"), chromedp.Flag("accept-lang", "zh-CN"),
	)...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	w := &window{t: t, ctx: ctx, demo: d, downloads: t.TempDir(), finished: make(chan browser.EventDownloadProgress, 1)}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1440, 900)); err != nil { // starts the browser
		t.Fatal(err)
	}
	w.must("listen", chromedp.Listen(ctx, w.hear))
	w.must("listen to downloads", chromedp.ListenBrowser(ctx, w.hear))
	_, err := chromedp.Call(ctx, log.Enable, struct{}{})
	w.must("log", err)
	events := true
	_, err = chromedp.CallBrowser(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: w.downloads, EventsEnabled: &events,
	})
	w.must("downloads", err)
	t.Cleanup(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, p := range w.problems {
			t.Error(p)
		}
	})
	return w
}

func (w *window) must(what string, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%s: %v", what, err)
	}
}

func (w *window) hear(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		w.problems = append(w.problems, "script: "+e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			w.problems = append(w.problems, fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	case *browser.EventDownloadProgress:
		if e.State == browser.DownloadProgressStateCompleted {
			w.finished <- *e
		}
	}
}

// patience bounds every single step; machines may be slow.
const patience = time.Minute

func (w *window) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	w.must(what, chromedp.Do(ctx, steps...))
}

// get runs an action that gives a value.
func get[T any](w *window, what string, action chromedp.Action[T]) T {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	w.must(what, err)
	return value
}

// eval gives the value of a script.
func eval[T any](w *window, what, script string) T {
	w.t.Helper()
	return get(w, what, chromedp.Evaluate[T](script))
}

// open goes to a page, waits until it and its charts are drawn, and gives its status.
func (w *window) open(path string) int {
	w.t.Helper()
	response := get(w, "open "+path, chromedp.NavigateResponse(w.demo.address+path))
	w.drawn(path)
	return int(response.Status)
}

// drawn waits until every chart of the page says that it is drawn.
func (w *window) drawn(path string) {
	w.t.Helper()
	w.await("charts of "+path,
		`document.readyState === 'complete' && !document.querySelector('section.panel[aria-busy]') && [...document.querySelectorAll('.chart')].every(c => c.dataset.drawn === 'true')`)
}

// await waits until a script is true, in whatever page is there by then: a
// script cut off by a navigation is tried again in the next one.
func (w *window) await(what, script string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		done, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script))
		if err == nil && done {
			return
		}
		select {
		case <-ctx.Done():
			w.t.Fatalf("%s: still waiting after %s (%v)", what, patience, err)
		case <-tick.C:
		}
	}
}

func (w *window) text(selector chromedp.CSS) string {
	w.t.Helper()
	return strings.TrimSpace(get(w, "text of "+string(selector), chromedp.Text(selector)))
}

func (w *window) location() *url.URL {
	w.t.Helper()
	u, err := url.Parse(get(w, "location", chromedp.Location()))
	w.must("location", err)
	return u
}

// follow does something that leads to another page and waits for that.
func (w *window) follow(what string, action chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	eval[bool](w, what, `window.leaving = true`)
	w.do(what, action)
	w.await(what, `window.leaving === undefined`)
	w.drawn(what)
}

// choose changes a select as a user does.
func (w *window) choose(name, value string) {
	w.t.Helper()
	w.follow("choose "+name, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		script := fmt.Sprintf(`(() => { const s = document.querySelector('select[name=%s]'); s.value = %q; s.dispatchEvent(new Event('change', {bubbles: true})); return s.value })()`, name, value)
		got, err := chromedp.Evaluate[string](script)(ctx, t)
		if err == nil && got != value {
			err = fmt.Errorf("select %s does not offer %s", name, value)
		}
		return chromedp.Void{}, err
	})
}

func (w *window) signIn(name string) {
	w.t.Helper()
	w.open("/login")
	w.do("fill in", chromedp.SendKeys(chromedp.CSS(`input[name=name]`), name), chromedp.SendKeys(chromedp.CSS(`input[name=password]`), w.demo.password))
	w.follow("sign in as "+name, chromedp.Click(chromedp.CSS(`.login-form button`)))
}

// download clicks and gives the file that comes.
func (w *window) download(selector chromedp.CSS) string {
	w.t.Helper()
	w.do("download", chromedp.Click(selector))
	select {
	case <-w.finished:
	case <-time.After(patience):
		w.t.Fatalf("nothing came of %s", selector)
	}
	files, err := filepath.Glob(filepath.Join(w.downloads, "*.xlsx"))
	if err != nil || len(files) != 1 {
		w.t.Fatalf("downloads: %v, %v", files, err)
	}
	return files[0]
}

// shoot keeps a picture of the whole page where GATEHOUSE_SCREENSHOTS says.
func (w *window) shoot(name string) {
	w.t.Helper()
	w.keep(name, chromedp.FullScreenshot(100))
}

// shootTop keeps a picture of what the window shows.
func (w *window) shootTop(name string) {
	w.t.Helper()
	w.keep(name, chromedp.CaptureScreenshot())
}

func (w *window) keep(name string, take chromedp.Action[[]byte]) {
	w.t.Helper()
	if dir := os.Getenv("GATEHOUSE_SCREENSHOTS"); dir != "" {
		w.must("screenshot", os.WriteFile(filepath.Join(dir, name+".png"), get(w, "screenshot", take), 0o644))
	}
}
