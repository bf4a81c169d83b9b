package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"

	"gatehouse"
	"gatehouse/sql"
)

// migrate applies the numbered schema files that the database has not seen,
// then replaces the views. A database written by a newer program, or by a
// newer ClickHouse, is left alone.
func (db *DB) migrate(ctx context.Context) error {
	err := db.conn.Exec(ctx, `CREATE TABLE IF NOT EXISTS schema_migration
		(version UInt32, name String, engine String DEFAULT version(), at DateTime64(6, 'UTC') DEFAULT now64(6))
		ENGINE = MergeTree ORDER BY version SETTINGS non_replicated_deduplication_window = 1000`)
	if err != nil {
		return explain(err)
	}
	var applied uint32
	var engine, running string
	err = db.conn.QueryRow(ctx, "SELECT max(version), argMax(engine, (toUInt32OrZero(splitByChar('.', engine)[1]), toUInt32OrZero(splitByChar('.', engine)[2]))), version() FROM schema_migration").
		Scan(&applied, &engine, &running)
	if err != nil {
		return explain(err)
	}
	files, err := fs.Glob(sql.Files, "schema/*.sql")
	if err != nil {
		return err
	}
	if newest := version(files[len(files)-1]); applied > newest {
		return gatehouse.Errorf(gatehouse.Invalid, "the data was written by a newer gatehouse (schema %d, this program knows %d): install that version, or choose another --data directory", applied, newest)
	}
	if newerEngine(engine, running) {
		return gatehouse.Errorf(gatehouse.Invalid, "the data was written by ClickHouse %s, this is %s: use the newer one, or choose another --data directory", engine, running)
	}
	for _, file := range files {
		if version(file) <= applied {
			continue
		}
		if err := db.runFile(ctx, file, nil); err != nil {
			return err
		}
		// The token makes one row of it when two programs start on the same new database.
		name := path.Base(file)
		err := db.Insert(ctx, "schema_migration", name, []Column{{"version", []uint32{version(file)}}, {"name", []string{name}}})
		if err != nil {
			return err
		}
	}
	return db.replaceViews(ctx)
}

// replaceViews runs view/*.sql in order. A file that says "-- for: a, b" is a
// template, run once for each with {{fact}} replaced.
func (db *DB) replaceViews(ctx context.Context) error {
	files, err := fs.Glob(sql.Files, "view/*.sql")
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := fs.ReadFile(sql.Files, file)
		if err != nil {
			return err
		}
		for _, fact := range factsOf(string(text)) {
			if err := db.runFile(ctx, file, strings.NewReplacer("{{fact}}", fact)); err != nil {
				return err
			}
		}
	}
	return nil
}

var statementEnd = regexp.MustCompile(`;[ \t]*\n`)

func (db *DB) runFile(ctx context.Context, file string, replace *strings.Replacer) error {
	text, err := fs.ReadFile(sql.Files, file)
	if err != nil {
		return err
	}
	for _, statement := range statementEnd.Split(stripComments(string(text))+"\n", -1) {
		if replace != nil {
			statement = replace.Replace(statement)
		}
		if strings.TrimSpace(statement) == "" {
			continue
		}
		err := db.conn.Exec(ctx, statement)
		if exception, ok := errors.AsType[*clickhouse.Exception](err); ok && exception.Code == tableExists {
			continue // of a start that was cut short, or of another program that starts just now
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file, explain(err))
		}
	}
	return nil
}

// version is the number a schema file's name begins with.
func version(file string) uint32 {
	digits, _, _ := strings.Cut(path.Base(file), "_")
	n, _ := strconv.ParseUint(digits, 10, 32) // a test checks the names
	return uint32(n)
}

// newerEngine compares release lines, such as 26.7.2.1 and 26.8.1.3.
func newerEngine(wrote, runs string) bool {
	line := func(v string) int {
		var major, minor int
		_, _ = fmt.Sscanf(v, "%d.%d", &major, &minor) // "" is line 0
		return major*1000 + minor
	}
	return line(wrote) > line(runs)
}
