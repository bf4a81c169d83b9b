package ingest

import (
	"context"
	"errors"
	"slices"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// A correction is a load of all rows of the file it corrects, with the rows
// that were sent back in place of what they were. Publishing it takes the
// place of the attempt before, in the same single row that makes it visible.

// link is a published attempt of a load or of one of its corrections.
type link struct {
	Attempt  uint64 `ch:"attempt"`
	Replaces uint64 `ch:"replaces"`
	Corrects string `ch:"corrects"`
	LoadID   string `ch:"load_id"`
	SHA256   string `ch:"sha256"`
	File     string `ch:"file_name"`
	Feed     string `ch:"feed"`
	Project  string `ch:"project"`
	Mapping  string `ch:"mapping"`
}

// repetition says that another process has published the same rows sent back
// since this one began. On top of them they would count twice.
type repetition struct{ attempt uint64 }

func (r *repetition) Error() string { return "the rows sent back are loaded already" }

// lineage gives the load as it first came and its corrections in order.
func (l *Loader) lineage(ctx context.Context, loadID string) ([]link, error) {
	links, err := clickhouse.Select[link](ctx, l.db, "ingest.Lineage", l.asked(), clickhouse.Params{"load_id": loadID})
	if err != nil {
		return nil, err
	}
	first := slices.IndexFunc(links, func(k link) bool { return k.LoadID == loadID && k.Corrects == "" })
	if first < 0 {
		return nil, refuse("要更正的载入 %s 未发布或已撤回", "load %s, which the file corrects, is not published or was withdrawn", loadID)
	}
	chain := []link{links[first]}
	for {
		next := slices.IndexFunc(links, func(k link) bool { return k.Replaces == chain[len(chain)-1].Attempt })
		if next < 0 {
			return chain, nil
		}
		chain = append(chain, links[next])
	}
}

// merged reads the load as it first came, with all rows sent back since then
// and those of the request.
func (a *attempt) merged(ctx context.Context, req Request, chain []link, show *Preview) (*intake, error) {
	back := newFixes(chain[0].LoadID)
	for _, k := range chain[1:] {
		if err := a.readFixes(ctx, back, k.SHA256, k.Attempt); err != nil {
			return nil, err
		}
	}
	if err := a.readFixes(ctx, back, a.result.SHA256, 0); err != nil {
		return nil, err
	}
	a.replaces = chain[len(chain)-1].Attempt
	first := chain[0]
	mapping, err := a.mappingOf(ctx, first)
	if err != nil {
		return nil, err
	}
	if show != nil {
		show.mapping = mapping
	}
	return a.readFile(ctx, reading{
		sha: first.SHA256, name: first.File, feed: first.Feed, project: first.Project, mapping: mapping,
		fixes: back, base: first.Attempt, progress: req.Progress, allow: req.Allow, preview: show,
	})
}

func (l *Loader) readFixes(ctx context.Context, into *fixes, sha string, brought uint64) error {
	book, done, err := l.open(ctx, sha, "")
	if err != nil {
		return asRefusal(err)
	}
	defer done()
	return asRefusal(into.read(ctx, book, brought))
}

// replacement is who has the place of an attempt.
type replacement struct {
	Changes uint64 `ch:"changes"`
	By      uint64 `ch:"by"`
	LoadID  string `ch:"load_id"`
}

func (l *Loader) replacement(ctx context.Context, attempt uint64) (replacement, error) {
	return clickhouse.First[replacement](ctx, l.db, "ingest.Replacements", l.asked(), clickhouse.Params{"attempt": attempt})
}

// overtaken says that another correction came first.
func overtaken(other string) error {
	return refuse("该载入已被 %s 更正：请重新下载退回的文件再改", "load %s has corrected it meanwhile: download the marked file again and correct that", other)
}

// Withdraw makes a published load invisible again, and what it superseded or
// corrected visible. The load stays on record; Restore brings it back.
func (l *Loader) Withdraw(ctx context.Context, scope gatehouse.Scope, loadID, by string) error {
	p, err := l.publication(ctx, loadID)
	if err != nil {
		return err
	}
	if p.Visible == 0 {
		return gatehouse.Errorf(gatehouse.NotFound, "load %s is not published, so there is nothing to withdraw", loadID)
	}
	r, err := l.replacement(ctx, p.Visible)
	if err != nil {
		return err
	}
	if r.By != 0 {
		return gatehouse.Errorf(gatehouse.Conflict, "load %s was corrected by load %s: withdraw that one first", loadID, r.LoadID)
	}
	m, err := l.permitted(ctx, scope, p.Visible, loadID)
	if err != nil {
		return err
	}
	return l.change(ctx, change{action: "withdraw", attempt: p.Visible, loadID: loadID, projects: m.Projects, replaces: p.Replaces, by: by, number: p.Changes})
}

// Restore publishes a withdrawn load again, as it was.
func (l *Loader) Restore(ctx context.Context, scope gatehouse.Scope, loadID, by string) error {
	p, err := l.publication(ctx, loadID)
	if err != nil {
		return err
	}
	if p.Visible != 0 || p.Undone == 0 {
		return gatehouse.Errorf(gatehouse.NotFound, "load %s is not withdrawn, so there is nothing to restore", loadID)
	}
	m, err := l.permitted(ctx, scope, p.Undone, loadID)
	if err != nil {
		return err
	}
	c := change{action: "publish", attempt: p.Undone, loadID: loadID, projects: m.Projects, replaces: p.Replaced, by: by, number: p.Changes}
	if p.Replaced != 0 {
		r, err := l.replacement(ctx, p.Replaced)
		if err != nil {
			return err
		}
		if r.By != 0 {
			return gatehouse.Errorf(gatehouse.Conflict, "what load %s corrected was corrected by load %s meanwhile: withdraw that one first", loadID, r.LoadID)
		}
		if err := l.stands(ctx, m.Corrects, p.Replaced); err != nil {
			return err
		}
		c.number = r.Changes
	}
	return l.change(ctx, c)
}

// stands makes sure that what a correction took the place of is published:
// beside the file loaded anew its rows would count twice.
func (l *Loader) stands(ctx context.Context, corrected string, replaced uint64) error {
	chain, err := l.lineage(ctx, corrected)
	var gone *refusal
	if err != nil && !errors.As(err, &gone) {
		return err
	}
	if err != nil || chain[len(chain)-1].Attempt != replaced {
		return gatehouse.Errorf(gatehouse.Conflict, "load %s was withdrawn, or loaded again, since it was corrected: restore it first, or send the rows back again", corrected)
	}
	return nil
}

// permitted gives an attempt's manifest, or an error when it has rows of
// projects outside the scope.
func (l *Loader) permitted(ctx context.Context, scope gatehouse.Scope, attempt uint64, loadID string) (manifest, error) {
	m, err := clickhouse.First[manifest](ctx, l.db, "ingest.Attempt", l.asked(), clickhouse.Params{"attempt": attempt})
	if err != nil {
		return m, err
	}
	codes, err := l.codes(ctx, m.Projects)
	if err != nil {
		return m, err
	}
	for _, code := range codes {
		if !scope.Allows(code) {
			return m, gatehouse.Errorf(gatehouse.Forbidden, "load %s has rows of projects that are not yours", loadID)
		}
	}
	return m, nil
}
