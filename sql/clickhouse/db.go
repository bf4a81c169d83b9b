package clickhouse

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"gatehouse"
)

// Config is where ClickHouse is and how the business counts time.
type Config struct {
	Address  string // host:port of the native protocol
	User     string
	Password string
	Database string // made when missing; default "gatehouse"
	Secure   bool   // TLS
	Calendar gatehouse.Calendar
	AgeEdges []uint16 // days past due at which a class of arrears ends; default DefaultAgeEdges
}

// DefaultAgeEdges are the usual classes of arrears: 1–30 days past due, and so on.
func DefaultAgeEdges() []uint16 { return []uint16{30, 60, 90, 180, 365} }

// DB runs queries. It is safe for use by several goroutines.
type DB struct {
	conn     driver.Conn
	queries  map[string]query
	database string
	calendar gatehouse.Calendar
	ageEdges []uint16
	states   states
}

// ParseURL reads clickhouse://user:password@host:9000/database; secure=true asks for TLS.
func ParseURL(s string) (Config, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "clickhouse" || u.Hostname() == "" {
		return Config{}, gatehouse.Errorf(gatehouse.Invalid, "the ClickHouse address is not of the form clickhouse://user:password@host:9000/database")
	}
	c := Config{Address: u.Host, Secure: u.Query().Get("secure") == "true"}
	if u.Port() == "" {
		c.Address += ":9000"
	}
	if u.User != nil {
		c.User = u.User.Username()
		c.Password, _ = u.User.Password()
	}
	if len(u.Path) > 1 {
		c.Database = u.Path[1:]
	}
	return c, nil
}

// Open connects, makes the database when it is missing, and brings its schema up to date.
func Open(ctx context.Context, c Config) (*DB, error) {
	if c.Database == "" {
		c.Database = "gatehouse"
	}
	if len(c.AgeEdges) == 0 {
		c.AgeEdges = DefaultAgeEdges()
	}
	queries, err := parseQueries()
	if err != nil {
		return nil, err
	}
	first, err := connect(c, "default")
	if err != nil {
		return nil, err
	}
	defer first.Close()
	if err := first.Exec(ctx, "CREATE DATABASE IF NOT EXISTS "+quote(c.Database)); err != nil {
		return nil, fmt.Errorf("ClickHouse at %s: %w", c.Address, explain(err))
	}
	conn, err := connect(c, c.Database)
	if err != nil {
		return nil, err
	}
	db := &DB{conn: conn, queries: queries, database: c.Database, calendar: c.Calendar, ageEdges: c.AgeEdges, states: newStates()}
	if err := db.migrate(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return db, nil
}

func connect(c Config, database string) (driver.Conn, error) {
	o := &clickhouse.Options{
		Addr:            []string{c.Address},
		Auth:            clickhouse.Auth{Database: database, Username: c.User, Password: c.Password},
		DialTimeout:     10 * time.Second,
		MaxOpenConns:    16,
		MaxIdleConns:    8,
		ConnMaxLifetime: time.Hour,
		Compression:     &clickhouse.Compression{Method: compression(c.Address)},
		// Every insert is synchronous: "loaded" must mean written.
		Settings: clickhouse.Settings{"async_insert": 0, "date_time_input_format": "basic"},
	}
	if c.Secure {
		o.TLS = tlsConfig()
	}
	conn, err := clickhouse.Open(o)
	if err != nil {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "ClickHouse address %s: %w", c.Address, err)
	}
	return conn, nil
}

// compression spares the processors of this machine what only a network needs.
func compression(address string) clickhouse.CompressionMethod {
	host, _, _ := net.SplitHostPort(address)
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return clickhouse.CompressionNone
	}
	return clickhouse.CompressionLZ4
}

// Close closes the connections.
func (db *DB) Close() error { return db.conn.Close() }

// Calendar is how the business counts time.
func (db *DB) Calendar() gatehouse.Calendar { return db.calendar }

// AgeEdges are the days past due at which a class of arrears ends.
func (db *DB) AgeEdges() []uint16 { return slices.Clone(db.ageEdges) }

// Ping tells whether ClickHouse answers.
func (db *DB) Ping(ctx context.Context) error { return explain(db.conn.Ping(ctx)) }

// Now is ClickHouse's own clock, the one that stamps publications.
func (db *DB) Now(ctx context.Context) (time.Time, error) {
	var now time.Time
	err := db.conn.QueryRow(ctx, "SELECT now64(6, 'UTC')").Scan(&now)
	return now, explain(err)
}

func quote(identifier string) string {
	escaped := make([]byte, 0, len(identifier)+2)
	escaped = append(escaped, '`')
	for i := range len(identifier) {
		if identifier[i] == '`' || identifier[i] == '\\' {
			escaped = append(escaped, '\\')
		}
		escaped = append(escaped, identifier[i])
	}
	return string(append(escaped, '`'))
}
