package main

import (
	"fmt"
	"sync"

	"github.com/mattn/go-isatty"
	"github.com/schollz/progressbar/v3"
)

// progress shows on a terminal how far a batch is; elsewhere nothing.
type progress struct {
	mu  sync.Mutex
	bar *progressbar.ProgressBar // nil: not a terminal
}

func newProgress(w *output, files int) *progress {
	f := w.file
	if !isatty.IsTerminal(f.Fd()) {
		return &progress{}
	}
	return &progress{bar: progressbar.NewOptions(files,
		progressbar.OptionSetWriter(f), progressbar.OptionShowCount(), progressbar.OptionSetWidth(24),
		progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(0),
	)}
}

// do runs f on the bar when there is one. Writing to the terminal cannot be
// helped when it fails, so errors of the bar are nobody's.
func (p *progress) do(f func(*progressbar.ProgressBar) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = f(p.bar)
	}
}

func (p *progress) rows(name string, rows int) {
	p.do(func(b *progressbar.ProgressBar) error {
		b.Describe(fmt.Sprintf("%s: %d rows", name, rows))
		return nil
	})
}

func (p *progress) done()  { p.do(func(b *progressbar.ProgressBar) error { return b.Add(1) }) }
func (p *progress) clear() { p.do((*progressbar.ProgressBar).Clear) }
func (p *progress) close() { p.do((*progressbar.ProgressBar).Finish) }
