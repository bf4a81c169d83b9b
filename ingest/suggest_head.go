package ingest

import "gatehouse/ingest/sheet"

// guessRows is how far down a header is guessed.
const guessRows = 20

// likeliest is the row that looks most like a header, read as the feed that
// explains most of its columns, for a sheet that no feed's header was found in.
func likeliest(convert *converter, feeds []Feed, best candidate, head []headRow) (candidate, bool) {
	if best.feed != nil {
		convincing := 0
		for _, m := range best.columns {
			if m.def != nil {
				convincing++
			}
		}
		if convincing >= 2 || len(feeds) == 1 {
			return best, true
		}
	}
	at, found := -1, 0.0
	for i := range min(len(head), guessRows) {
		if s := headerLikeness(head[i], feeds); s > found {
			at, found = i, s
		}
	}
	if at < 0 {
		return candidate{}, false
	}
	var likely candidate
	most := -1.0
	for f := range feeds {
		c := match(&feeds[f], headerNames(head[at:at+1]), head[at+1:])
		c.first, c.rows = at, 1
		if s := c.explains(convert, head[at+1:]); s > most {
			likely, most = c, s
		}
	}
	return likely, true
}

// headerLikeness prefers rows of many different texts, and texts that resemble
// known headers. 0 means that the row is none.
func headerLikeness(row headRow, feeds []Feed) float64 {
	texts := map[string]bool{}
	filled, resemble := 0, 0.0
	for i := range row.cells {
		if row.cells[i].Kind == sheet.Empty {
			continue
		}
		filled++
		h := foldHeader(row.cells[i].Text)
		if kindOfCell(&row.cells[i]) != KindText || h.full == "" || texts[h.full] {
			continue
		}
		texts[h.full] = true
		nearest := 0.0
		for f := range feeds {
			for name := range feeds[f].aliases {
				nearest = max(nearest, similarity(h.base, name))
			}
		}
		resemble += nearest
	}
	if len(texts) < 2 {
		return 0
	}
	return float64(len(texts))/float64(filled) + 0.2*float64(min(len(texts), 10)) + 2*resemble/float64(filled)
}

// explains tells how much of what the feed needs, and of the columns, is known
// or suggested.
func (c candidate) explains(convert *converter, below []headRow) float64 {
	best := map[string]float64{}
	known, filled := 0.0, 0
	for col, name := range c.names {
		if name == "" {
			continue
		}
		filled++
		suggestions := c.suggest(convert, col, below)
		for _, s := range suggestions {
			best[s.Field] = max(best[s.Field], s.Score)
		}
		if len(suggestions) > 0 {
			known += suggestions[0].Score
		}
	}
	for _, m := range c.columns {
		if m.def != nil {
			known++
		}
	}
	met := float64(len(c.feed.needs) - len(c.missing))
	for _, group := range c.missing {
		most := 0.0
		for _, name := range c.feed.names(group) {
			most = max(most, best[name])
		}
		met += most
	}
	return met/float64(max(len(c.feed.needs), 1)) + 0.5*known/float64(max(filled, 1))
}
