package ingest

import (
	"testing"

	"pgregory.net/rapid"
)

// The table remembers as a map does, whatever the hashes.
func TestHashed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		hashes := rapid.SliceOfN(rapid.OneOf(rapid.Uint64Range(1, 300), rapid.Uint64()), 0, 500).Draw(r, "hashes")
		var table, copied hashed[uint32]
		rows := map[uint64]uint32{}
		for i, hash := range hashes {
			hash = max(hash, 1)
			want, there := rows[hash]
			if got, known := table.known(hash); got != want || known != there {
				r.Fatalf("hash %d is of row %d (%t), want %d (%t)", hash, got, known, want, there)
			}
			if got := *table.at(hash); got != want {
				r.Fatalf("hash %d is of row %d, want %d", hash, got, want)
			}
			row := uint32(i + 1)
			if i%7 == 0 {
				row = 0 // taken back
			}
			*table.at(hash), rows[hash] = row, row
		}
		copied.add(table)
		for hash, want := range rows {
			if got, known := copied.known(hash); got != want || !known {
				r.Fatalf("copied, hash %d is of row %d (%t), want %d", hash, got, known, want)
			}
		}
		if copied.used != len(rows) {
			r.Fatalf("%d hashes are copied, want %d", copied.used, len(rows))
		}
	})
}
