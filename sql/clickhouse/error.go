package clickhouse

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"

	"gatehouse"
)

func tlsConfig() *tls.Config { return &tls.Config{MinVersion: tls.VersionTLS12} }

// Exception codes of ClickHouse that have something to say to the user.
const (
	notEnoughSpace       = 243
	authenticationFailed = 516
	memoryLimitExceeded  = 241
	tooManyParts         = 252
	tableExists          = 57
)

// explain turns what the user can mend into one line; the rest stays as it is.
func explain(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	if exception, ok := errors.AsType[*clickhouse.Exception](err); ok {
		switch exception.Code {
		case notEnoughSpace:
			return say(gatehouse.Unavailable, "ClickHouse's disk is full: free some space and try again", err)
		case authenticationFailed:
			return say(gatehouse.Invalid, "ClickHouse refuses the user or its password: correct the --clickhouse address", err)
		case memoryLimitExceeded:
			return say(gatehouse.Unavailable, "ClickHouse is out of memory for this query: try a shorter period or fewer projects", err)
		case tooManyParts:
			return say(gatehouse.Unavailable, "ClickHouse has too many small parts to merge: try again in a minute", err)
		}
		return err
	}
	if _, ok := errors.AsType[*net.OpError](err); ok || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, clickhouse.ErrAcquireConnTimeout) || errors.Is(err, context.DeadlineExceeded) {
		return say(gatehouse.Unavailable, "ClickHouse does not answer: is it running?", err)
	}
	return err
}

// say adds the first line of the cause, since ClickHouse's own messages may
// have several.
func say(kind gatehouse.Kind, message string, cause error) error {
	detail, _, _ := strings.Cut(cause.Error(), "\n")
	return &gatehouse.Error{Kind: kind, Message: message + " (" + detail + ")", Err: cause}
}
