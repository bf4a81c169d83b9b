package ingest

import (
	"testing"

	"pgregory.net/rapid"
)

// The table remembers as a map does, whatever the ids.
func TestSeenFacts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		ids := rapid.SliceOfN(rapid.OneOf(rapid.Uint64Range(1, 300), rapid.Uint64()), 0, 500).Draw(r, "ids")
		var table seenFacts
		rows := map[uint64]uint32{}
		for i, id := range ids {
			id = max(id, 1)
			if got := table.at(id).row; got != rows[id] {
				r.Fatalf("id %d is of row %d, want %d", id, got, rows[id])
			}
			row := uint32(i + 1)
			if i%7 == 0 {
				row = 0 // taken back
			}
			table.at(id).row, rows[id] = row, row
		}
	})
}
