// Package source brings data in by itself: from watched folders, HTTP APIs,
// buckets, SFTP servers and mailboxes, as declared in the configuration.
//
// A source lists [Item]s; the [Runner] hands each to the loader, which loads
// the same bytes once only, and puts on record what became of it. State (a
// cursor, the version of each item) moves on only after the item was published,
// so whatever is cut off in between is fetched again and recognised.
//
// To read the code, start with [Source] and [Runner]. A pull from an HTTP API
// goes through restFetcher (the whole), reader (pages), exchange (requests,
// tried again), program (jq) and spool (records, each once); everything that
// connects does so through dialGuard, to public addresses only.
package source
