package ingest

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/cespare/xxhash/v2"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// intake is one attempt's reading of a file: rows in, batches out. It holds
// what must be known across rows, never the rows themselves.
type intake struct {
	convert  *converter
	attempt  uint64
	feeds    []Feed
	projects projectFinder
	out      *outlet
	progress func(rows int)
	allow    func(feed, project string) bool
	allowed  map[[2]string]bool // feed and project as the rows name it

	plan     *plan
	record   record
	hasher   hasher
	scratch  []byte
	seen     seenFacts         // natural keys of the file
	ordinals map[uint64]uint32 // equal payments counted

	fixes *fixes // rows sent back for a load, nil when the file is none
	base  uint64 // attempt whose file is read, 0 for this one's own

	preview *Preview // what to show of the file, nil when it is loaded
	format  sheet.Format
	marking *marking // the file on its way back to its sender, nil when it is not

	mapping *Mapping      // how the file is read, nil without one
	strict  map[Code]bool // warnings that are errors for this source

	control  control
	findings findings
	joined   hashed[*finding] // those that may be said again
	warnings uint64

	reference *reference
	orphans   uint64 // facts whose project, room or bill is not known

	named  map[string]bool // projects as the rows name them
	loaded map[string]bool // feeds found
	counts counts
	notes  []gatehouse.Text
	errors []RowError
	faults int
	heads  []unread
}

// counts are of rows of the file: rows = loaded + quarantined + skipped.
type counts struct{ rows, loaded, quarantined, skipped uint64 }

func newIntake(calendar gatehouse.Calendar, attempt uint64, feeds []Feed, projects projectFinder, out *outlet) *intake {
	return &intake{
		convert: &converter{calendar: calendar}, attempt: attempt, feeds: feeds, projects: projects, out: out,
		ordinals: map[uint64]uint32{},
		named:    map[string]bool{}, loaded: map[string]bool{}, allowed: map[[2]string]bool{},
		control: newControl(),
	}
}

// book reads every sheet that has a feed's header.
func (in *intake) book(ctx context.Context, b *sheet.Book) error {
	in.convert.date1904, in.format = b.Date1904, b.Format
	for _, s := range b.Sheets {
		if s.Hidden {
			in.note("%s已隐藏，未读取", "%s is hidden and was left out", sheetLabel(s))
			continue
		}
		if err := in.sheet(ctx, s); err != nil {
			return err
		}
	}
	if len(in.loaded) == 0 {
		return in.unrecognised()
	}
	if err := in.fixes.leftOver(); err != nil {
		return err
	}
	if err := in.out.flush(ctx); err != nil {
		return err
	}
	if err := in.report(ctx); err != nil { // while the last facts are written
		return err
	}
	return in.out.sendQuarantine(ctx)
}

func (in *intake) note(zh, en string, values ...any) {
	in.notes = append(in.notes, gatehouse.Text{ZH: zh, EN: en}.With(values...))
}

// take reads a row of the sheet, or what was sent back in its stead.
func (in *intake) take(ctx context.Context, row sheet.Row) error {
	at := origin{sheet: in.plan.sheet.Name, row: row.Number, brought: in.base}
	fix, fixed := in.fixes.of(in.plan.sheet, row.Number)
	if fixed {
		at, row.Cells = fix.origin, fix.cells
	}
	in.marking.take(row, at, fixed)
	return in.row(ctx, row, at)
}

// row reads one row of the data. Its number is that of the sheet being read,
// at is where its cells stand.
func (in *intake) row(ctx context.Context, row sheet.Row, at origin) error {
	if isBlank(row.Cells) {
		return nil
	}
	in.counts.rows++
	if in.progress != nil && in.counts.rows%1000 == 0 {
		in.progress(int(in.counts.rows))
	}
	if in.plan.beside(row.Cells) {
		in.counts.skipped++
		return nil
	}
	if in.plan.isTotal(row.Cells) {
		in.counts.skipped++
		return in.total(row, at)
	}
	r := &in.record
	r.reset(at)
	if err := in.read(ctx, row, r); err != nil {
		return err
	}
	in.fits(row, r)
	in.control.read(in.plan, r)
	in.complete(r)
	in.require(r)
	in.plan.feed.rule(in, r)
	return in.settle(ctx, row, r)
}

// settle sends a good record's facts on their way, a bad one to quarantine.
func (in *intake) settle(ctx context.Context, row sheet.Row, r *record) error {
	if err := in.permit(r); err != nil {
		return err
	}
	if err := in.compare(ctx, r); err != nil {
		return err
	}
	if len(r.faults) == 0 {
		if err := in.commit(ctx, r); err != nil {
			return err
		}
	}
	in.control.settle(in.plan, len(r.faults) > 0)
	if len(r.faults) == 0 {
		in.counts.loaded++
		in.learn(r)
		in.raise(row, r)
		return nil
	}
	in.counts.quarantined++
	if project := r.text(fProject); project != "" {
		in.named[project] = true // whoever may not see the project may not see its bad cells
	}
	return in.quarantine(ctx, row, r)
}

// commit writes the facts unless one of them repeats a key of the file.
func (in *intake) commit(ctx context.Context, r *record) error {
	fresh, seen := 0, in.seen.of(r.text(fProject))
	for i := range r.facts {
		f := &r.facts[i]
		in.use(r, f)
		f.hash = in.out.hash(r, f, &in.hasher)
		f.id = in.keyHash(f.table, r.text(fProject), f.key)
		before := seen.at(f.id)
		switch {
		case before.row == 0:
			before.hash, before.row = f.hash, uint32(r.row)
			f.fresh = true
			fresh++
		case !f.shared || before.hash != f.hash || len(r.facts) == 1:
			in.fault(r, in.keyField(r), DuplicateKey, "row "+strconv.Itoa(int(before.row)))
		}
	}
	if len(r.faults) > 0 || fresh == 0 {
		for i := range r.facts {
			if r.facts[i].fresh {
				seen.at(r.facts[i].id).row = 0
			}
		}
		return nil
	}
	in.named[r.text(fProject)] = true
	for i := range r.facts {
		f := &r.facts[i]
		if !f.fresh {
			continue
		}
		in.use(r, f)
		if err := in.out.add(ctx, r, f); err != nil {
			return err
		}
	}
	return nil
}

func (in *intake) use(r *record, f *fact) {
	if f.answer >= 0 {
		r.use(f.answer)
	}
}

// keyField is the field to mark when a key comes twice.
func (in *intake) keyField(r *record) field {
	keys := in.plan.feed.keys
	for _, f := range slices.Backward(keys) { // numbers stand behind the room
		if in.plan.columnOf[f] >= 0 && r.given(f) {
			return f
		}
	}
	return keys[0]
}

func (in *intake) keyHash(table, project, key string) uint64 {
	h := &in.hasher
	h.reset()
	h.string(table)
	h.string(project)
	h.string(key)
	return h.sum()
}

// key joins the parts of a natural key.
func (in *intake) key(prefix string, parts ...string) string {
	b := append(in.scratch[:0], prefix...)
	for i, p := range parts {
		if i > 0 {
			b = append(b, '|')
		}
		b = append(b, p...)
	}
	in.scratch = b
	return string(b)
}

func (in *intake) dayText(r *record, f field) string {
	if !r.given(f) {
		return ""
	}
	var b [10]byte
	return string(r.day(f).Time().AppendFormat(b[:0], time.DateOnly))
}

// ordinal counts how often the file had this key, from 1.
func (in *intake) ordinal(key string) string {
	id := xxhash.Sum64String(key)
	in.ordinals[id]++
	return strconv.Itoa(int(in.ordinals[id]))
}

func (in *intake) projectsNamed() []string { return slices.Sorted(maps.Keys(in.named)) }

// feedsFound lists the feeds in the order of Feeds.
func (in *intake) feedsFound() []string {
	var names []string
	for _, f := range in.feeds {
		if in.loaded[f.Name] {
			names = append(names, f.Name)
		}
	}
	return names
}
